"""The real catalogue of items, without the rooms below it."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proofless.access.actors import system_actor
from proofless.config.postgres import EmbeddedPostgres
from proofless.items.services import load_items
from proofless.kit.permissions import Permission
from proofless.parties.models import Division
from proofless.parties.services import load_directory
from proofless.standards.versions import forget
from tests.conftest import restore_snapshot

CATALOG = Path(__file__).resolve().parents[2] / "catalog"


def tables() -> dict[str, list[dict[str, str]]]:
    found = {}
    for path in CATALOG.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, postgres: EmbeddedPostgres
) -> Iterator[dict[str, list[dict[str, str]]]]:
    """Committed for a module; afterwards every table is as the session began."""
    found = tables()
    forget()
    with django_db_blocker.unblock():
        load_items(actor=system_actor(Permission.CATALOG_LOAD), tables=found)
        yield found
        restore_snapshot(postgres.superuser_dsn())
    forget()


@pytest.fixture
def catalogue(loaded: dict[str, list[dict[str, str]]], db: None) -> Iterator[dict[str, list[dict[str, str]]]]:
    forget()
    yield loaded
    forget()


@pytest.fixture
def directory(db: None) -> None:
    """Divisions of the city: who may have lists of their own."""
    with (CATALOG / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    load_directory(
        actor=system_actor(Permission.CATALOG_LOAD),
        divisions=[
            Division(
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                level=row["level"],
                kind=row["division_type"],
                parent_code=row["parent_code"],
                tags=row["tags"],
                source=row["source"],
            )
            for row in rows
        ],
        departments=[],
    )

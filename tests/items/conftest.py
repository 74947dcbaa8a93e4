"""The real catalogue of items, without the rooms below it."""

import csv
from pathlib import Path

import pytest

from proofless.access.actors import system_actor
from proofless.items.services import load_items
from proofless.kit.permissions import Permission
from proofless.standards.versions import forget

CATALOG = Path(__file__).resolve().parents[2] / "catalog"


def tables() -> dict[str, list[dict[str, str]]]:
    found = {}
    for path in CATALOG.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


@pytest.fixture
def catalogue(db: None) -> dict[str, list[dict[str, str]]]:
    forget()
    found = tables()
    load_items(actor=system_actor(Permission.CATALOG_LOAD), tables=found)
    return found

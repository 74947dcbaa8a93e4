"""测试之城: one small, complete town for all scenes that need one, really registered, issued, sealed and chained.

It is loaded once a run and kept as a copy beside the tables. A module that asks for ``town`` finds it committed and,
after its last test, every table is as the session began. A test with ``transaction=True`` gets the town back as
loaded, not empty. Files of the town's certificates may have been swept meanwhile: read only files a test issued.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import override_settings

from proofless.access.rules import permissions_of
from proofless.config import catalog, filling, firstrun
from proofless.config.database import Role
from proofless.config.postgres import EmbeddedPostgres
from proofless.kit.actor import Actor, Channel
from proofless.ledger.chain import Sequencer, head_key
from proofless.simulator import acting
from proofless.simulator.load import LoadedTown, load_town
from proofless.simulator.oracle import Profile, read_profiles
from proofless.simulator.town import make_town
from proofless.standards import versions
from proofless.supervision.services import follow_chain
from tests import conftest as session

RESIDENTS, ENTERPRISES, SEED = 460, 70, 7
TOWN = "proofless_town"
QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


@dataclass(frozen=True, slots=True)
class TestTown:
    """The loaded town with its people by name."""

    __test__ = False
    loaded: LoadedTown
    profiles: dict[str, Profile]
    sequencer_dsn: str

    def __getitem__(self, name: str) -> UUID:
        return self.loaded.cast()[name]

    def resident(self, name: str, enterprise: UUID | None = None) -> Actor:
        return acting.resident(self[name], enterprise)

    @staticmethod
    def clerk(department_code: str, number: int = 2) -> Actor:
        """Different ``number``: a colleague at the next window."""
        permissions = permissions_of(["clerk"])
        return Actor(
            UUID(int=number), "窗口", permissions, department_code=department_code, channel=Channel.DESK
        )

    def chain(self) -> None:
        """Let the sequencer catch up with everything committed."""
        chain(self.sequencer_dsn)


def chain(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        sequencer = Sequencer(connection, head_key(session._home.keys / "ledger-head.key"))
        while sequencer.run_once().entries:
            pass


@pytest.fixture(scope="module")
def town(postgres: EmbeddedPostgres, django_db_setup: None, django_db_blocker: Any) -> Iterator[TestTown]:
    """The town, committed, for one module."""
    owner = postgres.superuser_dsn()
    with django_db_blocker.unblock(), override_settings(**QUICK), pytest.MonkeyPatch.context() as patch:
        loaded = load_once(postgres)
        patch.setattr(session, "SNAPSHOT", TOWN)
        session.restore_snapshot(owner)
        versions.forget()
        yield TestTown(
            loaded, read_profiles(firstrun.CATALOG / "town_profiles.csv"), postgres.dsn(Role.SEQUENCER)
        )
        patch.undo()
        session.restore_snapshot(owner)
        versions.forget()


@cache
def load_once(postgres: EmbeddedPostgres) -> LoadedTown:
    """Load the town into the empty tables and keep a copy of them."""
    versions.forget()
    catalog.load(firstrun.CATALOG)
    filling.make_seals(lambda step, done, total: None)
    made = make_town(RESIDENTS, ENTERPRISES, SEED, firstrun.CATALOG)
    loaded = load_town(made)
    chain(postgres.dsn(Role.SEQUENCER))
    follow_chain()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "SNAPSHOT", TOWN)
        session.take_snapshot(postgres.superuser_dsn())
    return loaded

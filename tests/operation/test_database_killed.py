"""kill -9 of PostgreSQL, postmaster and every child at once, at the worst moments of the thread.

The server comes back by itself. Meanwhile nobody sees a fault page, what was acknowledged is there, what was not is
either not there or found by asking again, and nothing is there twice.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psutil
import psycopg
import pytest
from django.db import close_old_connections, connections
from django.test import Client

from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications.models import Application, State
from proofless.certificates import services as certificates
from proofless.certificates.models import Certificate
from proofless.config.home import Home
from proofless.config.postgres import EmbeddedPostgres
from proofless.gm import sm2
from proofless.kit.kinds import Kind
from proofless.ledger import acts, chain, reads
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Account
from tests.applications.scenes import Draft, accepted, open_draft
from tests.town import TestTown, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True)
CARD, BACK_SECONDS = "I081", 60


def kill_all(server: EmbeddedPostgres) -> None:
    postmaster = psutil.Process(server.pid)
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=10)


@pytest.fixture
def durable(town: TestTown, postgres: EmbeddedPostgres, home: Home) -> Iterator[EmbeddedPostgres]:
    """The tests' hasty server made to keep what it acknowledges; afterwards the ledger is checked whole."""
    setting = "ALTER ROLE proofless_app {} synchronous_commit"
    with psycopg.connect(postgres.superuser_dsn(), autocommit=True) as connection:
        connection.execute(setting.format("SET") + " = on")
        connection.execute("CHECKPOINT")
    connections.close_all()
    yield postgres
    town.chain()
    key = sm2.PublicKey.from_spki((home.keys / "ledger-head.pub").read_bytes())
    with psycopg.connect(town.sequencer_dsn) as connection:
        found = chain.verify(connection, key)
    with psycopg.connect(postgres.superuser_dsn(), autocommit=True) as connection:
        connection.execute(setting.format("RESET"))
    connections.close_all()
    assert found.ok and not found.pending, found.problems


@pytest.fixture
def dying(durable: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Plants a death before a function runs, once."""

    def plant(module: Any, name: str) -> None:
        function = getattr(module, name)

        def die(*arguments: Any, **named: Any) -> Any:
            monkeypatch.setattr(module, name, function)
            kill_all(durable)
            return function(*arguments, **named)

        monkeypatch.setattr(module, name, die)

    return plant


class Phone:
    """Somebody at the API: each request takes its connection as a real server would."""

    def __init__(self, username: str) -> None:
        session = Client().session
        session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
        session.save()
        self._headers = {"Authorization": f"Bearer {session.session_key}"}
        self.answers: list[int] = []

    def post(self, path: str, body: dict[str, Any]) -> Any:
        close_old_connections()
        client = Client(raise_request_exception=False)
        answer = client.post(
            f"/api/v1/applications{path}", body, content_type="application/json", headers=self._headers
        )
        self.answers.append(answer.status_code)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json" and answer.json()["next_step"]
        return answer

    def insist(self, path: str, body: dict[str, Any]) -> Any:
        """Ask again for as long as the node says that it is unavailable."""
        deadline = time.monotonic() + BACK_SECONDS
        while (answer := self.post(path, body)).status_code == 503:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return answer


def submission(draft: Draft) -> dict[str, Any]:
    whole = draft.complete()
    return {"revision": whole.revision, "values": dict(whole.values), "agreed": list(whole.agreed)}


def entries(kind: Kind, application_id: UUID) -> int:
    return LedgerEntry.objects.filter(kind=kind, object_id=str(application_id)).count()


def test_a_death_between_two_requests_costs_a_moment(town: TestTown, durable: EmbeddedPostgres) -> None:
    """赵奶奶's draft was acknowledged: it is there, and her submission goes through as soon as the server is back."""
    phone, draft = Phone("zhaonainai"), open_draft(town, "赵奶奶", CARD)
    body = submission(draft)
    kill_all(durable)
    answer = phone.insist(f"/{draft.id}/submit", body)
    assert answer.status_code == 200 and draft.row.receipt == answer.json()["receipt"]
    assert set(phone.answers) <= {200, 503} and entries(Kind.APPLICATION_SUBMITTED, draft.id) == 1


def test_a_death_before_the_commit_leaves_no_half_submission(
    town: TestTown, dying: Callable[[Any, str], None]
) -> None:
    phone, draft = Phone("zhaonainai"), open_draft(town, "赵奶奶", CARD)
    body = submission(draft)
    dying(acts, "insert_entries")
    assert phone.post(f"/{draft.id}/submit", body).status_code == 503
    assert phone.insist(f"/{draft.id}/submit", body | {"revision": 0}).status_code == 409
    assert draft.row.state == State.DRAFT and not entries(Kind.APPLICATION_SUBMITTED, draft.id)
    assert phone.insist(f"/{draft.id}/submit", body).status_code == 200
    assert entries(Kind.APPLICATION_SUBMITTED, draft.id) == 1 and set(phone.answers) <= {200, 409, 503}


def test_a_death_after_the_commit_is_not_submitted_twice(
    town: TestTown, dying: Callable[[Any, str], None]
) -> None:
    """She saw no receipt and presses again: she is told that it is done, and there is one case."""
    phone, draft = Phone("zhaonainai"), open_draft(town, "赵奶奶", CARD)
    body = submission(draft)
    dying(reads, "record_reads")
    assert phone.post(f"/{draft.id}/submit", body).status_code == 503
    again = phone.insist(f"/{draft.id}/submit", body)
    assert again.status_code == 409 and again.json()["code"] == "APPLICATION_STATE"
    assert entries(Kind.APPLICATION_SUBMITTED, draft.id) == 1
    hers = Application.objects.filter(holder_id=town["赵奶奶"], state=State.SUBMITTED)
    assert [row.id for row in hers] == [draft.id]


def test_a_death_between_preparing_and_issuing_issues_one_card(
    town: TestTown, dying: Callable[[Any, str], None]
) -> None:
    """The intent stays visible to the department; deciding again gives 赵奶奶 one card, not two."""
    desk, draft = Phone("clerk-mzj"), accepted(town, "赵奶奶", CARD)
    body = {"revision": draft.row.revision, "approve": True}
    cards = Certificate.objects.filter(type_code="elder_card", holder_id=town["赵奶奶"])
    before = cards.count()
    dying(certificates, "issue")
    assert desk.post(f"/{draft.id}/decide", body).status_code == 503
    answer = desk.insist(f"/{draft.id}/decide", body)
    assert answer.status_code == 200 and set(desk.answers) <= {200, 503}
    assert (
        cards.count() == before + 1
        and str(draft.row.result_certificate_id) == answer.json()["certificate_id"]
    )
    clerk = town.clerk("MZJ")
    (intent,) = certificates.resume_preparations(actor=clerk)
    certificates.abandon_preparation(actor=clerk, preparation_id=intent.id)
    assert desk.post(f"/{draft.id}/decide", body).status_code == 409
    assert cards.count() == before + 1 and entries(Kind.APPLICATION_DECIDED, draft.id) == 1

"""Writers for the sequencer's benchmark: entries down a pipeline, each its own commit; and acts with a real row."""

import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from uuid import UUID

import psycopg
from psycopg import pq

from proofless.kit.actor import Actor, Channel
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission

DEPTH = 32  # entries sent ahead of the oldest one not yet acknowledged
STATEMENT = b"entry"


@dataclass(frozen=True, slots=True)
class Written:
    """What one writer got acknowledged between ``began`` and ``ended`` (``time.monotonic``); CPU in seconds."""

    entries: int
    began: float
    ended: float
    cpu: float


class Pipe:
    """One connection in pipeline mode; a sync point after each statement makes each its own transaction."""

    def __init__(self, dsn: str, statement: str) -> None:
        self._connection = psycopg.connect(dsn, autocommit=True)
        self._pg = self._connection.pgconn
        numbers = iter(range(1, 100))
        numbered = re.sub("%s", lambda _: f"${next(numbers)}", statement)
        prepared = self._pg.prepare(STATEMENT, numbered.encode())
        _check(prepared, pq.ExecStatus.COMMAND_OK)
        self._pg.nonblocking = 0
        self._pg.enter_pipeline_mode()

    def send(self, parameters: Iterable[object]) -> None:
        values = [None if value is None else str(value).encode() for value in parameters]
        self._pg.send_query_prepared(STATEMENT, values)
        self._pg.pipeline_sync()

    def receive(self) -> None:
        """Wait until the oldest statement has committed. Raises psycopg.Error when it failed."""
        _check(self._pg.get_result(), pq.ExecStatus.COMMAND_OK)
        self._pg.get_result()
        _check(self._pg.get_result(), pq.ExecStatus.PIPELINE_SYNC)

    def close(self) -> None:
        self._connection.close()


def _check(result: pq.abc.PGresult | None, wanted: pq.ExecStatus) -> None:
    if result is None or result.status != wanted:
        raise psycopg.OperationalError(result.get_error_message() if result else "no result")


def writer_actor(holder: UUID) -> Actor:
    return Actor(holder, "量测", frozenset({Permission.OWN_READ}), party_id=holder, channel=Channel.SYSTEM)


def write_entries(dsn: str, statement: str, seconds: float, barrier: Barrier) -> Written:
    """One writer: entries as ``act`` makes them, for ``seconds`` after all writers are ready."""
    from proofless.ledger.entry import Entry, HolderLine

    holder = new_id()
    actor, line = writer_actor(holder), (HolderLine(holder, ("id_card.name",), "id_card"),)
    pipe = Pipe(dsn, statement)

    def send() -> None:
        entry = Entry(Kind.CONSENT_GIVEN, actor, "consent", str(new_id()), holders=line)
        pipe.send(entry.parameters())

    barrier.wait()
    try:
        return _keep_full(send, pipe.receive, seconds)
    finally:
        pipe.close()


def _keep_full(send: Callable[[], None], receive: Callable[[], None], seconds: float) -> Written:
    began, done, sent = time.monotonic(), 0, 0
    until = began + seconds
    while time.monotonic() < until:
        send()
        sent += 1
        if sent - done >= DEPTH:
            for _ in range(DEPTH // 2):
                receive()
            done += DEPTH // 2
    while done < sent:
        receive()
        done += 1
    return Written(done, began, time.monotonic(), time.process_time())


def write_acts(dsn: str, statement: str, seconds: float, barrier: Barrier) -> Written:
    """One writer of consents, each row with its entry in one act, through Django as the server does it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "proofless.config.settings"
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    holder = new_id()
    actor = writer_actor(holder)
    _give_consent(actor, holder)
    barrier.wait()
    began, done, spent = time.monotonic(), 0, time.process_time()
    while time.monotonic() < began + seconds:
        _give_consent(actor, holder)
        done += 1
    return Written(done, began, time.monotonic(), time.process_time() - spent)


def _give_consent(actor: Actor, holder: UUID) -> None:
    from proofless import ledger
    from proofless.access.models import Consent
    from proofless.kit import clock

    consent = Consent(
        id=new_id(),
        holder_id=holder,
        given_by=actor.account_id,
        reference="bench",
        purpose="量测",
        recipient_code="DSJJ",
        fields=["id_card.name"],
        sensitive=False,
        given_at=clock.now(),
    )
    with ledger.act(Kind.CONSENT_GIVEN, actor, object_kind="consent", object_id=consent.id, holders=[holder]):
        Consent.objects.bulk_create([consent])

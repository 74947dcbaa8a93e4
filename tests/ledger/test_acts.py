"""One act: the change and its entry live or die together, and nothing is written past the ledger."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.config.database import Role
from proofless.config.postgres import EmbeddedPostgres
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger import ReadLine
from proofless.ledger.acts import ActNested, current_act
from proofless.ledger.guard import UnenteredWrite
from proofless.ledger.models import LedgerEntry, LedgerPending
from proofless.ledger.reads import ReadUnrecorded
from proofless.parties.models import Division

ACTOR = system_actor(label="大数据局")


def division(code: str) -> Division:
    made = dict.fromkeys(("name", "short_name", "level", "kind", "parent_code", "tags", "source"), "测试")
    return Division(code=code, **made)


@pytest.fixture
def rows(db: None) -> Iterator[None]:
    assert current_act() is None
    yield
    assert current_act() is None, "an act was left open for the next request"


def test_change_and_entry_are_both_there(rows: None) -> None:
    """张三 would otherwise be unable to learn who changed her record."""
    who = new_id()
    with ledger.act(
        Kind.DIRECTORY_LOADED, ACTOR, object_kind="x", object_id=7, holders=[who], detail={"n": 1}
    ):
        division("379901").save(force_insert=True)
        assert not LedgerEntry.objects.exists()  # written just before commit, after everything that may fail
    entry = LedgerEntry.objects.get()
    assert Division.objects.filter(code="379901").exists()
    assert LedgerPending.objects.get().entry_id == entry.id
    assert (entry.kind, entry.object_id, entry.detail) == ("parties.directory_loaded", "7", '{"n":1}')
    assert entry.holders == f'[{{"h":"{who}"}}]' and entry.actor_id == ACTOR.account_id


def test_a_failing_act_leaves_neither(rows: None) -> None:
    with pytest.raises(ZeroDivisionError), ledger.act(Kind.DIRECTORY_LOADED, ACTOR):
        division("379902").save(force_insert=True)
        raise ZeroDivisionError
    assert not Division.objects.filter(code="379902").exists()
    assert not LedgerEntry.objects.exists() and not LedgerPending.objects.exists()


def test_an_entry_that_cannot_be_written_undoes_the_change(
    rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dangerous half: the change succeeded, its entry did not."""

    def full(entries: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("proofless.ledger.acts.insert_entries", full)
    with pytest.raises(OSError), ledger.act(Kind.DIRECTORY_LOADED, ACTOR):
        division("379903").save(force_insert=True)
    assert not Division.objects.filter(code="379903").exists()


def test_acts_do_not_nest(rows: None) -> None:
    """An inner act would commit though the outer one fails."""
    outer, inner = (ledger.act(kind, ACTOR) for kind in (Kind.DIRECTORY_LOADED, Kind.STANDARDS_LOADED))
    with pytest.raises(ActNested), outer, inner:
        pass
    assert not LedgerEntry.objects.exists()


def test_a_composite_is_one_transaction_with_an_entry_for_each_verb(rows: None) -> None:
    with pytest.raises(ZeroDivisionError), ledger.act(Kind.DIRECTORY_LOADED, ACTOR) as outer:
        with ledger.act(Kind.STANDARDS_LOADED, ACTOR, within=outer):
            division("379904").save(force_insert=True)
        raise ZeroDivisionError
    assert not LedgerEntry.objects.exists() and not Division.objects.filter(code="379904").exists()
    with ledger.act(Kind.DIRECTORY_LOADED, ACTOR) as outer:
        with ledger.act(Kind.STANDARDS_LOADED, ACTOR, within=outer):
            pass
        with ledger.act(None, ACTOR, within=outer) as inner:
            inner.enter(Kind.SEAL_MADE)
    assert set(LedgerEntry.objects.values_list("kind", flat=True)) == {
        Kind.DIRECTORY_LOADED,
        Kind.STANDARDS_LOADED,
        Kind.SEAL_MADE,
    }


def test_an_act_without_an_entry_is_undone(rows: None) -> None:
    with pytest.raises(ValueError, match="must leave an entry"), ledger.act(None, ACTOR):
        division("379905").save(force_insert=True)
    assert not Division.objects.filter(code="379905").exists()


@pytest.mark.parametrize("how", ["insert", "update", "delete", "bulk", "raw", "merge", "cte"])
def test_a_write_outside_an_act_is_refused(rows: None, how: str) -> None:
    """A service that forgets its act fails on the first call, not in an audit."""
    with ledger.act(Kind.DIRECTORY_LOADED, ACTOR):
        division("379906").save(force_insert=True)
    writes = {
        "insert": lambda: division("379907").save(force_insert=True),
        "update": lambda: Division.objects.update(name="x"),
        "delete": lambda: Division.objects.filter(code="379906").delete(),
        "bulk": lambda: Division.objects.bulk_create([division("379907")]),
        "merge": lambda: connection.cursor().execute(
            "MERGE INTO parties_division USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE"
        ),
        "raw": lambda: connection.cursor().execute('update "parties_division" set name = %s', ["x"]),
        "cte": lambda: connection.cursor().execute(
            "WITH gone AS (DELETE FROM parties_division RETURNING 1) SELECT * FROM gone"
        ),
    }
    with pytest.raises(UnenteredWrite):
        writes[how]()
    connection.set_rollback(False)  # refused before it reached the database, so nothing is broken
    assert Division.objects.get().name == "测试"


@pytest.mark.parametrize("role", [Role.APP, Role.SEQUENCER])
@pytest.mark.parametrize("table", ["ledger_entry", "ledger_chain", "ledger_head", "ledger_node"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_nobody_who_serves_can_change_what_was_entered(
    postgres: EmbeddedPostgres, role: Role, table: str, verb: str
) -> None:
    """Whoever takes over the server could otherwise clean up behind him."""
    columns = {"ledger_entry": "kind", "ledger_chain": "position", "ledger_head": "at", "ledger_node": "hash"}
    with psycopg.connect(postgres.dsn(role)) as own, pytest.raises(psycopg.errors.InsufficientPrivilege):
        own.execute(verb.format(table, columns[table]))


@pytest.mark.parametrize("table", ["ledger_chain", "ledger_head", "ledger_node", "ledger_subject"])
def test_the_application_cannot_place_an_entry_in_the_chain(postgres: EmbeddedPostgres, table: str) -> None:
    with psycopg.connect(postgres.dsn(Role.APP)) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(f"INSERT INTO {table} DEFAULT VALUES")


def read_line() -> ReadLine:
    return ReadLine(new_id(), ACTOR, "测试", "own", new_id(), ("id_card.name",), "certificate:1")


def test_a_read_nobody_would_record_is_refused(rows: None) -> None:
    with pytest.raises(Exception, match="READ_UNRECORDED") as refused:
        ledger.note_read(read_line())
    assert isinstance(refused.value, ReadUnrecorded)


def test_reads_are_recorded_though_the_work_was_refused_half_way(rows: None) -> None:
    """What somebody saw before an error is still something he saw."""
    with pytest.raises(ZeroDivisionError), ledger.reading():
        ledger.note_read(read_line())
        raise ZeroDivisionError
    assert LedgerEntry.objects.get().kind == Kind.READ


def test_one_entry_a_permit_one_line_a_holder_and_source(rows: None) -> None:
    line = read_line()
    again = ReadLine(
        line.permit_id, ACTOR, "测试", "own", line.holder_id, ("id_card.sex", "id_card.name"), line.source
    )
    with ledger.reading():
        for one in (line, again, read_line()):
            ledger.note_read(one)
    assert LedgerEntry.objects.count() == 2
    merged = LedgerEntry.objects.get(object_id=str(line.permit_id))
    assert merged.holders.count('"h"') == 1 and '["id_card.name","id_card.sex"]' in merged.holders

"""The sequencer and what ``ledger verify`` finds: a chain nobody can change, shorten or skip unnoticed."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.config.database import Role
from proofless.config.postgres import EmbeddedPostgres
from proofless.gm import sm2
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger import chain
from proofless.ledger.chain import LedgerCheck, NotTheSequencer, Sequencer
from proofless.ledger.entry import INSERT_SQL, Entry
from proofless.ledger.queries import chain_state, list_for_holder

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system_actor(label="大数据局")
KEY = sm2.PrivateKey.generate()
ZHANG, WANG = UUID(int=0xA), UUID(int=0xB)
Connection = psycopg.Connection[Any]


@pytest.fixture
def sequencer(sequencer_dsn: str) -> Iterator[Sequencer]:
    with psycopg.connect(sequencer_dsn) as connection:
        yield Sequencer(connection, KEY)


@pytest.fixture
def intruder(postgres: EmbeddedPostgres) -> Iterator[Connection]:
    """Somebody who got past every right of the database."""
    with psycopg.connect(postgres.superuser_dsn(), autocommit=True) as connection:
        yield connection


def enter(count: int, *holders: UUID) -> None:
    for number in range(count):
        with ledger.act(Kind.DIRECTORY_LOADED, ACTOR, object_id=number, holders=holders):
            pass


def check(dsn: str) -> LedgerCheck:
    with psycopg.connect(dsn) as connection:
        return chain.verify(connection, KEY.public_key)


@pytest.fixture
def ten(sequencer: Sequencer) -> None:
    """Ten entries about 张三 in two batches."""
    enter(6, ZHANG)
    sequencer.run_once()
    enter(4, ZHANG, WANG)
    sequencer.run_once()


def test_entries_are_chained_once_each_under_signed_heads(
    ten: None, sequencer: Sequencer, sequencer_dsn: str
) -> None:
    found = check(sequencer_dsn)
    assert found.ok, found.problems
    assert (found.entries, found.chained, found.pending, found.heads) == (10, 10, 0, 2)
    assert sequencer.run_once().entries == 0
    assert chain_state().pending == 0 and chain_state().tree_size == 10


def test_batches_of_any_size_make_the_same_tree(sequencer: Sequencer, sequencer_dsn: str) -> None:
    enter(11)
    sizes = []
    while batch := sequencer.run_once(3).entries:
        sizes.append(batch)
    assert sizes == [3, 3, 3, 2] and check(sequencer_dsn).ok


def test_late_committers_are_included(
    sequencer: Sequencer, sequencer_dsn: str, postgres: EmbeddedPostgres
) -> None:
    """Her entry was written first and committed last: following ids would skip it for ever."""
    with psycopg.connect(postgres.dsn(Role.APP)) as early, psycopg.connect(postgres.dsn(Role.APP)) as other:
        late = [Entry(Kind.SIGNED_IN, ACTOR), Entry(Kind.SIGNED_OUT, ACTOR)]
        early.execute(INSERT_SQL, late[0].parameters())
        other.execute(INSERT_SQL, late[1].parameters())
        enter(5)
        assert sequencer.run_once().entries == 5
        other.commit()
        enter(1)
        assert sequencer.run_once().entries == 2
        early.commit()
    assert sequencer.run_once().tree_size == 8
    found = check(sequencer_dsn)
    assert found.ok and found.chained == 8


def test_an_entry_taken_back_leaves_no_gap(
    sequencer: Sequencer, sequencer_dsn: str, postgres: EmbeddedPostgres
) -> None:
    with psycopg.connect(postgres.dsn(Role.APP)) as doomed:
        doomed.execute(INSERT_SQL, Entry(Kind.SIGNED_IN, ACTOR).parameters())
        enter(2)
        sequencer.run_once()
        doomed.rollback()
    enter(1)
    sequencer.run_once()
    assert check(sequencer_dsn).ok and check(sequencer_dsn).chained == 3


def test_a_batch_that_fails_is_chained_again_without_a_trace(
    sequencer: Sequencer, sequencer_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(3)
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(chain.clock, "now", lambda: (_ for _ in ()).throw(OSError("disk")))
        sequencer.run_once()
    assert sequencer.run_once().tree_size == 3 and check(sequencer_dsn).ok


def test_a_restarted_sequencer_goes_on_where_the_last_one_stopped(sequencer_dsn: str) -> None:
    for expected in (3, 6, 9):
        enter(3)
        with psycopg.connect(sequencer_dsn) as connection:
            assert Sequencer(connection, KEY).run_once().tree_size == expected
    assert check(sequencer_dsn).ok


def test_there_is_one_sequencer(sequencer: Sequencer, sequencer_dsn: str) -> None:
    """Two would give one position to two entries."""
    with psycopg.connect(sequencer_dsn) as rival, pytest.raises(NotTheSequencer):
        Sequencer(rival, KEY)


def test_each_holder_finds_her_lines_and_no_others(ten: None) -> None:
    assert list_for_holder(ZHANG).total == 10 and list_for_holder(WANG).total == 4
    assert [line.position for line in list_for_holder(WANG).rows] == [9, 8, 7, 6]
    assert list_for_holder(new_id()).total == 0
    assert list_for_holder(ZHANG, reads_only=True).total == 0


@pytest.mark.parametrize(
    ("deed", "finding"),
    [
        ("UPDATE ledger_entry SET kind = 'access.read' WHERE object_id = '3'", "被改动或丢失"),
        ("UPDATE ledger_entry SET at = at + interval '1 microsecond' WHERE object_id = '3'", "被改动或丢失"),
        ("UPDATE ledger_entry SET holders = '[]' WHERE object_id = '5'", "被改动或丢失"),
        ("DELETE FROM ledger_entry WHERE object_id = '5'", "被改动或丢失"),
        ("DELETE FROM ledger_chain WHERE position = 4", "位置 4 缺失"),
        ("DELETE FROM ledger_chain WHERE position = 9", "树头超出链长"),
        ("UPDATE ledger_chain SET leaf_hash = sha256('x') WHERE position = 2", "被改动或丢失"),
        ("UPDATE ledger_head SET root_hash = sha256('x') WHERE tree_size = 6", "树头 6 不成立"),
        ("UPDATE ledger_head SET signature = '\\x3006020101020101' WHERE tree_size = 10", "树头 10 不成立"),
        ("UPDATE ledger_head SET at = at - interval '1 day' WHERE tree_size = 10", "树头 10 不成立"),
        ("DELETE FROM ledger_head WHERE tree_size = 10", "链尾没有签名树头"),
        ("DELETE FROM ledger_subject WHERE position = 7", "索引与账目不符"),
        (f"UPDATE ledger_subject SET holder_id = '{UUID(int=0xC)}' WHERE position = 1", "索引与账目不符"),
    ],
)
def test_an_intruder_is_noticed(
    ten: None, intruder: Connection, sequencer_dsn: str, deed: str, finding: str
) -> None:
    """With every right of the database he still cannot make the chain say something else."""
    intruder.execute(deed)  # type: ignore[call-overload]
    found = check(sequencer_dsn)
    assert any(finding in problem for problem in found.problems), found.problems


def test_a_line_slipped_into_somebodys_ledger_is_noticed(
    ten: None, intruder: Connection, sequencer_dsn: str
) -> None:
    """王五 would read in his ledger what was done to 张三."""
    intruder.execute(
        "INSERT INTO ledger_subject (holder_id, position, entry_id)"
        " SELECT %s, position, entry_id FROM ledger_chain WHERE position = 2",
        (WANG,),
    )
    assert not check(sequencer_dsn).ok


def test_an_entry_slipped_past_the_chain_is_noticed(
    ten: None, intruder: Connection, sequencer_dsn: str
) -> None:
    enter(1)
    intruder.execute("DELETE FROM ledger_pending")
    assert any("不相符" in problem for problem in check(sequencer_dsn).problems)


def test_a_chain_rewritten_under_another_key_is_noticed(ten: None, sequencer_dsn: str) -> None:
    """The whole chain is consistent, only not signed by us."""
    with psycopg.connect(sequencer_dsn) as connection:
        found = chain.verify(connection, sm2.PrivateKey.generate().public_key)
    assert [p for p in found.problems if "不成立" in p] and len(found.problems) == 2

"""``bench sequencer``: eight writers, one entry a commit, chained and signed meanwhile; nothing lost or doubled.

The limit is the same writers and entries into a bare table that nobody chains.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from uuid import UUID

import psycopg

from proofless.bench import writing
from proofless.bench.cpu import tree_seconds
from proofless.bench.limits import sequencer_limit
from proofless.bench.place import Place, open_place
from proofless.bench.report import Figure, Result, machine, print_result, spread
from proofless.bench.writing import Written
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger.entry import INSERT_SQL, Entry

WRITERS = 8
TARGET_ENTRIES, TARGET_ACTS, TARGET_LAG = 10_000, 2_000, 2.0
LATE, LATE_SECONDS = 4, 0.7
DRAIN_SECONDS = 120
Task = Callable[[str, str, float, Barrier], Written]
# An entry with a later instant stands before it: the order of commit, not of making, decided.
OVERTAKEN_SQL = (
    "SELECT count(*) FROM ledger_chain c JOIN ledger_entry e ON e.id = c.entry_id WHERE c.entry_id = ANY(%(ids)s)"
    " AND EXISTS (SELECT 1 FROM ledger_chain b JOIN ledger_entry f ON f.id = b.entry_id"
    " WHERE b.position < c.position AND b.position > c.position - 20000 AND f.at > e.at)"
)
_barrier: Barrier | None = None


@dataclass(slots=True)
class Measured:
    """Entries per second; seconds until the last one was chained; processor µs an entry; ids of late committers."""

    limit: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    chained: list[float] = field(default_factory=list)
    acts: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)
    act_micros: list[float] = field(default_factory=list)
    late: list[UUID] = field(default_factory=list)
    acknowledged: int = 0


def run(as_json: bool = False, *, rounds: int = 5, seconds: float = 4.0) -> int:
    with open_place("sequencer") as place:
        place.setup_django()
        sequencer_limit.prepare(place.owner)
        place.empty_ledger()
        return print_result(_measure(place, rounds, seconds), as_json)


def _measure(place: Place, rounds: int, seconds: float) -> Result:
    found, load = Measured(), machine()
    with place.sequencing(), _writers() as go:
        for _ in range(rounds):
            found.limit.append(
                _rate(go(writing.write_entries, place.app, sequencer_limit.INSERT_SQL, seconds))
            )
            _ours(place, go, seconds, found)
            _acts(place, go, seconds, found)
        place.drain(DRAIN_SECONDS)
    return _judge(place, found, load)


def _ours(place: Place, go: "Go", seconds: float, found: Measured) -> None:
    """One run of the writers, with transactions held open across it."""
    spent = tree_seconds(os.getpid())
    with _late_committers(place.app, found.late):
        written = go(writing.write_entries, place.app, INSERT_SQL, seconds)
    lag = place.drain(DRAIN_SECONDS)
    total = sum(w.entries for w in written)
    found.micros.append((tree_seconds(os.getpid()) - spent) / total * 1_000_000)
    found.acknowledged += total
    found.written.append(_rate(written))
    found.chained.append(total / (_span(written) + lag))
    found.lag.append(lag)


def _acts(place: Place, go: "Go", seconds: float, found: Measured) -> None:
    acts = go(writing.write_acts, place.app, "", seconds)
    total = sum(w.entries for w in acts)
    found.acts.append(_rate(acts))
    found.act_micros.append(sum(w.cpu for w in acts) / total * 1_000_000)
    found.acknowledged += total + len(acts)  # each warmed up with one


Go = Callable[[Task, str, str, float], list[Written]]


@contextmanager
def _writers() -> Iterator[Go]:
    """Eight processes that begin together at a barrier."""
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(WRITERS)
    with ProcessPoolExecutor(WRITERS, spawn, _meet_at, (barrier,)) as pool:

        def go(task: Task, dsn: str, statement: str, seconds: float) -> list[Written]:
            jobs = [pool.submit(_at_barrier, task, dsn, statement, seconds) for _ in range(WRITERS)]
            return [job.result() for job in jobs]

        yield go


def _meet_at(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _at_barrier(task: Task, dsn: str, statement: str, seconds: float) -> Written:
    assert _barrier is not None
    return task(dsn, statement, seconds, _barrier)


@contextmanager
def _late_committers(dsn: str, ids: list[UUID]) -> Iterator[None]:
    """Transactions that enter early and commit late, again and again while the block runs."""
    stop = threading.Event()
    threads = [threading.Thread(target=_commit_late, args=(dsn, ids, stop)) for _ in range(LATE)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _commit_late(dsn: str, ids: list[UUID], stop: threading.Event) -> None:
    holder = new_id()
    with psycopg.connect(dsn) as connection:
        while not stop.is_set():
            entry = Entry(Kind.CONSENT_GIVEN, writing.writer_actor(holder), "consent", "late")
            with connection.transaction():
                connection.execute(INSERT_SQL.encode(), entry.parameters())
                stop.wait(LATE_SECONDS)
            ids.append(entry.id)


def _span(written: list[Written]) -> float:
    return max(w.ended for w in written) - min(w.began for w in written)


def _rate(written: list[Written]) -> float:
    return sum(w.entries for w in written) / _span(written)


def _judge(place: Place, found: Measured, load: list[Figure]) -> Result:
    check = place.check_chain()
    late = place.count("SELECT count(*) FROM ledger_chain WHERE entry_id = ANY(%(ids)s)", {"ids": found.late})
    overtaken = place.count(OVERTAKEN_SQL, {"ids": found.late})
    written = spread(found.written, "entries_per_s", "写入", " 条/秒")
    limit = spread(found.limit, "limit_per_s", "极限程序", " 条/秒")
    acts, lag = spread(found.acts, "acts_per_s", "act() 带业务行", " 次/秒"), max(found.lag)
    whole = check.ok and check.chained == found.acknowledged + len(found.late) and check.pending == 0
    figures = (
        *load,
        *limit,
        *written,
        *spread(found.chained, "chained_per_s", "写入并入链", " 条/秒"),
        Figure("lag_s", "写入停止到全部入链(最长)", round(lag, 2), " 秒"),
        *spread(found.micros, "cpu_us_per_entry", "处理器时间(写入、数据库、排序器合计)", " 微秒/条"),
        *acts,
        *spread(found.act_micros, "client_cpu_us_per_act", "act() 处理器时间(仅服务端程序)", " 微秒/次"),
        Figure("acknowledged", "已确认账目", found.acknowledged + len(found.late)),
        Figure("chained", "链上账目", check.chained),
        Figure("heads", "签名树头", check.heads),
        Figure("late_planted", "迟提交", len(found.late)),
        Figure("late_chained", "迟提交已入链", late),
        Figure("late_overtaken", "其中被后来者超过", overtaken),
        Figure("ledger_ok", "链核对无缺无重", whole),
    )
    rate, act_rate, bare = (float(one[0].value) for one in (written, acts, limit))
    met = rate >= TARGET_ENTRIES and act_rate >= TARGET_ACTS and lag <= TARGET_LAG
    return Result(
        name="sequencer",
        figures=figures,
        limit=bare,
        ratio=round(rate / bare, 3),
        target={"entries_per_s": TARGET_ENTRIES, "acts_per_s": TARGET_ACTS, "lag_s": TARGET_LAG},
        met=met and whole and late == len(found.late) and overtaken > 0,
        notes=check.problems,
    )

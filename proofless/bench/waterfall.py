"""``bench waterfall``: whole plans of twenty materials with prefill, over a town of 1 000 000 residents.

``--residents`` chooses a smaller town. Statements: at most ten, and one for each kind of source a plan asks
(certificates, shared data, registration, live answers, checked papers, bars against promises).

A plan is timed from the request to its committed read lines. The limit reads the same sealed records in one
statement and does nothing with them; it alternates with ours, round by round, over the same applicants.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from proofless.bench.hanging import BUDGET_MS, measure_hanging
from proofless.bench.limits import waterfall_limit
from proofless.bench.place import Place, fill_town, open_place
from proofless.bench.report import Figure, Result, machine, percentile, print_result, spread
from proofless.kit.ids import new_id

RESIDENTS, PLANS, MATERIALS = 1_000_000, 200, 20
TARGET_P95_MS = 50.0
SOURCE_KINDS = 6
MAX_STATEMENTS = 10 + SOURCE_KINDS  # with the entry of its reads
APPLICANTS_SQL = (
    "SELECT id FROM parties_holder WHERE kind = 'person' AND state = 'active' AND id > %s ORDER BY id LIMIT 1"
)

COUNTED = {
    "residents": "居民",
    "data_row": "数据行",
    "certificates_certificate": "证照",
    "parties_relation": "关系",
}


@dataclass(slots=True)
class Timed:
    """Milliseconds a plan, of all rounds; p95 of each round; processor ms and statements a plan."""

    ours: list[float] = field(default_factory=list)
    limit: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    limit_p95: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    materials: list[int] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)


def run(as_json: bool = False, *, rounds: int = 5, residents: int = RESIDENTS) -> int:
    with open_place(f"waterfall-{residents}") as place:
        place.setup_django()
        counts = fill_town(place, residents)
        place.empty_ledger()
        with place.sequencing():
            load, timed = machine(), _measure(place, rounds)
            hanging, bounded = measure_hanging(_some(place))
        return print_result(_judge(counts, timed, [*load, *hanging], bounded), as_json)


def _some(place: Place) -> list[UUID]:
    with psycopg.connect(place.superuser, autocommit=True) as connection:
        cursor = connection.cursor()
        return [_applicant(cursor) for _ in range(10)]


def _measure(place: Place, rounds: int) -> Timed:
    from proofless.bench.combining import items_of

    timed, every = Timed(), items_of(MATERIALS)
    with psycopg.connect(place.superuser, autocommit=True) as connection:
        cursor = connection.cursor()
        for number in range(rounds + 1):
            cases = [(_applicant(cursor), every[plan % len(every)]) for plan in range(PLANS)]
            limit = [_read(cursor, *case) for case in cases]
            ours = [_plan(*case, timed if number else Timed()) for case in cases]
            if number:  # the first round warms caches and prepares statements
                timed.limit += limit
                timed.ours += ours
                timed.p95.append(percentile(ours, 0.95))
                timed.limit_p95.append(percentile(limit, 0.95))
    return timed


def _applicant(cursor: "psycopg.Cursor[Any]") -> UUID:
    """A living resident at random: ids of one COPY lie close together in time and far apart after it."""
    row = None
    while row is None:
        row = cursor.execute(APPLICANTS_SQL, (_anywhere(cursor),)).fetchone()
    found: UUID = row[0]
    return found


def _anywhere(cursor: "psycopg.Cursor[Any]") -> UUID:
    first, last = cursor.execute(
        "SELECT (SELECT id FROM parties_holder ORDER BY id LIMIT 1),"
        " (SELECT id FROM parties_holder ORDER BY id DESC LIMIT 1)"
    ).fetchone() or (new_id(), new_id())
    return UUID(int=random.randrange(first.int, last.int))


def _read(cursor: "psycopg.Cursor[Any]", applicant: UUID, item: Any) -> float:
    began = time.perf_counter()
    waterfall_limit.read(cursor, applicant, sorted(item.certificate_codes), sorted(item.dataset_codes))
    return (time.perf_counter() - began) * 1000


def _plan(applicant: UUID, item: Any, timed: Timed) -> float:
    """One plan as the applicant's own request makes it, its read lines committed. Milliseconds."""
    from django.db import connection

    from proofless import ledger
    from proofless.applications.waterfall.people import Case
    from proofless.applications.waterfall.plan import Request, make_plan
    from proofless.simulator.acting import resident

    actor, counter = resident(applicant), _Counter()
    began, spent = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counter), ledger.reading():
        plan = make_plan(actor, item, Request(Case(applicant)))
    took, spent = time.perf_counter() - began, time.process_time() - spent
    timed.cpu.append(spent * 1000)
    timed.statements.append(counter.statements)
    timed.materials.append(len(plan.materials))
    timed.filled.append(sum(one.filled for one in plan.fields))
    return took * 1000


class _Counter:
    """An execute wrapper that counts."""

    statements = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.statements += 1
        return execute(*arguments)


def _judge(counts: dict[str, int], timed: Timed, load: list[Figure], bounded: bool) -> Result:
    p95, limit = (
        spread(timed.p95, "p95_ms", "整张方案 p95", " 毫秒"),
        spread(timed.limit_p95, "limit_p95_ms", "极限程序 p95", " 毫秒"),
    )
    most = max(timed.statements)
    figures = (
        *load,
        *(Figure(name, label, counts[name]) for name, label in COUNTED.items()),
        Figure("plans", "方案", len(timed.ours)),
        Figure("materials_least", "每张方案材料(最少)", min(timed.materials)),
        Figure("materials_most", "每张方案材料(最多)", max(timed.materials)),
        Figure("filled_mean", "每张方案预填字段(平均)", round(sum(timed.filled) / len(timed.filled), 1)),
        *limit,
        *p95,
        Figure("p50_ms", "整张方案 p50", round(percentile(timed.ours, 0.5), 2), " 毫秒"),
        Figure("cpu_p50_ms", "本进程处理器时间 p50", round(percentile(timed.cpu, 0.5), 2), " 毫秒"),
        Figure("cpu_p95_ms", "本进程处理器时间 p95", round(percentile(timed.cpu, 0.95), 2), " 毫秒"),
        Figure("statements_p50", "每张方案 SQL 语句 p50", percentile(timed.statements, 0.5)),
        Figure("statements_most", "每张方案 SQL 语句(最多)", most),
    )
    ours, bare = float(p95[0].value), float(limit[0].value)
    return Result(
        name="waterfall",
        figures=figures,
        limit=bare,
        ratio=round(bare / ours, 3),
        target={"p95_ms": TARGET_P95_MS, "statements": MAX_STATEMENTS, "live_added_ms": BUDGET_MS},
        met=ours <= TARGET_P95_MS and most <= MAX_STATEMENTS and bounded,
    )

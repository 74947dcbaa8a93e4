"""``bench items-all``: every item for every living resident or every enterprise of a town like the demo one.

No plan may fail, and each that is not refused names every material of its item exactly once, in one mode, and every
field. Reads are entered as for anybody, so the town is the benchmark's own and not the open home's.
"""

import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg

from proofless.bench.place import Place, fill_town, open_place
from proofless.bench.report import Figure, Result, machine, print_result

if TYPE_CHECKING:  # importing these needs Django set up
    from proofless.applications.waterfall.outcome import Plan
    from proofless.items.queries import ItemView

RESIDENTS = 2000
CHUNK = 20
SHOWN = 20
PERSONS_SQL = (
    "SELECT id, NULL::uuid FROM parties_holder WHERE kind = 'person' AND state = 'active' ORDER BY id"
)
# An enterprise acts through its legal representative or, without one, its handler.
ENTERPRISES_SQL = (
    "SELECT DISTINCT ON (h.id) r.other_id, h.id FROM parties_holder h JOIN parties_relation r ON r.holder_id = h.id"
    " AND NOT r.forward AND r.kind IN ('legal_rep_of', 'handler_of')"
    " WHERE h.kind = 'enterprise' ORDER BY h.id, r.kind DESC"
)
Subject = tuple[UUID, UUID | None]  # who applies, for which enterprise


@dataclass(slots=True)
class Tally:
    """What plans came to. ``problems`` are (item, what) and never name a person."""

    plans: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    modes: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.plans += other.plans
        self.refused += other.refused
        self.modes += other.modes
        self.totals += other.totals
        self.problems += other.problems


def run(as_json: bool = False, *, residents: int = RESIDENTS) -> int:
    with open_place(f"items-{residents}") as place:
        place.setup_django()
        fill_town(place, residents)
        place.empty_ledger()
        load, began = machine(), time.monotonic()
        subjects = _subjects(place)
        tally = _plan_all(subjects)
        return print_result(_judge(subjects, tally, time.monotonic() - began, load), as_json)


def _subjects(place: Place) -> list[Subject]:
    with psycopg.connect(place.superuser) as connection:
        return [
            (row[0], row[1])
            for query in (PERSONS_SQL, ENTERPRISES_SQL)
            for row in connection.execute(query.encode()).fetchall()
        ]


def _plan_all(subjects: Sequence[Subject]) -> Tally:
    """Plan on every processor; each chunk of subjects is one commit of read lines a subject."""
    chunks = [subjects[at : at + CHUNK] for at in range(0, len(subjects), CHUNK)]
    total, done = Tally(), 0
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count() or 1, spawn, _setup_django) as pool:
        for job in as_completed([pool.submit(_plan_chunk, chunk) for chunk in chunks]):
            total.add(job.result())
            done += CHUNK
            if done % 200 == 0:
                print(f"  主体 {min(done, len(subjects))}/{len(subjects)}", file=sys.stderr)
    return total


def _setup_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "proofless.config.settings"
    import django

    django.setup()


def _plan_chunk(chunk: Sequence[Subject]) -> Tally:
    from proofless import ledger
    from proofless.items import queries as items

    tally = Tally()
    for applicant, enterprise in chunk:
        with ledger.reading():
            for item in items.list_items():
                if item.object_type in {"both", "enterprise" if enterprise else "person"}:
                    _plan_one(tally, item.code, applicant, enterprise)
    return tally


def _plan_one(tally: Tally, item_code: str, applicant: UUID, enterprise: UUID | None) -> None:
    """An error of any kind is a finding here, not the end of the run."""
    from proofless.applications.waterfall.people import Case
    from proofless.applications.waterfall.plan import Request, make_plan
    from proofless.items import queries as items
    from proofless.simulator.acting import resident

    item = items.get_item(item_code)
    tally.plans[item_code] += 1
    try:
        plan = make_plan(resident(applicant, enterprise), item, Request(Case(applicant, enterprise)))
    except Exception as error:
        tally.problems[item_code, type(error).__name__] += 1
        return
    for problem in complaints(item, plan):
        tally.problems[item_code, problem] += 1
    _count(tally, plan)


def complaints(item: "ItemView", plan: "Plan") -> list[str]:
    """What is missing or double in a plan. A refused one resolves nothing."""
    if plan.refused:
        return ["refused, yet resolved"] if plan.materials or plan.fields else []
    found = []
    if sorted(one.code for one in plan.materials) != sorted(one.code for one in item.materials):
        found.append("materials missing or double")
    if sorted(one.name for one in plan.fields) != sorted(one.name for one in item.fields):
        found.append("fields missing or double")
    if any(not one.sentence for one in plan.materials):
        found.append("a material without its sentence")
    return found


def _count(tally: Tally, plan: "Plan") -> None:
    from proofless.simulator.oracle import plan_counts

    if plan.refused:
        tally.refused += 1
        return
    tally.modes.update(one.mode.value for one in plan.materials)
    counts = plan_counts(plan)
    tally.totals.update({name: getattr(counts, name) for name in counts.__dataclass_fields__})


def _judge(subjects: Sequence[Subject], tally: Tally, seconds: float, load: list[Figure]) -> Result:
    from proofless.items import queries as items
    from proofless.supervision.rules import Counts

    counts, plans = Counts(**tally.totals), tally.plans.total()
    every = {item.code for item in items.list_items()}
    persons = sum(enterprise is None for _, enterprise in subjects)
    rates = {
        "material_share_rate": ("证明材料共享率", counts.material_share_rate),
        "submission_free_rate": ("免提交率", counts.submission_free_rate),
        "field_share_rate": ("表单字段共享率", counts.field_share_rate),
        "field_filled_rate": ("表单字段免填率", counts.field_filled_rate),
    }
    figures = (
        *load,
        Figure("items", "事项", len(tally.plans)),
        Figure("persons", "居民", persons),
        Figure("enterprises", "企业", len(subjects) - persons),
        Figure("plans", "方案", plans),
        Figure("refused", "按规则不予受理", tally.refused),
        *(Figure(f"mode_{mode}", f"材料:{mode}", count) for mode, count in tally.modes.most_common()),
        *(Figure(key, label, round(rate or 0.0, 4)) for key, (label, rate) in rates.items()),
        Figure("plans_per_s", "方案速度", round(plans / seconds, 1), " 张/秒"),
        Figure("problems", "错误或不完整", tally.problems.total()),
    )
    return Result(
        name="items-all",
        figures=figures,
        limit=None,
        ratio=None,
        target={"problems": 0, "items": len(every)},
        met=not tally.problems and set(tally.plans) == every,
        notes=tuple(f"{code} {what}:{times}" for (code, what), times in tally.problems.most_common(SHOWN)),
    )

"""The oracle: what the catalogue promises of every item, held against what the waterfall finds in a real town."""

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proofless import ledger
from proofless.applications.waterfall.outcome import Mode, Plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.config import firstrun
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.simulator import oracle
from proofless.simulator.oracle import ItemResult
from proofless.supervision.rules import Counts
from tests.town import TestTown

pytestmark = pytest.mark.django_db
CHOSEN = ("张三", "李四", "王五", "赵奶奶", "张小宝", "陈经理")
RANDOM_PAIRS = 200
KPI = Path(__file__).resolve().parents[2] / "docs" / "kpi.md"


@pytest.fixture(scope="module")
def results(town: TestTown, django_db_blocker: Any) -> dict[str, ItemResult]:
    """Every item for every complete member of every profile that names it."""
    with django_db_blocker.unblock(), ledger.reading() as lines:
        found = oracle.run_profiles(town.loaded, town.profiles)
        lines.clear()
    return found


def plan_for(item: ItemView, case: Case, answers: dict[str, bool]) -> Plan:
    with ledger.reading() as lines:
        plan = make_plan(oracle.clerk_of(item), item, Request(case, answers))
        lines.clear()
    return plan


def check_plan(item: ItemView, plan: Plan) -> None:
    """Refused with a rule and nothing resolved; or every material in exactly one mode, with a sentence."""
    if plan.refused:
        assert plan.refused[0].text and plan.refused[0].code
        assert not plan.materials and not plan.fields and not plan.statutory and not plan.consents
        return
    assert Counter(m.code for m in plan.materials) == Counter(m.code for m in item.materials)
    assert [f.name for f in plan.fields] == [f.name for f in item.fields]
    for outcome in plan.materials:
        assert isinstance(outcome.mode, Mode) and outcome.sentence, (item.code, outcome.code)
    abolished = {m.code for m in item.materials if m.abolished}
    assert not abolished & {m.code for m in plan.required}, "a row no longer provided was asked for"


def test_every_item_resolves_as_the_catalogue_prefers(results: dict[str, ItemResult]) -> None:
    """One row that falls through costs every applicant of that item a trip for a proof."""
    every = items.list_items()
    assert [m for r in results.values() for m in ((r.item_code, *x) for x in r.mismatches)] == []
    unresolved = [item.code for item in every if not results[item.code].resolved(item)]
    assert unresolved == [] and len(every) == 88


def test_rates_of_complete_applicants(results: dict[str, ItemResult]) -> None:
    """Below these the promise of the issue is broken; the catalogue's ceilings are the upper end."""
    counts = sum((r.counts for r in results.values()), Counts())
    assert (counts.material_share_rate or 0) >= 0.74
    assert (counts.submission_free_rate or 0) >= 0.92
    assert (counts.field_share_rate or 0) >= 0.80
    assert (counts.field_filled_rate or 0) >= 0.90


def test_the_ceilings_written_down_are_the_ones_of_the_catalogue(town: TestTown) -> None:
    """A row re-mapped raises them; a page of figures that does not follow would be believed all the same."""
    found = oracle.ceilings(items.list_items())
    rates = (
        found.material_share_rate,
        found.submission_free_rate,
        found.field_share_rate,
        found.field_filled_rate,
    )
    text = KPI.read_text(encoding="utf-8").split("## The catalogue's own ceilings")[1].split("##")[0]
    assert re.findall(r"(\d+\.\d) %", text) == [f"{100 * (rate or 0):.1f}" for rate in rates]


@pytest.mark.parametrize("name", CHOSEN)
def test_every_item_for_one_of_the_cast(town: TestTown, name: str) -> None:
    """No item may break for somebody it was not made for: she is refused with the rule, or fully planned."""
    company = next(key for cast, key in town.loaded.town.cast.items() if key[0] == "e")
    for item in items.list_items():
        firm = town.loaded.ids[company] if item.object_type != "person" else None
        every_situation = {m.situation.code: True for m in item.materials if m.situation}
        check_plan(item, plan_for(item, Case(town[name], firm), every_situation))


def test_random_residents_want_random_items(town: TestTown) -> None:
    """The awkward ones included: expired, revoked, renamed, missing records never end in an error."""
    choose = random.Random(20260723)
    people = [p.holder for p in town.loaded.town.people if p.died_on is None]
    firms = [e.holder for e in town.loaded.town.enterprises]
    outcomes = Counter[str]()
    for _ in range(RANDOM_PAIRS):
        item = choose.choice(items.list_items())
        firm = town.loaded.ids[choose.choice(firms)] if item.object_type != "person" else None
        plan = plan_for(item, Case(town.loaded.ids[choose.choice(people)], firm), {})
        check_plan(item, plan)
        outcomes["refused" if plan.refused else "planned"] += 1
    assert outcomes["refused"] and outcomes["planned"]


def test_an_ineligible_subject_is_refused_with_the_rule(town: TestTown) -> None:
    """王五 is 28: asking him for materials of the elders' card would waste his day and the clerk's."""
    item = items.get_item("I081")
    plan = plan_for(item, Case(town["王五"]), {})
    assert "60" in plan.refused[0].text
    result = ItemResult("I081")
    oracle.judge(result, item, plan)
    assert result.refused == 1 and not result.resolved(item) and result.counts == Counts()


def test_the_oracle_notices_a_wrong_mode(town: TestTown) -> None:
    """An oracle that passes everything would be no oracle: 王五 has no marriage certificate to reuse."""
    profile = next(p for p in oracle.read_profiles(firstrun.CATALOG / "town_profiles.csv").values())
    item = items.get_item(profile.items[0])
    result = ItemResult(item.code)
    oracle.judge(result, item, plan_for(item, Case(town["王五"]), {}))
    assert not result.resolved(item)

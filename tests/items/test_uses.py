"""用证事项清单 only grows, appears twice a year, and never rests on a circle of proofs."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.access.actors import system_actor
from proofless.items.errors import ProofCycle, UseListShrinks, UseListUnchanged
from proofless.items.queries import list_items, uses
from proofless.items.rules.uses import MOST_DAYS_APART, Pace, UseEntry, compare, standing, unlawfully_dropped
from proofless.items.services import load_items, publish_uses
from proofless.kit import clock
from proofless.kit.errors import Forbidden
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.standards.versions import forget

Tables = dict[str, list[dict[str, str]]]
BUREAU = system_actor(Permission.CATALOG_LOAD, Permission.ITEMS_PUBLISH)
ENTRY = st.builds(
    UseEntry,
    st.sampled_from(["I001", "I002"]),
    st.sampled_from(["M1", "M2", "M3", "M4"]),
    st.just("事项"),
    st.just("材料"),
    st.just("MZJ"),
    st.sampled_from(["certificate", "data"]),
    st.just("id_card"),
    st.just("居民身份证"),
)
ENTRIES = st.lists(ENTRY, max_size=6, unique_by=lambda one: one.key)
LAW = "居民身份证法第十一条"


@given(ENTRIES, ENTRIES, st.sets(st.sampled_from(["M1", "M2", "M3", "M4"])))
def test_nothing_leaves_without_a_law(before: list[UseEntry], after: list[UseEntry], ended: set[str]) -> None:
    """A spared proof must not come back because somebody re-typed a list."""
    dropped = unlawfully_dropped(before, after, dict.fromkeys(ended, LAW))
    kept = {one.key for one in after}
    assert {one.key for one in dropped} == {
        one.key for one in before if one.key not in kept and one.material_code not in ended
    }


@given(ENTRIES, ENTRIES)
def test_a_comparison_explains_the_new_edition(before: list[UseEntry], after: list[UseEntry]) -> None:
    held = {one.key: one for one in before}
    for change in compare(before, after):
        if change.after is None:
            del held[change.entry.key]
        else:
            held[change.entry.key] = change.after
    assert held == {one.key: one for one in after}


@given(st.integers(0, 365), st.integers(1, 30))
def test_at_this_pace_every_calendar_year_has_two(first: int, years: int) -> None:
    start = date(2024, 1, 1) + timedelta(first)
    days = [start + timedelta(MOST_DAYS_APART * n) for n in range(years * 2 + 4)]
    full = {day.year for day in days} - {days[0].year, days[-1].year}
    assert all(sum(day.year == year for day in days) >= 2 for year in full)


@given(
    st.lists(st.dates(date(2024, 1, 1), date(2027, 1, 1)), max_size=5),
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
)
def test_the_alarm_rings_exactly_when_it_is_late(days: list[date], today: date) -> None:
    found = standing(days, today)
    past = [day for day in days if day <= today]
    assert (found.pace is Pace.NEVER) == (not past)
    assert (found.days_over > 0) == (found.pace is Pace.OVERDUE)
    if past:
        assert found.days_over == max(0, (today - max(past)).days - MOST_DAYS_APART)


def test_the_first_edition_lists_what_the_city_obtains_itself(catalogue: Tables) -> None:
    assert uses.pace().pace is Pace.NEVER
    assert publish_uses(actor=BUREAU, note="第一版") == 1
    edition = uses.get_edition(1)
    assert len(edition.entries) > 250 and uses.pace().pace is Pace.IN_TIME
    assert all(one.way in {"certificate", "data", "verification"} for one in edition.entries)
    with pytest.raises(UseListUnchanged):
        publish_uses(actor=BUREAU)
    assert LedgerEntry.objects.filter(kind="items.use_list_published").count() == 1
    with pytest.raises(Forbidden):
        publish_uses(actor=system_actor(Permission.CATALOG_READ))


def without(catalogue: Tables, material: str) -> Tables:
    changed = deepcopy(catalogue)
    changed["item_materials"] = [r for r in changed["item_materials"] if r["material_code"] != material]
    changed["material_roles"] = [r for r in changed["material_roles"] if r["material_code"] != material]
    return changed


def test_an_entry_leaves_only_with_the_law_that_ended_it(catalogue: Tables) -> None:
    publish_uses(actor=BUREAU)
    gone = next(one for one in uses.get_edition(1).entries if one.item_code == "I072")
    load_items(actor=BUREAU, tables=without(catalogue, gone.material_code))
    forget()
    assert [one.material_code for one in uses.pending_drops()] == [gone.material_code]
    for law in ("", "依法"):
        with pytest.raises(UseListShrinks) as caught:
            publish_uses(actor=BUREAU, endings={gone.material_code: law})
        assert caught.value.detail["dropped"] == [gone.material_code]
    assert publish_uses(actor=BUREAU, endings={gone.material_code: LAW}) == 2
    (ending,) = uses.get_edition(2).endings
    assert ending.law == LAW and ending.entry == gone
    assert [change.label for change in uses.compare_editions(1, 2)] == ["减少"]


def test_a_late_bureau_is_shown_as_late(catalogue: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_uses(actor=BUREAU)
    later = clock.now() + timedelta(days=MOST_DAYS_APART + 10)
    monkeypatch.setattr(clock, "_source", lambda: later)
    found = uses.pace()
    assert (found.pace, found.days_over) == (Pace.OVERDUE, 10)
    assert datetime.now(UTC) < later


def ring(catalogue: Tables) -> Tables:
    """教师资格认定 asks for 特困证 by hand, 特困认定 for 教师资格证: nobody gets either."""
    changed = deepcopy(catalogue)
    makers = {row["item_code"]: row["result_cert_code"] for row in changed["items"]}
    pair = ("teacher_qual", "tekun_cert")
    items = [next(code for code, cert in makers.items() if cert == one) for one in pair]
    sample = next(row for row in changed["item_materials"] if row["preferred_obtain_mode"] == "申请人提交")
    for item, cert in zip(items, reversed(pair), strict=True):
        row = {
            "item_code": item,
            "material_code": f"{item}-M98",
            "seq": "98",
            "necessity": "必要",
            "cert_code": cert,
            "issuer": "发证机关",
            "replaceable_by": "",
        }
        changed["item_materials"].append({**sample, **row})
    return changed


def test_a_catalogue_that_brings_a_circle_in_is_refused_whole(catalogue: Tables) -> None:
    before = [len(item.materials) for item in list_items()]
    with pytest.raises(ProofCycle) as caught:
        load_items(actor=BUREAU, tables=ring(catalogue))
    assert len(caught.value.detail["cycles"]) == 1  # type: ignore[arg-type]
    assert [len(item.materials) for item in list_items()] == before

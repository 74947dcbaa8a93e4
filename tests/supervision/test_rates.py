"""Share rates: every figure is the sum of its cases, each case counts once, and no case is no rate."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.applications import services as applications
from proofless.applications.models import Application
from proofless.items import queries as items
from proofless.kit.errors import Forbidden
from proofless.kit.permissions import Permission
from proofless.simulator.acting import Wish, apply_for, plan_for, resident
from proofless.supervision import queries
from proofless.supervision.queries import Scope
from proofless.supervision.rules import OFFICIAL_MODES, Counts, counts_of
from proofless.supervision.services import follow_chain
from tests.applications.scenes import Draft
from tests.town import TestTown

SUPERVISOR = system_actor(Permission.SUPERVISE)
committed = pytest.mark.django_db(transaction=True)
MODES = ("certificate", "data", "verification", "commitment", "form", "upload", "cancelled")
ORIGINS = ("certificate", "dataset", "account")
counted = st.fixed_dictionaries({}, optional=dict.fromkeys(MODES, st.integers(0, 20)))
filled = st.fixed_dictionaries({}, optional=dict.fromkeys(ORIGINS, st.integers(0, 20)))


@given(counted, filled, st.integers(0, 20))
def test_rates_lie_between_nothing_and_everything(
    materials: dict[str, int], origins: dict[str, int], empty: int
) -> None:
    detail = {"materials": materials, "fields": origins, "fields_total": sum(origins.values()) + empty}
    counts = counts_of(detail)
    assert 0 <= counts.materials_official <= counts.materials_free <= counts.materials_required
    assert 0 <= counts.fields_official <= counts.fields_filled <= counts.fields_total
    assert counts.materials_official == sum(materials.get(mode, 0) for mode in OFFICIAL_MODES)
    for rate in (counts.material_share_rate, counts.submission_free_rate, counts.field_share_rate):
        assert rate is None or 0 <= rate <= 1
    assert (counts.material_share_rate is None) == (not sum(materials.values()))


@given(st.lists(counted, max_size=5))
def test_adding_cases_adds_what_they_count_for(every: list[dict[str, int]]) -> None:
    counts = [counts_of({"materials": m, "fields": {}, "fields_total": 0}) for m in every]
    total = sum(counts, Counts())
    assert total.cases == len(every)
    assert total.materials_required == sum(sum(m.values()) for m in every)


@pytest.fixture
def cases(town: TestTown) -> list[UUID]:
    """Four submitted cases in three departments and two counties."""
    wishes = [("赵奶奶", "I081"), ("赵奶奶", "I072"), ("张三", "I083"), ("张三", "I004")]
    made = [apply_for(Wish(item, town[name])) for name, item in wishes]
    town.chain()
    follow_chain()
    return made


@committed
def test_every_figure_is_the_sum_of_its_cases(cases: list[UUID]) -> None:
    """A figure nobody can open down to its cases is a claim."""
    total = queries.total(SUPERVISOR)
    lines = list(queries.all_cases(SUPERVISOR))
    assert total.cases == len(cases) == len(lines)
    assert sum((line.counts for line in lines), Counts()) == total
    assert {line.application_id for line in lines} == set(cases)
    for group in queries.GROUPS:
        groups = queries.by_group(SUPERVISOR, group)
        assert sum((one.counts for one in groups), Counts()) == total
        for one in groups:
            scope = Scope(**{queries.GROUPS[group]: one.code})
            page = queries.list_cases(SUPERVISOR, scope)
            assert (
                sum((line.counts for line in page.rows), Counts())
                == one.counts
                == queries.total(SUPERVISOR, scope)
            )


@committed
def test_an_empty_scope_has_no_rate(cases: list[UUID]) -> None:
    """Zero would name and shame an office that simply had nobody at its window."""
    nothing = queries.total(SUPERVISOR, Scope(department_code="NOBODY"))
    assert nothing == Counts()
    rates = [getattr(nothing, name) for name in dir(Counts) if name.endswith("_rate")]
    assert rates == [None] * 4
    assert queries.list_cases(SUPERVISOR, Scope(item_code="I999")).total == 0


@committed
def test_a_corrected_case_counts_once_as_it_was_handed_in_last(town: TestTown, cases: list[UUID]) -> None:
    before = queries.total(SUPERVISOR)
    row = Application.objects.get(id=cases[2])
    applications.return_for_correction(
        actor=town.clerk(row.department_code),
        application_id=row.id,
        revision=row.revision,
        reason="请补充案由说明",
    )
    resubmit(town, row.id)
    town.chain()
    assert follow_chain() > 0
    assert queries.total(SUPERVISOR) == before
    newest = next(iter(queries.all_cases(SUPERVISOR)))
    assert newest.application_id == row.id, "the figure rests on the submission that counts"


def resubmit(town: TestTown, application_id: UUID) -> None:
    zhang = town.resident("张三")
    with ledger.reading():
        plan = plan_for(zhang, items.get_item("I083"), Wish("I083", town["张三"]), application_id)
    Draft(zhang, application_id, plan).submit()


@committed
def test_following_twice_changes_nothing(town: TestTown, cases: list[UUID]) -> None:
    before = queries.total(SUPERVISOR)
    assert follow_chain() == 0 and queries.total(SUPERVISOR) == before


@committed
def test_drafts_and_what_was_not_chained_do_not_count(town: TestTown) -> None:
    """Figures rest on the chain alone: what is not in it can still be denied."""
    before = queries.total(SUPERVISOR).cases
    apply_for(Wish("I081", town["赵奶奶"]))
    applications.open_draft(actor=resident(town["张三"]), item_code="I013")
    follow_chain()
    assert queries.total(SUPERVISOR).cases == before
    town.chain()
    follow_chain()
    assert queries.total(SUPERVISOR).cases == before + 1


def test_figures_are_for_supervisors() -> None:
    nobody = system_actor(Permission.HANDLE)
    for read in (queries.total, queries.list_cases, lambda who: queries.by_group(who, "item")):
        with pytest.raises(Forbidden):
            read(nobody)

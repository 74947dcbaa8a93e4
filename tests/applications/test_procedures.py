"""中止与特别程序: the clocks stand still, are seen to, and run again on working days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from proofless.applications import services
from proofless.applications.errors import DecisionTaken, WrongState
from proofless.applications.handling import queries
from proofless.applications.handling.services.procedures import begin_procedure, end_procedure
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from tests.applications.scenes import Draft, accepted
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM = "I081"


@pytest.fixture
def case(town: TestTown) -> Draft:
    return accepted(town, "赵奶奶", ITEM)


@pytest.fixture
def clerk(town: TestTown, case: Draft) -> Actor:
    return town.clerk(case.row.department_code)


def begin(clerk: Actor, case: Draft, **changes: object) -> None:
    whole = {"kind": "experts", "reason": "需专家评审，依据该事项规定", "limit_days": 10} | changes
    begin_procedure(actor=clerk, application_id=case.id, revision=case.row.revision, **whole)  # type: ignore[arg-type]


@pytest.fixture
def later() -> Iterator[list[date]]:
    """Days pass: what stands first is today."""
    days: list[date] = []
    before = clock._source
    clock._source = lambda: (
        datetime(days[0].year, days[0].month, days[0].day, 4, tzinfo=UTC) if days else before()
    )
    yield days
    clock._source = before


def test_both_clocks_stand_and_run_again_without_the_days_between(
    town: TestTown, case: Draft, clerk: Actor, later: list[date]
) -> None:
    promised, legal = case.row.due_on, case.row.legal_due_on
    assert promised and legal and promised <= legal
    begin(clerk, case)
    assert case.row.paused and case.row.due_on is None and case.row.legal_due_on is None
    (running,) = queries.list_procedures(case.row.holder_id, case.id)
    assert running.running and running.due_on == clock.add_working_days(clock.today(), 10).due_on
    later.append(clock.add_working_days(clock.today(), 6).due_on)  # type: ignore[arg-type]
    end_procedure(actor=clerk, application_id=case.id, revision=case.row.revision, outcome="专家评审通过")
    assert not case.row.paused
    for before, after in ((promised, case.row.due_on), (legal, case.row.legal_due_on)):
        assert after == clock.add_working_days(before, 6).due_on
    kinds = LedgerEntry.objects.filter(object_id=str(case.id)).values_list("kind", flat=True)
    assert {Kind.PROCEDURE_BEGUN, Kind.PROCEDURE_ENDED} <= set(kinds)


def test_begun_and_ended_on_one_day_it_takes_nothing(case: Draft, clerk: Actor) -> None:
    before = (case.row.due_on, case.row.legal_due_on)
    begin(clerk, case)
    end_procedure(actor=clerk, application_id=case.id, revision=case.row.revision, outcome="当日办完")
    assert (case.row.due_on, case.row.legal_due_on) == before


def test_nothing_is_decided_while_it_stands(case: Draft, clerk: Actor) -> None:
    begin(clerk, case, kind="suspension")
    with pytest.raises(WrongState):
        services.decide(
            actor=clerk,
            application_id=case.id,
            revision=case.row.revision,
            approve=False,
            reason="不符合条件",
        )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "tea"}, "kind"),
        ({"reason": "  "}, "reason"),
        ({"limit_days": 0}, "limit_days"),
        ({"kind": "hearing", "limit_days": 21}, "limit_days"),
    ],
)
def test_kind_reason_and_limit_are_asked_for(
    case: Draft, clerk: Actor, change: dict[str, object], named: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        begin(clerk, case, **change)
    assert named in refused.value.detail["fields"]  # type: ignore[operator]
    assert not case.row.paused


def test_one_at_a_time_by_the_department_that_has_it(town: TestTown, case: Draft, clerk: Actor) -> None:
    with pytest.raises(NotFound):
        begin(town.clerk("SPJ"), case)
    with pytest.raises(WrongState):
        end_procedure(actor=clerk, application_id=case.id, revision=case.row.revision, outcome="没有开始")
    old = case.row.revision
    begin(clerk, case)
    with pytest.raises(WrongState):
        begin(clerk, case)
    with pytest.raises(DecisionTaken):
        end_procedure(actor=clerk, application_id=case.id, revision=old, outcome="同事先办了")

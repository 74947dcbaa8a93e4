"""The hard gate: asking for what is held needs a law, is seen by the supervisor, can be reported by a button."""

from typing import Any

import pytest

from proofless import ledger
from proofless.access.rules import permissions_of
from proofless.applications import queries, services
from proofless.applications.errors import (
    ApplicationIncomplete,
    DecisionTaken,
    DemandUnfounded,
    MaterialAlreadyHeld,
    ReportState,
    UploadNotExpected,
)
from proofless.applications.gate import queries as gate
from proofless.applications.gate.evidence import Asked
from proofless.applications.gate.services import (
    NewDemand,
    override_gate,
    report_ask,
    settle_report,
    withdraw_report,
)
from proofless.applications.models import ApplicationMaterial, AskReport, Demand, State
from proofless.applications.waterfall.outcome import Mode
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from tests.applications.scenes import Draft, submitted
from tests.town import TestTown

pytestmark = pytest.mark.django_db
CARD, HUKOU = "I081", "I081-M02"
LAW = "《老年人权益保障法》第三十一条"
REASON = "系统里的登记与本人所述不一致，须看原件核对"


@pytest.fixture
def case(town: TestTown) -> Draft:
    return submitted(town, "赵奶奶", CARD)


def held_code(draft: Draft) -> str:
    return next(m.code for m in draft.plan.required if m.mode.official)


def supervisor() -> Actor:
    return Actor(new_id(), "监督员", permissions_of(["supervisor"]), department_code="DSJJ")


def demand(town: TestTown, draft: Draft, code: str, **changes: Any) -> Any:
    wanted = {"law": LAW, "reason": REASON, **changes}
    return override_gate(
        actor=town.clerk("MZJ"),
        application_id=draft.id,
        revision=draft.row.revision,
        demand=NewDemand(code, **wanted),
    )


def report(draft: Draft, code: str, words: str = "") -> Any:
    with ledger.reading():
        return report_ask(actor=draft.actor, asked=Asked(code, "online", draft.id), words=words)


def test_a_demand_on_a_law_goes_back_to_her_with_the_law(town: TestTown, case: Draft) -> None:
    code = held_code(case)
    demand(town, case, code)
    assert case.row.state == State.RETURNED and LAW in case.row.reason and "举报" in case.row.reason
    entry = LedgerEntry.objects.get(kind=Kind.GATE_OVERRIDDEN, object_id=str(case.id))
    assert LAW in entry.detail and str(town["赵奶奶"]) in entry.holders
    assert [one.law for one in gate.list_demands(supervisor()).rows][:1] == [LAW]
    steps = [event.step for event in queries.own_events(case.actor, case.id)]
    assert steps[-1] == "要求另交材料"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"law": ""}, "law"),
        ({"law": "按惯例"}, "law"),
        ({"law": "《关于做好材料收取工作的通知》"}, "law"),
        ({"reason": "要看"}, "reason"),
    ],
)
def test_without_a_law_and_a_reason_there_is_no_demand(
    town: TestTown, case: Draft, changes: dict[str, str], field: str
) -> None:
    """A habit of the window or a notice is no basis."""
    with pytest.raises(DemandUnfounded) as refused:
        demand(town, case, held_code(case), **changes)
    assert list(refused.value.detail["fields"]) == [field]  # type: ignore[call-overload]
    assert case.row.state == State.SUBMITTED and not Demand.objects.filter(application_id=case.id).exists()


def test_what_is_abolished_no_law_brings_back(town: TestTown, case: Draft) -> None:
    code = held_code(case)
    with ledger.act(Kind.TOWN_MADE, case.actor):
        ApplicationMaterial.objects.filter(application_id=case.id, material_code=code).update(
            mode="cancelled"
        )
    with pytest.raises(MaterialAlreadyHeld):
        demand(town, case, code)


def test_only_her_own_department_asks_and_a_stale_page_does_not(town: TestTown, case: Draft) -> None:
    code = held_code(case)
    for one, who in ((case.id, town.clerk("GAJ")), (new_id(), town.clerk("MZJ"))):
        with pytest.raises(NotFound):
            override_gate(actor=who, application_id=one, revision=1, demand=NewDemand(code, LAW, REASON))
    with pytest.raises(DecisionTaken):
        override_gate(
            actor=town.clerk("MZJ"), application_id=case.id, revision=1, demand=NewDemand(code, LAW, REASON)
        )
    assert not Demand.objects.filter(application_id=case.id).exists()


def again(draft: Draft, *extra: str) -> None:
    """She hands it in once more, with ``extra`` papers."""
    draft.attach(*extra)
    draft.attach(*(m.code for m in draft.plan.uploads))
    draft.submit()


def test_she_brings_it_and_it_still_counts_as_shared(town: TestTown, case: Draft) -> None:
    """The rate says how the material could be had, not what a clerk asked for."""
    code = held_code(case)
    demand(town, case, code)
    with pytest.raises(ApplicationIncomplete) as refused:
        again(case)
    assert refused.value.detail["materials"] == [code]
    again(case, code)
    row = ApplicationMaterial.objects.get(application_id=case.id, material_code=code)
    assert row.file_address and Mode(row.mode).official
    assert Demand.objects.get(application_id=case.id).state == Demand.State.SUPPLIED


def test_without_a_demand_there_is_no_box(town: TestTown, case: Draft) -> None:
    """Returned for another reason: what resolved is still not taken, whoever sends it."""
    services.return_for_correction(
        actor=town.clerk("MZJ"), application_id=case.id, revision=case.row.revision, reason="请补充说明"
    )
    with pytest.raises(UploadNotExpected):
        case.attach(held_code(case))


def test_one_button_reports_it_and_attaches_what_the_node_knows(town: TestTown, case: Draft) -> None:
    code = held_code(case)
    with pytest.raises(MaterialAlreadyHeld):
        services.ask_for_material(actor=town.clerk("MZJ"), application_id=case.id, material_code=code)
    demand(town, case, code)
    made = report(case, code, "窗口说系统不算数")
    again(case)  # while it is open she need not bring it
    with ledger.reading():
        seen = gate.open_report(supervisor(), made)
    texts = {line.label: line.text for line in seen.evidence}
    assert (
        seen.words == "窗口说系统不算数" and LAW in texts["仍要求提供"] and texts["系统拦下的索要"] == "1次"
    )
    assert "无需提交" in texts["系统核对的结果"] and texts["能不能不用带"].startswith("不用带")
    assert LedgerEntry.objects.filter(kind=Kind.ASK_REPORTED, object_id=str(made)).count() == 1


def test_reporting_twice_is_reporting_once(town: TestTown, case: Draft) -> None:
    code = held_code(case)
    assert report(case, code) == report(case, code)
    assert AskReport.objects.filter(application_id=case.id).count() == 1


@pytest.mark.parametrize("upheld", [True, False])
def test_the_supervisor_decides_and_she_is_told(town: TestTown, case: Draft, upheld: bool) -> None:
    code = held_code(case)
    demand(town, case, code)
    made = report(case, code)
    settle_report(actor=supervisor(), report_id=made, upheld=upheld, finding="已核对清单与留痕")
    state = Demand.objects.get(application_id=case.id).state
    assert state == (Demand.State.CANCELLED if upheld else Demand.State.OPEN)
    told = queries.own_events(case.actor, case.id)[-1]
    assert told.step == "举报处理结果" and "已核对清单与留痕" in told.note
    with pytest.raises(ReportState):
        settle_report(actor=supervisor(), report_id=made, upheld=not upheld, finding="再处理一次")
    if upheld:
        again(case)
    else:
        with pytest.raises(ApplicationIncomplete):
            again(case)


def test_taking_a_report_back_lets_the_demand_count_again(town: TestTown, case: Draft) -> None:
    code = held_code(case)
    demand(town, case, code)
    made = report(case, code)
    with pytest.raises(NotFound):
        withdraw_report(actor=town.resident("王五"), report_id=made)
    withdraw_report(actor=case.actor, report_id=made)
    assert Demand.objects.get(application_id=case.id).state == Demand.State.OPEN


def test_an_ask_at_a_counter_needs_no_case(town: TestTown) -> None:
    """ "去开个证明来": there is no application yet, and the node still knows that she need not bring it."""
    zhao = town.resident("赵奶奶")
    with ledger.reading():
        made = report_ask(actor=zhao, asked=Asked("I081-M01", "window", item_code=CARD), words="")
        seen = gate.open_report(supervisor(), made)
        mine = gate.list_own_reports(zhao)
    assert {line.label for line in seen.evidence} >= {"材料", "系统核对的结果", "能不能不用带"}
    assert [one.id for one in mine] == [made] and mine[0].number == seen.head.number


@pytest.mark.parametrize(
    ("asked", "words", "refusal"),
    [
        (Asked("I999-M01", "window", item_code=CARD), "", NotFound),
        (Asked("I081-M01", "moon", item_code=CARD), "", InputInvalid),
        (Asked("I081-M01", "window", item_code=CARD), "长" * 501, InputInvalid),
    ],
)
def test_what_makes_no_sense_is_refused(
    town: TestTown, asked: Asked, words: str, refusal: type[Exception]
) -> None:
    with ledger.reading(), pytest.raises(refusal):
        report_ask(actor=town.resident("赵奶奶"), asked=asked, words=words)


def test_a_stranger_reports_and_reads_nothing(town: TestTown, case: Draft) -> None:
    code, wang = held_code(case), town.resident("王五")
    for one in (case.id, new_id()):
        with ledger.reading(), pytest.raises(NotFound):
            report_ask(actor=wang, asked=Asked(code, "online", one))
    made = report(case, code)
    for act in (gate.open_report, gate.open_own_report):
        with ledger.reading(), pytest.raises((NotFound, Forbidden)):
            act(wang, made)
    with pytest.raises(Forbidden):
        settle_report(actor=town.clerk("MZJ"), report_id=made, upheld=False, finding="自己处理自己")


def test_nothing_personal_is_in_its_entries(town: TestTown, case: Draft) -> None:
    code = held_code(case)
    demand(town, case, code)
    report(case, code, "我叫赵奶奶，电话13800000000")
    rows = LedgerEntry.objects.filter(kind__in=[Kind.GATE_OVERRIDDEN, Kind.ASK_REPORTED])
    told = "".join(row.detail + row.purpose + row.object_id for row in rows)
    assert told and "赵" not in told and "1380" not in told

"""Joint sealing: three parties over one body, and every way it can come to a halt and go on."""

import io
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from openpyxl import load_workbook

from proofless import ledger
from proofless.files.errors import FileStoreUnavailable
from proofless.gm.errors import Unavailable
from proofless.gm.sm2 import PrivateKey
from proofless.kit import clock, ids
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.drawing import Box
from proofless.ofd.package import pack
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries, services
from proofless.seals.errors import (
    DocumentRefused,
    PlanStateRefused,
    SealForbidden,
    SealNotActive,
    SealNotFound,
    SignerFailed,
)
from proofless.seals.models import Step
from proofless.seals.queries import PlanView
from proofless.seals.rules import Custody, PlanKind, PlanState, SealForm, SealState, StepState
from proofless.seals.services import NewApplication, NewPlan, Party
from tests.seals.conftest import Office, disk_full_after, let_end, package

pytestmark = pytest.mark.django_db
PARTIES = ("MZJ", "GAJ", "SPJ")


def wish(*codes: str, **changes: object) -> NewPlan:
    parties = tuple(
        Party(code, 1, Box(10 + 60 * at, 240, 42, 42)) for at, code in enumerate(codes or PARTIES)
    )
    new = NewPlan("联合审批意见", PlanKind.JOINT, "approval", pack(package("联合审批意见")), parties)
    return replace(new, **changes)  # type: ignore[arg-type]


def opened(office: Office, *codes: str) -> UUID:
    return services.open_plan(actor=office["keeper-mzj"], new=wish(*codes))


def view(office: Office, plan_id: UUID) -> PlanView:
    return queries.access_plan(office["keeper-mzj"], plan_id)


def seal_next(office: Office, plan_id: UUID) -> None:
    due = view(office, plan_id).due
    assert due is not None
    services.seal_step(actor=office[f"keeper-{due.department_code.lower()}"], step_id=due.id)


def read(office: Office, plan_id: UUID) -> bytes:
    with ledger.reading():
        return queries.read_plan_file(office["keeper-mzj"], plan_id)


def test_three_departments_seal_in_turn_and_a_stranger_can_check_all_of_it(office: Office) -> None:
    plan = opened(office)
    for sealed in range(3):
        found = view(office, plan)
        assert found.sealed == sealed and found.state is PlanState.OPEN
        if sealed:
            half = verify(read(office, plan), queries.trust_store())
            assert [one.signature_value for one in half.signatures] == [True] * sealed
            assert half.verdict is Verdict.INVALID, "not closed yet: it may not pass for complete"
        seal_next(office, plan)
    whole = verify(read(office, plan), queries.trust_store())
    assert whole.verdict is Verdict.VALID, whole.problems
    assert [one.seal_name[:6] for one in whole.signatures] == ["德州市民政局", "德州市公安局", "德州市行政审"]
    assert view(office, plan).state is PlanState.CLOSED
    assert LedgerEntry.objects.filter(kind=Kind.SEAL_USED).count() == 3


def test_everybody_waits_for_his_turn(office: Office) -> None:
    found = view(office, opened(office))
    assert queries.count_waiting(office["keeper-gaj"]) == 0
    with pytest.raises(PlanStateRefused, match="等待前序"):
        services.seal_step(actor=office["keeper-gaj"], step_id=found.steps[1].id)
    with pytest.raises(SealNotFound):
        services.seal_step(actor=office["keeper-gaj"], step_id=found.steps[0].id)
    seal_next(office, found.id)
    assert queries.count_waiting(office["keeper-gaj"]) == 1
    assert [one.id for one in queries.list_plans(office["keeper-gaj"], mine=True).rows] == [found.id]


def test_a_party_that_refuses_is_replaced_and_the_plan_goes_on(office: Office) -> None:
    plan = opened(office)
    seal_next(office, plan)
    refused = view(office, plan).due
    assert refused is not None
    services.refuse_step(actor=office["keeper-gaj"], step_id=refused.id, reason="不属于本局职责")
    stopped = view(office, plan)
    assert stopped.state is PlanState.STOPPED and stopped.due is not None
    assert stopped.due.reason == "不属于本局职责"
    with pytest.raises(SealNotFound):
        services.replace_party(actor=office["keeper-spj"], step_id=refused.id, department_code="DSJJ")
    services.replace_party(actor=office["keeper-mzj"], step_id=refused.id, department_code="DSJJ")
    due = view(office, plan).due
    assert due is not None and due.department_code == "DSJJ" and due.number == 2
    services.seal_step(actor=office["approver-2"], step_id=due.id)
    seal_next(office, plan)
    assert verify(read(office, plan), queries.trust_store()).verdict is Verdict.VALID
    assert [one.state for one in view(office, plan).steps].count(StepState.REPLACED) == 1


def test_a_party_that_refused_may_be_asked_again(office: Office) -> None:
    plan = opened(office, "MZJ", "GAJ")
    due = view(office, plan).due
    assert due is not None
    services.refuse_step(actor=office["keeper-mzj"], step_id=due.id, reason="内容有误")
    services.reopen_step(actor=office["keeper-mzj"], step_id=due.id)
    seal_next(office, plan)
    seal_next(office, plan)
    assert view(office, plan).state is PlanState.CLOSED


def test_a_seal_suspended_mid_way_is_seen_before_its_turn_and_holds_nothing_up_for_good(
    office: Office,
) -> None:
    plan = opened(office)
    seal = queries.active_seal_for("GAJ", "approval")
    services.suspend_seal(actor=office["keeper-gaj"], seal_id=seal.id)
    assert "请印章管理员恢复" in view(office, plan).steps[1].hindrance
    seal_next(office, plan)
    with pytest.raises(SealNotActive):
        seal_next(office, plan)
    due = view(office, plan).due
    assert due is not None and due.state is StepState.READY, "nothing was begun"
    services.resume_seal(actor=office["keeper-gaj"], seal_id=seal.id)
    seal_next(office, plan)
    seal_next(office, plan)
    assert verify(read(office, plan), queries.trust_store()).verdict is Verdict.VALID


def test_a_seal_that_expires_mid_way_is_renewed_and_the_plan_goes_on(office: Office) -> None:
    """公安局's seal runs out between the first and the second signature: everybody sees it, a new one ends it."""
    plan = opened(office)
    seal_next(office, plan)
    let_end("GAJ", clock.now() - timedelta(hours=1))
    due = view(office, plan).due
    assert due is not None and "已过期" in due.hindrance and "换发" in due.hindrance
    with pytest.raises(SealNotActive, match="已过期"):
        seal_next(office, plan)
    page = office.client("keeper-gaj").get(f"/desk/seals/plans/{plan}").content.decode()
    assert "暂不能签章" in page and "请印章管理员申请换发" in page
    old = queries.list_seals("GAJ")[0]
    wish = NewApplication(old.name, SealForm.DEPARTMENT, "到期换发", renews_id=old.id)
    application = services.apply_for_seal(actor=office["keeper-gaj"], new=wish)
    services.approve_application(actor=office["approver"], application_id=application)
    made = services.make_applied_seal(actor=office["approver"], application_id=application)
    services.activate_seal(actor=office["keeper-gaj"], seal_id=made.id)
    assert queries.access_seal(office["approver"], old.id).state is SealState.RENEWED
    seal_next(office, plan)
    seal_next(office, plan)
    found = verify(read(office, plan), queries.trust_store())
    assert found.verdict is Verdict.VALID and len(found.signatures) == 3


def test_the_documents_of_a_queue_are_sealed_together_and_what_fails_is_named(office: Office) -> None:
    """民政局 ticks two of its queue; one was cancelled a moment ago."""
    plans = [opened(office, "MZJ", "GAJ") for _ in range(3)]
    dues = [view(office, plan).due for plan in plans]
    services.cancel_plan(actor=office["keeper-mzj"], plan_id=plans[0])
    client = office.client("keeper-mzj")
    posted = {"step": [str(due.id) for due in dues[:2] if due] + ["no id"]}
    page = client.post("/desk/seals/plans/seal", posted, follow=True).content.decode()
    assert "已签章 1 份" in page and "有 1 份没有签章：签章流程已取消" in page
    assert view(office, plans[1]).sealed == 1 and view(office, plans[2]).sealed == 0
    assert "请先勾选" in client.post("/desk/seals/plans/seal", {}, follow=True).content.decode()


def test_the_list_is_searched_counted_and_taken_along(office: Office) -> None:
    plan = opened(office)
    services.cancel_plan(actor=office["keeper-mzj"], plan_id=plan)
    opened(office, "MZJ", "GAJ")
    client = office.client("keeper-mzj")
    page = client.get("/desk/seals/plans?q=联合&state=cancelled").content.decode()
    assert str(plan) in page and page.count("/desk/seals/plans/0") == 1
    assert "没有符合条件" in client.get("/desk/seals/plans?q=没有这个").content.decode()
    rows = list(load_workbook(io.BytesIO(client.get("/desk/seals/plans/export.xlsx").content)).active.values)
    assert len(rows) == 4 and {rows[2][5], rows[3][5]} == {"签章中", "已取消"}


def test_the_document_is_shown_to_who_takes_part_and_to_nobody_else(office: Office) -> None:
    plan = opened(office, "MZJ", "GAJ")
    seal_next(office, plan)
    page = office.client("keeper-gaj").get(f"/desk/seals/plans/{plan}").content.decode()
    assert "data-viewer" in page and 'data-seal="1"' in page and "盖章后内容没有被改动" in page
    assert "data-viewer" not in office.client("auditor").get(f"/desk/seals/plans/{plan}").content.decode()


def test_a_device_gone_between_intent_and_seal_leaves_the_intent_and_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = opened(office, "MZJ", "GAJ")
    before = read(office, plan)

    def gone(self: PrivateKey, message: bytes) -> bytes:
        raise Unavailable("device gone")

    with monkeypatch.context() as broken:
        broken.setattr(PrivateKey, "sign", gone)
        with pytest.raises(SignerFailed):
            seal_next(office, plan)
    due = view(office, plan).due
    assert due is not None and due.state is StepState.SEALING and due.begun_label == "民政局章管员"
    assert read(office, plan) == before and not LedgerEntry.objects.filter(kind=Kind.SEAL_USED).exists()
    seal_next(office, plan)
    seal_next(office, plan)
    assert verify(read(office, plan), queries.trust_store()).verdict is Verdict.VALID


def test_a_batch_goes_on_where_the_disk_was_full(office: Office) -> None:
    """Of five documents two were sealed when the disk filled up: the same call finishes the other three."""
    plans = [opened(office, "MZJ", "GAJ") for _ in range(5)]
    dues = [view(office, plan).due for plan in plans]
    steps = [due.id for due in dues if due is not None]
    with disk_full_after(2):
        results = services.seal_steps(actor=office["keeper-mzj"], step_ids=steps)
    assert [one.refusal is None for one in results] == [True, True, False, False, False]
    assert all(isinstance(one.refusal, FileStoreUnavailable) for one in results[2:])
    left = [one.step_id for one in results if one.refusal]
    assert all(one.refusal is None for one in services.seal_steps(actor=office["keeper-mzj"], step_ids=left))
    assert Step.objects.filter(id__in=steps, state=StepState.SEALED).count() == 5


def test_a_step_is_sealed_once(office: Office) -> None:
    plan = opened(office)
    due = view(office, plan).due
    assert due is not None
    services.seal_step(actor=office["keeper-mzj"], step_id=due.id)
    with pytest.raises(PlanStateRefused, match="已签章"):
        services.seal_step(actor=office["keeper-mzj"], step_id=due.id)


def test_a_cancelled_plan_takes_nothing_more(office: Office) -> None:
    plan = opened(office)
    with pytest.raises(SealNotFound):
        services.cancel_plan(actor=office["keeper-gaj"], plan_id=plan)
    services.cancel_plan(actor=office["keeper-mzj"], plan_id=plan)
    with pytest.raises(PlanStateRefused):
        seal_next(office, plan)
    with pytest.raises(PlanStateRefused):
        services.cancel_plan(actor=office["keeper-mzj"], plan_id=plan)


@pytest.mark.parametrize(
    "changes",
    [
        {"parties": (Party("MZJ", 1, Box(10, 10, 42, 42)),)},
        {"parties": (Party("MZJ", 1, Box(10, 10, 42, 42)), Party("GAJ", 2, Box(10, 10, 42, 42)))},
        {"parties": (Party("MZJ", 1, Box(10, 10, 42, 42)), Party("GAJ", 1, Box(190, 10, 42, 42)))},
        {"parties": (Party("MZJ", 1, Box(10, 10, 42, 42)), Party("XXX", 1, Box(60, 10, 42, 42)))},
        {"title": " "},
    ],
)
def test_a_plan_that_could_never_be_finished_is_not_begun(office: Office, changes: dict[str, object]) -> None:
    with pytest.raises(InputInvalid):
        services.open_plan(actor=office["keeper-mzj"], new=wish(**changes))


def test_what_is_no_open_ofd_is_not_sealed(office: Office) -> None:
    plan = opened(office, "MZJ", "GAJ")
    seal_next(office, plan)
    seal_next(office, plan)
    closed = read(office, plan)
    for body in (b"%PDF-1.7", closed):
        with pytest.raises(DocumentRefused):
            services.open_plan(actor=office["keeper-mzj"], new=wish(body=body))


def test_only_who_takes_part_reads_the_document_and_the_holder_sees_it(office: Office) -> None:
    """张三 is named in it: whoever of the three offices opened the file stands in her ledger."""
    zhangsan = ids.new_id()
    plan = services.open_plan(actor=office["keeper-mzj"], new=wish("MZJ", "GAJ", holders=(zhangsan,)))
    with ledger.reading() as lines:
        queries.read_plan_file(office["keeper-gaj"], plan)
        assert [line.holder_id for line in lines] == [zhangsan]
    with pytest.raises(SealNotFound):
        queries.access_plan(office["keeper-spj"], plan)
    assert queries.access_plan(office["auditor"], plan)
    with pytest.raises(SealNotFound):
        queries.read_plan_file(office["auditor"], plan)
    assert str(zhangsan) in LedgerEntry.objects.get(kind=Kind.PLAN_OPENED).holders


def test_a_keeper_out_of_hours_leaves_no_intent(office: Office) -> None:
    seal = queries.active_seal_for("MZJ", "approval")
    other = Custody(office["keeper-mzj"].account_id, since=date(2020, 1, 1), until=date(2020, 1, 2))
    services.give_custody(actor=office["approver"], seal_id=seal.id, custody=other)
    plan = opened(office)
    with pytest.raises(SealForbidden, match="保管期不含今天"):
        seal_next(office, plan)
    due = view(office, plan).due
    assert due is not None and due.state is StepState.READY


def test_an_address_acts_on_what_it_names(office: Office) -> None:
    """A step of one plan under another's address: the reply would show a plan that did not change."""
    one, other = opened(office), opened(office)
    due = view(office, other).due
    assert due is not None
    client = office.client("keeper-mzj")
    page = client.post(f"/desk/seals/plans/{one}/steps/{due.id}", {"verb": "seal"})
    api = client.post(f"/api/v1/seals/plans/{one}/steps/{due.id}/seal", headers=office.bearer("keeper-mzj"))
    assert (page.status_code, api.status_code) == (404, 404)
    assert view(office, other).sealed == 0

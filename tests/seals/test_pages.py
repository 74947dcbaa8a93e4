"""The desk of the seal office: every page answers, each person sees what is hers, refusals say what to do."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from proofless.kit import clock
from proofless.seals import queries, services
from proofless.seals.models import Application, SealState
from proofless.seals.pages.trust import in_words
from proofless.seals.rules import SealForm
from proofless.seals.services import NewApplication
from tests.seals.conftest import Office, let_end

pytestmark = pytest.mark.django_db
PAGES = (
    "", "applications", "applications/new", "plans", "plans/new", "file", "batches", "batches/new",
    "successions", "trust", "signer",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers(office: Office, path: str) -> None:
    assert office.client("keeper-gaj").get(f"/desk/seals/{path}").status_code == 200


def test_a_keeper_sees_his_departments_seals_and_an_approver_all(office: Office) -> None:
    own = office.client("keeper-gaj").get("/desk/seals/").content.decode()
    every = office.client("approver").get("/desk/seals/").content.decode()
    assert "德州市公安局电子证照专用章" in own and "德州市民政局电子证照专用章" not in own
    assert "德州市民政局电子证照专用章" in every
    foreign = queries.active_seal_for("MZJ", "marriage_cert")
    assert office.client("keeper-gaj").get(f"/desk/seals/{foreign.id}").status_code == 404


def test_the_workbook_holds_what_the_list_shows_and_says_it_is_a_demo(office: Office) -> None:
    reply = office.client("approver").get("/desk/seals/export.xlsx", {"q": "民政"})
    rows = list(load_workbook(BytesIO(reply.content)).active.values)  # type: ignore[union-attr]
    assert rows[0][0] == "演示·无效"
    assert [row[1] for row in rows[2:]] == ["德州市民政局电子证照专用章"]


def test_applications_are_searched_counted_and_taken_along(office: Office) -> None:
    for name in ("户籍专用章", "出入境专用章"):
        wish = NewApplication(name, SealForm.DEPARTMENT, "需要")
        services.apply_for_seal(actor=office["keeper-gaj"], new=wish)
    client = office.client("approver")
    page = client.get("/desk/seals/applications?q=户籍&state=submitted").content.decode()
    assert "户籍专用章" in page and "出入境专用章" not in page
    assert "出入境专用章" in client.get("/desk/seals/applications?q=公安").content.decode()
    assert "没有符合条件的申请" in client.get("/desk/seals/applications?q=民政").content.decode()
    content = client.get("/desk/seals/applications/export.xlsx?q=户籍").content
    assert [row[0] for row in load_workbook(BytesIO(content)).active.values][2:] == ["户籍专用章"]


def test_the_log_is_narrowed_by_day_and_kind_and_taken_along(office: Office) -> None:
    """An auditor wants the uses of one week, not four thousand lines."""
    seal = queries.active_seal_for("GAJ", "id_card")
    services.suspend_seal(actor=office["keeper-gaj"], seal_id=seal.id, reason="盘点")
    client, path = office.client("auditor"), f"/desk/seals/{seal.id}"
    assert "停用印章" in client.get(f"{path}?show=acts").content.decode()
    assert "没有符合条件的记录" in client.get(f"{path}?show=used").content.decode()
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert "没有符合条件的记录" in client.get(f"{path}?since={tomorrow}").content.decode()
    assert "停用印章" in client.get(f"{path}?until={clock.today()}&since=nonsense").content.decode()
    content = client.get(f"{path}/uses.xlsx?show=acts").content
    assert [row[1] for row in load_workbook(BytesIO(content)).active.values][2] == "停用印章"


def test_seals_that_run_out_soon_are_found(office: Office) -> None:
    seal = queries.active_seal_for("GAJ", "id_card")
    let_end("GAJ", clock.now() + timedelta(days=30))
    page = office.client("approver").get("/desk/seals/?state=expiring").content.decode()
    assert seal.name in page and "民政局电子证照专用章" not in page


def test_an_application_passes_from_desk_to_desk(office: Office) -> None:
    form = {"name": "德州市公安局户籍专用章", "form": "department", "years": "5", "reason": "业务需要"}
    reply = office.client("keeper-gaj").post("/desk/seals/applications/new", form, follow=True)
    assert "申请已提交" in reply.content.decode()
    row = Application.objects.get()
    path = f"/desk/seals/applications/{row.id}/settle"
    assert office.client("keeper-mzj").post(path, {"verb": "withdraw"}).status_code == 404
    assert office.client("keeper-gaj").post(path, {"verb": "approve"}).status_code == 403
    refused = office.client("approver").post(path, {"verb": "refuse"}, follow=True).content.decode()
    assert "请写明不批准的原因" in refused
    office.client("approver").post(path, {"verb": "approve"})
    office.client("approver").post(path, {"verb": "make"})
    made = queries.access_seal(office["approver"], Application.objects.get().seal_id)  # type: ignore[arg-type]
    act = f"/desk/seals/{made.id}/act"
    told = office.client("approver").post(act, {"verb": "activate"}, follow=True).content.decode()
    assert "不能由同一人办理" in told
    office.client("keeper-gaj").post(act, {"verb": "activate"})
    assert queries.access_seal(office["approver"], made.id).state is SealState.ACTIVE


def test_a_seals_picture_is_shown_as_the_seal_carries_it(office: Office) -> None:
    seal = queries.active_seal_for("GAJ", "id_card")
    reply = office.client("keeper-gaj").get(f"/desk/seals/{seal.id}/picture")
    assert reply["Content-Type"] == "image/png" and reply.content == queries.picture_of(seal).data


def test_keepers_of_keys_are_told_it_is_no_certified_product(office: Office) -> None:
    told = office.client("approver").get("/desk/seals/signer").content.decode()
    assert "软件签名不是经认证的密码产品" in told and "已解锁" in told


def test_who_has_no_right_is_refused(office: Office) -> None:
    """王五, signed in as a clerk without seals, and an auditor who may look but not touch."""
    seal = queries.active_seal_for("GAJ", "id_card")
    auditor = office.client("auditor")
    assert auditor.get(f"/desk/seals/{seal.id}").status_code == 200
    assert auditor.post(f"/desk/seals/{seal.id}/act", {"verb": "suspend"}).status_code == 403
    assert auditor.get("/desk/seals/applications/new").status_code == 403
    assert auditor.post("/desk/seals/trust/recognition", {"subject_kind": "person"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Common Name: 某 CA, Organization: 某公司, Country: CN", "名称：某 CA；单位：某公司；国家：CN"),
        ("C=CN,O=某公司,OU=认证部,CN=根", "国家：CN；单位：某公司；部门：认证部；名称：根"),
        ("SERIALNUMBER=1,CN=根", "SERIALNUMBER=1；名称：根"),
    ],
)
def test_a_certificates_name_is_read_in_chinese(name: str, said: str) -> None:
    assert in_words(name) == said

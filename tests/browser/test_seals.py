"""The desks of seal keepers and approvers in a real browser: a seal's life, a joint sealing, trust."""

import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from proofless.access.rules import permissions_of
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.ofd.drawing import Box
from proofless.ofd.layout import Template, Text, fill
from proofless.ofd.metadata import Metadata
from proofless.ofd.package import pack
from proofless.ofd.writer import write
from proofless.parties.models import Account
from proofless.seals import queries, services
from proofless.seals.rules import Custody, PlanKind, SealForm
from proofless.seals.services import AtWords, NewApplication, NewPlan, Party, SealWish
from tests.browser.harness import Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long


def enter(browser: Browser, served: ServedTown, username: str, size: str = "desktop") -> Tab:
    tab = browser.page_at(f"{served.url}/sign-in", size)
    sign_in(tab, served.url, username)
    return tab


def official(username: str) -> Actor:
    account = Account.objects.get(username=username)
    return Actor(
        account.id, account.label, permissions_of(account.roles), department_code=account.department_code
    )


def body() -> bytes:
    template = Template(210, 297, (Text(Box(30, 40, 150, 12), "跨部门联合审批决定书"),))
    metadata = Metadata("决定书", "", "1", "id", "示范市民政局", "", date(2026, 1, 1), ())
    return pack(write(fill(template, {}), metadata))


@pytest.fixture(scope="module")
def office(served_town: ServedTown) -> ServedTown:
    """民政局 keeps a seal in person, waits for another, and leads a joint sealing with 公安局."""
    mzj, approver = official("clerk-mzj"), official("approver")
    seal = queries.active_seal_for("MZJ", "marriage_cert")
    services.apply_for_seal(
        actor=mzj, new=NewApplication("示范市民政局婚姻登记专用章", SealForm.DEPARTMENT, "婚姻登记业务需要")
    )
    services.give_custody(
        actor=approver,
        seal_id=seal.id,
        custody=Custody(
            mzj.account_id, weekdays=(1, 2, 3, 4, 5), since=date(2026, 1, 1), until=date(2030, 1, 1)
        ),
    )
    parties = tuple(Party(code, 1, Box(20 + 60 * at, 230, 42, 42)) for at, code in enumerate(("MZJ", "GAJ")))
    services.open_plan(
        actor=mzj, new=NewPlan("联合审批决定书", PlanKind.JOINT, "marriage_cert", body(), parties)
    )
    brought = [(f"证明{n}.ofd", body()) for n in range(1, 4)] + [("扫描件.ofd", b"no document")]
    batch = services.open_batch(
        actor=mzj, title="十一月婚姻登记档案证明", brought=brought, wish=SealWish(AtWords("决定书"))
    )
    services.run_batch(actor=mzj, batch_id=batch)
    return served_town


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("username", ["clerk-mzj", "approver"])
def test_every_page_of_the_seal_office_is_usable(
    browser: Browser, office: ServedTown, username: str, size: str
) -> None:
    tab = enter(browser, office, username, size)
    actor = official(username)
    seal = queries.active_seal_for("MZJ", "marriage_cert")
    (waiting,) = queries.list_applications(actor, state="submitted").rows
    plan = queries.list_plans(official("clerk-mzj"), text="决定书").rows[0]
    walk = {
        "register": "",
        "seal": str(seal.id),
        "applications": "applications",
        "application": f"applications/{waiting.id}",
        "plans": "plans",
        "plan": f"plans/{plan.id}",
        "successions": "successions",
        "trust": "trust",
        "signer": "signer",
    }
    if username == "clerk-mzj":
        (batch,) = queries.list_batches(actor).rows
        walk |= {
            "apply": "applications/new",
            "open-plan": "plans/new",
            "waiting": "plans?mine=1",
            "file": "file",
            "batches": "batches",
            "open-batch": "batches/new",
            "batch": f"batches/{batch.id}",
        }
    for name, path in walk.items():
        if username == "approver" and name == "plan":
            continue
        reply = tab.page.goto(f"{office.url}/desk/seals/{path}")
        assert reply and reply.status == 200, path
        look(tab, f"seals-{name}-{username}", size)


def test_a_seal_is_made_by_two_persons(browser: Browser, office: ServedTown) -> None:
    """The approver approves and makes; she may not take it into use herself, 民政局 does."""
    approver = enter(browser, office, "approver")
    approver.page.goto(f"{office.url}/desk/seals/applications?state=submitted")
    approver.page.get_by_role("link", name="示范市民政局婚姻登记专用章").click()
    press(approver.page, "批准")
    press(approver.page, "制作印章")
    approver.page.get_by_role("link", name="查看印章").click()
    told = approver.page.inner_text("main")
    assert "待第二人启用" in told and not approver.page.get_by_role("button", name="启用").count()
    keeper = enter(browser, office, "clerk-mzj", "phone")
    keeper.page.goto(approver.page.url)
    press(keeper.page, "启用")
    assert "已启用" in keeper.page.inner_text("main")
    look(keeper, "seals-activated", "phone")


def test_a_document_is_sealed_in_turn(browser: Browser, office: ServedTown, tmp_path: Path) -> None:
    """民政局 uploads, seals, and 公安局 finds it in its own queue."""
    leader = enter(browser, office, "clerk-mzj")
    leader.page.goto(f"{office.url}/desk/seals/plans/new")
    leader.page.get_by_label("文件名称").fill("住房联合审核意见")
    leader.page.get_by_label("文件种类").fill("营业执照")
    path = tmp_path / "body.ofd"
    path.write_bytes(body())
    leader.page.get_by_label("OFD 或 PDF 文件").set_input_files(path)
    leader.page.get_by_label("第1方").select_option("GAJ")
    leader.page.get_by_label("第2方").select_option("MZJ")
    press(leader.page, "发起")
    assert "等待" in leader.page.inner_text("main"), leader.page.inner_text("main")
    party = enter(browser, office, "clerk-gaj")
    party.page.goto(f"{office.url}/desk/seals/plans?mine=1")
    party.page.get_by_role("link", name="住房联合审核意见").click()
    press(party.page, "签章")
    assert "已签 1 / 2" in party.page.inner_text("main")
    look(party, "seals-plan-half", "desktop")


def test_a_stack_is_sealed_and_fetched(browser: Browser, office: ServedTown, tmp_path: Path) -> None:
    """民政局 chooses three files at once, one of them broken; the other two come back in one ZIP."""
    tab = enter(browser, office, "clerk-mzj", "phone")
    tab.page.goto(f"{office.url}/desk/seals/batches/new")
    tab.page.get_by_label("这批文件的名称").fill("十二月批复")
    paths = [tmp_path / f"批复{n}.ofd" for n in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(body() if number else b"no document")
    tab.page.get_by_label("OFD 或 PDF 文件").set_input_files(paths)
    tab.page.get_by_label("盖在什么文字上").fill("决定书")
    press(tab.page, "开始盖章")
    assert "已盖章 2 份，不能盖章 1 份" in tab.page.inner_text("main"), tab.page.inner_text("main")
    look(tab, "seals-batch-done", "phone")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="下载已盖章的 2 份").click()
    assert len(zipfile.ZipFile(download.value.path()).namelist()) == 2


def test_a_document_is_read_before_it_is_sealed(browser: Browser, office: ServedTown) -> None:
    """The plan's page shows the document; two waiting ones are sealed by one button, no third with them."""
    lawyer = official("clerk-sfj")
    parties = tuple(Party(code, 1, Box(20 + 60 * at, 230, 42, 42)) for at, code in enumerate(("SFJ", "GAJ")))
    for title in ("法律援助联审意见", "社区矫正联审意见"):
        new = NewPlan(title, PlanKind.CROSS_LEVEL, "marriage_cert", body(), parties)
        services.open_plan(actor=lawyer, new=new)
    tab = enter(browser, office, "clerk-sfj", "phone")
    tab.page.goto(f"{office.url}/desk/seals/plans?mine=1")
    tab.page.get_by_role("link", name="法律援助联审意见").click()
    tab.page.get_by_label("在文件里找文字").fill("联合审批")
    tab.page.get_by_label("在文件里找文字").press("Enter")
    assert "第 1 处" in tab.page.inner_text("[data-viewer-found]")
    tab.page.goto(f"{office.url}/desk/seals/plans?mine=1")
    tab.page.on("dialog", lambda dialog: dialog.accept())
    tab.page.get_by_role("button", name="给勾选的文件签章").click()
    tab.page.get_by_text("已签章 2 份", exact=True).wait_for()
    assert "没有待本单位签章的文件" in tab.page.inner_text("main")
    look(tab, "seals-many-sealed", "phone")
    tab.page.get_by_role("link", name="全部").click()
    tab.page.get_by_role("link", name="社区矫正联审意见").click()
    tab.page.locator("[data-seal]").first.click(force=True)
    assert tab.page.evaluate("document.activeElement.id") == "seal-1"


def test_a_wrong_line_in_an_application_is_named(browser: Browser, office: ServedTown) -> None:
    tab = enter(browser, office, "clerk-mzj", "phone")
    tab.page.goto(f"{office.url}/desk/seals/applications/new")
    tab.page.get_by_label("印章名称").fill("某某专用章")
    tab.page.get_by_label("用于哪些文件").fill("不存在的证照")
    tab.page.get_by_label("申请理由").fill("需要")
    press(tab.page, "提交申请")
    tab.complaints.clear()  # the browser itself reports the 422
    assert "没有这些证照：不存在的证照" in tab.page.inner_text("main")
    look(tab, "seals-apply-wrong", "phone")


def test_succession_and_import_forms_take_their_values(browser: Browser, office: ServedTown) -> None:
    tab = enter(browser, office, "approver")
    tab.page.goto(f"{office.url}/desk/seals/successions")
    tab.page.get_by_label("原颁发部门").select_option("MZJ")
    tab.page.get_by_label("承接部门").select_option("SPJ")
    later = clock.today() + timedelta(days=30)
    tab.page.get_by_label("生效日期").fill(later.isoformat())
    tab.page.get_by_label("批准文号").fill("示范编〔2026〕8号")
    press(tab.page, "登记")
    assert "待生效" in tab.page.inner_text("main")
    look(tab, "seals-successions-set", "desktop")

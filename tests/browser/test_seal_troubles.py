"""The seal office when things do not go straight: refused, broken off, run out, waiting for the second person.

Each page is looked at on a phone, on a desk and in large type: what has to be done next must be seen at once.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.ofd.drawing import Box
from proofless.seals import queries, services
from proofless.seals.errors import SignerFailed
from proofless.seals.rules import PlanKind, SealForm, SubjectKind, Succession, TrustRole
from proofless.seals.services import AtWords, NewApplication, NewPlan, NewTrust, Party, SealWish
from tests.browser.harness import Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.browser.test_seals import body, official
from tests.seals.conftest import let_end
from tests.seals.test_trust import END, START, Stranger
from tests.town import town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long
VIEWS = [("phone", False), ("desktop", False), ("phone", True)]
IDS = ["phone", "desktop", "large"]


@dataclass
class Troubles:
    """A served town and the ids of what went wrong in it."""

    url: str
    plans: dict[str, UUID] = field(default_factory=dict)
    applications: dict[str, UUID] = field(default_factory=dict)
    seals: dict[str, UUID] = field(default_factory=dict)
    trusted: dict[str, UUID] = field(default_factory=dict)
    batch: UUID | None = None


def opened(leader: Actor, title: str, *codes: str) -> UUID:
    parties = tuple(Party(code, 1, Box(20 + 60 * at, 230, 42, 42)) for at, code in enumerate(codes))
    new = NewPlan(title, PlanKind.JOINT, "marriage_cert", body(), parties)
    return services.open_plan(actor=leader, new=new)


def seal_due(actor: Actor, plan_id: UUID) -> None:
    due = queries.access_plan(actor, plan_id).due
    assert due is not None
    services.seal_step(actor=actor, step_id=due.id)


def applied(actor: Actor, name: str) -> UUID:
    return services.apply_for_seal(
        actor=actor, new=NewApplication(name, SealForm.DEPARTMENT, "原印章磨损，图案不清")
    )


@pytest.fixture(scope="module")
def troubles(served_town: ServedTown) -> Troubles:
    mzj, gaj, approver = official("clerk-mzj"), official("clerk-gaj"), official("approver")
    made = Troubles(served_town.url)
    _plans(made, mzj, gaj)
    _applications(made, mzj, approver)
    _seals(made, approver)
    _trust(made, approver)
    brought = [(f"批复{n}.ofd", body()) for n in range(1, 4)]
    made.batch = services.open_batch(
        actor=mzj, title="没有盖完的一批", brought=brought, wish=SealWish(AtWords("决定书"))
    )
    services.run_batch(actor=mzj, batch_id=made.batch, seconds=0)
    change = Succession("ZGH", "CL", clock.today(), ())
    services.record_succession(
        actor=approver, new=change, document="示范编〔2026〕8号", coordinator_code="MZJ"
    )
    return made


def _plans(made: Troubles, mzj: Actor, gaj: Actor) -> None:
    made.plans["refused"] = refused = opened(mzj, "社会救助联审意见", "MZJ", "GAJ")
    seal_due(mzj, refused)
    due = queries.access_plan(gaj, refused).due
    assert due is not None
    services.refuse_step(actor=gaj, step_id=due.id, reason="第二页的家庭人数与户籍登记不符，请核对后重新送签")
    made.plans["closed"] = closed = opened(mzj, "住房保障联审意见", "MZJ", "GAJ")
    seal_due(mzj, closed)
    seal_due(gaj, closed)
    made.plans["broken"] = broken = opened(mzj, "残疾人补贴联审意见", "MZJ", "GAJ")
    with pytest.MonkeyPatch.context() as patch:

        def gone(*_: object) -> None:
            raise SignerFailed()

        patch.setattr("proofless.seals.services.planning._affix", gone)
        with pytest.raises(SignerFailed):
            seal_due(mzj, broken)
    made.plans["expired"] = expired = opened(mzj, "养老机构联审意见", "MZJ", "CL")
    seal_due(mzj, expired)


def _applications(made: Troubles, mzj: Actor, approver: Actor) -> None:
    for name in ("waiting", "approved", "made", "refused"):
        made.applications[name] = applied(mzj, f"示范市民政局社会救助专用章{len(made.applications) + 1}")
    found = made.applications
    for name in ("approved", "made"):
        services.approve_application(actor=approver, application_id=found[name], opinion="同意")
    services.make_applied_seal(actor=approver, application_id=found["made"])
    services.refuse_application(
        actor=approver, application_id=found["refused"], opinion="名称应与机构全称一致"
    )
    making = queries.access_application(mzj, found["made"]).seal_id
    assert making is not None
    made.seals["making"] = making


def _seals(made: Troubles, approver: Actor) -> None:
    let_end("CL", clock.now() - timedelta(days=1))
    let_end("JYTYJ", clock.now() + timedelta(days=20))
    for name, code in (("expired", "CL"), ("expiring", "JYTYJ"), ("suspended", "TYJR"), ("revoked", "WLJ")):
        made.seals[name] = queries.list_seals(code)[0].id
    services.suspend_seal(actor=approver, seal_id=made.seals["suspended"], reason="保管人调离，交接中")
    services.revoke_seal(actor=approver, seal_id=made.seals["revoked"], reason="密钥介质遗失")


def _trust(made: Troubles, approver: Actor) -> None:
    for name in ("listed", "distrusted", "silent"):
        stranger = Stranger()
        new = NewTrust(
            {"listed": "某电子认证公司", "distrusted": "已停业的认证公司", "silent": "没有列表的认证公司"}[
                name
            ],
            stranger.root.certificate.der,
            TrustRole.ANCHOR,
            (SubjectKind.ENTERPRISE, SubjectKind.PERSON),
            START,
            END,
            crl_url="" if name == "listed" else "http://127.0.0.1:1/x.crl",
        )
        made.trusted[name] = trusted = services.import_certificate(actor=approver, new=new)
        if name == "listed":
            crl = stranger.crl(clock.now() - timedelta(days=1))
            services.upload_crl(actor=approver, trusted_id=trusted, data=crl)
        if name == "distrusted":
            services.distrust(
                actor=approver, trusted_id=trusted, since=clock.now(), reason="停止电子认证服务"
            )
    services.refresh_foreign_crls(actor=approver)


def enter(browser: Browser, made: Troubles, username: str, size: str, large: bool = False) -> Tab:
    context = browser.context(size)
    if large:
        context.add_cookies([{"name": "pf_type", "value": "large", "url": made.url}])
    tab = browser.page_at(f"{made.url}/sign-in", size, context=context)
    sign_in(tab, made.url, username)
    return tab


def walk(tab: Tab, made: Troubles, pages: dict[str, tuple[str, str]], size: str, large: bool) -> None:
    """``pages``: name → (address under /desk/seals/, what must be read on it)."""
    for name, (path, told) in pages.items():
        tab.page.goto(f"{made.url}/desk/seals/{path}")
        assert told in tab.page.inner_text("main"), (name, told, tab.page.inner_text("main"))
        look(tab, f"troubles-{name}{'-large' if large else ''}", size, keyboard=size == "desktop")


@pytest.mark.parametrize(("size", "large"), VIEWS, ids=IDS)
def test_a_keeper_sees_what_went_wrong_and_what_to_do(
    browser: Browser, troubles: Troubles, size: str, large: bool
) -> None:
    made = troubles
    pages = {
        "plan-refused": (f"plans/{made.plans['refused']}", "重新送市公安局签章"),
        "plan-broken": (f"plans/{made.plans['broken']}", "再次签章即可继续"),
        "plan-expired": (f"plans/{made.plans['expired']}", "已过期"),
        "plan-closed": (f"plans/{made.plans['closed']}", "全部签章完成"),
        "application-refused": (f"applications/{made.applications['refused']}", "名称应与机构全称一致"),
        "seal-making": (f"{made.seals['making']}", "启用"),
        "batch-unfinished": (f"batches/{made.batch}", "继续盖章（还有 2 份）"),
        "file": ("file", "盖在哪里"),
        "open-plan": ("plans/new", "不止两方"),
    }
    walk(enter(browser, made, "clerk-mzj", size, large), made, pages, size, large)


@pytest.mark.parametrize(("size", "large"), VIEWS, ids=IDS)
def test_an_approver_works_from_a_phone(browser: Browser, troubles: Troubles, size: str, large: bool) -> None:
    made = troubles
    pages = {
        "queue": ("applications?state=submitted", "社会救助专用章1"),
        "application-waiting": (f"applications/{made.applications['waiting']}", "批准"),
        "application-approved": (f"applications/{made.applications['approved']}", "制作印章"),
        "application-made": (f"applications/{made.applications['made']}", "由第二人核对印模后启用"),
        "seal-own-making": (f"{made.seals['making']}", "待第二人启用"),
        "seal-suspended": (f"{made.seals['suspended']}", "保管人调离"),
        "seal-expired": (f"{made.seals['expired']}", "不能再盖章"),
        "seal-revoked": (f"{made.seals['revoked']}", "密钥介质遗失"),
        "seal-expiring": (f"{made.seals['expiring']}", "天到期"),
        "register-expiring": ("?state=expiring", "市教育"),
        "trust": ("trust", "没有列表的认证公司"),
        "trusted-listed": (f"trust/{made.trusted['listed']}", "上传"),
        "trusted-silent": (f"trust/{made.trusted['silent']}", "连接不上"),
        "trusted-distrusted": (f"trust/{made.trusted['distrusted']}", "停止电子认证服务"),
        "successions": ("successions", "暂不能盖章"),
    }
    walk(enter(browser, made, "approver", size, large), made, pages, size, large)


def test_of_the_ways_to_place_a_seal_only_the_chosen_ones_fields_are_shown(
    browser: Browser, troubles: Troubles
) -> None:
    """Without script too: the style sheet does it, and all fields are there to be filled."""
    context = browser.context("phone", scripts=False)
    tab = browser.page_at(f"{troubles.url}/sign-in", "phone", context=context)
    sign_in(tab, troubles.url, "clerk-mzj")
    tab.page.goto(f"{troubles.url}/desk/seals/file")
    words, number = tab.page.get_by_label("盖在什么文字上"), tab.page.get_by_label("第几页")
    assert words.is_visible() and not number.is_visible()
    tab.page.get_by_label("指定页和位置").check()
    assert number.is_visible() and not words.is_visible()
    tab.page.get_by_label("骑缝").check()
    assert not number.is_visible() and not words.is_visible()
    tab.page.get_by_label("指定页和位置").check()
    tab.page.get_by_label("OFD 或 PDF 文件").set_input_files(
        {"name": "a.ofd", "mimeType": "application/ofd", "buffer": body()}
    )
    press(tab.page, "盖章并下载")
    assert number.is_visible() and "请填写" in tab.page.inner_text("main")


def test_the_desks_top_bar_is_one_line_on_a_phone(browser: Browser, troubles: Troubles) -> None:
    for large in (False, True):
        page = enter(browser, troubles, "clerk-mzj", "phone", large).page
        page.goto(f"{troubles.url}/desk/seals/")
        tops = {one.bounding_box()["y"] for one in page.locator(".pf-topbar .pf-btn:visible").all()}  # type: ignore[index]
        assert len(tops) == 1 and page.get_by_role("button", name="退出登录").is_visible()

"""Handling in a real browser: a clerk without a mouse, a form that keeps itself, an agent, a kiosk in the hall."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page

from proofless import ledger
from proofless.applications import services
from proofless.applications.handling.services.opinions import ask_opinion
from proofless.applications.models import Application, State
from proofless.codes import services as codes
from proofless.simulator.acting import Wish, apply_for
from tests.applications.scenes import handed_in_again
from tests.browser.harness import SIZES, Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.browser.test_window import enter, number_of
from tests.town import town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long
AID = "I083"


def row(case: UUID) -> Application:
    return Application.objects.get(id=case)


def aid(served: ServedTown, name: str) -> UUID:
    return apply_for(Wish(AID, served.town[name]))


def clerk_of(browser: Browser, served: ServedTown, case: UUID, size: str) -> Tab:
    return enter(browser, served, f"clerk-{row(case).department_code.lower()}", size)


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def going(page: Page, act: Callable[[], object]) -> None:
    with page.expect_navigation():
        act()


def test_a_case_from_the_list_to_the_decision_without_a_mouse(
    browser: Browser, served_town: ServedTown
) -> None:
    """Takes, accepts, asks, stops and starts the clocks, goes on to the next: letters, Tab, space and Enter alone."""
    case, second = aid(served_town, "张三"), aid(served_town, "李四")
    page = clerk_of(browser, served_town, case, "desktop").page
    page.goto(f"{served_town.url}/desk/queue?q={row(case).receipt}")
    keys(page, "j")
    going(page, lambda: keys(page, "Enter"))
    assert page.url.endswith(str(case))
    keys(page, "t")
    going(page, lambda: keys(page, "Enter"))
    assert row(case).taken_by
    for _ in row(case).unknown_rules:
        keys(page, "Shift+Tab", "Space")
    keys(page, "a")
    going(page, lambda: keys(page, "Enter"))
    assert row(case).state == State.ACCEPTED, page.inner_text("main")[:500]
    keys(page, "s", "Tab", "ArrowDown", "Tab")
    page.keyboard.type("当事人申请听证")
    keys(page, "Tab")
    page.keyboard.type("10")
    keys(page, "Tab")
    going(page, lambda: keys(page, "Enter"))
    assert row(case).paused
    keys(page, "s", "Shift+Tab")
    page.keyboard.type("听证结束，恢复办理")
    keys(page, "Tab")
    going(page, lambda: keys(page, "Enter"))
    assert not row(case).paused
    keys(page, "x")
    assert page.evaluate("document.activeElement.textContent").startswith("不予许可")
    keys(page, "?")
    assert page.get_by_role("dialog").get_by_text("下一件、上一件").is_visible()
    keys(page, "Escape")
    going(page, lambda: keys(page, "n"))
    assert str(case) not in page.url
    going(page, lambda: keys(page, "u"))
    assert page.url.endswith("/desk/queue") and row(second).receipt in page.inner_text("main")


@pytest.mark.parametrize("size", SIZES)
def test_naming_what_is_missing_and_hearing_others(
    browser: Browser, served_town: ServedTown, size: str
) -> None:
    case = aid(served_town, "王五")
    clerk = clerk_of(browser, served_town, case, size)
    clerk.page.goto(f"{served_town.url}/desk/cases/{case}")
    clerk.page.evaluate("document.querySelector('summary[data-key=m]').parentElement.open = true")
    look(clerk, "handling-naming", size, keyboard=True)
    clerk.page.get_by_label("案由", exact=False).first.check()
    clerk.page.get_by_label("原因").fill("请补正后再交")
    press(clerk.page, "退回补正")
    handed_in_again(served_town.town, "王五", case)
    clerk.page.goto(f"{served_town.url}/desk/cases/{case}")
    clerk.page.get_by_label("原因").fill("再请补正一次")
    press(clerk.page, "退回补正")
    clerk.complaints.clear()
    assert clerk.page.get_by_label("为什么第一次没有告知").is_visible()
    look(clerk, "handling-again", size)
    clerk.page.get_by_label("为什么第一次没有告知").fill("第一次没有看到背面，责任在窗口")
    clerk.page.get_by_label("原因（").fill("再请补正一次")
    press(clerk.page, "退回补正")
    supervisor = enter(browser, served_town, "supervisor", size)
    supervisor.page.goto(f"{served_town.url}/desk/supervision/supplements")
    look(supervisor, "handling-supplements", size, keyboard=True)


@pytest.mark.parametrize("size", SIZES)
def test_the_department_asked_reads_and_answers(browser: Browser, served_town: ServedTown, size: str) -> None:
    case = aid(served_town, "张三")
    now = row(case)
    clerk = served_town.town.clerk(now.department_code)
    with ledger.reading():
        services.accept(
            actor=clerk, application_id=case, revision=now.revision, checked=frozenset(now.unknown_rules)
        )
    ask_opinion(
        actor=clerk, application_id=case, department_code="MZJ", question="是否已享受救助", limit_days=3
    )
    own = clerk_of(browser, served_town, case, size)
    own.page.goto(f"{served_town.url}/desk/cases/{case}")
    look(own, "handling-case", size, keyboard=True)
    other = enter(browser, served_town, "clerk-mzj", size)
    other.page.goto(f"{served_town.url}/desk/opinions")
    look(other, "handling-asked", size, keyboard=True)
    other.page.get_by_role("link", name="是否已享受救助").first.click()
    other.page.wait_for_load_state()
    look(other, "handling-opinion", size, keyboard=True)
    other.page.get_by_label("同意", exact=True).check()
    press(other.page, "答复")
    hers = enter(browser, served_town, "zhangsan", size)
    hers.page.goto(f"{served_town.url}/applications/{case}")
    look(hers, "handling-receipt", size, keyboard=True)


def test_a_form_keeps_itself_and_two_devices_see_each_other(
    browser: Browser, served_town: ServedTown
) -> None:
    """张三's train goes through a tunnel; then her tablet has an older page open."""
    phone = enter(browser, served_town, "zhangsan", "phone")
    page = phone.page
    page.goto(f"{served_town.url}/items/{AID}")
    press(page, "开始办理")
    address = page.url
    tablet = enter(browser, served_town, "zhangsan", "desktop").page
    tablet.goto(address)
    box = page.get_by_label("案由", exact=False).first
    box.fill("劳动报酬")
    box.blur()
    page.get_by_text("已保存 ").wait_for()
    look(phone, "kept", "phone")
    page.context.set_offline(True)
    box.fill("劳动报酬纠纷")
    box.blur()
    page.get_by_text("填的内容还在这一页").wait_for()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("已保存 ").wait_for()
    other = tablet.get_by_label("案由", exact=False).first
    other.fill("交通事故")
    other.blur()
    tablet.get_by_text("别处刚改过，这里没有保存").wait_for()
    going(tablet, lambda: tablet.get_by_role("link", name="看别处填的").click())
    assert tablet.get_by_label("案由", exact=False).first.input_value() == "劳动报酬纠纷"
    page.context.clear_cookies()
    box.fill("劳动报酬和工伤")
    box.blur()
    page.get_by_text("没有保存：").wait_for()
    assert box.input_value() == "劳动报酬和工伤", "what a refusal did not take must stay on the page"
    assert "网络不通" not in page.locator("#kept").inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_an_agent_is_appointed_acts_and_is_dismissed(
    browser: Browser, served_town: ServedTown, size: str
) -> None:
    hers = enter(browser, served_town, "zhaonainai", size)
    hers.page.goto(f"{served_town.url}/agents?item=I081")
    look(hers, "agents-empty", size, keyboard=True)
    hers.page.get_by_label("代理人姓名").fill("李四")
    hers.page.get_by_label("代理人公民身份号码").fill(number_of(served_town, "李四"))
    hers.page.get_by_label("到哪天止").fill("2026-12-20")
    press(hers.page, "确认委托")
    look(hers, "agents-given", size, keyboard=True)
    his = enter(browser, served_town, "lisi", size)
    his.page.goto(f"{served_town.url}/agents")
    look(his, "agents-held", size, keyboard=True)
    press(his.page, "开始办")
    assert "为赵奶奶办理" in his.page.inner_text("main")
    address = his.page.url
    hers.page.once("dialog", lambda asked: asked.accept())
    press(hers.page, "撤销对李四的委托")
    assert (reply := his.page.goto(address)) and reply.status == 404


@pytest.mark.parametrize("size", SIZES)
def test_a_kiosk_is_hers_for_her_turn(browser: Browser, served_town: ServedTown, size: str) -> None:
    device = browser.page_at(f"{served_town.url}/sign-in", size)
    sign_in(device, served_town.url, "kiosk")
    look(device, "kiosk", size, keyboard=True)
    code = codes.show_code(actor=served_town.town.resident("张三")).text
    device.page.get_by_label("身份证号码最后四位").fill(number_of(served_town, "张三")[-4:])
    device.page.get_by_text("扫码枪或手动输入").click()
    device.page.get_by_label("码的内容").fill(code)
    press(device.page, "核验")
    assert device.page.get_by_role("button", name="办完了，退出").is_visible()
    look(device, "kiosk-home", size, keyboard=True)
    press(device.page, "办完了，退出")
    assert "已退出" in device.page.inner_text("main") and "张三" not in device.page.inner_text("body")

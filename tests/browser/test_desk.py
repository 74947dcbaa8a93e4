"""The desks of clerk, supervisor, auditor, bureau and inspector in a real browser: readable and reachable."""

from uuid import UUID

import pytest

from proofless.access.actors import system_actor
from proofless.applications.models import Application
from proofless.data import services as data
from proofless.kit.permissions import Permission
from proofless.simulator.acting import Wish, apply_for
from tests.browser import harness
from tests.browser.harness import Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import town

__all__ = ["served_town", "town"]
WALKS = {
    "clerk-mzj": ("queue", "done", "preparations", "queue?q=none"),
    "supervisor": ("supervision", "supervision/cases", "supervision?department=MZJ"),
    "auditor": ("chain",),
    "bureau": (
        "items?q=补贴",
        "items/I006",
        "types",
        "types/id_card",
        "datasets",
        "datasets/DS_PERSON_BASE",
        "themes",
    ),
    "inspector": ("scan",),
}

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def case(served_town: ServedTown) -> UUID:
    """赵奶奶's application, waiting in the queue of 民政局 with 李四's."""
    apply_for(Wish("I076", served_town.town["李四"]))
    return apply_for(Wish("I081", served_town.town["赵奶奶"]))


def enter(browser: Browser, served: ServedTown, username: str, size: str = "desktop") -> Tab:
    tab = browser.page_at(f"{served.url}/sign-in", size)
    sign_in(tab, served.url, username)
    return tab


@pytest.mark.parametrize("size", ["desktop", pytest.param("phone", marks=pytest.mark.long)])
@pytest.mark.parametrize("username", WALKS)
def test_every_page_of_a_desk_is_usable(
    browser: Browser, served_town: ServedTown, case: UUID, username: str, size: str
) -> None:
    tab = enter(browser, served_town, username, size)
    for path in WALKS[username]:
        reply = tab.page.goto(f"{served_town.url}/desk/{path}")
        assert reply and reply.status == 200, path
        look(tab, f"desk-{path.replace('/', '-').replace('?', '-')}", size)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_case_is_one_readable_page(
    browser: Browser, served_town: ServedTown, case: UUID, size: str
) -> None:
    """Words, not codes: 女性, not 2; and nothing addressed to the applicant."""
    tab = enter(browser, served_town, "clerk-mzj", size)
    tab.page.goto(f"{served_town.url}/desk/cases/{case}")
    told = tab.page.inner_text("main")
    assert "女性" in told and "汉族" in told and "您" not in told
    look(tab, "desk-case", size)


def test_a_clerk_handles_a_case_by_keyboard(browser: Browser, served_town: ServedTown, case: UUID) -> None:
    """Without a mouse: j to the case, Enter into it, a to the button, and only Enter decides."""
    page = enter(browser, served_town, "clerk-mzj").page
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(str(case))
    page.get_by_role("link", name="去办理").focus()
    page.keyboard.press("Enter")
    assert harness.keyboard_walk(page, 1) == ["收件t"], "its key stands beside the word"
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert "已受理" not in page.inner_text("main"), "a letter alone decides nothing"
    page.keyboard.press("?")
    assert page.get_by_role("dialog").get_by_text("再按回车才会办理").is_visible()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "已受理" in page.inner_text("main")


def test_refusing_without_a_reason_is_sent_back_to_the_reason(
    browser: Browser, served_town: ServedTown
) -> None:
    """王五 must learn why; an empty reason would leave her guessing."""
    case = apply_for(Wish("I076", served_town.town["王五"]))
    tab = enter(browser, served_town, "clerk-mzj")
    tab.page.goto(f"{served_town.url}/desk/cases/{case}")
    press(tab.page, "不予受理")
    tab.complaints.clear()  # the browser itself reports the 422
    assert tab.page.evaluate("document.activeElement.className") == "pf-error-summary"
    look(tab, "desk-no-reason", "desktop")
    tab.page.get_by_role("textbox", name="原因").fill("请先补充家庭困难的说明")
    press(tab.page, "不予受理")
    assert (
        "不予受理" in tab.page.inner_text("main") and not tab.page.get_by_role("button", name="受理").count()
    )


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_somebody_without_her_receipt_is_found_by_her_card(
    browser: Browser, served_town: ServedTown, case: UUID, size: str
) -> None:
    """One mistyped digit is told at the box; the right number shows her cases alone, and is in no address."""
    town = served_town.town.loaded.town
    number = next(p.id_no for p in town.people if p.holder == town.cast["赵奶奶"])
    tab = enter(browser, served_town, "clerk-mzj", size)
    page = tab.page
    page.get_by_text("按证件号码找人").click()
    page.get_by_label("身份证号码或统一社会信用代码").fill(number[:-1] + ("1" if number[-1] != "1" else "2"))
    press(page, "查找")
    tab.complaints.clear()  # the browser itself reports the 422
    assert page.get_by_text("号码校验不通过").first.is_visible()
    look(tab, "desk-seek-wrong", size, keyboard=True)
    page.get_by_label("身份证号码或统一社会信用代码").fill(number)
    press(page, "查找")
    assert "只看赵**的办件" in page.inner_text("main") and number not in page.url
    look(tab, "desk-seek-found", size, keyboard=True)


def test_another_departments_case_is_not_there(browser: Browser, served_town: ServedTown, case: UUID) -> None:
    page = enter(browser, served_town, "clerk-spj").page
    reply = page.goto(f"{served_town.url}/desk/cases/{case}")
    absent = page.goto(f"{served_town.url}/desk/cases/{UUID(int=5)}")
    assert reply and absent and reply.status == absent.status == 404
    assert "赵奶奶" not in page.content()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_what_no_record_settles_is_ticked_one_by_one(
    browser: Browser, served_town: ServedTown, size: str
) -> None:
    """The clerk must see which condition is open, and cannot pass over it with one press."""
    bureau = system_actor(Permission.DATA_LOAD)
    data.mark_source(actor=bureau, dataset_code="DS_MEDINS", available=False)
    made = apply_for(Wish("I033", served_town.town["张三"]))
    data.mark_source(actor=bureau, dataset_code="DS_MEDINS", available=True)
    row = Application.objects.get(id=made)
    tab = enter(browser, served_town, f"clerk-{row.department_code.lower()}", size)
    tab.page.goto(f"{served_town.url}/desk/cases/{made}")
    assert tab.page.get_by_text("待核").first.is_visible()
    look(tab, "desk-case-unknown", size)
    press(tab.page, "受理")
    assert tab.page.get_by_text("请核实后勾选").first.is_visible()
    tab.page.get_by_label("已核实符合").check()
    press(tab.page, "受理")
    assert tab.page.get_by_text("窗口已核实").first.is_visible()

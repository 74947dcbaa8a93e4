"""赵奶奶's 老年人优待证 in real browsers, from wish to her own ledger: her phone, the clerk's window, the keeper's
scanner at the park, the supervisor's desk.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import harness
from tests.browser.harness import Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import town

__all__ = ["served_town", "town"]
ITEM, CARD = "老年人优待证办理", "老年人优待证"


@pytest.mark.long
def test_zhao_nainai_brings_nothing_and_gets_her_card(
    browser: Browser, served_town: ServedTown, tmp_path: Path
) -> None:
    url = served_town.url
    phone = browser.page_at(f"{url}/sign-in", "phone")
    desk = browser.page_at(f"{url}/sign-in", "desktop")
    sign_in(phone, url, "zhaonainai")
    sees_her_certificates(phone, url)
    receipt = applies_with_empty_hands(phone, url)
    sign_in(desk, url, "clerk-mzj")
    clerk_decides(desk, url, receipt)
    has_the_card(phone, url)
    with browser.beside(tmp_path / "film.mjpeg") as keeper:
        keeper_scans(phone, keeper, url, tmp_path / "film")
    reads_her_ledger(phone, url)
    supervisor = browser.page_at(f"{url}/sign-in", "desktop")
    sign_in(supervisor, url, "supervisor")
    opens_the_cases_behind_a_rate(supervisor, url)


def words(page: Page) -> str:
    return page.inner_text("main")


def assert_face(page: Page) -> None:
    """The file's own page is drawn (its words are outlines), and its face is there to read."""
    face = page.locator(".pf-viewer-page svg").first
    face.wait_for()
    assert face.locator("path, use").count() > 20
    assert "赵奶奶" in words(page)


def sees_her_certificates(phone: Tab, url: str) -> None:
    page = phone.page
    look(phone, "thread-home", "phone")
    page.goto(f"{url}/certificates")
    assert "居民身份证" in words(page) and CARD not in words(page)
    look(phone, "thread-certificates", "phone")
    with page.expect_navigation():
        page.locator("a.pf-card", has_text="居民身份证").first.click()
    assert_face(page)
    look(phone, "thread-certificate", "phone")


def applies_with_empty_hands(phone: Tab, url: str) -> str:
    """Returns the receipt number."""
    page = phone.page
    page.goto(f"{url}/items")
    page.get_by_role("searchbox").fill("老年优待证")
    press(page, "搜索")
    look(phone, "thread-found", "phone")
    with page.expect_navigation():
        page.get_by_role("link", name=ITEM).click()
    look(phone, "thread-guide", "phone")
    press(page, "开始办理")
    page.evaluate(
        "addEventListener('htmx:afterSettle', () => { document.documentElement.dataset.settled = '' })"
    )
    page.get_by_role("radio", name="否").check()
    page.locator("html[data-settled]").wait_for()
    page.get_by_text("材料都齐了，什么都不用您提交").wait_for()
    assert page.locator("input[type=file]").count() == 0
    assert page.get_by_role("heading", name="依法读取的，无需您同意").is_visible()
    assert page.get_by_role("heading", name="需要您同意的").is_visible()
    look(phone, "thread-fill", "phone")
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    press(page, "提交")
    assert "已提交，等待受理" in words(page)
    look(phone, "thread-receipt", "phone")
    found = re.search(r"\d{18}", words(page))
    assert found, "the receipt number is on the receipt"
    return found.group()


def clerk_decides(desk: Tab, url: str, receipt: str) -> None:
    page = desk.page
    page.goto(f"{url}/desk/queue")
    look(desk, "thread-queue", "desktop")
    with page.expect_navigation():
        page.get_by_role("link", name=receipt).click()
    look(desk, "thread-case", "desktop")
    press(page, "收件")
    with page.expect_navigation():
        page.get_by_role("button", name="仍要求申请人提供").first.click()
    assert page.get_by_role("alert").get_by_text("不得要求群众提交").is_visible()
    desk.complaints.clear()  # the browser itself reports the 409
    look(desk, "thread-asked", "desktop")
    press(page, "受理")
    look(desk, "thread-accepted", "desktop")
    for box in page.locator("[name^='face:']").all():
        box.fill("2026-11-01" if box.get_attribute("type") == "date" else "演示填写")
    press(page, "准予并办结")
    assert "结果证照已签发" in words(page)
    look(desk, "thread-decided", "desktop")


def has_the_card(phone: Tab, url: str) -> None:
    page = phone.page
    page.goto(f"{url}/certificates")
    with page.expect_navigation():
        page.locator("a.pf-card", has_text=CARD).click()
    assert_face(page)
    look(phone, "thread-card", "phone")


def keeper_scans(phone: Tab, keeper: Browser, url: str, film: Path) -> None:
    """Her code is one minute old at most, so the keeper is ready before she shows it."""
    scanner = keeper.page_at(f"{url}/sign-in", "phone")
    sign_in(scanner, url, "inspector")
    page = scanner.page
    assert page.url.endswith("/desk/scan")
    page.get_by_label("核验场景").select_option("SC01")
    phone.page.goto(f"{url}/code")
    phone.page.get_by_text("扫不了").click()
    code = phone.page.locator(".pf-code").inner_text().replace(" ", "")
    harness.camera_film(film, code)
    with page.expect_navigation():
        page.get_by_role("button", name="打开摄像头扫码").click()
    told = page.get_by_role("status").first.inner_text()
    assert "满60周岁" in told and "通过" in told
    assert "赵奶奶" not in page.content() and "3724" not in page.content()
    look(scanner, "thread-scanned", "phone")
    page.get_by_label("核验场景").select_option("SC01")
    with page.expect_navigation():
        page.get_by_role("button", name="打开摄像头扫码").click()
    assert page.get_by_role("alert").is_visible() and "满60周岁" not in words(page)
    scanner.complaints.clear()  # the browser itself reports the refusal
    look(scanner, "thread-replayed", "phone")
    look(phone, "thread-code", "phone")


def reads_her_ledger(phone: Tab, url: str) -> None:
    page = phone.page
    for _ in range(20):
        page.goto(f"{url}/ledger")
        if "景区" in words(page):
            break
        page.wait_for_timeout(500)
    told = words(page)
    assert "景区老年人优惠入园" in told and f"办理“{ITEM}”" in told and "市民政局" in told
    look(phone, "thread-ledger", "phone")


def opens_the_cases_behind_a_rate(desk: Tab, url: str) -> None:
    page = desk.page
    page.goto(f"{url}/desk/supervision")
    assert "100.0%" in words(page) and "1 / 1 份" in words(page)
    page.wait_for_timeout(300)
    look(desk, "thread-rates", "desktop")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("查看构成.*证明材料共享率")).click()
    assert page.get_by_role("row", name=ITEM).count() == 1
    assert "赵奶奶" not in page.content()
    look(desk, "thread-cases", "desktop")

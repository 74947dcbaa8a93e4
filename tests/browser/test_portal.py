"""张三's way through the portal in a real browser, at phone and desktop width: every page pictured and checked."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from proofless.config.home import Home
from proofless.ledger.chain import Sequencer, head_key
from proofless.standards import versions
from tests.browser import harness
from tests.browser.harness import Browser, Tab
from tests.portal.town import load_cast

OWN = {
    "home": "/",
    "me": "/me",
    "certificates": "/certificates",
    "code": "/code",
    "applications": "/applications",
    "consents": "/ledger?show=consents",
}
PUBLIC = {
    "front": "/",
    "sign-in": "/sign-in",
    "items": "/items?q=津贴",
    "no-items": "/items?q=zzzz",
    "guide": "/items/I006",
    "verify": "/verify",
}


@pytest.fixture
def city(live_server: LiveServer) -> Iterator[str]:
    """The cast, committed, and a server that serves them."""
    versions.forget()
    load_cast()
    yield str(live_server.url)
    versions.forget()


def look(tab: Tab, name: str, size: str) -> None:
    """Picture the page; nothing broken, nothing axe finds serious, nothing too small to tap or lost when enlarged."""
    harness.screenshot(tab.page, f"portal-{name}-{size}")
    assert tab.complaints == [], name
    # A bar that sticks to the window's edge covers what one scrolls past: judged at full height it covers nothing.
    tall = max(harness.SIZES[size][1], int(tab.page.evaluate("document.documentElement.scrollHeight")))
    tab.page.set_viewport_size({"width": harness.SIZES[size][0], "height": tall})
    assert harness.axe(tab.page) == [], name
    assert harness.small_targets(tab.page) == [], name
    assert harness.lost_at_200_percent(tab.page) == [], name
    tab.page.set_viewport_size(dict(zip(("width", "height"), harness.SIZES[size], strict=True)))


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.django_db(transaction=True)
def test_zhang_san_gets_her_business_done(
    browser: Browser, city: str, home: Home, sequencer_dsn: str
) -> None:
    for size in harness.SIZES:
        tab = browser.page_at(city, size)
        look_around(tab, city, size, PUBLIC)
        tab.page.goto(f"{city}/sign-in")
        with tab.page.expect_navigation():
            tab.page.locator("button[value=zhangsan]").click()
        fill_and_submit(tab, city, size)
        look_around(tab, city, size, OWN)
        certificate(tab, city, size)
        chain(home, sequencer_dsn)
        look_around(tab, city, size, {"ledger": "/ledger?show=mine"})
        told = tab.page.inner_text("main")
        assert "您本人" in told and "本人查看证照" in told and "办理“育儿补贴申领”" in told


def look_around(tab: Tab, city: str, size: str, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        tab.page.goto(city + path)
        look(tab, name, size)


def fill_and_submit(tab: Tab, city: str, size: str) -> None:
    page = tab.page
    page.goto(f"{city}/items/I006")
    press(page, "开始办理")
    assert page.locator("input[type=file]").count() == 0
    look(tab, "fill", size)
    page.get_by_role("radio", name="是").first.check()
    page.get_by_text("告知承诺书全文").wait_for()
    page.get_by_role("radio", name="否").first.check()
    page.get_by_text("告知承诺书全文").wait_for(state="detached")
    press(page, "提交")
    assert page.locator("#pf-consent-error").is_visible()
    assert page.evaluate("document.activeElement.className") == "pf-error-summary"
    tab.complaints.clear()  # the browser itself reports the 409
    look(tab, "fill-short", size)
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    press(page, "提交")
    page.get_by_text("已提交，等待受理").first.wait_for()
    look(tab, "receipt", size)


def certificate(tab: Tab, city: str, size: str) -> None:
    page = tab.page
    page.goto(f"{city}/certificates")
    with page.expect_navigation():
        page.locator("a.pf-card").first.click()
    look(tab, "certificate", size)
    page.get_by_role("button", name="放大").click()
    assert page.locator("[data-viewer-scale]").inner_text() == "125%"
    identifier = re.search(r"1\.2\.156\.3005\.2\.[0-9A-Z.]+", page.inner_text("main"))
    assert identifier
    with page.expect_navigation():
        page.get_by_role("link", name="核验真假").click()
    assert "这份证照现在有效" in page.inner_text("main")
    look(tab, "verified", size)


def chain(home: Home, dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        sequencer = Sequencer(connection, head_key(home.keys / "ledger-head.key"))
        while sequencer.run_once().entries:
            pass

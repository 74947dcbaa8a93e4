"""通知与窗口服务 in a browser: 赵奶奶 finds news, books a place and says what she thinks; the desk does its part."""

import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from proofless.counter import services
from proofless.counter.queries import appointments
from proofless.ledger.queries import chain_state
from proofless.notices import services as notices
from proofless.simulator.counter import open_counter
from tests.browser.harness import SIZES, Browser
from tests.browser.served import ServedTown, look, press, served_town
from tests.browser.test_every_page import enter
from tests.counter.scenes import approved
from tests.town import TestTown, town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long
ADDRESS = {"recipient": "赵奶奶", "mobile": "13800000000", "address": "德城区某路1号某小区2号楼3单元"}


@pytest.fixture(scope="module")
def counter(served_town: ServedTown) -> Iterator[dict[str, UUID]]:
    """What a demo city has around its counter, and a decided case of 赵奶奶 that goes by post."""
    city: TestTown = served_town.town
    open_counter(city.loaded)
    case = approved(city)
    services.choose_delivery(actor=city.resident("赵奶奶"), application_id=case, way="post", address=ADDRESS)
    for _ in range(100):  # the served town's own sequencer is at work
        if not chain_state().pending:
            break
        time.sleep(0.2)
    notices.follow_chain()
    yield {"case": case}


@pytest.mark.parametrize("size", SIZES)
def test_what_a_resident_sees(
    browser: Browser, served_town: ServedTown, counter: dict[str, UUID], size: str
) -> None:
    tab = enter(browser, served_town, "zhaonainai", size)
    window = appointments.list_windows("I001")[0]
    pages = {
        "notices": "/notices/",
        "notices-settings": "/notices/settings",
        "counter-book": "/appointments/book?item=I001",
        "counter-book-times": f"/appointments/book?item=I001&window={window.id}",
        "counter-after": f"/after/{counter['case']}",
        "counter-mine": "/appointments/",
        "sign-in-code": "/sign-in/code",
    }
    for name, path in pages.items():
        tab.page.goto(served_town.url + path)
        look(tab, f"every-{name}", size, keyboard=True)
    other = enter(browser, served_town, "zhangsan", size)
    for name, path in {
        "counter-mine-booked": "/appointments/",
        "notices-asks": "/notices/?show=asks",
    }.items():
        other.page.goto(served_town.url + path)
        look(other, f"every-{name}", size, keyboard=True)


@pytest.mark.parametrize("size", SIZES)
def test_what_the_desk_sees(
    browser: Browser, served_town: ServedTown, counter: dict[str, UUID], size: str
) -> None:
    tab = enter(browser, served_town, "clerk-mzj", size)
    (day,) = {one.starts_at.date() for one in appointments.list_own(served_town.town.resident("张三"))}
    for name, path in {
        "desk-day": f"/desk/counter/day?on={day}",
        "desk-notices": "/desk/notices/",
        "desk-office": f"/desk/counter/cases/{counter['case']}",
    }.items():
        tab.page.goto(served_town.url + path)
        look(tab, f"every-{name}", size, keyboard=True)
    head = enter(browser, served_town, "lead-mzj", size)
    for name, path in {
        "desk-windows": "/desk/counter/windows",
        "desk-window": "/desk/counter/windows/new",
        "desk-follow-ups": "/desk/counter/follow-ups",
    }.items():
        head.page.goto(served_town.url + path)
        look(head, f"every-{name}", size, keyboard=True)
    head.page.locator("a.pf-link-row").first.click()
    look(head, "every-desk-follow-up", size, keyboard=True)
    supervisor = enter(browser, served_town, "supervisor", size)
    supervisor.page.goto(f"{served_town.url}/desk/counter/ratings")
    look(supervisor, "every-desk-ratings", size, keyboard=True)


def test_booked_moved_and_rated_by_hand(
    browser: Browser, served_town: ServedTown, counter: dict[str, UUID]
) -> None:
    """On the phone in large type, from the guide to the confirmation, and the five grades."""
    tab = enter(browser, served_town, "zhaonainai", "phone", large=True)
    page, url = tab.page, served_town.url
    page.goto(f"{url}/items/I001")
    page.get_by_role("link", name="预约到窗口办").click()
    page.get_by_role("link", name="婚姻登记处").click()
    look(tab, "every-counter-book-large", "phone")
    page.get_by_role("radio").first.check()
    press(page, "确认预约")
    assert page.get_by_text("约好了").is_visible()
    look(tab, "every-counter-mine-large", "phone")
    page.goto(f"{url}/after/{counter['case']}")
    look(tab, "every-counter-after-large", "phone")
    page.get_by_label("非常满意", exact=True).check()
    press(page, "提交评价")
    assert page.get_by_text("谢谢您的评价").is_visible()
    page.goto(f"{url}/notices/")
    look(tab, "every-notices-large", "phone")
    press(page, "全部知道了")
    assert not page.locator(".pf-bell-count").count()

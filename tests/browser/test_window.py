"""At the window in a real browser: 赵奶奶 without a phone, from her card to her receipt, by keyboard."""

from collections.abc import Iterator

import pytest

from proofless.applications.models import Application, Confirmation
from proofless.simulator.acting import blank_png
from tests.browser.harness import Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long
ITEM = "I081"


def number_of(served: ServedTown, name: str) -> str:
    made = served.town.loaded.town
    return next(one.id_no for one in made.people if one.holder == made.cast[name])


@pytest.fixture(params=["desktop", "phone"])
def size(request: pytest.FixtureRequest) -> Iterator[str]:
    yield str(request.param)


def enter(browser: Browser, served: ServedTown, username: str, size: str) -> Tab:
    tab = browser.page_at(f"{served.url}/sign-in", size)
    sign_in(tab, served.url, username)
    return tab


def test_a_window_serves_whoever_has_no_phone(browser: Browser, served_town: ServedTown, size: str) -> None:
    tab = enter(browser, served_town, "clerk-mzj", size)
    page = tab.page
    page.goto(f"{served_town.url}/window")
    look(tab, "window", size, keyboard=True)
    page.get_by_label("事项", exact=True).select_option(ITEM)
    page.get_by_label("公民身份号码").fill(number_of(served_town, "赵奶奶"))
    page.get_by_label("姓名").fill("王五")
    press(page, "核对身份，开始办")
    assert page.get_by_text("号码与姓名对不上").is_visible()
    tab.complaints.clear()
    look(tab, "window-not-identified", size)
    page.get_by_label("姓名").fill("赵奶奶")
    press(page, "核对身份，开始办")
    look(tab, "window-case", size, keyboard=True)
    press(page, "开始填")
    look(tab, "window-fill", size, keyboard=True)
    page.get_by_role("link", name="请本人确认").click()
    page.wait_for_load_state()
    look(tab, "window-confirm", size, keyboard=True)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("签好的确认书").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": blank_png()}
    )
    press(page, "我当面看到本人签字")
    assert page.get_by_text("已当面确认").first.is_visible()
    for box in page.locator("[name^='value:'][required]").all():
        if not box.input_value():
            box.fill("演示")
    press(page, "提交")
    tab.complaints.clear()
    assert page.url.endswith("/done"), page.inner_text("main")[:400]
    look(tab, "window-done", size, keyboard=True)
    made = Application.objects.filter(holder_id=served_town.town["赵奶奶"], item_code=ITEM).latest(
        "opened_at"
    )
    assert made.channel == "window" and Confirmation.objects.filter(application_id=made.id).exists()
    press(page, "办完了，本人离开")
    assert "赵奶奶" not in page.inner_text("main")

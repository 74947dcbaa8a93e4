"""Lists, libraries, coverage, uses and proofs in a real browser, at the desk and on the phone."""

import pytest

from proofless.items.queries import cleanup, library
from tests.browser.harness import Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long


def enter(browser: Browser, served: ServedTown, username: str, size: str) -> Tab:
    tab = browser.page_at(f"{served.url}/sign-in", size)
    sign_in(tab, served.url, username)
    return tab


@pytest.fixture(scope="module")
def published(browser: Browser, served_town: ServedTown) -> ServedTown:
    """The bureau has published the city's lists and the first 用证事项清单."""
    page = enter(browser, served_town, "bureau", "desktop").page
    page.goto(f"{served_town.url}/desk/lists")
    press(page, "按目录发布市级清单")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{served_town.url}/desk/uses")
    if page.get_by_role("button", name="发布新版").count():
        press(page, "发布新版")
    return served_town


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_of_the_bureau_is_usable(browser: Browser, published: ServedTown, size: str) -> None:
    tab = enter(browser, published, "bureau", size)
    proof = next(ask.code for ask in cleanup.list_asks() if ask.brought and not ask.own)
    key = library.list_materials()[0].key
    for path in (
        "lists",
        "lists/371402",
        "lists/371402/I016",
        "library/material",
        "library/field",
        f"library/material/entry?key={key}",
        "library/material/proposals",
        "coverage",
        "coverage/gaps",
        "coverage/gaps?way=held",
        "uses",
        "proofs",
        "proofs/findings",
        f"proofs/{proof}",
    ):
        reply = tab.page.goto(f"{published.url}/desk/{path}")
        assert reply and reply.status == 200, path
        look(tab, f"items-{path.replace('/', '-').replace('?', '-')}", size)


def test_a_refused_list_shows_line_by_line_what_differs(browser: Browser, published: ServedTown) -> None:
    tab = enter(browser, published, "bureau", "desktop")
    tab.page.goto(f"{published.url}/desk/lists/371402/I016")
    tab.page.get_by_label("法定办结时限").fill("300")
    press(tab.page, "发布")
    tab.complaints.clear()  # the browser itself reports the 422
    assert "不允许" in tab.page.inner_text("main") and "300个工作日" in tab.page.inner_text("main")
    look(tab, "items-list-refused", "desktop")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_what_is_public_is_readable_by_anybody(browser: Browser, published: ServedTown, size: str) -> None:
    """赵奶奶 looks up 生存证明 and reads that nobody may ask for it."""
    tab = browser.page_at(f"{published.url}/no-longer-needed?q=生存证明", size)
    assert "健在" in tab.page.inner_text("main")
    look(tab, "public-unneeded", size)
    for path in ("uses?q=高龄", "items/I001", "items/I031", "no-longer-needed?q=量子"):
        reply = tab.page.goto(f"{published.url}/{path}")
        assert reply and reply.status == 200, path
        look(tab, f"public-{path.replace('/', '-').replace('?', '-')}", size)

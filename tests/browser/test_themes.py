"""张三 and 残疾人服务一件事 in a real browser: the list, the theme, one form, one progress."""

import pytest

from proofless.simulator.acting import blank_png
from tests.browser.harness import Browser
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import town

__all__ = ["served_town", "town"]


@pytest.mark.long
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_theme_from_its_page_to_its_progress(served_town: ServedTown, browser: Browser, size: str) -> None:
    url = served_town.url
    tab = browser.page_at(f"{url}/sign-in", size)
    page = tab.page
    sign_in(tab, url, "zhangsan")
    page.goto(f"{url}/themes")
    look(tab, "themes", size)
    page.goto(f"{url}/themes/T28")
    assert (
        page.get_by_text("还没有开放联办").count() and not page.get_by_role("button", name="开始办理").count()
    )
    page.goto(f"{url}/themes/T04")
    look(tab, "theme", size)
    press(page, "开始办理")
    look(tab, "theme-fill", size)
    page.set_input_files(
        "input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": blank_png()}
    )
    page.wait_for_load_state("networkidle")
    for box in page.locator("input[name=consent], input[name=signed]").all():
        box.check()
    category = page.locator('[name="value:applicant.disability_category"]')
    if category.evaluate("one => one.tagName") == "SELECT":
        category.select_option(index=1)
    else:
        category.fill("1")
    press(page, "提交")
    assert page.get_by_text("等“残疾人证新办”办好后自动接着办").count()
    look(tab, "theme-case", size)

"""The base pages in a real browser: readable, reachable by keyboard and finger, under the strict policy."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from proofless.web import assets
from tests.browser import harness
from tests.browser.harness import Browser
from tests.web.conftest import base_site as base_site
from tests.web.site import serving

PAGES = [("phone", "/styleguide"), ("phone", "/styleguide?errors=1"), ("desktop", "/styleguide?part=desk")]
PAGES += [("phone", "/styleguide?part=desk"), ("phone", "/styleguide?part=scan")]


@pytest.fixture(scope="module")
def site(base_site: None) -> Iterator[str]:
    assert (assets.VENDOR / "icons.svg").is_file(), "请先运行 npm ci 和 python -m proofless.web.assets"
    with serving() as address:
        yield address


@pytest.mark.parametrize(("size", "path"), PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_are_usable_by_everyone(browser: Browser, site: str, size: str, path: str, dark: bool) -> None:
    tab = browser.page_at(site + path, size, dark=dark)
    assert tab.complaints == []
    assert harness.axe(tab.page) == []
    assert harness.small_targets(tab.page) == []
    assert harness.lost_at_200_percent(tab.page) == []


def test_the_checks_themselves_find_faults(browser: Browser, site: str) -> None:
    page = browser.page_at(f"{site}/styleguide").page
    page.evaluate("""() => {
      const main = document.querySelector('main');
      main.innerHTML += '<img src="/static/web/icon.svg"><button id="tiny">x</button>';
      const wide = document.createElement('div');
      wide.style.width = '120vw'; wide.textContent = '太宽'; main.append(wide);
    }""")
    assert any("image-alt" in found for found in harness.axe(page))
    assert harness.small_targets(page) and harness.lost_at_200_percent(page)


def test_li_si_in_large_type_finds_bigger_words_and_targets(browser: Browser, site: str) -> None:
    context = browser.context("phone")
    page = browser.page_at(f"{site}/styleguide", context=context).page
    before = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    page.get_by_role("link", name="长辈版").click()
    page.get_by_role("link", name="标准版").wait_for()
    after = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    assert after >= before * 1.2
    assert harness.axe(page) == [] and harness.small_targets(page, 48) == []


def test_a_clerk_works_by_keyboard(browser: Browser, site: str) -> None:
    page = browser.page_at(f"{site}/styleguide?part=desk", "desktop").page
    walked = harness.keyboard_walk(page, 8)
    assert walked[0] == "跳到主要内容" and "待办件" in walked
    page.keyboard.press("Escape")
    page.locator("body").press("?")
    assert page.get_by_role("heading", name="键盘快捷键").is_visible()
    page.keyboard.press("Escape")
    page.locator("body").press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def test_the_page_works_without_scripts(browser: Browser, site: str) -> None:
    page = browser.page_at(f"{site}/styleguide", scripts=False).page
    assert page.get_by_role("heading", name="需要的材料").is_visible()
    assert page.get_by_text("以表格查看").first.is_visible(), "figures stay readable as tables"


def test_zoom_makes_the_face_larger(browser: Browser, site: str) -> None:
    page = browser.page_at(f"{site}/styleguide").page
    face = page.locator(".pf-viewer-page").first
    before = face.bounding_box()
    page.get_by_role("button", name="放大").click()
    after = face.bounding_box()
    assert before and after and after["width"] > before["width"] * 1.2


def test_a_code_changes_before_it_ends_and_is_covered_when_it_cannot(browser: Browser, site: str) -> None:
    context = browser.context("phone")
    context.add_init_script("const real = Date.now; let ahead = 0; Date.now = () => real() + ahead; "
                            "window.pfAhead = (ms) => { ahead += ms; };")  # fmt: skip
    page = browser.page_at(f"{site}/styleguide", context=context).page
    first = page.locator("[data-qr-live]").inner_html()
    page.evaluate("pfAhead(58_000)")
    page.wait_for_function("old => document.querySelector('[data-qr-live]').innerHTML !== old", arg=first)
    context.set_offline(True)
    page.evaluate("pfAhead(61_000)")
    page.get_by_role("button", name="换一个码").wait_for()


def test_an_inspector_scans_with_the_camera(site: str, tmp_path: Path) -> None:
    film = harness.camera_film(tmp_path / "film", "PF1.scan-me")
    assert zxingcpp.read_barcodes(Image.open(film.with_suffix(".jpg")))[0].text == "PF1.scan-me"
    seen: list[str] = []

    def scan() -> None:
        with Browser.started(camera=film) as camera:
            tab = camera.page_at(f"{site}/styleguide?part=scan")
            tab.page.get_by_role("button", name="打开摄像头扫码").click()
            tab.page.get_by_text("PF1.scan-me").wait_for()
            seen.extend(tab.complaints or ["fine"])

    # Playwright allows one driver a thread, and the session's browser has this one.
    thread = threading.Thread(target=scan)
    thread.start()
    thread.join()
    assert seen == ["fine"]

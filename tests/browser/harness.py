"""浏览器: one Chromium, pages at phone and desktop width, pictures, and the checks a picture cannot make.

``Browser`` starts it (``conftest`` gives it as a fixture); the functions take a Playwright page.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno
from PIL import Image
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHECKS = Path(__file__).with_name("checks.js")
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)
MIN_TARGET_PX = 44


@dataclass(slots=True)
class Tab:
    """A page with what went wrong in it: script errors, refused resources, CSP violations."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Browser:
    """``camera``: a picture file (see ``camera_film``) that stands in for the device's camera."""

    playwright: Playwright
    chromium: Chromium
    contexts: list[BrowserContext] = field(default_factory=list)

    @classmethod
    @contextmanager
    def started(cls, camera: Path | None = None) -> Iterator["Browser"]:
        with sync_playwright() as playwright, cls._launched(playwright, camera) as made:
            yield made

    @classmethod
    @contextmanager
    def _launched(cls, playwright: Playwright, camera: Path | None) -> Iterator["Browser"]:
        args = list(ARGS)
        if camera:
            args += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
            args.append(f"--use-file-for-fake-video-capture={camera}")
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=args)
        try:
            yield cls(playwright, chromium)
        finally:
            chromium.close()

    @contextmanager
    def beside(self, camera: Path) -> Iterator["Browser"]:
        """A second Chromium, somebody else's device. The film need not exist before its camera is opened."""
        with self._launched(self.playwright, camera) as made:
            yield made

    def context(self, size: str = "phone", *, dark: bool = False, scripts: bool = True) -> BrowserContext:
        """A browser of one person: own cookies. Several may be open at once."""
        width, height = SIZES[size]
        made = self.chromium.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=size == "phone",
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        made.set_default_timeout(15_000)
        self.contexts.append(made)
        return made

    def page_at(
        self, url: str, size: str = "phone", *, context: BrowserContext | None = None, **options: Any
    ) -> Tab:
        """``url`` at phone (390×844) or desktop (1440×900) size, in a new context unless one is given."""
        page = (context or self.context(size, **options)).new_page()
        tab = Tab(page)
        page.on("pageerror", lambda error: tab.complaints.append(f"script: {error}"))
        page.on(
            "console", lambda said: said.type == "error" and tab.complaints.append(f"console: {said.text}")
        )
        page.goto(url, wait_until="load")
        return tab


def chromium_path() -> str:
    """CHROMIUM in the environment, else Debian's. Raises FileNotFoundError with what to install."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise FileNotFoundError("没有找到 Chromium,请运行 apt-get install chromium")
    return found


def screenshot(page: Page, name: str, *, full: bool = True) -> Path:
    """A PNG under SCREENSHOTS (default ``screenshots/`` of the repository, not committed)."""
    folder = Path(os.environ.get("SCREENSHOTS", ROOT / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    if full:
        page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=path, full_page=full)
    return path


def _ask(page: Page, check: str, *args: object) -> Any:
    return page.evaluate(f"args => ({CHECKS.read_text(encoding='utf-8')}).{check}(...args)", list(args))


def axe(page: Page) -> list[str]:
    """Serious and critical findings of axe-core (WCAG 2.2 A and AA), one line each; empty is good."""
    # Not through a script tag: the page's CSP would refuse it, and the policy is to stay on.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [
        f"{found['id']} ({found['impact']}): {node['target'][0]} {node.get('failureSummary', '')[:200]}"
        for found in result["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]


def small_targets(page: Page, minimum: int = MIN_TARGET_PX) -> list[str]:
    """Visible controls smaller than ``minimum`` CSS px in either direction.

    Excused as in WCAG 2.5.8: links in a sentence, what a screen reader sees. A tick counts with its label.
    """
    return list(_ask(page, "smallTargets", minimum))


def lost_at_200_percent(page: Page) -> list[str]:
    """What sticks out sideways when text is twice its size (WCAG 1.4.4); scrollers of their own may."""
    _set_type(page, "200%")
    found = list(_ask(page, "widerThanWindow"))
    _set_type(page, "")
    return found


def _set_type(page: Page, size: str) -> None:
    """What is drawn to measure, such as a chart or a table that scrolls, follows in the frame after: waits for it."""
    page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def wider_than_window(page: Page) -> list[str]:
    """What makes the page scroll sideways as it stands."""
    return list(_ask(page, "widerThanWindow"))


def out_of_keyboards_reach(page: Page) -> list[str]:
    """Visible controls that Tab does not come to, walking once from the top; one of a radio group stands for all.

    AssertionError where focus is unseen.
    """
    every: int = _ask(page, "numberControls")
    reached: set[int] = set()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    for _ in range(2 * every + 5):  # a date stops Tab four times: year, month, day and its calendar
        page.keyboard.press("Tab")
        stop = _ask(page, "focused")
        if stop is None:
            break
        assert stop["seen"], f"焦点不可见: {stop['name']}"
        reached.add(stop["number"])
    return list(_ask(page, "unreached", sorted(reached)))


def keyboard_walk(page: Page, steps: int = 40) -> list[str]:
    """Names of what Tab reaches, in order, until it leaves the page. AssertionError where focus is unseen."""
    walked: list[str] = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        stop = _ask(page, "focused")
        if stop is None:
            break
        assert stop["seen"], f"焦点不可见: {stop['name']}"
        walked.append(stop["name"])
    return walked


def camera_film(path: Path, text: str, *, size: tuple[int, int] = (640, 480)) -> Path:
    """An MJPEG film showing ``text`` as a QR symbol: what Chromium's fake camera plays in a loop."""
    width, height = size
    matrix = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    scale = (height - 80) // len(matrix)
    side = scale * len(matrix)
    rows = b"".join(
        (b"".join((b"\x00" if dark else b"\xff") * scale for dark in row)) * scale for row in matrix
    )
    frame = Image.new("RGB", size, (150, 150, 150))
    frame.paste(Image.frombytes("L", (side, side), rows), ((width - side) // 2, (height - side) // 2))
    frame.save(path.with_suffix(".jpg"), quality=92)
    path = path.with_suffix(".mjpeg")
    path.write_bytes(path.with_suffix(".jpg").read_bytes() * 2)
    return path

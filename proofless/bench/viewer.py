"""``bench viewer``: certificates of a town rendered to SVG, and the first paint of the page that shows one on a phone.

Rendering is processor time from the sealed bytes to the SVG, every file seen once. The page is a resident's own
certificate on a running node, its caches empty, in Chromium with a phone's window, a processor four times slower and a
network like 4G (9 Mbit/s down, 1.35 up, 165 ms there and back); *first paint* is when the pages inside the viewer are.
Needs Chromium (CHROMIUM in the environment, else Debian's) and Playwright, which only the tests bring along.
"""

import os
import shutil
import socket
import statistics
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from proofless.bench.place import Place, open_place
from proofless.bench.report import Figure, Result, machine, print_result, spread

if TYPE_CHECKING:  # importing these needs Django set up
    from proofless.certificates.models import Certificate

RESIDENTS, ENTERPRISES, SEED = 60, 15, 2026
TARGET_SVG_MS, TARGET_PAINT_MS = 15.0, 1_000.0
PHONE = {"width": 390, "height": 844}
NETWORK = {"offline": False, "latency": 165, "downloadThroughput": 9e6 / 8, "uploadThroughput": 1.35e6 / 8}
SLOWER, READY_SECONDS = 4, 60
# Asks at each frame whether the viewer's page is laid out, and notes when that frame was painted.
WATCH = """
const seen = () => {
  const page = document.querySelector("[data-viewer] .pf-viewer-page svg");
  if (!page || !page.getBoundingClientRect().height) return requestAnimationFrame(seen);
  requestAnimationFrame(() => setTimeout(() => { window.viewerPainted = performance.now(); }));
};
requestAnimationFrame(seen);
"""


@dataclass(slots=True)
class Measured:
    """Milliseconds. ``bytes`` is the size of the page that shows the certificate."""

    svg: list[float] = field(default_factory=list)
    paint: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    bytes: int = 0


def run(as_json: bool = False, *, rounds: int = 7) -> int:
    with open_place("viewer") as place:
        place.setup_django()
        shown, found, load = _prepare(place), Measured(), machine()
        _render(found)
        with place.sequencing(), place.running(*_web(port := _free_port())):
            _wait(port)
            _paint(f"http://127.0.0.1:{port}", shown, found, rounds)
        return print_result(_judge(found, load), as_json)


def _prepare(place: Place) -> "Certificate":
    """The catalogue, the seals and a small town, once. The certificate to show is that with the largest file."""
    from proofless.access.actors import system_actor
    from proofless.certificates.models import Certificate
    from proofless.certificates.services import issue_many
    from proofless.config.filling import load_catalog, make_seals
    from proofless.config.firstrun import CATALOG
    from proofless.files.models import FileBlob
    from proofless.kit.permissions import Permission
    from proofless.simulator.load import register_town, wish_of
    from proofless.simulator.town import make_town

    if not Certificate.objects.exists():
        load_catalog(lambda *_: None)
        make_seals(lambda *_: None)
        town = make_town(RESIDENTS, ENTERPRISES, SEED, CATALOG)
        ids = register_town(town)
        wishes = [wish_of(spec, ids) for spec in town.certificates]
        issue_many(actor=system_actor(Permission.ISSUE, label="量测"), wishes=wishes)
    sizes = dict(FileBlob.objects.values_list("address", "size"))
    valid = Certificate.objects.filter(state="valid")
    return max(valid, key=lambda one: sizes.get(one.file_address, 0))


def _render(found: Measured) -> None:
    from proofless.certificates.models import Certificate
    from proofless.files import queries as files
    from proofless.ofd import svg

    every = [files.read(address) for address in Certificate.objects.values_list("file_address", flat=True)]
    svg.render_svg(every[0])
    for data in every:
        began = time.process_time()
        svg.render_svg(data)
        found.svg.append((time.process_time() - began) * 1_000)


def _paint(url: str, shown: "Certificate", found: Measured, rounds: int) -> None:
    """Each round a browser of its own: once with nothing kept, once as one comes back."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise RuntimeError("bench viewer 需要 Playwright（测试用的依赖）") from error
    cookie = {"name": "sessionid", "value": _session(shown.holder_id), "url": url}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        for number in range(rounds + 1):
            context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
            context.add_cookies([cookie])  # type: ignore[list-item]
            context.add_init_script(WATCH)
            page = context.new_page()
            _slow_down(context.new_cdp_session(page))
            first = _visit(page, f"{url}/certificates/{shown.id}", found)
            page.goto("about:blank")
            again = _visit(page, f"{url}/certificates/{shown.id}", found)
            if number:  # the first browser also waits for the server's first rendering of that page
                found.paint.append(first)
                found.again.append(again)
            context.close()
        chromium.close()


def _slow_down(session: Any) -> None:
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _visit(page: Any, address: str, found: Measured) -> float:
    reply = page.goto(address, wait_until="load")
    if reply is None or reply.status != 200:
        raise RuntimeError(f"{address} is not shown")
    found.bytes = len(reply.body())
    page.wait_for_function("window.viewerPainted")
    return float(page.evaluate("window.viewerPainted"))


def _session(holder_id: UUID) -> str:
    """A resident signed in."""
    from django.contrib.sessions.backends.db import SessionStore

    from proofless.access.actors import system_actor
    from proofless.access.edge import SESSION_ACCOUNT
    from proofless.kit.ids import new_id
    from proofless.kit.permissions import Permission
    from proofless.parties.services import NewAccount, make_accounts

    new = NewAccount(f"bench-{new_id()}", "", "量测居民", ("resident",), party_id=holder_id)
    (account,) = make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=[new])
    session = SessionStore()
    session[SESSION_ACCOUNT] = str(account)
    session.create()
    return str(session.session_key)


def _web(port: int) -> tuple[list[str]]:
    from proofless.config.up import server

    return (server("application", port, workers=1, threads=4)[1:],)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the pages do not come up")


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("没有找到 Chromium，请安装 chromium 或设置 CHROMIUM")
    return found


def _judge(found: Measured, load: list[Figure]) -> Result:
    svg, paint = statistics.median(found.svg), statistics.median(found.paint)
    late = sorted(found.svg)[int(len(found.svg) * 0.95)]
    figures = (
        *load,
        Figure("files", "证照文件", len(found.svg)),
        Figure("svg_ms", "生成 SVG，中位数", round(svg, 2), " 毫秒"),
        Figure("svg_p95_ms", "生成 SVG，95 分位", round(late, 2), " 毫秒"),
        Figure("page_bytes", "证照页大小", found.bytes, " 字节"),
        *spread([round(one, 1) for one in found.paint], "paint_ms", "手机上版面首次显示，初次打开", " 毫秒"),
        *spread(
            [round(one, 1) for one in found.again], "paint_again_ms", "手机上版面首次显示，再次打开", " 毫秒"
        ),
    )
    return Result(
        name="viewer",
        figures=figures,
        limit=None,
        ratio=None,
        target={"svg_ms": TARGET_SVG_MS, "paint_ms": TARGET_PAINT_MS},
        met=svg <= TARGET_SVG_MS and paint <= TARGET_PAINT_MS,
    )

"""Two readers of other people open our files: a bank's or a neighbour city's program must see what we see.

`ofd.js` runs in Chromium and checks the seal as well; `easyofd` (copyleft inside) in a virtual environment of its own.
Both are fetched once into `var/independent`.
"""

import base64
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import sync_playwright

from proofless.gm import ses
from proofless.ofd import sealing, stamp, writer
from proofless.ofd.drawing import Box
from proofless.ofd.faces import FaceField, FaceSpec, face_of
from proofless.ofd.metadata import Holder, Metadata
from proofless.ofd.package import pack, unpack
from proofless.ofd.raster import render_png
from proofless.ofd.reader import Reader
from tests.browser.harness import chromium_path

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "var" / "independent"
FONT = ROOT / "node_modules/@expo-google-fonts/noto-serif-sc/500Medium/NotoSerifSC_500Medium.ttf"
SEALS = (Box(120, 150, 42, 42), Box(170, 150, 42, 42))
# ofd.js places pictures rightly at 96 dots an inch only, which it takes for 3.8 a millimetre.
PIXELS_PER_MM = 3.8

JOB = """async (text) => {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const [doc] = await new Promise((done, fail) => ofd.parseOfdDocument({ofd: bytes.buffer, success: done, fail}));
  document.body.style.margin = 0;
  document.body.append(...ofd.renderOfd(%s, doc));
  await document.fonts.ready;
  const seals = [], seen = new Set();
  (function walk(node) {
    if (!node || typeof node !== 'object' || seen.has(node) || ArrayBuffer.isView(node)) return;
    seen.add(node);
    if (node.signedInfo) seals.push(node.signedInfo.VerifyRet);
    Object.values(node).forEach(walk);
  })(doc);
  const digests = [...window.toBeChecked.values()].map(parts => [parts.length, ofd.digestCheck(parts)]);
  return {seals, digests, text: document.body.textContent};
}"""
ADD_FONT = """async ([name, text]) => {
  const font = new FontFace(name, Uint8Array.from(atob(text), c => c.charCodeAt(0)));
  document.fonts.add(await font.load());
}"""


@pytest.fixture(scope="module")
def file(city: Any) -> bytes:
    """张三's licence with two seals, closed by the second."""
    face = face_of(
        FaceSpec("某许可证", (FaceField("holder", "持证人"), FaceField("place", "住所")), demo=False)
    )
    values = {"holder": "张三", "place": "某市某区某路12号"}
    metadata = Metadata(
        "某许可证", "", "许字0001号", "1.2.156.3005.2.X", "某市民政局", "", date(2026, 3, 5),
        (Holder("张三", "371402198703052724", "公民身份号码", "111"),), face=face.data(values),
    )  # fmt: skip
    package = writer.write(face.compose(values, metadata, "QR"), metadata)
    for number, (box, name) in enumerate(zip(SEALS, ("某市民政局", "某市住房局"), strict=True)):
        picture = ses.Picture("png", stamp.round_seal(name, demo=False).png(), 42, 42)
        seal, at = city.make_seal(picture=picture, name=f"{name}印章"), city.now - timedelta(1)
        package = unpack(sealing.seal(package, seal, city.signer, 1, box, at, close=number == 1))
    return pack(package)


def letters(text: str) -> list[str]:
    return sorted(text.replace(" ", "").replace("\u3000", "").replace("\n", ""))


def difference(ours: Image.Image, theirs: Image.Image, box: tuple[int, ...] | None = None) -> float:
    """Mean difference of the brightness of two pictures (0 to 255), a little blurred: edges may fall otherwise."""
    pictures = [
        one.convert("L").resize(ours.size).filter(ImageFilter.GaussianBlur(2)) for one in (ours, theirs)
    ]
    if box is not None:
        pictures = [one.crop(box) for one in pictures]
    return float(ImageStat.Stat(ImageChops.difference(*pictures)).mean[0])


def ours(file: bytes, width: int) -> Image.Image:
    page = Reader(file).pages[0]
    return Image.open(io.BytesIO(render_png(file, dpi=width / page.width * 25.4))).convert("RGB")


# ofd.js


@pytest.fixture(scope="module")
def ofd_js() -> Path:
    script = PLACE / "npm/node_modules/ofd.js/lib/ofd.umd.min.js"
    if not script.exists():
        (PLACE / "npm").mkdir(parents=True, exist_ok=True)
        command = [
            "npm",
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(PLACE / "npm"),
        ]
        subprocess.run([*command, "ofd.js@0.2.6"], check=True, capture_output=True, timeout=600)
    return script


def fonts_of(file: bytes) -> Iterator[tuple[str, str]]:
    """(name, base64) of what the file embeds: ofd.js leaves loading it to the page around it."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        listed = archive.read("Doc_0/PublicRes.xml").decode()
        for name, path in re.findall(r'FontName="([^"]+)".*?<ofd:FontFile>([^<]+)', listed):
            yield name, base64.b64encode(archive.read(f"Doc_0/Res/{path}")).decode()


@pytest.fixture(scope="module")
def in_chromium(file: bytes, ofd_js: Path) -> tuple[dict[str, Any], Image.Image]:
    # A thread of its own: the browser of other tests keeps its event loop in this one.
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(show_in_chromium, file, ofd_js).result()


def show_in_chromium(file: bytes, ofd_js: Path) -> tuple[dict[str, Any], Image.Image]:
    width = Reader(file).pages[0].width * PIXELS_PER_MM + 12
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1300, "height": 1200})
        page.goto("about:blank")
        page.add_script_tag(path=ofd_js)
        for font in fonts_of(file):
            page.evaluate(ADD_FONT, list(font))
        found = page.evaluate(JOB % width, base64.b64encode(file).decode())
        shot = page.locator("body > div").first.screenshot()
        browser.close()
    return found, Image.open(io.BytesIO(shot)).convert("RGB")


def test_ofd_js_accepts_both_seals(in_chromium: tuple[dict[str, Any], Image.Image], file: bytes) -> None:
    found, _ = in_chromium
    count = len(zipfile.ZipFile(io.BytesIO(file)).namelist())
    assert found["seals"] == [True, True]
    # It keeps the digests of the last seal, which covers all but its own description and value.
    assert found["digests"] == [[count - 2, True]]


def test_ofd_js_reads_the_same_words(in_chromium: tuple[dict[str, Any], Image.Image], file: bytes) -> None:
    assert letters(in_chromium[0]["text"]) == letters(Reader(file).text())


def test_ofd_js_shows_the_same_picture(in_chromium: tuple[dict[str, Any], Image.Image], file: bytes) -> None:
    _, theirs = in_chromium
    mine = ours(file, theirs.width)
    assert difference(mine, theirs) < 2.5
    for seal in SEALS:
        corners = (seal.x, seal.y, seal.x + seal.w, seal.y + seal.h)
        assert difference(mine, theirs, tuple(round(at * PIXELS_PER_MM) for at in corners)) < 6
    blank = Image.new("RGB", mine.size, mine.getpixel((5, 5)))
    assert difference(mine, blank) > 5, "the comparison sees a missing page"


# easyofd


@pytest.fixture(scope="module")
def easyofd() -> Path:
    python = PLACE / "easyofd/bin/python"
    # The package, not the interpreter: an installation that broke off is done again.
    if not any(PLACE.glob("easyofd/lib/python*/site-packages/easyofd")):
        subprocess.run([sys.executable, "-m", "venv", str(PLACE / "easyofd")], check=True, timeout=300)
        command = [str(python), "-m", "pip", "install", "--quiet", "easyofd==20260427"]
        subprocess.run(command, check=True, capture_output=True, timeout=900)
    return python


@pytest.fixture(scope="module")
def by_easyofd(
    file: bytes, easyofd: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Image.Image]:
    folder = tmp_path_factory.mktemp("easyofd")
    (folder / "file.ofd").write_bytes(file)
    script = Path(__file__).parent / "independent/easyofd_reader.py"
    arguments = [str(folder / "file.ofd"), str(FONT), str(folder / "page.png"), "1129"]
    done = subprocess.run(
        [str(easyofd), str(script), *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return found, Image.open(folder / "page.png").convert("RGB")


def test_easyofd_reads_the_same_words(by_easyofd: tuple[dict[str, Any], Image.Image], file: bytes) -> None:
    found, _ = by_easyofd
    wanted = letters(Reader(file).text())
    assert letters("".join(found["texts"])) == wanted
    assert letters(found["drawn"]) == wanted


def test_easyofd_puts_seals_and_code_where_we_do(
    by_easyofd: tuple[dict[str, Any], Image.Image], file: bytes
) -> None:
    """It draws lines in black and no fills, so only what it draws at all is compared: pictures and words."""
    _, theirs = by_easyofd
    mine = ours(file, theirs.width)
    scale = theirs.width / Reader(file).pages[0].width
    for seal in SEALS:
        corners = (seal.x, seal.y, seal.x + seal.w, seal.y + seal.h)
        assert difference(mine, theirs, tuple(round(at * scale) for at in corners)) < 12

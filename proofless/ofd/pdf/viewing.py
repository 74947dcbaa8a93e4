"""PDF 查看: the pages of anybody's PDF as pictures, with their words and the places of its signatures.

Drawn by PDFium in a process of its own, bounded in memory and time: a file that crashes it is a file that cannot
be shown.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proofless.ofd.drawing import Box, n
from proofless.ofd.errors import NotPdf
from proofless.ofd.package import escape
from proofless.ofd.reader import Spot

MOST_PAGES, MOST_READ = 20, 300
SECONDS = 20.0
_KEPT = ("PATH", "PYTHONPATH", "LANG", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class PdfLine:
    """Characters without blanks, their left edges and the right end last; mm from the page's top left corner."""

    text: str
    edges: tuple[float, ...]
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """Lengths in mm. ``kind`` is png or jpeg; ``signatures`` are (field name, box) of those that show; ``upright``:
    the page is neither turned nor cut, so that a place on it is where it seems to be."""

    width: float
    height: float
    upright: bool
    kind: str
    picture: bytes
    lines: tuple[PdfLine, ...]
    signatures: tuple[tuple[str, Box], ...]

    def svg(self, numbers: Mapping[str, int], title: str = "") -> str:
        """The page as SVG in mm; ``numbers`` gives a field its signature's number, which ``data-seal`` carries."""
        w, h = n(self.width), n(self.height)
        picture = base64.b64encode(self.picture).decode()
        seals = "".join(
            f'<g data-seal="{numbers[name]}"><rect x="{n(box.x)}" y="{n(box.y)}" width="{n(box.w)}"'
            f' height="{n(box.h)}" fill="none" pointer-events="all"/></g>'
            for name, box in self.signatures
            if name in numbers
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" role="img"'
            f' aria-label="{escape(title or "版式文件")}">'
            f'<image width="{w}" height="{h}" href="data:image/{self.kind};base64,{picture}"/>{seals}</svg>'
        )


def is_pdf(data: bytes) -> bool:
    """By the mark readers look for, within the first kilobyte (ISO 32000-1, annex H)."""
    return b"%PDF-" in data[:1024]


def draw_pages(data: bytes, *, most: int = MOST_PAGES) -> tuple[PdfPage, ...]:
    """The first pages. Raises NotPdf for what cannot be drawn, and for what takes too long or too much memory."""
    return _asked(data, most, "pictures")


def read_pages(data: bytes, *, most: int = MOST_READ) -> tuple[PdfPage, ...]:
    """The same without pictures, which is quick: sizes, words and signatures."""
    return _asked(data, most, "words")


def find(pages: Sequence[PdfPage], words: str) -> tuple[Spot, ...]:
    """Where the words stand, blanks aside, in reading order."""
    wanted = "".join(words.split())
    spots = []
    for number, page in enumerate(pages, 1):
        for line in page.lines:
            at = -1
            while wanted and (at := line.text.find(wanted, at + 1)) >= 0:
                left, right = line.edges[at], line.edges[at + len(wanted)]
                spots.append(Spot(number, Box(left, line.top, right - left, line.height)))
    return tuple(spots)


def _asked(data: bytes, most: int, what: str) -> tuple[PdfPage, ...]:
    command = [sys.executable, "-m", "proofless.ofd.pdf.picturing", str(most), what]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env=environment)
        if done.returncode:
            raise NotPdf("文件无法显示")
        return tuple(_page(one) for one in json.loads(done.stdout)["pages"])
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError) as error:
        raise NotPdf("文件无法显示") from error


def _page(found: Mapping[str, Any]) -> PdfPage:
    return PdfPage(
        float(found["width"]),
        float(found["height"]),
        bool(found["upright"]),
        "png" if found["kind"] == "png" else "jpeg",
        base64.b64decode(found["picture"]),
        tuple(PdfLine(str(text), tuple(edges), top, tall) for text, edges, top, tall in found["lines"]),
        tuple((str(name), Box(x, y, w, h)) for name, x, y, w, h in found["fields"]),
    )

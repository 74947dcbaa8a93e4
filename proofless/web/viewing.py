"""版式查看: what ``ui.viewer`` needs of an OFD or PDF file: its pages, and its words so that they can be found."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from proofless.ofd.errors import OfdError
from proofless.ofd.pdf.viewing import PdfPage, draw_pages, is_pdf
from proofless.ofd.reader import Reader

MOST_LINES, MOST_PAGES = 5_000, 20
Searchable = list[tuple[int, str, list[float], float, float]]
# Strangers' PDFs are drawn in processes of their own, never more than these at a time.
_drawing = threading.BoundedSemaphore(2)
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Shown:
    """``pages`` are SVG. Both are empty for a file nobody can show."""

    pages: tuple[Markup, ...]
    lines: Searchable


def show(data: bytes, *, title: str = "", fields: Sequence[str] = ()) -> Shown:
    """The first pages of a file; ``fields`` names a PDF's signatures in the order in which they are told."""
    if is_pdf(data):
        return _show_pdf(data, title, fields)
    try:
        pages = Reader(data).pages[:MOST_PAGES]
        return Shown(
            tuple(Markup(page.svg(title=title)) for page in pages), searchable(data)
        )  # drawn by ofd.display
    except OfdError:
        return Shown((), [])


def _show_pdf(data: bytes, title: str, fields: Sequence[str]) -> Shown:
    if not _drawing.acquire(timeout=_PATIENCE):
        return Shown((), [])
    try:
        pages = draw_pages(data, most=MOST_PAGES)
    except OfdError:
        return Shown((), [])
    finally:
        _drawing.release()
    numbers = {name: number for number, name in enumerate(fields, 1)}
    # Drawn by ofd.pdf: pictures and boxes, every text of the file's own escaped or encoded.
    return Shown(tuple(Markup(page.svg(numbers, title)) for page in pages), _lines_of(pages))


def _lines_of(pages: Sequence[PdfPage]) -> Searchable:
    found = [
        (number, line.text, list(line.edges), line.top, line.height)
        for number, page in enumerate(pages, 1)
        for line in page.lines
    ]
    return found[:MOST_LINES]


def searchable(data: bytes) -> Searchable:
    """(page, characters, left edges with the right end last, top, height) of each line; empty for a file nobody reads.

    Lengths in mm, to a tenth: enough to mark a word.
    """
    try:
        lines = Reader(data).lines()[:MOST_LINES]
    except OfdError:
        return []
    return [
        (
            line.page,
            line.text,
            [round(edge, 1) for edge in (*line.lefts, line.right)],
            round(line.top, 1),
            round(line.height, 1),
        )
        for line in lines
    ]

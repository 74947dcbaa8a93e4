"""A paper set in A4: title, number, body, the place for the seal; in a demo home 演示·无效 on every page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from proofless.applications.papers.wording import Paper, words
from proofless.kit.errors import NotFound
from proofless.ofd.drawing import Box, Color, Drawing
from proofless.ofd.errors import MissingGlyph
from proofless.ofd.fonts import Family, Style, default_library
from proofless.ofd.layout import Align, Line, Template, Text, fill
from proofless.ofd.metadata import Metadata
from proofless.ofd.package import pack
from proofless.ofd.pdf import About, render_pdf
from proofless.ofd.writer import write

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 25.0
BOTTOM = HEIGHT - 28.0
INK, GREY, RED = Color(20, 24, 30), Color(90, 98, 110), Color(190, 40, 40)
DEMO = "演示·无效"
SEAL_SIDE = 42.0  # mm, as a department's round seal is made


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    size: float = 4.4
    bold: bool = False
    align: Align = Align.LEFT
    space: float = 1.5
    indent: float = 0.0
    color: Color = INK
    family: Family = Family.SANS
    under_seal: bool = False

    @property
    def room(self) -> float:
        return WIDTH - 2 * MARGIN - self.indent

    @property
    def width(self) -> float:
        """An upper bound: no character is wider than one em."""
        ems = sum(1.0 if ord(character) > 0x2E80 else 0.62 for character in self.text)
        return ems * self.size

    @property
    def height(self) -> float:
        return self.size * 1.6 * max(1, -int(-self.width // self.room))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the seal's middle goes: over authority and day (骑年压月), mm on a page from 1."""

    page: int
    x: float
    y: float


def draw(paper: Paper, *, demo: bool, note: str = "") -> list[Drawing]:
    """The pages of a paper. ``note`` stands below the day: why there is no seal."""
    pages = list(_pages(list(_rows(paper, demo, note))))
    return [
        _page(rows, f"{paper.number} · 第{at}页，共{len(pages)}页", demo) for at, rows in enumerate(pages, 1)
    ]


def seal_spot(paper: Paper, *, demo: bool) -> Spot:
    """Where the seal goes on the paper as ``draw`` sets it without a note."""
    pages = list(_pages(list(_rows(paper, demo, ""))))
    at, rows = next((at, rows) for at, rows in enumerate(pages, 1) if any(row.under_seal for row in rows))
    y, row = next((y, row) for y, row in _placed(rows) if row.under_seal)
    half = max(SEAL_SIDE / 2, row.width / 2)
    return Spot(at, WIDTH - MARGIN - half, min(y + row.height, HEIGHT - SEAL_SIDE / 2))


def as_pdf(paper: Paper, made_at: datetime, *, demo: bool, note: str = "") -> bytes:
    """The paper as PDF/A."""
    return render_pdf(draw(paper, demo=demo, note=note), About(paper.title, paper.authority, made_at))


def as_ofd(paper: Paper, made_at: datetime, *, demo: bool, note: str = "") -> bytes:
    """The paper as an OFD file without a seal."""
    metadata = Metadata(
        title=paper.title + (f"（{DEMO}）" if demo else ""),
        type_code=paper.kind.value,
        number=paper.number,
        identifier=paper.number,
        authority=paper.authority,
        authority_code=paper.authority_code,
        issued_on=paper.day,
        holders=(),
        created_at=made_at,
    )
    return pack(write(draw(paper, demo=demo, note=note), metadata))


def _rows(paper: Paper, demo: bool, note: str) -> Iterator[_Row]:
    if demo:
        yield _Row(DEMO, 5.0, bold=True, align=Align.CENTER, color=RED)
    yield _Row(paper.title, 8.5, bold=True, align=Align.CENTER, space=6.0)
    yield _Row(f"编号：{paper.number}", 3.8, align=Align.RIGHT, space=4.0, color=GREY)
    if paper.addressee:
        yield _Row(f"{paper.addressee}：", space=7.0)
        yield _Row(f"　　{paper.opening}")
    else:
        yield _Row(paper.opening, 6.0, bold=True, align=Align.CENTER, space=3.0)
    for label, value in paper.facts:
        yield _Row(f"{label}：{value}", indent=9.0, space=2.0)
    for heading, entries in paper.lists:
        yield _Row(heading, bold=True, space=4.0)
        for at, entry in enumerate(entries, 1):
            yield _Row(f"{at}. {entry}", 4.2, indent=9.0)
    for at, text in enumerate(paper.closing):
        yield _Row(f"　　{text}", space=4.0 if at == 0 else 1.5)
    # Room above for half a seal, which must not lie over what the paper says.
    room = SEAL_SIDE / 2 if paper.addressee else 12.0
    yield _Row(paper.authority, align=Align.RIGHT, space=room, under_seal=True)
    yield _Row(words(paper.day), align=Align.RIGHT)
    if note:
        yield _Row(note, 3.6, align=Align.RIGHT, color=GREY)


def _pages(rows: list[_Row]) -> Iterator[list[_Row]]:
    page: list[_Row] = []
    y = MARGIN
    for row in rows:
        if page and y + row.space + row.height > BOTTOM:
            yield page
            page, y = [], MARGIN
        page.append(row)
        y += row.space + row.height
    yield page


def _placed(rows: Sequence[_Row]) -> Iterator[tuple[float, _Row]]:
    """The rows of a page, each with its upper edge in mm."""
    y = MARGIN
    for row in rows:
        y += row.space
        yield y, row
        y += row.height


def _page(rows: list[_Row], foot: str, demo: bool) -> Drawing:
    elements: list[Text] = []
    for y, row in _placed(rows):
        box = Box(MARGIN + row.indent, y, row.room, row.height)
        style = Style(row.family, row.bold)
        elements.append(
            Text(box, _drawable(row.text), size=row.size, style=style, color=row.color, align=row.align)
        )
    line = Line(MARGIN, BOTTOM + 4, WIDTH - MARGIN, BOTTOM + 4, GREY)
    tail = Text(
        Box(MARGIN, BOTTOM + 5, WIDTH - 2 * MARGIN, 6),
        f"{foot} · {DEMO}" if demo else foot,
        size=3.0,
        color=GREY,
        align=Align.CENTER,
    )
    return fill(Template(WIDTH, HEIGHT, (*elements, line, tail)), {})


def _drawable(text: str) -> str:
    """The text with 〓 for what no font draws: a rare name must not stop a notice."""
    library = default_library()
    while True:
        try:
            library.measure(Style(Family.SANS), text)
        except MissingGlyph as missing:
            text = text.replace(missing.character, "〓")
        else:
            return text


FORMATS = {"pdf": (as_pdf, "application/pdf"), "ofd": (as_ofd, "application/ofd")}


def rendered(
    paper: Paper, format_: str, made_at: datetime, *, demo: bool, note: str = ""
) -> tuple[bytes, str, str]:
    """(data, media type, file name) of a paper as ``pdf`` or ``ofd``. The name holds codes, no person's name.

    Raises NotFound for another format.
    """
    if format_ not in FORMATS:
        raise NotFound()
    make, media = FORMATS[format_]
    return make(paper, made_at, demo=demo, note=note), media, f"{paper.number}.{format_}"

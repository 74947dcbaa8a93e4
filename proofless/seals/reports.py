"""验章报告: what was found about a file, as a PDF to keep or to print, drawn by our own layout."""

from collections.abc import Iterator
from dataclasses import dataclass

from proofless.kit import clock
from proofless.ofd.drawing import Box, Color, Drawing
from proofless.ofd.errors import MissingGlyph
from proofless.ofd.fonts import Family, FontLibrary, Style, default_library
from proofless.ofd.layout import Align, Line, Template, Text, fill
from proofless.ofd.pdf import About, render_pdf
from proofless.seals.checks import Judged, SealCheck, verdict_of

_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 22.0
_BOTTOM = _HEIGHT - 24.0
_INK, _GREY = Color(20, 24, 30), Color(90, 98, 110)
_COLORS = {"ok": Color(20, 110, 60), "warn": Color(140, 90, 0), "bad": Color(170, 30, 30)}
_MARKS = {True: "通过", False: "不通过", None: "未知"}
_TONES = {True: "ok", False: "bad", None: "warn"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the report; ``mark`` stands in a column of its own before it."""

    text: str
    size: float = 4.0
    bold: bool = False
    color: Color = _INK
    mark: str = ""
    mark_color: Color = _GREY
    space: float = 0.0

    @property
    def height(self) -> float:
        return self.size * 1.55 * _lines(self.text, self.size, bool(self.mark))


def render_report(found: Judged, title: str, city: str, *, demo: bool) -> bytes:
    """The report as PDF/A. ``title`` is the file's own word about itself."""
    pages = list(_pages(tuple(_rows(found, title, city, demo))))
    foot = f"核对时间 {found.judged_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S} · 本报告只说明核对当时的情况"
    drawings = [_page(rows, f"{foot} · 第 {n} 页，共 {len(pages)} 页") for n, rows in enumerate(pages, 1)]
    return render_pdf(drawings, About("电子印章核对报告", f"{city}免证办事平台", found.judged_at))


def _rows(found: Judged, title: str, city: str, demo: bool) -> Iterator[_Row]:
    verdict, text, tone = verdict_of(found)
    yield _Row("电子印章核对报告", 7.0, bold=True)
    yield _Row(f"{city}免证办事平台" + ("（演示·无效）" if demo else ""), 3.6, color=_GREY)
    yield _Row(verdict, 6.0, bold=True, color=_COLORS[tone], space=5.0)
    yield _Row(text)
    yield _Row(f"文件自称：{title or '没有标题'}", 3.6, color=_GREY, space=3.0)
    yield _Row(f"文件摘要（SM3）：{found.digest.hex()}", 3.2, color=_GREY)
    for problem in found.problems:
        yield _Row(problem, color=_COLORS["bad"])
    for number, check in enumerate(found.seals, 1):
        yield from _seal_rows(number, check)


def _seal_rows(number: int, check: SealCheck) -> Iterator[_Row]:
    yield _Row(f"第 {number} 枚{'签名' if check.field else '印章'}：{check.name}", 4.6, bold=True, space=5.0)
    when = f"{check.signed_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}" if check.signed_at else "未知"
    yield _Row(f"签章人 {check.signer} · 签章时间 {when} · {check.algorithm}", 3.6, color=_GREY)
    for said, state, note, _ in check.facts:
        text = f"{said}（{note}）" if note else said
        yield _Row(text, mark=_MARKS[state], mark_color=_COLORS[_TONES[state]])


def _lines(text: str, size: float, marked: bool) -> int:
    """An upper bound of the lines a text takes: no character is wider than one em."""
    room = _WIDTH - 2 * _MARGIN - (18.0 if marked else 0.0)
    ems = sum(1.0 if ord(character) > 0x2E80 else 0.62 for character in text)
    return max(1, -int(-ems * size // room))


def _pages(rows: tuple[_Row, ...]) -> Iterator[list[_Row]]:
    page: list[_Row] = []
    y = _MARGIN
    for row in rows:
        if page and y + row.space + row.height > _BOTTOM:
            yield page
            page, y = [], _MARGIN
        page.append(row)
        y += row.space + row.height
    yield page


def _page(rows: list[_Row], foot: str) -> Drawing:
    library = default_library()
    y = _MARGIN
    elements: list[Text] = []
    for row in rows:
        y += row.space
        left = _MARGIN + (18.0 if row.mark else 0.0)
        box = Box(left, y, _WIDTH - _MARGIN - left, row.height)
        style = Style(Family.SANS, row.bold)
        text = _drawable(row.text, library)
        elements.append(Text(box, text, size=row.size, style=style, color=row.color))
        if row.mark:
            column = Box(_MARGIN, y, 16.0, row.height)
            elements.append(Text(column, row.mark, size=row.size, style=style, color=row.mark_color))
        y += row.height
    line = Line(_MARGIN, _BOTTOM + 4, _WIDTH - _MARGIN, _BOTTOM + 4, _GREY)
    tail = Text(
        Box(_MARGIN, _BOTTOM + 5, _WIDTH - 2 * _MARGIN, 6), foot, size=3.0, color=_GREY, align=Align.CENTER
    )
    return fill(Template(_WIDTH, _HEIGHT, (*elements, line, tail)), {})


def _drawable(text: str, library: FontLibrary) -> str:
    """The text with 〓 for what no font draws: a foreign file may say anything of itself."""
    while True:
        try:
            library.measure(Style(Family.SANS), text)
        except MissingGlyph as missing:
            text = text.replace(missing.character, "〓")
        else:
            return text

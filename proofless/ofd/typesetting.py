"""Setting a text in a box: rows, sizes, places.

Text wraps by the rules of Chinese setting (GB/T 15834: no closing mark opens a line, no opening mark ends one), shrinks
until it fits its box, and refuses with `TextOverflow` rather than lose a character.
"""

import math
from collections.abc import Sequence
from itertools import groupby

from proofless.ofd import drawing
from proofless.ofd.drawing import GlyphLine, TextRun
from proofless.ofd.elements import Align, Text, Valign
from proofless.ofd.errors import TextOverflow
from proofless.ofd.fonts import FontFace, FontLibrary

_SHRINK = 0.95
_CODE_SHRINK = 0.75
_ASCENT = 0.88
_SHARE = {Valign.TOP: 0.0, Valign.MIDDLE: 0.5, Valign.BOTTOM: 1.0}
_NEVER_FIRST = frozenset("，。、；：？！）》」』〉】〕”’…·,.;:?!)]}%％")
_NEVER_LAST = frozenset("（《「『〈【〔“‘([{￥")


def set_text(element: Text, content: str, library: FontLibrary) -> list[TextRun]:
    """Text objects of one element, in reading order: a new one wherever the font changes."""
    if not content:
        return []
    if "\r" in content:  # as browsers send what was typed over several lines
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    content = content if element.wrap else content.replace("\n", " ")
    faces, advances = library.measure(element.style, content.replace("\n", " "))
    size, rows = _fit(element, content, advances)
    baseline = _first_baseline(element, size, len(rows))
    box = element.box
    matrix = drawing.turned(element.turn, box.x + box.w / 2, box.y + box.h / 2) if element.turn else None
    if faces.count(faces[0]) == len(faces):
        lines = []
        for index, (start, stop) in enumerate(rows):
            x, steps = _place(element, size, advances[start:stop])
            if steps:
                lines.append(
                    GlyphLine(x, baseline + index * element.leading * size, content[start:stop], steps)
                )
        return [TextRun(faces[0], size, element.color, tuple(lines), element.field, matrix)] if lines else []
    runs: list[tuple[FontFace, list[GlyphLine]]] = []
    for index, (start, stop) in enumerate(rows):
        x, steps = _place(element, size, advances[start:stop])
        at = x, baseline + index * element.leading * size
        for face, line in _segments(content, faces, start, at, steps):
            if runs and runs[-1][0] is face:
                runs[-1][1].append(line)
            else:
                runs.append((face, [line]))
    return [TextRun(face, size, element.color, tuple(lines), element.field, matrix) for face, lines in runs]


def _first_baseline(element: Text, size: float, rows: int) -> float:
    leading = element.leading * size
    slack = element.box.h - leading * rows
    return element.box.y + slack * _SHARE[element.valign] + (leading - size) / 2 + _ASCENT * size


def _fit(element: Text, content: str, advances: Sequence[float]) -> tuple[float, list[tuple[int, int]]]:
    """The largest size not above the wanted one at which the text fits, and its rows as index ranges."""
    size, box = element.size, element.box
    total = sum(advances)
    if total * size <= box.w and "\n" not in content:
        return min(size, box.h), [(0, len(content))]
    if not element.wrap:
        size = box.w / total
        if size < element.min_size:
            raise TextOverflow(element.field, len(content))
        return size, [(0, len(content))]
    if _is_code(content) and box.w / total >= max(element.min_size, _CODE_SHRINK * size):
        return box.w / total, [(0, len(content))]  # a number or code reads better small than broken
    while size >= element.min_size:
        least = math.ceil(total * size / box.w)
        rows = wrap(content, advances, box.w / size) if least * element.leading * size <= box.h else None
        if rows is not None and len(rows) * element.leading * size <= box.h:
            return size, rows
        size *= _SHRINK
    raise TextOverflow(element.field, len(content))


def wrap(content: str, advances: Sequence[float], width: float) -> list[tuple[int, int]] | None:
    """Rows as (start, stop) of the text at this width in em; None when one character is wider than that.

    Every character but a line feed lies in exactly one row, in order.
    """
    rows: list[tuple[int, int]] = []
    start, used, stop = 0, 0.0, len(content)
    index = 0
    while index < stop:
        if content[index] == "\n":
            rows.append((start, index))
            start, used = index + 1, 0.0
        elif used + advances[index] > width + 1e-9:
            if index == start:
                return None
            cut = _break_before(content, start, index)
            rows.append((start, cut))
            start, used = cut, sum(advances[cut:index])
            continue
        else:
            used += advances[index]
        index += 1
    rows.append((start, stop))
    return rows


def _break_before(content: str, start: int, index: int) -> int:
    """The last place in (start, index] where a row may end; `index` itself when there is none."""
    for cut in range(index, start, -1):
        before, after = content[cut - 1], content[cut]
        joined = _is_latin(before) and _is_latin(after)
        if not joined and after not in _NEVER_FIRST and before not in _NEVER_LAST:
            return cut
    return index


def _is_code(content: str) -> bool:
    return content.isascii() and content.isprintable() and " " not in content


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()


def _place(element: Text, size: float, advances: Sequence[float]) -> tuple[float, list[float]]:
    """Where a row starts, and the steps in mm between its characters (one for each character)."""
    steps = [advance * size for advance in advances]
    if element.align is Align.LEFT:
        return element.box.x, steps
    slack = element.box.w - sum(steps)
    match element.align:
        case Align.CENTER:
            return element.box.x + slack / 2, steps
        case Align.RIGHT:
            return element.box.x + slack, steps
        case Align.SPREAD if len(steps) > 1:
            extra = slack / (len(steps) - 1)
            return element.box.x, [*(step + extra for step in steps[:-1]), steps[-1]]
    return element.box.x, steps


def _segments(
    content: str, faces: Sequence[FontFace], start: int, at: tuple[float, float], steps: Sequence[float]
) -> list[tuple[FontFace, GlyphLine]]:
    """One row that starts at (x, baseline), cut where the font changes."""
    found = []
    for face, group in groupby(range(len(steps)), key=lambda offset: faces[start + offset]):
        offsets = list(group)
        first, last = offsets[0], offsets[-1] + 1
        text = content[start + first : start + last]
        found.append((face, GlyphLine(at[0] + sum(steps[:first]), at[1], text, steps[first:last])))
    return found

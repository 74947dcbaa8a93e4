"""Templates in millimetres, and putting values into them.

A `Template` is a page size and a list of elements. An element without a `field` is the same on every
document of the template and goes into the shared background; an element with one takes `values[field]`.
Text wraps by the rules of Chinese setting (GB/T 15834: no closing mark opens a line, no opening mark
ends one), shrinks until it fits its box, and refuses with `TextOverflow` rather than lose a character.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as declared
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

import zxingcpp

from proofless.ofd import drawing
from proofless.ofd.drawing import BLACK, Background, Box, Color, Drawing, GlyphLine, Primitive, Shape, TextRun
from proofless.ofd.errors import BadPicture, MissingValue, TextOverflow
from proofless.ofd.fonts import Family, FontFace, FontLibrary, Style, default_library

_SHRINK = 0.95
_CODE_SHRINK = 0.75
_ASCENT = 0.88
_QR_QUIET_MODULES = 2
_NEVER_FIRST = frozenset("，。、；：？！）》」』〉】〕”’…·,.;:?!)]}%％")
_NEVER_LAST = frozenset("（《「『〈【〔“‘([{￥")


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    SPREAD = "spread"  # 分散对齐: the characters share the whole width


class Valign(StrEnum):
    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a box: `content` when fixed, `values[field]` when not.

    `size` is the wanted em in mm, `min_size` the smallest allowed; `wrap` False keeps one line. `turn` is
    degrees clockwise about the box's centre. `leading` is the line height in em.
    """

    box: Box
    content: str = ""
    field: str | None = None
    size: float = 4.2
    min_size: float = 1.8
    style: Style = declared(default=Style(Family.SANS))
    color: Color = BLACK
    align: Align = Align.LEFT
    valign: Valign = Valign.MIDDLE
    leading: float = 1.45
    wrap: bool = True
    turn: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight stroke from (x1, y1) to (x2, y2)."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: Color = BLACK
    width: float = 0.2


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, filled, stroked or both."""

    box: Box
    fill: Color | None = None
    stroke: Color | None = None
    width: float = 0.2


@dataclass(frozen=True, slots=True)
class Path:
    """Any path (see `drawing.Shape`)."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG or JPEG: `data` when fixed, `pictures[field]` when not; without one nothing is drawn."""

    box: Box
    data: bytes = b""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR symbol (ISO/IEC 18004, level M) of `values[field]` or `content`, with two quiet modules inside."""

    box: Box
    content: str = ""
    field: str | None = None
    color: Color = BLACK


Element = Text | Line | Rect | Path | Image | Qr


@dataclass(frozen=True, eq=False)
class Template:
    """A page and its elements, drawn in order. Compared by identity: make one per type and keep it."""

    width: float
    height: float
    elements: tuple[Element, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The values `fill` needs, in the order of the page (pictures not among them)."""
        names = (e.field for e in self.elements if isinstance(e, Text | Qr) and e.field is not None)
        return tuple(dict.fromkeys(names))


def fill(
    template: Template,
    values: Mapping[str, str],
    pictures: Mapping[str, bytes] | None = None,
    library: FontLibrary | None = None,
) -> Drawing:
    """The page with its values. Raises `MissingValue`, `MissingGlyph`, `TextOverflow`, `BadPicture`."""
    library = library or default_library()
    background, open_elements = _prepare(template, library)
    body: list[Primitive] = []
    for element in open_elements:
        if isinstance(element, Image):
            data = (pictures or {}).get(element.field or "")
            body += [_picture(element, data)] if data else []
            continue
        content = values.get(element.field or "")
        if content is None:
            raise MissingValue(element.field or "")
        if content:
            body += _text(element, content, library) if isinstance(element, Text) else [_qr(element, content)]
    return Drawing(template.width, template.height, background, tuple(body))


@lru_cache(maxsize=1024)
def _prepare(template: Template, library: FontLibrary) -> tuple[Background, tuple[Text | Image | Qr, ...]]:
    """The shared background, and the elements that wait for a value."""
    fixed: list[Primitive] = []
    waiting: list[Text | Image | Qr] = []
    for element in template.elements:
        if isinstance(element, Text | Image | Qr) and element.field is not None:
            waiting.append(element)
        else:
            fixed += _fixed(element, library)
    return Background(tuple(fixed)), tuple(waiting)


def _fixed(element: Element, library: FontLibrary) -> Sequence[Primitive]:
    match element:
        case Text():
            return _text(element, element.content, library)
        case Line(x1, y1, x2, y2, color, width):
            path = f"M {drawing.n(x1)} {drawing.n(y1)} L {drawing.n(x2)} {drawing.n(y2)}"
            return [Shape(path, stroke=color, width=width)]
        case Rect(box, fill_color, stroke, width):
            return [Shape(drawing.rectangle(box), fill_color, stroke, width)]
        case Path(shape):
            return [shape]
        case Image():
            return [_picture(element, element.data)]
        case Qr():
            return [_qr(element, element.content)]


def _picture(element: Image, data: bytes) -> drawing.Picture:
    kind = drawing.picture_kind(data)
    if kind is None:
        raise BadPicture("图片只接受 PNG 或 JPEG")
    return drawing.Picture(element.box, data, kind)


# Text


def _text(element: Text, content: str, library: FontLibrary) -> list[Primitive]:
    """Text objects of one element, in reading order: a new one wherever the font changes."""
    content = content if element.wrap else content.replace("\n", " ")
    faces, advances = library.measure(element.style, content.replace("\n", " "))
    size, rows = _fit(element, content, advances)
    leading = element.leading * size
    height = leading * len(rows)
    box = element.box
    slack = {Valign.TOP: 0.0, Valign.MIDDLE: (box.h - height) / 2, Valign.BOTTOM: box.h - height}
    baseline = box.y + slack[element.valign] + (leading - size) / 2 + _ASCENT * size
    runs: list[tuple[FontFace, list[GlyphLine]]] = []
    for index, (start, stop) in enumerate(rows):
        x, steps = _place(element, size, advances[start:stop])
        for face, line in _segments(content, faces, start, x, baseline + index * leading, steps):
            if runs and runs[-1][0] is face:
                runs[-1][1].append(line)
            else:
                runs.append((face, [line]))
    matrix = drawing.turned(element.turn, box.x + box.w / 2, box.y + box.h / 2) if element.turn else None
    return [TextRun(face, size, element.color, tuple(lines), element.field, matrix) for face, lines in runs]


def _fit(element: Text, content: str, advances: Sequence[float]) -> tuple[float, list[tuple[int, int]]]:
    """The largest size not above the wanted one at which the text fits, and its rows as index ranges."""
    size, box = element.size, element.box
    total = sum(advances)
    if "\n" not in content and total * size <= box.w:
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
    content: str, faces: Sequence[FontFace], start: int, x: float, baseline: float, steps: list[float]
) -> list[tuple[FontFace, GlyphLine]]:
    """One row cut where the font changes."""
    if all(face is faces[start] for face in faces[start : start + len(steps)]):
        return (
            [(faces[start], GlyphLine(x, baseline, content[start : start + len(steps)], steps))]
            if steps
            else []
        )
    found = []
    for face, group in groupby(range(len(steps)), key=lambda offset: faces[start + offset]):
        offsets = list(group)
        first, last = offsets[0], offsets[-1] + 1
        text = content[start + first : start + last]
        found.append((face, GlyphLine(x + sum(steps[:first]), baseline, text, steps[first:last])))
    return found


# QR


def _qr(element: Qr, content: str) -> Shape:
    """The dark modules as one path of horizontal bars, in module units."""
    # zxing-cpp makes a symbol in 0.3 ms; segno, which scores eight masks in Python, takes 12 ms.
    symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    data = bytes(symbol.to_image(add_quiet_zones=False))  # type: ignore[call-overload]  # it has the buffer protocol
    modules = math.isqrt(len(data))
    bars = [
        bar
        for y in range(modules)
        for bar in _bars(data[y * modules : (y + 1) * modules], y)
    ]  # fmt: skip
    scale = min(element.box.w, element.box.h) / (modules + 2 * _QR_QUIET_MODULES)
    offset = _QR_QUIET_MODULES * scale
    matrix = (scale, 0.0, 0.0, scale, element.box.x + offset, element.box.y + offset)
    return Shape(" ".join(bars), fill=element.color, matrix=matrix)


@lru_cache(maxsize=8192)
def _bars(row: bytes, y: int) -> list[str]:
    bars, x = [], 0
    while (x := row.find(0, x)) >= 0:
        stop = row.find(255, x)
        stop = len(row) if stop < 0 else stop
        bars.append(f"M {x} {y} L {stop} {y} L {stop} {y + 1} L {x} {y + 1} C")
        x = stop
    return bars

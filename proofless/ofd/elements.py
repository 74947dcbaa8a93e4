"""What a template is made of: elements in millimetres, fixed or waiting for a value.

An element without a `field` is the same on every document of its template and goes into the shared background; one with
a field takes `values[field]`, `pictures[field]` or, for a table, `tables[field]`.
"""

from dataclasses import dataclass
from dataclasses import field as declared
from enum import StrEnum

from proofless.ofd.drawing import BLACK, Box, Color, Shape
from proofless.ofd.fonts import Family, Style

# The value of a text with this field is made by `fill_pages`: 第 2 页 共 3 页.
PAGE_NUMBER = "@page"


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
class Photo:
    """A photograph from `pictures[field]`: turned upright, cut to the box's ratio about its middle, at most 300 dots an
    inch, and with nothing a camera wrote into it. Without one nothing is drawn."""

    box: Box
    field: str


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR symbol (ISO/IEC 18004, level M) of `values[field]` or `content`, with two quiet modules inside."""

    box: Box
    content: str = ""
    field: str | None = None
    color: Color = BLACK


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its share of the table's width, the name of its cells' values."""

    title: str
    field: str
    share: float = 1.0
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of `tables[field]` under a heading, as many as the box holds; the rest goes to the next page.

    A row is as high as its tallest cell and at least `row` mm; it is never divided.
    """

    box: Box
    field: str
    columns: tuple[Column, ...]
    size: float = 3.6
    leading: float = 1.4
    row: float = 8.0
    style: Style = declared(default=Style(Family.SERIF))
    head_style: Style = declared(default=Style(Family.SANS))
    color: Color = BLACK
    rule: Color = declared(default=Color(120, 120, 120))
    head_fill: Color | None = declared(default=Color(240, 240, 236))


Element = Text | Line | Rect | Path | Image | Photo | Qr | Table

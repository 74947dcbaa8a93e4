"""Positioned primitives of one page: what `layout.fill` makes, and `writer` and `svg` draw.

Lengths are millimetres, the origin is the page's top left corner, y grows downwards. Texts keep their
characters, each with its advance, so that a written file reads back as what was put in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, isfinite, radians, sin
from typing import NamedTuple

from proofless.ofd.fonts import FontFace

_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
# The form our own files have; anything else is read number by number.
_PLAIN_PATH = re.compile(
    r"(?:(?:[ML](?: -?\d{1,5}(?:\.\d{1,4})?+){2}+|Q(?: -?\d{1,5}(?:\.\d{1,4})?+){4}+|"
    r"B(?: -?\d{1,5}(?:\.\d{1,4})?+){6}+|C) ?+)++"
)
_MAGIC = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


@dataclass(frozen=True, slots=True)
class Color:
    """sRGB, 0-255 each; alpha 255 is opaque."""

    red: int
    green: int
    blue: int
    alpha: int = 255


BLACK = Color(0, 0, 0)

# (a, b, c, d, e, f): x' = a x + c y + e, y' = b x + d y + f, as in GB/T 33190 8.1.
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres."""

    x: float
    y: float
    w: float
    h: float

    def inset(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)


class GlyphLine(NamedTuple):
    """Characters of one font on one baseline. `advances[i]` is the distance from glyph i to the next."""

    x: float
    baseline: float
    text: str
    advances: Sequence[float]


@dataclass(frozen=True, slots=True, eq=False)
class TextRun:
    """One text object: one font, size (mm an em) and colour. `matrix` takes its coordinates to the page's.

    Compared by identity, so that the written form of a value that many documents carry is kept.
    """

    font: FontFace
    size: float
    color: Color
    lines: tuple[GlyphLine, ...]
    field: str | None = None
    matrix: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A path of OFD operators M, L, Q, B, A, C (GB/T 33190 9.3); `matrix` takes it to the page."""

    path: str
    fill: Color | None = None
    stroke: Color | None = None
    width: float = 0.2
    matrix: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG filling a box; `matrix`, when given, is applied to the box."""

    box: Box
    data: bytes
    kind: str
    matrix: Matrix | None = None


Primitive = TextRun | Shape | Picture


@dataclass(frozen=True, eq=False)
class Background:
    """What all drawings of one template share. Compared by identity, so that its written form is cached."""

    primitives: tuple[Primitive, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One page: width and height in mm, the shared background, the body of this document."""

    width: float
    height: float
    background: Background
    body: tuple[Primitive, ...]

    def text_of(self, field: str) -> str:
        """The characters drawn for a field, line breaks not counted."""
        runs = [p for p in self.body if isinstance(p, TextRun) and p.field == field]
        return "".join(line.text for run in runs for line in run.lines)


def turned(degrees: float, x: float, y: float) -> Matrix:
    """A clockwise turn about (x, y)."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return (c, s, -s, c, x - c * x + s * y, y - s * x - c * y)


def rectangle(box: Box) -> str:
    """The path of a rectangle."""
    right, bottom = n(box.x + box.w), n(box.y + box.h)
    x, y = n(box.x), n(box.y)
    return f"M {x} {y} L {right} {y} L {right} {bottom} L {x} {bottom} C"


def checked_path(data: str) -> str:
    """The path with every operator known and every operand a finite number. Raises ValueError."""
    if _PLAIN_PATH.fullmatch(data):
        return data
    out: list[str] = []
    words = iter(data.split())
    for word in words:
        operands = [float(next(words, "nan")) for _ in range(_OPERANDS.get(word, 0))]
        if word not in _OPERANDS or not all(map(isfinite, operands)):
            raise ValueError("路径操作符不合法")
        out += ("M" if word == "S" else word, *(n(value) for value in operands))
    return " ".join(out)


@lru_cache(maxsize=1 << 16)
def n(value: float) -> str:
    """A length as text, to a micrometre, without an exponent."""
    return f"{round(value, 3):.7g}"


def picture_kind(data: bytes) -> str | None:
    """`PNG` or `JPEG` by the first bytes, None for anything else."""
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)

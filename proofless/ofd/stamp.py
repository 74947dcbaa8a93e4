"""印章图样: the pictures of seals of every form, drawn as vectors, as SVG and as the PNG a seal carries.

Forms and sizes after 国发〔1999〕25号 (round, star, name in an arc) and, unconfirmed, the tax administration's
notice of 2011 on the oval invoice seal (40 x 30 mm) and the practice of seal makers for the others. A plain star,
no state emblem. In a demo home every picture carries 演示·无效.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from io import BytesIO

from PIL import Image

from proofless.ofd.drawing import Background, Color, Drawing, Matrix, Shape, n
from proofless.ofd.fonts import Family, FontFace, FontLibrary, Style, default_library
from proofless.ofd.raster import svg_to_png
from proofless.ofd.svg import render_svg

DIAMETER_MM = 42.0
DEMO_MARK = "演示·无效"
_RED = Color(200, 16, 22)
_SERIF = Style(Family.SERIF, bold=True)
# Four depths of red look like sixteen at the size of a seal, and every certificate carries the picture twice.
_ALPHA_LEVELS, _PALETTE_BITS = 4, 2
_KAPPA = 0.5523
_SAMPLES = 720
_SEAL_OF, _OF = "之印", "印"


class Form(StrEnum):
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    LEGAL = "legal"
    PERSONAL = "personal"
    INVOICE = "invoice"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A seal picture: its box in mm and its red shapes, the origin at the box's top left corner."""

    name: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    text: str = field(default="")  # every character drawn, in order

    def drawing(self) -> Drawing:
        return Drawing(self.width, self.height, Background(()), self.shapes)

    def svg(self) -> str:
        """The picture alone, with its name as title."""
        return render_svg(self.drawing(), title=f"{self.name}印章")

    def png(self, dpi: int = 240) -> bytes:
        """The picture as a small transparent PNG. Kept, as a seal's picture is asked for again and again."""
        return _png(self, dpi)


def draw(
    form: Form,
    name: str,
    *,
    use: str = "",
    code: str = "",
    demo: bool = True,
    library: FontLibrary | None = None,
) -> Stamp:
    """The seal of `name` in a form. `use` is a line such as 电子证照专用章; `code` the number some forms carry: the
    taxpayer's in an invoice seal, a seal's registration number at the foot of a round one. Raises `MissingGlyph`."""
    draft = _Draft(library or default_library())
    width, height = _PAINTERS[form](draft, name, use, code, demo)
    centred = (1.0, 0.0, 0.0, 1.0, width / 2, height / 2)
    shapes = tuple(_moved(shape, centred) for shape in draft.shapes)
    return Stamp(name, width, height, shapes, "".join(draft.text))


def round_seal(name: str, use: str = "", *, demo: bool = True, library: FontLibrary | None = None) -> Stamp:
    """A department's round seal: `draw(Form.DEPARTMENT, …)`."""
    return draw(Form.DEPARTMENT, name, use=use, demo=demo, library=library)


@lru_cache(maxsize=512)
def _png(stamp: Stamp, dpi: int) -> bytes:
    width = round(stamp.width * dpi / 25.4)
    with Image.open(BytesIO(svg_to_png(stamp.svg(), width))) as drawn:
        depth = drawn.getchannel("A")
    step = 255 / (_ALPHA_LEVELS - 1)
    indexed = depth.point([round(value / step) for value in range(256)])
    picture = Image.frombytes("P", depth.size, indexed.tobytes())
    picture.putpalette(bytes((_RED.red, _RED.green, _RED.blue)) * _ALPHA_LEVELS)
    out = BytesIO()
    alphas = bytes(round(level * step) for level in range(_ALPHA_LEVELS))
    picture.save(out, "PNG", compress_level=9, bits=_PALETTE_BITS, transparency=alphas)
    return out.getvalue()


class _Draft:
    """Shapes about the seal's centre, in mm."""

    def __init__(self, library: FontLibrary) -> None:
        self.library = library
        self.shapes: list[Shape] = []
        self.text: list[str] = []

    def glyph(
        self,
        face: FontFace,
        character: str,
        at: tuple[float, float],
        cell: tuple[float, float],
        angle: float = 0,
    ) -> None:
        """A glyph whose em box (0 to 1, -0.12 to 0.88) fills a cell centred on `at`, turned clockwise (radians)."""
        self.text.append(character)
        path = _path_of(face, character)
        if not path:
            return
        units, advance = face.units, face.advance(character) or 1.0
        c, s = math.cos(angle), math.sin(angle)
        sx, sy = cell[0] / units, cell[1] / units
        dx, dy = -advance * units / 2 * sx, 0.38 * units * sy
        matrix = (c * sx, s * sx, s * sy, -c * sy, at[0] + c * dx - s * dy, at[1] + s * dx + c * dy)
        self.shapes.append(Shape(path, fill=_RED, matrix=matrix))

    def ellipse(self, a: float, b: float, width: float) -> None:
        """A ring whose outer edge has the half axes a and b."""
        a, b = a - width / 2, b - width / 2
        ka, kb = a * _KAPPA, b * _KAPPA
        curves = (
            (a, -kb, ka, -b, 0.0, -b), (-ka, -b, -a, -kb, -a, 0.0), (-a, kb, -ka, b, 0.0, b), (ka, b, a, kb, a, 0.0),
        )  # fmt: skip
        path = " ".join([f"M {n(a)} 0", *("B " + " ".join(map(n, curve)) for curve in curves), "C"])
        self.shapes.append(Shape(path, stroke=_RED, width=width))

    def frame(self, w: float, h: float, width: float) -> None:
        """A rectangular ring whose outer edge is w by h."""
        x, y = n(w / 2 - width / 2), n(h / 2 - width / 2)
        path = f"M -{x} -{y} L {x} -{y} L {x} {y} L -{x} {y} C"
        self.shapes.append(Shape(path, stroke=_RED, width=width))

    def star(self, radius: float, y: float = 0.0) -> None:
        """The plain five-pointed star."""
        inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(126))
        corners = []
        for index in range(10):
            r, angle = (radius, inner)[index % 2], math.radians(36 * index)
            corners.append(f"{n(r * math.sin(angle))} {n(y - r * math.cos(angle))}")
        self.shapes.append(Shape(f"M {' L '.join(corners)} C", fill=_RED))

    def line(self, words: str, y: float, size: float, squeeze: float = 1.0) -> None:
        """A centred row; full-width cells `squeeze` times as wide as high."""
        faces, advances = self.library.measure(_SERIF, words)
        x = -sum(advances) * size * squeeze / 2
        for face, character, advance in zip(faces, words, advances, strict=True):
            step = advance * size * squeeze
            self.glyph(face, character, (x + step / 2, y), (size * squeeze, size))
            x += step

    def arc(
        self, words: str, a: float, b: float, widest: tuple[float, float], span: float, *, foot: bool = False
    ) -> None:
        """Words along an ellipse, symmetric about its top (or, upright, about its foot).

        `a`, `b` are the half axes that the outer ends of the characters touch, `widest` the largest cell (w, h),
        `span` the angle in degrees that may be filled. Long names get narrower, then lower characters.
        """
        faces, _ = self.library.measure(_SERIF, words)
        count = len(words)
        table = _Rim(a - widest[1] / 2, b - widest[1] / 2)
        room = table.length * min(span, widest[0] * 1.28 * count / table.length * 360) / 360
        step = room / max(count, 1)
        w = min(widest[0], step * 0.94)
        h = min(widest[1], w * (1.9 if not foot else 1.6))
        table = _Rim(a - h / 2, b - h / 2)
        for index, (face, character) in enumerate(zip(faces, words, strict=True)):
            along = (index - (count - 1) / 2) * step
            x, y, angle = table.at(-along + table.length / 2 if foot else along)
            self.glyph(face, character, (x, y), (w, h), angle + math.pi if foot else angle)


class _Rim:
    """An ellipse by the length of its arc, from the top, clockwise."""

    def __init__(self, a: float, b: float) -> None:
        self.a, self.b = a, b
        steps = [2 * math.pi * (i + 0.5) / _SAMPLES for i in range(_SAMPLES)]
        lengths = [math.hypot(a * math.cos(t), b * math.sin(t)) * 2 * math.pi / _SAMPLES for t in steps]
        self.marks = [0.0]
        for length in lengths:
            self.marks.append(self.marks[-1] + length)
        self.length = self.marks[-1]

    def at(self, along: float) -> tuple[float, float, float]:
        """Place and outward direction (radians clockwise from up) after `along` mm."""
        along %= self.length
        index = next(i for i in range(_SAMPLES) if self.marks[i + 1] >= along)
        part = (along - self.marks[index]) / (self.marks[index + 1] - self.marks[index])
        t = 2 * math.pi * (index + part) / _SAMPLES
        return (
            self.a * math.sin(t),
            -self.b * math.cos(t),
            math.atan2(self.b * math.sin(t), self.a * math.cos(t)),
        )


# Forms: each paints (name, use, code, demo) about the centre and returns its width and height in mm.

_Painter = Callable[[_Draft, str, str, str, bool], tuple[float, float]]


def _round(diameter: float) -> _Painter:
    def paint(draft: _Draft, name: str, use: str, code: str, demo: bool) -> tuple[float, float]:
        r, ring = diameter / 2, 1.2
        draft.ellipse(r, r, ring)
        draft.star(r / 3)
        rim = r - ring - 0.9
        draft.arc(name, rim, rim, (5.6, 6.2), 232.0)
        lines = [line for line in (use, DEMO_MARK if demo else "") if line]
        for line, y in zip(lines, (r * 0.48, r * 0.65) if code else (r * 0.533, r * 0.724), strict=False):
            chord = 2 * math.sqrt((r - ring - 0.8) ** 2 - (y + 1.5) ** 2)
            draft.line(line, y, min(2.9 if code else 3.3, chord / max(len(line), 1)))
        if code:
            draft.arc(code, rim + 0.3, rim + 0.3, (1.5, 1.9), 90.0, foot=True)
        return diameter, diameter

    return paint


def _invoice(draft: _Draft, name: str, use: str, code: str, demo: bool) -> tuple[float, float]:
    """Oval: the name above, the taxpayer's number across the middle, 发票专用章 below."""
    draft.ellipse(20.0, 15.0, 1.0)
    draft.arc(name, 18.2, 13.2, (4.0, 4.6), 165.0)
    if code:
        draft.line(code, 1.9, 2.9, min(1.0, 25.0 / (0.56 * 2.9 * len(code))))
    draft.line(use or "发票专用章", 6.3, 3.4)
    if demo:
        draft.line(DEMO_MARK, 10.4, 2.3)
    return 40.0, 30.0


def _legal(draft: _Draft, name: str, use: str, code: str, demo: bool) -> tuple[float, float]:
    """A square of 20 mm, read from top to bottom and right to left as name seals are: 张三 → 张三之印."""
    side, inner = 20.0, 17.0
    draft.frame(side, side, 1.0)
    words = name + (_SEAL_OF if len(name) == 2 else _OF if len(name) == 3 else "")
    rows = max(2, math.ceil(math.sqrt(len(words))))
    columns = math.ceil(len(words) / rows)
    height = inner - 2.6 if demo else inner
    w, h = inner / columns, height / rows
    faces, _ = draft.library.measure(_SERIF, words)
    for index, (face, character) in enumerate(zip(faces, words, strict=True)):
        column, row = divmod(index, rows)
        at = (inner / 2 - (column + 0.5) * w, -inner / 2 + (row + 0.5) * h)
        draft.glyph(face, character, at, (w * 0.97, h * 0.97))
    if demo:
        draft.line(DEMO_MARK, 7.6, 2.4)
    return side, side


def _personal(draft: _Draft, name: str, use: str, code: str, demo: bool) -> tuple[float, float]:
    """A name in one row within a thin frame, 32 x 14 mm."""
    width, height = 32.0, 14.0
    draft.frame(width, height, 0.5)
    size = min(8.6, (width - 3.0) / max(len(name), 1))
    draft.line(name, -1.6 if demo else 0.0, size if len(name) > 1 else 8.6)
    if demo:
        draft.line(DEMO_MARK, 4.8, 2.4)
    return width, height


def _contract(draft: _Draft, name: str, use: str, code: str, demo: bool) -> tuple[float, float]:
    return _round(40.0)(draft, name, use or "合同专用章", code, demo)


_PAINTERS: dict[Form, _Painter] = {
    Form.DEPARTMENT: _round(DIAMETER_MM),
    Form.ENTERPRISE: _round(40.0),
    Form.CONTRACT: _contract,
    Form.INVOICE: _invoice,
    Form.LEGAL: _legal,
    Form.PERSONAL: _personal,
}


def _path_of(face: FontFace, character: str) -> str:
    """The outline with the operators of OFD."""
    outline = face.outline(character)
    for svg, ofd in (("C", " B "), ("Z", " C "), ("M", " M "), ("L", " L "), ("Q", " Q ")):
        outline = outline.replace(svg, ofd)
    return outline.strip()


def _moved(shape: Shape, by: Matrix) -> Shape:
    a, b, c, d, e, f = shape.matrix or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return Shape(shape.path, shape.fill, shape.stroke, shape.width, (a, b, c, d, e + by[4], f + by[5]))

"""图元: what stands on a page, in drawing order. Lengths are mm, the origin is the page's top left corner."""

from dataclasses import dataclass

from proofless.ofd.drawing import Color, Matrix

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Gradient:
    """A shading along a line (`radii` None) or between two circles; `stops` are (place 0 to 1, colour)."""

    start: tuple[float, float]
    end: tuple[float, float]
    radii: tuple[float, float] | None
    stops: tuple[tuple[float, Color], ...]
    spread: str = "pad"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Marks repeated every `step` (mm, across and down); `matrix` takes the cell's coordinates to the object's."""

    marks: "tuple[Mark, ...]"
    step: tuple[float, float]
    matrix: Matrix | None = None


Paint = Color | Gradient | Pattern


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line is drawn. `cap` and `join` are SVG's words; `dash` alternates mm drawn and mm left out."""

    paint: Paint
    width: float = 0.353
    cap: str = "butt"
    join: str = "miter"
    miter: float = 3.528
    dash: tuple[float, ...] = ()
    dash_from: float = 0.0


@dataclass(frozen=True, slots=True)
class PathMark:
    """`path` is SVG path data in the object's coordinates, which `matrix` takes to the group's."""

    path: str
    fill: Paint | None
    pen: Pen | None
    even_odd: bool = False
    matrix: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Glyph:
    """An outline (SVG path in font units, y upwards) at a point of its text's coordinates, turned clockwise."""

    outline: str
    units: int
    x: float
    y: float
    degrees: float = 0.0


@dataclass(frozen=True, slots=True)
class TextMark:
    """Glyphs of one size (mm an em) and one stretch of their width."""

    glyphs: tuple[Glyph, ...]
    size: float
    stretch: float
    fill: Paint | None
    pen: Pen | None
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture a browser shows: PNG or JPEG bytes; `converted` are the pixels of one that came in another form."""

    data: bytes
    kind: str
    converted: int = 0


@dataclass(frozen=True, slots=True)
class ImageMark:
    """A picture on the unit square that `matrix` places; `raster` None is a picture we cannot show."""

    raster: Raster | None
    matrix: Matrix
    opacity: float = 1.0
    mask: Raster | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """The union of shapes (paths, each with its matrix to the group's coordinates) outside which nothing is drawn."""

    shapes: tuple[tuple[str, Matrix], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Marks with what applies to all of them. `title` names a seal, `seal` is its number from 1."""

    marks: "tuple[Mark, ...]"
    clips: tuple[Clip, ...] = ()
    matrix: Matrix | None = None
    title: str = ""
    seal: int | None = None


Mark = PathMark | TextMark | ImageMark | Group


@dataclass(frozen=True, slots=True)
class Page:
    """One page; sizes in mm. `seals` stand above `marks` and can be left out."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    seals: tuple[Group, ...] = ()


def multiply(outer: Matrix, inner: Matrix) -> Matrix:
    """The matrix that applies `inner` first, then `outer`."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f,
    )  # fmt: skip


def inverse(matrix: Matrix) -> Matrix | None:
    """The matrix that undoes this one; None for one that flattens."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    if abs(area) < 1e-12:
        return None
    return (d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area)


def shifted(matrix: Matrix | None, x: float, y: float) -> Matrix:
    """The matrix followed by a move."""
    a, b, c, d, e, f = matrix or IDENTITY
    return (a, b, c, d, e + x, f + y)

"""Content streams: the primitives of a page as PDF operators, in millimetres with y downwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from proofless.ofd.drawing import Color, Matrix, Picture, Primitive, Shape, TextRun, n
from proofless.ofd.fonts import FontFace
from proofless.ofd.pdf.fonts import PdfFont
from proofless.ofd.pdf.paths import operators


@dataclass(slots=True)
class Resources:
    """What the content of one file needs, by the names its operators use."""

    fonts: dict[int, PdfFont] = field(default_factory=dict)
    pictures: dict[bytes, tuple[str, Picture]] = field(default_factory=dict)
    alphas: dict[int, str] = field(default_factory=dict)

    def font(self, face: FontFace) -> PdfFont:
        if id(face) not in self.fonts:
            self.fonts[id(face)] = PdfFont(face, f"F{len(self.fonts) + 1}")
        return self.fonts[id(face)]

    def picture(self, picture: Picture) -> str:
        return self.pictures.setdefault(picture.data, (f"P{len(self.pictures) + 1}", picture))[0]

    def alpha(self, value: int) -> str:
        return self.alphas.setdefault(value, f"A{value}")


def content(primitives: Iterable[Primitive], resources: Resources) -> str:
    """Operators for these primitives; each leaves the graphics state as it found it."""
    return "\n".join(_primitive(primitive, resources) for primitive in primitives)


def _primitive(primitive: Primitive, resources: Resources) -> str:
    match primitive:
        case TextRun():
            return _text(primitive, resources)
        case Shape():
            return _shape(primitive, resources)
        case Picture():
            return _picture(primitive, resources)


def _text(run: TextRun, resources: Resources) -> str:
    font = resources.font(run.font)
    out = [
        f"q{_alpha(run.color, resources)}{_matrix(run.matrix)} {_color(run.color, 'rg')} BT /{font.name} 1 Tf"
    ]
    for line in run.lines:
        # The page's y grows downwards, a glyph's upwards.
        out.append(
            f"{n(run.size)} 0 0 {n(-run.size)} {n(line.x)} {n(line.baseline)} Tm {font.show(line, run.size)}"
        )
    return " ".join(out) + " ET Q"


def _shape(shape: Shape, resources: Resources) -> str:
    paint = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}
    main = shape.fill or shape.stroke
    colors = (f" {_color(shape.fill, 'rg')}" if shape.fill else "") + (
        f" {_color(shape.stroke, 'RG')} {n(shape.width)} w" if shape.stroke else ""
    )
    alpha = _alpha(main, resources) if main else ""
    path = operators(shape.path)
    return f"q{alpha}{_matrix(shape.matrix)}{colors} {path} {paint[bool(shape.fill), bool(shape.stroke)]} Q"


def _picture(picture: Picture, resources: Resources) -> str:
    box = picture.box
    name = resources.picture(picture)
    place = f"{n(box.w)} 0 0 {n(-box.h)} {n(box.x)} {n(box.y + box.h)} cm"
    return f"q{_matrix(picture.matrix)} {place} /{name} Do Q"


def _alpha(color: Color, resources: Resources) -> str:
    return "" if color.alpha == 255 else f" /{resources.alpha(color.alpha)} gs"


def _color(color: Color, operator: str) -> str:
    return f"{_part(color.red)} {_part(color.green)} {_part(color.blue)} {operator}"


def _part(value: int) -> str:
    return f"{round(value / 255, 4):g}"


def _matrix(matrix: Matrix | None) -> str:
    return "" if matrix is None else f" {' '.join(f'{round(value, 6):.9g}' for value in matrix)} cm"

"""A page as one self-contained SVG: texts as outlines, so that every browser shows the same glyphs.

No script, style sheet, link or font goes out; pictures are `data:` URIs. Coordinates are millimetres. The
title is what a screen reader hears, so callers who know more than the document's title should say it.
"""

import base64
from functools import lru_cache
from zlib import crc32

from proofless.ofd.display import svg as display
from proofless.ofd.display.pages import read_page
from proofless.ofd.drawing import Color, Drawing, Matrix, Picture, Primitive, Shape, TextRun, n
from proofless.ofd.fonts import FontFace, FontLibrary, default_library
from proofless.ofd.package import Package, escape, unpack
from proofless.ofd.pages import title_of

_XMLNS = 'xmlns="http://www.w3.org/2000/svg"'


def render_svg(
    source: Drawing | Package | bytes,
    page: int = 1,
    stamps: bool = True,
    *,
    title: str = "",
    library: FontLibrary | None = None,
) -> str:
    """The page (from 1) with its seals; `stamps` False leaves them out. Raises `NotOfd` for a bad file."""
    library = library or default_library()
    if isinstance(source, Drawing):
        return _render(source, title)
    package = unpack(source) if isinstance(source, bytes) else source
    return display.draw(read_page(package, page, library), title or title_of(package), library, seals=stamps)


def _render(page: Drawing, title: str) -> str:
    glyphs = _Glyphs()
    body = [_primitive(p, glyphs) for p in (*page.background.primitives, *page.body)]
    # Over the outlines too: two names of one length give the same body, and would share each other's glyphs.
    prefix = f"o{crc32(''.join((*body, *glyphs.outlines)).encode()):08x}"
    inside = "".join(body).replace(_Glyphs.MARK, prefix)
    w, h = n(page.width), n(page.height)
    name = escape(title or "版式文件")
    return (
        f'<svg {_XMLNS} viewBox="0 0 {w} {h}" role="img" aria-labelledby="{prefix}t">'
        f'<title id="{prefix}t">{name}</title><defs>{glyphs.definitions(prefix)}</defs>{inside}</svg>'
    )


class _Glyphs:
    """Outlines used on the page, each defined once. Ids get a prefix, as several pages may share one HTML."""

    MARK = "\x00"

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, str], int] = {}
        self.outlines: list[str] = []

    def use(self, face: FontFace, character: str) -> int | None:
        """The number of a glyph's definition; None for a blank."""
        key = (id(face), character)
        number = self._numbers.get(key)
        if number is None:
            outline = face.outline(character)
            number = self._numbers[key] = len(self.outlines) if outline else -1
            if outline:
                self.outlines.append(outline)
        return None if number < 0 else number

    def definitions(self, prefix: str) -> str:
        return "".join(f'<path id="{prefix}g{i}" d="{outline}"/>' for i, outline in enumerate(self.outlines))


def _primitive(primitive: Primitive, glyphs: _Glyphs) -> str:
    match primitive:
        case TextRun():
            return _text(primitive, glyphs)
        case Shape():
            return _shape(primitive)
        case Picture():
            return _picture(primitive)


def _text(run: TextRun, glyphs: _Glyphs) -> str:
    scale = run.size / run.font.units
    uses = []
    for line in run.lines:
        x, y = line.x, -line.baseline / scale
        for character, advance in zip(line.text, line.advances, strict=True):
            number = glyphs.use(run.font, character)
            if number is not None:
                # In font units, so that one scale on the group serves every glyph.
                uses.append(f'<use href="#{_Glyphs.MARK}g{number}" x="{x / scale:.0f}" y="{y:.0f}"/>')
            x += advance
    a, b, c, d, e, f = run.matrix or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    matrix = _matrix((a * scale, b * scale, -c * scale, -d * scale, e, f))
    return f'<g{_paint("fill", run.color)} transform="{matrix}">{"".join(uses)}</g>' if uses else ""


def _matrix(matrix: Matrix) -> str:
    return f"matrix({' '.join(f'{value:.7g}' for value in matrix)})"


def _paint(name: str, color: Color | None) -> str:
    if color is None:
        return f' {name}="none"'
    opacity = "" if color.alpha == 255 else f' {name}-opacity="{color.alpha / 255:.3f}"'
    return f' {name}="#{color.red:02x}{color.green:02x}{color.blue:02x}"{opacity}'


@lru_cache(maxsize=4096)
def _shape(shape: Shape) -> str:
    transform = f' transform="{_matrix(shape.matrix)}"' if shape.matrix else ""
    stroke = f'{_paint("stroke", shape.stroke)} stroke-width="{n(shape.width)}"' if shape.stroke else ""
    data = shape.path.replace("C", "Z").replace("B", "C")
    return f'<path{_paint("fill", shape.fill)}{stroke}{transform} d="{data}"/>'


def _picture(picture: Picture) -> str:
    box = picture.box
    kind = "png" if picture.kind == "PNG" else "jpeg"
    transform = f' transform="{_matrix(picture.matrix)}"' if picture.matrix else ""
    return (
        f'<image x="{n(box.x)}" y="{n(box.y)}" width="{n(box.w)}" height="{n(box.h)}"{transform} '
        f'preserveAspectRatio="none" href="data:image/{kind};base64,{_base64(picture.data)}"/>'
    )


@lru_cache(maxsize=64)
def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()

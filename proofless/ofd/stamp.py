"""印章图样: the round seal of a department as a vector drawing, as SVG and as the PNG a seal carries.

After 国发〔1999〕25号: a circle of 42 mm, the name in an arc from left to right, a five-pointed star in the
middle; under the star the seal's use, and in a demo home the mark 演示·无效. No state emblem.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from proofless.ofd.fonts import Family, FontFace, FontLibrary, Style, default_library
from proofless.ofd.package import escape

DIAMETER_MM = 42.0
_RED = (200, 16, 22)
_RING_MM, _STAR_MM = 1.2, 7.0
_STYLE = Style(Family.SERIF, bold=True)
_LINES_Y_MM = (11.2, 15.2)
_SUPERSAMPLE = 4
_ALPHA_LEVELS = 16


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A glyph centred (x, y) mm from the seal's centre, w by h mm, turned clockwise by `angle` degrees."""

    face: FontFace
    character: str
    x: float
    y: float
    w: float
    h: float
    angle: float


@dataclass(frozen=True, slots=True)
class Stamp:
    """A seal picture of `DIAMETER_MM`."""

    name: str
    glyphs: tuple[_Glyph, ...]

    def svg(self) -> str:
        """The picture alone, with its name as title."""
        r = DIAMETER_MM / 2
        parts = [_svg_glyph(glyph) for glyph in self.glyphs]
        star = " ".join(f"{x:.3f},{y:.3f}" for x, y in _star())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{2 * r:g}mm" height="{2 * r:g}mm" '
            f'viewBox="{-r:g} {-r:g} {2 * r:g} {2 * r:g}"><title>{escape(self.name)}印章</title>'
            f'<g fill="rgb{_RED}"><circle r="{r - _RING_MM / 2:g}" fill="none" stroke="rgb{_RED}" '
            f'stroke-width="{_RING_MM}"/><polygon points="{star}"/>{"".join(parts)}</g></svg>'
        )

    def png(self, dpi: int = 240) -> bytes:
        """The picture as a small transparent PNG (16 depths of one red)."""
        scale = dpi / 25.4 * _SUPERSAMPLE
        side = round(DIAMETER_MM * scale)
        mask = Image.new("L", (side, side))
        pen = ImageDraw.Draw(mask)
        pen.ellipse((0, 0, side - 1, side - 1), outline=255, width=round(_RING_MM * scale))
        pen.polygon([(side / 2 + x * scale, side / 2 + y * scale) for x, y in _star()], fill=255)
        for glyph in self.glyphs:
            _draw_glyph(mask, glyph, scale)
        small = mask.resize((side // _SUPERSAMPLE,) * 2, Image.Resampling.LANCZOS)
        return _red_png(small)


def round_seal(name: str, use: str = "", *, demo: bool = True, library: FontLibrary | None = None) -> Stamp:
    """The seal of `name` (up to about thirty characters); `use` such as 电子证照专用章 under the star."""
    library = library or default_library()
    glyphs = _arc(name, library)
    lines = [line for line in (use, "演示·无效" if demo else "") if line]
    for line, y in zip(lines, _LINES_Y_MM, strict=False):
        chord = 2 * math.sqrt((DIAMETER_MM / 2 - _RING_MM - 0.8) ** 2 - (y + 1.5) ** 2)
        glyphs += _straight(line, y, min(3.3, chord / max(len(line), 1)), library)
    return Stamp(name, tuple(glyphs))


def _arc(name: str, library: FontLibrary) -> list[_Glyph]:
    """The name along the ring, symmetric about the top; long names get narrower, then lower characters."""
    faces, _ = library.measure(_STYLE, name)
    count = len(name)
    rim = DIAMETER_MM / 2 - _RING_MM - 0.9
    span = math.radians(min(222.0, 24.0 * max(count - 1, 1)))
    step = span / max(count - 1, 1)
    width = min(5.6, step * (rim - 3.0) * 0.94)
    height = min(6.2, width * 1.9)
    radius = rim - height / 2
    out = []
    for index, (face, character) in enumerate(zip(faces, name, strict=True)):
        angle = -span / 2 + step * index
        x, y = radius * math.sin(angle), -radius * math.cos(angle)
        out.append(_Glyph(face, character, x, y, width, height, math.degrees(angle)))
    return out


def _straight(line: str, y: float, size: float, library: FontLibrary) -> list[_Glyph]:
    faces, _ = library.measure(_STYLE, line)
    start = -size * (len(line) - 1) / 2
    return [
        _Glyph(face, character, start + size * index, y, size * 0.98, size, 0.0)
        for index, (face, character) in enumerate(zip(faces, line, strict=True))
    ]


def _star() -> Sequence[tuple[float, float]]:
    """The ten corners of the five-pointed star, mm from the centre."""
    inner = _STAR_MM * math.sin(math.radians(18)) / math.sin(math.radians(126))
    corners = []
    for index in range(10):
        radius, angle = (_STAR_MM, inner)[index % 2], math.radians(36 * index)
        corners.append((radius * math.sin(angle), -radius * math.cos(angle)))
    return corners


def _svg_glyph(glyph: _Glyph) -> str:
    """A full-width glyph's em box (0 to 1, -0.12 to 0.88) stretched onto the character's cell."""
    units = glyph.face.units
    advance = glyph.face.advance(glyph.character) or 1.0
    sx, sy = glyph.w / units, glyph.h / units
    return (
        f'<path transform="translate({glyph.x:.3f} {glyph.y:.3f}) rotate({glyph.angle:.3f}) '
        f'scale({sx:.6f} {-sy:.6f}) translate({-advance * units / 2:.1f} {-0.38 * units:.1f})" '
        f'd="{glyph.face.outline(glyph.character)}"/>'
    )


def _draw_glyph(mask: Image.Image, glyph: _Glyph, scale: float) -> None:
    size = round(glyph.h * scale)
    font = ImageFont.truetype(BytesIO(glyph.face.subset(glyph.character)), size)
    cell = Image.new("L", (2 * size, 2 * size))
    advance = glyph.face.advance(glyph.character) or 1.0
    ImageDraw.Draw(cell).text(
        (size - advance * size / 2, size + 0.38 * size), glyph.character, 255, font, "ls"
    )
    squeeze = glyph.w / glyph.h
    narrow = cell.resize((max(1, round(2 * size * squeeze)), 2 * size), Image.Resampling.LANCZOS)
    turned = narrow.rotate(-glyph.angle, Image.Resampling.BICUBIC, expand=True)
    left = mask.width / 2 + glyph.x * scale - turned.width / 2
    top = mask.height / 2 + glyph.y * scale - turned.height / 2
    mask.paste(255, (round(left), round(top)), turned)


def _red_png(mask: Image.Image) -> bytes:
    step = 255 // (_ALPHA_LEVELS - 1)
    indexed = mask.point([round(value / step) for value in range(256)])
    picture = Image.frombytes("P", mask.size, indexed.tobytes())
    picture.putpalette(bytes(_RED) * _ALPHA_LEVELS)
    out = BytesIO()
    alphas = bytes(level * step for level in range(_ALPHA_LEVELS))
    picture.save(out, "PNG", optimize=True, bits=4, transparency=alphas)
    return out.getvalue()

"""A page as one self-contained SVG: outlines, paths, `data:` pictures; no script, style sheet, link or font.

Coordinates are millimetres. Every id begins with a digest of the page, so that several pages may share one HTML. The
title is what a screen reader hears.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from zlib import crc32

from proofless.ofd.display import glyphs
from proofless.ofd.display.model import (
    Clip,
    Glyph,
    Gradient,
    Group,
    ImageMark,
    Mark,
    Page,
    Paint,
    PathMark,
    Pattern,
    Pen,
    Raster,
    TextMark,
    multiply,
)
from proofless.ofd.display.resources import FontEntry
from proofless.ofd.drawing import Color, Matrix, n
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.package import escape

MISSING_PICTURE = "无法显示的图像"

_XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
_MARK = "\x00"
_GREY, _PALE = Color(90, 90, 90), Color(235, 235, 235)
_PLAIN = FontEntry("", None)


def draw(page: Page, title: str, library: FontLibrary, *, seals: bool = True) -> str:
    """The SVG of a page; `seals` False leaves the seals out."""
    sheet = _Sheet(library)
    body = [sheet.mark(mark) for mark in (*page.marks, *(page.seals if seals else ()))]
    prefix = f"o{crc32(''.join((*body, *sheet.definitions)).encode()):08x}"
    inside = f"<defs>{''.join(sheet.definitions)}</defs>{''.join(body)}".replace(_MARK, prefix)
    w, h = n(page.width), n(page.height)
    return (
        f'<svg {_XMLNS} viewBox="0 0 {w} {h}" role="img" aria-labelledby="{prefix}t">'
        f'<title id="{prefix}t">{escape(title or "版式文件")}</title>{inside}</svg>'
    )


class _Sheet:
    """Gathers definitions (outlines, clips, gradients, masks) while marks become markup."""

    def __init__(self, library: FontLibrary) -> None:
        self._library = library
        self.definitions: list[str] = []
        self._outlines: dict[str, int] = {}

    def mark(self, mark: Mark) -> str:
        match mark:
            case PathMark():
                return self._path(mark)
            case TextMark():
                return self._text(mark)
            case ImageMark():
                return self._image(mark)
            case Group():
                return self._group(mark)

    def _define(self, element: str, attributes: str, inside: str) -> str:
        """The id of a new definition."""
        name = f"{_MARK}d{len(self.definitions)}"
        self.definitions.append(f'<{element} id="{name}"{attributes}>{inside}</{element}>')
        return name

    # Groups and clips

    def _group(self, group: Group) -> str:
        inside = "".join(map(self.mark, group.marks))
        if group.matrix is not None:
            inside = f'<g transform="{_matrix(group.matrix)}">{inside}</g>'
        for clip in group.clips:
            inside = f'<g clip-path="url(#{self._clip(clip)})">{inside}</g>'
        if group.title or group.seal is not None:
            number = "" if group.seal is None else f' data-seal="{group.seal}"'
            inside = f"<g{number}><title>{escape(_plain(group.title))}</title>{inside}</g>"
        return inside

    def _clip(self, clip: Clip) -> str:
        shapes = "".join(f'<path d="{d}" transform="{_matrix(matrix)}"/>' for d, matrix in clip.shapes)
        return self._define("clipPath", "", shapes)

    # Paths and paints

    def _path(self, mark: PathMark) -> str:
        if not isinstance(mark.fill, Color | None) or (mark.pen and not isinstance(mark.pen.paint, Color)):
            return _path_markup(mark, self._fill(mark.fill), self._pen(mark.pen, 1.0))
        return _plain_path(mark)

    def _fill(self, paint: Paint | None) -> str:
        return self._paint("fill", paint)

    def _pen(self, pen: Pen | None, scale: float) -> str:
        return "" if pen is None else self._paint("stroke", pen.paint) + _line(pen, scale)

    def _paint(self, name: str, paint: Paint | None) -> str:
        match paint:
            case Gradient():
                return f' {name}="url(#{self._gradient(paint)})"'
            case Pattern():
                return f' {name}="url(#{self._pattern(paint)})"'
        return _color(name, paint)

    def _pattern(self, pattern: Pattern) -> str:
        x, y = pattern.step
        place = "" if pattern.matrix is None else f' patternTransform="{_matrix(pattern.matrix)}"'
        size = f' patternUnits="userSpaceOnUse" width="{n(x)}" height="{n(y)}"{place}'
        return self._define("pattern", size, "".join(map(self.mark, pattern.marks)))

    def _gradient(self, gradient: Gradient) -> str:
        stops = "".join(f'<stop offset="{place:.4g}"{_stop(color)}/>' for place, color in gradient.stops)
        (x1, y1), (x2, y2) = gradient.start, gradient.end
        common = f' gradientUnits="userSpaceOnUse" spreadMethod="{gradient.spread}"'
        if gradient.radii is None:
            ends = f' x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"'
            return self._define("linearGradient", common + ends, stops)
        inner, outer = gradient.radii
        circles = f' fx="{n(x1)}" fy="{n(y1)}" fr="{n(inner)}" cx="{n(x2)}" cy="{n(y2)}" r="{n(outer)}"'
        return self._define("radialGradient", common + circles, stops)

    # Texts

    def _text(self, mark: TextMark) -> str:
        if not isinstance(mark.fill, Color | None):
            return self._shaded(mark, mark.fill) + self._text(replace(mark, fill=None))
        if mark.fill is None and mark.pen is None:
            return ""
        out = []
        for units, same in groupby(mark.glyphs, key=lambda glyph: glyph.units):
            scale = mark.size / units
            sx = scale * mark.stretch or scale
            matrix = multiply(mark.matrix, (sx, 0.0, 0.0, -scale, 0.0, 0.0))
            uses = "".join([self._use(glyph, sx, scale) for glyph in same])
            paint = self._fill(mark.fill) + self._pen(mark.pen, 1 / scale)
            out.append(f'<g{paint} transform="{_matrix(matrix)}">{uses}</g>')
        return "".join(out)

    def _shaded(self, mark: TextMark, fill: Gradient | Pattern) -> str:
        """A shading over a text as a whole: glyphs move the coordinates it is given in, so they cut it out instead."""
        uses = []
        for glyph in mark.glyphs:
            scale = mark.size / glyph.units
            sx = scale * mark.stretch or scale
            uses.append(self._use(glyph, sx, scale, f"matrix({sx:.7g} 0 0 {-scale:.7g} 0 0) "))
        clip = self._define("clipPath", "", "".join(uses))
        xs, ys = [glyph.x for glyph in mark.glyphs], [glyph.y for glyph in mark.glyphs]
        reach = 2 * mark.size * max(1.0, abs(mark.stretch))
        left, top, right, bottom = min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach
        area = (
            f"M {n(left)} {n(top)} L {n(right)} {n(top)} L {n(right)} {n(bottom)} L {n(left)} {n(bottom)} Z"
        )
        inside = f'<path{self._fill(fill)} d="{area}"/>'
        return f'<g transform="{_matrix(mark.matrix)}"><g clip-path="url(#{clip})">{inside}</g></g>'

    def _use(self, glyph: Glyph, sx: float, sy: float, place: str = "") -> str:
        # In font units, so that one scale on the group serves every glyph.
        number = self._outlines.get(glyph.outline)
        if number is None:
            number = self._outlines[glyph.outline] = len(self.definitions)
            self.definitions.append(f'<path id="{_MARK}d{number}" d="{glyph.outline}"/>')
        x, y = round(glyph.x / sx), round(-glyph.y / sy)
        turn = f"rotate({-glyph.degrees:g} {x} {y})" if glyph.degrees else ""
        turn = f' transform="{place}{turn}"' if place or turn else ""
        return f'<use href="#{_MARK}d{number}" x="{x}" y="{y}"{turn}/>'

    # Pictures

    def _image(self, mark: ImageMark) -> str:
        if mark.raster is None:
            return self._missing(mark.matrix)
        more = "" if mark.opacity >= 1 else f' opacity="{mark.opacity:.3f}"'
        picture = _picture(mark.raster, mark.matrix, more)
        if mark.mask is None:
            return picture
        mask = self._define("mask", ' maskUnits="userSpaceOnUse"', _picture(mark.mask, mark.matrix, ""))
        return f'<g mask="url(#{mask})">{picture}</g>'

    def _missing(self, matrix: Matrix) -> str:
        """A grey field with the words 无法显示的图像 in the picture's place."""
        a, b, c, d, e, f = matrix
        corners = ((e, f), (e + a, f + b), (e + a + c, f + b + d), (e + c, f + d))
        path = "M " + " L ".join(f"{n(x)} {n(y)}" for x, y in corners) + " Z"
        width, height = abs(a) + abs(c), abs(b) + abs(d)
        size = min(width / (len(MISSING_PICTURE) + 1), height / 2, 5.0)
        words = self._words(MISSING_PICTURE, size, e + (a + c) / 2, f + (b + d) / 2 + size * 0.37)
        field = _plain_path(PathMark(path, _PALE, Pen(_GREY, 0.2, dash=(1.0, 1.0))))
        return f"<g><title>{MISSING_PICTURE}</title>{field}{words}</g>"

    def _words(self, text: str, size: float, middle: float, baseline: float) -> str:
        if size <= 0.2:
            return ""
        left = middle - size * len(text) / 2
        placed = []
        for index, character in enumerate(text):
            font = glyphs.stand_in(self._library, _PLAIN, character)
            outline = font.outline(font.glyph_of(character) or 0)
            placed.append(Glyph(outline, font.units, left + index * size, baseline))
        return self._text(TextMark(tuple(placed), size, 1.0, _GREY, None, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)))


def _plain(text: str) -> str:
    """A seal's name without what XML cannot carry."""
    return "".join(character for character in text if character.isprintable())


def _matrix(matrix: Matrix) -> str:
    return f"matrix({' '.join(f'{value:.7g}' for value in matrix)})"


def _color(name: str, color: Color | None) -> str:
    if color is None:
        return f' {name}="none"'
    opacity = "" if color.alpha == 255 else f' {name}-opacity="{color.alpha / 255:.3f}"'
    return f' {name}="#{color.red:02x}{color.green:02x}{color.blue:02x}"{opacity}'


def _stop(color: Color) -> str:
    return _color("stop", color).replace("stop=", "stop-color=", 1)


def _line(pen: Pen, scale: float) -> str:
    out = f' stroke-width="{n(pen.width * scale)}"'
    if pen.cap != "butt":
        out += f' stroke-linecap="{pen.cap}"'
    # SVG's own limit is 4, OFD's 3.528: where nothing asks for another, the difference is not worth the bytes.
    if pen.join != "miter":
        out += f' stroke-linejoin="{pen.join}"'
    elif pen.miter != 3.528:
        out += f' stroke-miterlimit="{pen.miter:.4g}"'
    if pen.dash:
        out += f' stroke-dasharray="{_list(pen.dash, scale)}" stroke-dashoffset="{n(pen.dash_from * scale)}"'
    return out


def _list(values: Sequence[float], scale: float) -> str:
    return " ".join(n(value * scale) for value in values)


@lru_cache(maxsize=4096)
def _plain_path(mark: PathMark) -> str:
    """A path without shadings: the same lines stand on every page of one template."""
    assert isinstance(mark.fill, Color | None)
    pen = mark.pen
    stroke = ""
    if pen is not None:
        assert isinstance(pen.paint, Color)
        stroke = _color("stroke", pen.paint) + _line(pen, 1.0)
    return _path_markup(mark, _color("fill", mark.fill), stroke)


def _path_markup(mark: PathMark, fill: str, stroke: str) -> str:
    rule = ' fill-rule="evenodd"' if mark.even_odd else ""
    plain = mark.matrix is None or mark.matrix == (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    transform = "" if plain or mark.matrix is None else f' transform="{_matrix(mark.matrix)}"'
    return f'<path{fill}{rule}{stroke}{transform} d="{mark.path}"/>'


def _picture(raster: Raster, matrix: Matrix, more: str) -> str:
    a, b, c, d, e, f = matrix
    if b == 0 and c == 0 and a > 0 and d > 0:
        place = f'x="{n(e)}" y="{n(f)}" width="{n(a)}" height="{n(d)}"'
    else:
        place = f'width="1" height="1" transform="{_matrix(matrix)}"'
    kind = "png" if raster.kind == "PNG" else "jpeg"
    return (
        f'<image {place}{more} preserveAspectRatio="none" '
        f'href="data:image/{kind};base64,{_base64(raster.data)}"/>'
    )


@lru_cache(maxsize=64)
def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()

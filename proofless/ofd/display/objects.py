"""页面对象: layers, blocks, paths, texts, pictures and composite units as marks (GB/T 33190 clauses 7 to 13).

One `Painter` reads one page. It counts what it makes: a page that would grow without end is refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from proofless.ofd.display import paints, pictures, texts, values
from proofless.ofd.display.model import (
    IDENTITY,
    Clip,
    Glyph,
    Gradient,
    Group,
    ImageMark,
    Mark,
    Paint,
    PathMark,
    Pattern,
    Pen,
    Raster,
    TextMark,
    inverse,
    multiply,
    shifted,
)
from proofless.ofd.display.resources import Resources
from proofless.ofd.drawing import BLACK, Box, Color, Matrix, n
from proofless.ofd.errors import NotOfd
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.package import tag

_MAX_DEPTH = 12
_MAX_MARKS = 30_000
_MAX_GLYPHS = 100_000
_MAX_PATH_CHARACTERS = 8_000_000
_MAX_PICTURE_BYTES = 48 << 20
_MAX_PIXELS = 60_000_000  # of pictures that have to be converted
_MAX_SHARED_BYTES = 8 << 20  # of units and draw parameters, counted each time they are used
# Below it nothing is to be seen, and numbers in font units leave what a float holds.
_LEAST_MM, _LEAST_STRETCH, _MOST_STRETCH = 1e-3, 1e-2, 1e2
_LEAST_STEP_MM = 0.05
# Writers round boundaries; a hair outside is no reason to clip.
_SLACK_MM = 0.3

_KINDS = {
    tag(kind): kind for kind in ("PageBlock", "TextObject", "PathObject", "ImageObject", "CompositeObject")
}


@dataclass(frozen=True, slots=True)
class _Around:
    """What surrounds an object: its layer, the opacity of the units it lies in, how deep it lies."""

    layer: etree._Element | None = None
    alpha: float = 1.0
    depth: int = 0

    def deeper(self, alpha: float = 1.0, *, unit: bool = False) -> "_Around":
        if self.depth >= _MAX_DEPTH:
            raise NotOfd("页面内容嵌套过深")
        return _Around(None if unit else self.layer, self.alpha * alpha, self.depth + 1)


@dataclass(slots=True)
class Budget:
    """What one page may still show, its templates and annotations included."""

    marks: int = _MAX_MARKS
    glyphs: int = _MAX_GLYPHS
    path_characters: int = _MAX_PATH_CHARACTERS
    picture_bytes: int = _MAX_PICTURE_BYTES
    pixels: int = _MAX_PIXELS
    shared_bytes: int = _MAX_SHARED_BYTES
    _outlines: set[str] = field(default_factory=set)

    def spend(
        self,
        *,
        marks: int = 0,
        glyphs: int = 0,
        path: int = 0,
        picture: int = 0,
        pixels: int = 0,
        shared: int = 0,
    ) -> None:
        self.marks -= marks
        self.glyphs -= glyphs
        self.path_characters -= path
        self.picture_bytes -= picture
        self.pixels -= pixels
        self.shared_bytes -= shared
        left = (
            self.marks,
            self.glyphs,
            self.path_characters,
            self.picture_bytes,
            self.pixels,
            self.shared_bytes,
        )
        if min(left) < 0:
            raise NotOfd("页面内容过多")

    def spend_glyphs(self, glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
        """These glyphs, each paid for as it comes; an outline once."""
        for glyph in glyphs:
            new = glyph.outline not in self._outlines
            self._outlines.add(glyph.outline)
            self.spend(glyphs=1, path=len(glyph.outline) if new else 0)
            yield glyph

    def spend_raster(self, raster: Raster | None) -> None:
        if raster is not None:
            self.spend(picture=len(raster.data), pixels=raster.converted)


@dataclass(frozen=True, slots=True)
class Painter:
    """Reads the objects of one page."""

    resources: Resources
    library: FontLibrary
    budget: Budget = field(default_factory=Budget)

    def layers(self, content: etree._Element | None) -> dict[str, list[Mark]]:
        """Marks of a page's Content by layer type: Background, Body, Foreground."""
        found: dict[str, list[Mark]] = {"Background": [], "Body": [], "Foreground": []}
        for layer in content.iterfind(tag("Layer")) if content is not None else ():
            kind = layer.get("Type", "Body")
            found[kind if kind in found else "Body"] += self.block(layer, _Around(layer))
        return found

    def block(self, node: etree._Element, around: _Around | None = None) -> Iterator[Mark]:
        """Marks of the objects under a node, in order."""
        around = around or _Around()
        for child in node.iterchildren(*_KINDS):
            kind = _KINDS[child.tag]
            if child.get("Visible") in ("false", "0"):
                continue
            if kind == "PageBlock":
                yield from self.block(child, around.deeper())
            else:
                yield from self._object(child, kind, around)

    def _object(self, node: etree._Element, kind: str, around: _Around) -> Iterator[Mark]:
        self.budget.spend(marks=1)
        box = values.box(node.get("Boundary"))
        own = values.matrix(node.get("CTM"))
        matrix = shifted(own, box.x, box.y)
        mark: Mark | None
        overflows = False
        match kind:
            case "TextObject":
                mark = self._text(node, matrix, around)
            case "PathObject":
                mark, overflows = self._path(node, box, own, around)
            case "ImageObject":
                mark, overflows = self._image(node, box, own, around)
            case _:
                mark, overflows = self._composite(node, matrix, around), True
        if mark is not None:
            clips = tuple(self._clips(node, matrix, box))
            if overflows and box.w > 0 and box.h > 0:
                clips = (*clips, Clip(((rectangle(box), IDENTITY),)))
            yield Group((mark,), clips) if clips else mark

    # Paths

    def _path(
        self, node: etree._Element, box: Box, own: Matrix | None, around: _Around
    ) -> tuple[PathMark | None, bool]:
        data, bounds = self._path_data(node)
        style = self._style(node, around)
        matrix = shifted(own, box.x, box.y)
        fill = self._fill(style, matrix, around) if values.flag(node, "Fill", False) else None
        pen = style.pen() if values.flag(node, "Stroke", True) else None
        self._spend_shadings(fill, pen)
        if bounds is None or (fill is None and pen is None):
            return None, False
        reach = _SLACK_MM + (pen.width if pen is not None else 0.0)
        overflows = _outside(values.bounds_through(own, bounds) if own else bounds, box, reach)
        even_odd = node.get("Rule") == "Even-Odd"
        return PathMark(data, fill, pen, even_odd, matrix), overflows

    def _fill(
        self, style: paints.Style, matrix: Matrix, around: _Around, default: Color | None = None
    ) -> Paint | None:
        """The inside of an object whose coordinates `matrix` takes to those around it."""
        found = style.pattern()
        if found is None:
            return style.paint("FillColor", default)
        node, alpha = found
        width, height = values.number(node, "Width", 0.0), values.number(node, "Height", 0.0)
        step = values.number(node, "XStep", width), values.number(node, "YStep", height)
        content = node.find(tag("CellContent"))
        place: Matrix | None = values.matrix(node.get("CTM")) or IDENTITY
        if node.get("RelativeTo") == "Page":
            back = inverse(matrix)
            place = None if back is None or place is None else multiply(back, place)
        if content is None or place is None or min(width, height, *step) < _LEAST_STEP_MM:
            return style.paint("FillColor", default)
        cell = self.block(content, _Around(None, alpha, around.deeper().depth))
        return Pattern(tuple(cell), step, None if place == IDENTITY else place)

    def _path_data(self, node: etree._Element) -> tuple[str, values.Bounds | None]:
        data = node.findtext(tag("AbbreviatedData")) or ""
        self.budget.spend(path=len(data))
        return values.path(data)

    # Texts

    def _text(self, node: etree._Element, matrix: Matrix, around: _Around) -> TextMark | None:
        font = self.resources.fonts.get(node.get("Font", ""))
        glyphs = tuple(self.budget.spend_glyphs(texts.place(node, font, self.library)))
        style = self._style(node, around)
        fill = self._fill(style, matrix, around, BLACK) if values.flag(node, "Fill", True) else None
        pen = style.pen() if values.flag(node, "Stroke", False) else None
        self._spend_shadings(fill, pen)
        size, stretch = values.number(node, "Size", 0.0), values.number(node, "HScale", 1.0)
        if not glyphs or size < _LEAST_MM or (fill is None and pen is None):
            return None
        stretch = stretch if _LEAST_STRETCH <= abs(stretch) <= _MOST_STRETCH else 1.0
        return TextMark(glyphs, size, stretch, fill, pen, matrix)

    def _style(self, node: etree._Element, around: _Around) -> paints.Style:
        style = paints.style_of(node, around.layer, self.resources, around.alpha)
        self.budget.spend(shared=style.borrowed)
        return style

    def _spend_shadings(self, fill: Paint | None, pen: Pen | None) -> None:
        for paint in (fill, pen.paint if pen is not None else None):
            if isinstance(paint, Gradient):
                self.budget.spend(marks=len(paint.stops))

    # Pictures and units

    def _image(
        self, node: etree._Element, box: Box, own: Matrix | None, around: _Around
    ) -> tuple[ImageMark, bool]:
        # Without a CTM the picture fills its boundary.
        place = own or (box.w, 0.0, 0.0, box.h, 0.0, 0.0)
        media = self.resources.media
        data = media.get(node.get("ResourceID", "")) or media.get(node.get("Substitution", ""))
        raster = pictures.raster(data) if data is not None else None
        mask_data = media.get(node.get("ImageMask", ""))
        mask = pictures.raster(mask_data) if mask_data is not None else None
        for one in (raster, mask):
            self.budget.spend_raster(one)
        mark = ImageMark(raster, shifted(place, box.x, box.y), paints.opacity(node) * around.alpha, mask)
        return mark, _outside(values.bounds_through(place, (0.0, 0.0, 1.0, 1.0)), box, _SLACK_MM)

    def _composite(self, node: etree._Element, matrix: Matrix, around: _Around) -> Group | None:
        unit = self.resources.units.get(node.get("ResourceID", ""))
        content = unit.find(tag("Content")) if unit is not None else None
        if unit is None or content is None:
            return None
        self.budget.spend(shared=self.resources.size_of(unit))
        marks = tuple(self.block(content, around.deeper(paints.opacity(node), unit=True)))
        return Group(marks, matrix=matrix) if marks else None

    # Clips

    def _clips(self, node: etree._Element, matrix: Matrix, box: Box) -> Iterator[Clip]:
        """An object's clips in the coordinates around it: areas of one clip unite, clips intersect."""
        found = node.find(tag("Clips"))
        if found is None:
            return
        to_page = matrix if values.flag(found, "TransFlag", True) else shifted(None, box.x, box.y)
        for clip in found.iterfind(tag("Clip")):
            shapes: list[tuple[str, Matrix]] = []
            for area in clip.iterfind(tag("Area")):
                base = multiply(to_page, values.matrix(area.get("CTM")) or IDENTITY)
                for child in area:
                    shapes += self._clip_shapes(child, base)
            yield Clip(tuple(shapes))

    def _clip_shapes(self, node: etree._Element, base: Matrix) -> Iterator[tuple[str, Matrix]]:
        kind = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if kind not in ("Path", "Text"):
            return
        box = values.box(node.get("Boundary")) if node.get("Boundary") else Box(0.0, 0.0, 0.0, 0.0)
        matrix = multiply(base, shifted(values.matrix(node.get("CTM")), box.x, box.y))
        if kind == "Path":
            data, bounds = self._path_data(node)
            if bounds is not None:
                yield data, matrix
            return
        mark = self._text(node, matrix, _Around())
        for glyph in mark.glyphs if mark is not None else ():
            scale = mark.size / glyph.units if mark is not None else 0.0
            yield glyph.outline, multiply(matrix, (scale, 0.0, 0.0, -scale, glyph.x, glyph.y))


def _outside(bounds: values.Bounds, box: Box, reach: float) -> bool:
    """Whether something of an object, in coordinates from its boundary's corner, stands out of the boundary."""
    left, top, right, bottom = bounds
    return left < -reach or top < -reach or right > box.w + reach or bottom > box.h + reach


def rectangle(box: Box) -> str:
    right, bottom = n(box.x + box.w), n(box.y + box.h)
    return f"M {n(box.x)} {n(box.y)} L {right} {n(box.y)} L {right} {bottom} L {n(box.x)} {bottom} Z"

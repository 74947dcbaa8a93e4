"""Reading one plain page back into a `Drawing`, for a PDF copy whose texts are texts.

Nothing received is passed on as it came: numbers are parsed, pictures known by their first bytes, path operators
checked. Covered: text, path and picture objects, page templates, nested blocks, embedded and missing fonts. What else a
page may hold is skipped: `display` reads all of it, and `pdf.rendering` decides which of the two a page needs.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from proofless.ofd import drawing
from proofless.ofd.container import parse_xml, resolve
from proofless.ofd.drawing import (
    BLACK,
    Background,
    Box,
    Color,
    Drawing,
    GlyphLine,
    Matrix,
    Picture,
    Primitive,
    Shape,
    TextRun,
)
from proofless.ofd.errors import NotOfd
from proofless.ofd.fonts import Family, FontFace, FontLibrary, Style
from proofless.ofd.package import ENTRY, Package, Part, document_entry, tag

_MAX_DEPTH = 4
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_PAINTED = ("TextObject", "PathObject", "ImageObject")


@dataclass(frozen=True, slots=True)
class _Resources:
    fonts: Mapping[str, tuple[str, Part | None]]
    media: Mapping[str, Part]
    library: FontLibrary


def read_page(package: Package, page: int, library: FontLibrary) -> Drawing:
    """Page `page` (from 1). Raises `NotOfd`."""
    if not 1 <= page <= len(package.pages):
        raise NotOfd(f"没有第 {page} 页")
    root = document_entry(package.parts)
    document = parse_xml(package.parts[root].data, root)
    entry = document.findall(f"{tag('Pages')}/{tag('Page')}")[page - 1]
    contents = _content(package, resolve(entry.get("BaseLoc"), root))
    templates = {
        item.get("ID", ""): resolve(item.get("BaseLoc"), root)
        for item in document.iterfind(f"{tag('CommonData')}/{tag('TemplatePage')}")
    }
    resources = _resources(package, root, document, library)
    layers = [
        (use.get("ZOrder", "Background"), use.get("TemplateID", ""))
        for use in contents.iterfind(tag("Template"))
    ]
    behind = [_content(package, templates[i]) for z, i in layers if z != "Foreground" and i in templates]
    before = [_content(package, templates[i]) for z, i in layers if z == "Foreground" and i in templates]
    try:
        found = [p for sheet in (*behind, contents, *before) for p in _objects(sheet, resources)]
    except (ValueError, OverflowError) as error:
        raise NotOfd("页面内容不合法") from error
    size = package.pages[page - 1]
    return Drawing(size.width, size.height, Background(()), tuple(found))


def title_of(package: Package) -> str:
    """DocInfo/Title, or an empty text."""
    entry = parse_xml(package.parts[ENTRY].data, ENTRY)
    return (entry.findtext(f"{tag('DocBody')}/{tag('DocInfo')}/{tag('Title')}") or "").strip()


def _content(package: Package, name: str) -> etree._Element:
    if name not in package.parts:
        raise NotOfd(f"缺少页面内容 {name}")
    return parse_xml(package.parts[name].data, name)


def _resources(package: Package, root: str, document: etree._Element, library: FontLibrary) -> _Resources:
    fonts: dict[str, tuple[str, Part | None]] = {}
    media: dict[str, Part] = {}
    nodes = [
        n
        for kind in ("PublicRes", "DocumentRes")
        for n in document.iterfind(f"{tag('CommonData')}/{tag(kind)}")
    ]
    for name in (resolve(node.text, root) for node in nodes):
        if name not in package.parts:
            continue
        listing = parse_xml(package.parts[name].data, name)
        base = listing.get("BaseLoc", "").strip("/")
        folder = resolve(f"{base}/_", name) if base else name
        for font in listing.iter(tag("Font")):
            file = font.findtext(tag("FontFile"))
            part = package.parts.get(resolve(file, folder)) if file else None
            fonts[font.get("ID", "")] = (font.get("FontName", ""), part)
        for item in listing.iter(tag("MultiMedia")):
            found = package.parts.get(resolve(item.findtext(tag("MediaFile")), folder))
            if found is not None:
                media[item.get("ID", "")] = found
    return _Resources(fonts, media, library)


def _objects(sheet: etree._Element, resources: _Resources) -> Iterator[Primitive]:
    for layer in sheet.iterfind(f"{tag('Content')}/{tag('Layer')}"):
        yield from _children(layer, resources, 0)


def _children(node: etree._Element, resources: _Resources, depth: int) -> Iterator[Primitive]:
    if depth > _MAX_DEPTH:
        raise NotOfd("页面块嵌套过深")
    for child in node:
        kind = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if kind in _PAINTED and child.get("Visible") == "false":
            continue
        match kind:
            case "PageBlock":
                yield from _children(child, resources, depth + 1)
            case "TextObject":
                yield from _text(child, resources)
            case "PathObject":
                yield from _path(child)
            case "ImageObject":
                yield from _image(child, resources)


# Numbers


def _numbers(text: str | None, count: int | None = None) -> list[float]:
    """Finite numbers of a space-separated list. Raises `NotOfd`."""
    values = [float(item) for item in (text or "").split()]
    if not all(map(math.isfinite, values)) or (count is not None and len(values) != count):
        raise NotOfd("数值不合法")
    return values


def _number(node: etree._Element, attribute: str, default: float) -> float:
    text = node.get(attribute)
    return default if text is None else _numbers(text, 1)[0]


def _box(text: str | None) -> Box:
    x, y, w, h = _numbers(text, 4)
    return Box(x, y, w, h)


def _matrix(node: etree._Element, box: Box) -> Matrix:
    """From the object's own coordinates to the page's."""
    a, b, c, d, e, f = _numbers(node.get("CTM"), 6) if node.get("CTM") else _IDENTITY
    return (a, b, c, d, e + box.x, f + box.y)


def _color(node: etree._Element, name: str, alpha: str | None) -> Color | None:
    found = node.find(tag(name))
    if found is None:
        return None
    values = [min(255, max(0, int(value))) for value in _numbers(found.get("Value"))]
    opacity = int(float(found.get("Alpha", "255")) * float(alpha or "255") / 255)
    opacity = min(255, max(0, opacity))
    if len(values) == 1:
        return Color(values[0], values[0], values[0], opacity)
    if len(values) == 4:
        c, m, y, k = (1 - value / 255 for value in values)
        return Color(round(255 * c * k), round(255 * m * k), round(255 * y * k), opacity)
    red, green, blue = values if len(values) == 3 else (0, 0, 0)
    return Color(red, green, blue, opacity)


# Objects


def _text(node: etree._Element, resources: _Resources) -> Iterator[TextRun]:
    box, size = _box(node.get("Boundary")), _number(node, "Size", 0.0)
    matrix = _matrix(node, box)
    color = _color(node, "FillColor", node.get("Alpha")) or BLACK
    name, part = resources.fonts.get(node.get("Font", ""), ("", None))
    squeeze = _number(node, "HScale", 1.0)
    x = y = 0.0
    for code in node.iterfind(tag("TextCode")):
        x, y = _number(code, "X", x), _number(code, "Y", y)
        text = code.text or ""
        for face, line in _lines(text, (x, y), code, size * squeeze, name, part, resources.library):
            yield TextRun(face, size, color, (line,), matrix=matrix)


def _lines(
    text: str, at: tuple[float, float], code: etree._Element, size: float, name: str, part: Part | None,
    library: FontLibrary,
) -> Iterator[tuple[FontFace, GlyphLine]]:  # fmt: skip
    """Glyphs of one TextCode, one line for each run of one font on one baseline."""
    dx, dy = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
    if part is not None and dx is not None and dy is None:
        face = _embedded(name, part.data)
        if face is not None:
            yield face, GlyphLine(at[0], at[1], text, dx)
            return
    x, y = at
    for index, character in enumerate(text):
        face = (_embedded(name, part.data) if part is not None else None) or _stand_in(
            library, name, character
        )
        advance = (face.advance(character) if face else None) or 1.0
        if face is not None:
            yield face, GlyphLine(x, y, character, (advance * size,))
        x += dx[index] if dx is not None else (advance * size if dy is None else 0.0)
        y += dy[index] if dy is not None else 0.0


def _deltas(text: str | None, count: int) -> list[float] | None:
    """The steps after each of `count` glyphs, the form `g count value` spread out (GB/T 33190 11.3)."""
    if not text:
        return [0.0] if count == 1 else None
    steps: list[float] = []
    words = iter(text.split())
    for word in words:
        times, value = (int(next(words, "0")), float(next(words, "nan"))) if word == "g" else (1, float(word))
        if not math.isfinite(value) or not 0 <= times <= count:
            raise NotOfd("字距不合法")
        steps += [value] * times
    return (steps + [0.0] * count)[:count]


@lru_cache(maxsize=256)
def _embedded(name: str, data: bytes) -> FontFace | None:
    """An embedded font, kept because a type's fixed texts carry the same subset on every certificate."""
    face = FontFace.from_bytes(name, data)
    return None if face.is_empty else face


def _stand_in(library: FontLibrary, name: str, character: str) -> FontFace | None:
    """One of our fonts for a text whose font is not embedded; None for what cannot be shown at all."""
    serif = any(word in name for word in ("宋", "Song", "SimSun", "Serif", "仿", "楷", "Kai"))
    if not library.covers(character):
        return None
    return library.measure(Style(Family.SERIF if serif else Family.SANS), character)[0][0]


def _path(node: etree._Element) -> Iterator[Shape]:
    box = _box(node.get("Boundary"))
    data = drawing.checked_path(node.findtext(tag("AbbreviatedData")) or "")
    alpha = node.get("Alpha")
    fill = (_color(node, "FillColor", alpha) or BLACK) if node.get("Fill") == "true" else None
    stroke = (_color(node, "StrokeColor", alpha) or BLACK) if node.get("Stroke", "true") == "true" else None
    if data and (fill or stroke):
        yield Shape(data, fill, stroke, _number(node, "LineWidth", 0.353), _matrix(node, box))


def _image(node: etree._Element, resources: _Resources) -> Iterator[Picture]:
    part = resources.media.get(node.get("ResourceID", ""))
    kind = drawing.picture_kind(part.data) if part is not None else None
    if part is None or kind is None:
        return
    box = _box(node.get("Boundary"))
    # The CTM takes the unit square to the picture's place within the boundary.
    matrix = _matrix(node, box) if node.get("CTM") else (box.w, 0.0, 0.0, box.h, box.x, box.y)
    yield Picture(Box(0, 0, 1, 1), part.data, kind, matrix)

"""From what can be shown to a PDF file.

A page of an OFD file that holds nothing but texts, paths and pictures is carried over object by object. One with clips,
shadings, units, annotations, glyph numbers or fonts PDF could not embed is carried over as a picture, with its words
under it to be searched and copied: a copy shows the page whole, or is none.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from io import BytesIO
from itertools import groupby

from PIL import Image

from proofless.ofd.container import parse_xml
from proofless.ofd.display import model
from proofless.ofd.display import pages as display
from proofless.ofd.display import svg as display_svg
from proofless.ofd.drawing import Background, Box, Color, Drawing, GlyphLine, Picture, Primitive, TextRun
from proofless.ofd.errors import NotOfd
from proofless.ofd.fonts import Family, FontFace, FontLibrary, Style, default_library
from proofless.ofd.package import Package, document_entry, pack, tag, unpack
from proofless.ofd.pages import read_page, title_of
from proofless.ofd.pdf.document import About, Document
from proofless.ofd.raster import clips_in, svg_to_png
from proofless.ofd.reader import LINE_HEIGHT, Line, Reader

_PAGE_DPI, _SEAL_DPI = 200.0, 300.0
_MAX_PIXELS, _MAX_CLIPPED_PIXELS, _LEAST_PIXELS = 12_000_000, 300_000_000, 100_000
_INK = Color(0, 0, 0)
_STYLE = Style(Family.SANS)
# What `pages` does not read, by the words that bring it in.
_BEYOND = (
    b"CGTransform", b"DrawParam", b"PageRes", b"ColorSpace", b"HScale", b"CharDirection", b"ReadDirection",
    b"Substitution",
)  # fmt: skip
_NOT_TRUETYPE = (b"OTTO", b"ttcf", b"\1\0")


def render_pdf(
    source: Drawing | Sequence[Drawing] | Package | bytes,
    about: About | None = None,
    *,
    library: FontLibrary | None = None,
) -> bytes:
    """The pages as PDF/A-2b; an OFD file's with the pictures of its seals. Raises `NotOfd`, `BadPicture`."""
    library = library or default_library()
    if isinstance(source, Drawing):
        source = [source]
    if isinstance(source, bytes):
        source = unpack(source)
    if isinstance(source, Package):
        about = about or About(title_of(source))
        source = _sheets(source, library)
    return Document(about or About()).finish(source)


def _sheets(package: Package, library: FontLibrary) -> list[Drawing]:
    """Every page; one that a file names very often is drawn once."""
    if not package.pages:
        raise NotOfd("文件没有页面")
    root = document_entry(package.parts)
    entries = parse_xml(package.parts[root].data, root).findall(f"{tag('Pages')}/{tag('Page')}")
    lines = _Lines(package)
    known: dict[tuple[str | None, str | None], Drawing] = {}
    sheets = []
    for number, entry in enumerate(entries, 1):
        key = entry.get("ID"), entry.get("BaseLoc")
        if key not in known:
            known[key] = _sheet(package, number, lines, library)
        sheets.append(known[key])
    return sheets


class _Lines:
    """The words of a file, read when a page first needs them."""

    def __init__(self, package: Package) -> None:
        self._package = package

    @cached_property
    def _by_page(self) -> dict[int, list[Line]]:
        found: dict[int, list[Line]] = {}
        for line in Reader(pack(self._package)).lines():
            found.setdefault(line.page, []).append(line)
        return found

    def on(self, number: int) -> list[Line]:
        return self._by_page.get(number, [])


def _sheet(package: Package, number: int, lines: _Lines, library: FontLibrary) -> Drawing:
    shown = display.read_page(package, number, library)
    body = _objects(package, number, shown, library)
    if body is None:
        # Its words where they stand, and the picture laid over them.
        body = [run for line in lines.on(number) for run in _runs(line, library)]
        body.append(_picture(replace(shown, seals=()), library))
    return Drawing(shown.width, shown.height, Background(()), (*body, *_seals(shown, library)))


# Object by object


def _objects(
    package: Package, number: int, shown: model.Page, library: FontLibrary
) -> list[Primitive] | None:
    """None for a page that would lose something."""
    if not all(map(_is_plain, shown.marks)) or _goes_beyond(package):
        return None
    try:
        page = read_page(package, number, library)
    except NotOfd:
        return None
    found = [*page.background.primitives, *page.body]
    return found if _can_embed([one for one in found if isinstance(one, TextRun)]) else None


def _is_plain(mark: model.Mark) -> bool:
    match mark:
        case model.PathMark():
            pen = mark.pen
            fine = pen is None or (
                isinstance(pen.paint, Color) and (pen.cap, pen.join, pen.dash) == ("butt", "miter", ())
            )
            return fine and not mark.even_odd and isinstance(mark.fill, Color | None)
        case model.TextMark():
            upright = not any(glyph.degrees for glyph in mark.glyphs)
            return isinstance(mark.fill, Color) and mark.pen is None and mark.stretch == 1 and upright
        case model.ImageMark():
            return _is_whole(mark)
        case _:
            return False


def _is_whole(mark: model.ImageMark) -> bool:
    """A picture that came as PNG or JPEG and needs nothing else."""
    return mark.raster is not None and not mark.raster.converted and mark.mask is None and mark.opacity == 1


def _goes_beyond(package: Package) -> bool:
    return any(
        any(word in part.data for word in _BEYOND)
        if name.lower().endswith(".xml")
        else part.data.startswith(_NOT_TRUETYPE)
        for name, part in package.parts.items()
    )


def _can_embed(runs: Sequence[TextRun]) -> bool:
    """Whether every font draws its characters and can be cut down to them: a stranger's may be broken."""
    texts: dict[FontFace, str] = {}
    for run in runs:
        texts[run.font] = texts.get(run.font, "") + "".join(line.text for line in run.lines)
    try:
        for face, text in texts.items():
            if any(face.advance(character) is None for character in text):
                return False
            face.subset(text)
    except Exception:
        # HarfBuzz says no more of a font it cannot cut down than that it failed.
        return False
    return True


# As a picture


def _picture(page: model.Page, library: FontLibrary) -> Picture:
    box = Box(0.0, 0.0, page.width, page.height)
    return Picture(box, _drawn(page, _PAGE_DPI, library, background="white"), "PNG")


def _drawn(page: model.Page, dpi: float, library: FontLibrary, *, background: str | None = None) -> bytes:
    """As finely as `dpi` says, more coarsely where that would take too long. Raises `NotOfd` where anything would."""
    svg, area = display_svg.draw(page, "", library), page.width * page.height / 25.4**2
    pixels = min(_MAX_PIXELS, _MAX_CLIPPED_PIXELS / max(1, clips_in(svg)))
    if pixels < _LEAST_PIXELS:
        raise NotOfd("页面内容过多")
    width = max(1, round(page.width / 25.4 * min(dpi, math.sqrt(pixels / area))))
    return svg_to_png(svg, width, background=background)


def _runs(line: Line, library: FontLibrary) -> list[TextRun]:
    size, edges = line.height / LINE_HEIGHT, (*line.lefts, line.right)
    if size <= 0:
        return []
    places = [at for at, character in enumerate(line.text) if library.covers(character)]
    runs = []
    for face, group in groupby(places, key=lambda at: library.measure(_STYLE, line.text[at])[0][0]):
        one = list(group)
        text, steps = "".join(line.text[at] for at in one), [edges[at + 1] - edges[at] for at in one]
        runs.append(TextRun(face, size, _INK, (GlyphLine(edges[one[0]], line.top + size, text, steps),)))
    return runs


# Seals


def _seals(page: model.Page, library: FontLibrary) -> list[Picture]:
    """Whole pictures as they came; slices of them and vector seals drawn."""
    plain = [_seal(group) for group in page.seals]
    if None not in plain:
        return [one for one in plain if one is not None]
    drawn = _drawn(model.Page(page.width, page.height, (), page.seals), _SEAL_DPI, library)
    with Image.open(BytesIO(drawn)) as overlay:
        inked = overlay.getchannel("A").getbbox()
        if inked is None:
            return []
        out = BytesIO()
        overlay.crop(inked).save(out, "PNG")
        scale = page.width / overlay.width
    left, top, right, bottom = (edge * scale for edge in inked)
    return [Picture(Box(left, top, right - left, bottom - top), out.getvalue(), "PNG")]


def _seal(group: model.Group) -> Picture | None:
    (mark,) = group.marks
    if group.clips or not isinstance(mark, model.ImageMark) or not _is_whole(mark) or mark.raster is None:
        return None
    a, b, c, d, e, f = mark.matrix
    return Picture(Box(e, f, a, d), mark.raster.data, mark.raster.kind) if b == c == 0 and a > 0 < d else None

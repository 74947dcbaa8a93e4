"""From what can be shown to a PDF file."""

from collections.abc import Sequence

from proofless.ofd import drawing
from proofless.ofd.drawing import Box, Drawing, Matrix, Picture, Primitive, Shape, TextRun
from proofless.ofd.errors import OfdError
from proofless.ofd.fonts import FontLibrary, default_library
from proofless.ofd.package import Package, unpack
from proofless.ofd.pages import StampOn, read_page, stamps_on, title_of
from proofless.ofd.pdf.document import About, Document


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
        source = [_sheet(source, number, library) for number in range(1, len(source.pages) + 1)]
    return Document(about or About()).finish(source)


def _sheet(package: Package, number: int, library: FontLibrary) -> Drawing:
    page = read_page(package, number, library)
    seals = [part for stamp in stamps_on(package, number) for part in _seal(stamp, library)]
    return Drawing(page.width, page.height, page.background, (*page.body, *seals))


def _seal(stamp: StampOn, library: FontLibrary) -> list[Primitive]:
    kind = drawing.picture_kind(stamp.data)
    if kind is not None:
        return [Picture(stamp.box, stamp.data, kind)]
    if stamp.kind != "ofd":
        return []
    try:
        inner = read_page(unpack(stamp.data), 1, library)
    except OfdError:
        return []
    return [_placed(part, stamp.box, inner) for part in (*inner.background.primitives, *inner.body)]


def _placed(part: Primitive, box: Box, inner: Drawing) -> Primitive:
    """A primitive of a seal that is itself a page, on the page it stands on."""
    sx, sy = box.w / inner.width, box.h / inner.height
    a, b, c, d, e, f = part.matrix or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    matrix: Matrix = (a * sx, b * sy, c * sx, d * sy, e * sx + box.x, f * sy + box.y)
    match part:
        case TextRun():
            return TextRun(part.font, part.size, part.color, part.lines, part.field, matrix)
        case Shape():
            return Shape(part.path, part.fill, part.stroke, part.width, matrix)
        case Picture():
            return Picture(part.box, part.data, part.kind, matrix)

"""JBIG2 (ITU-T T.88) pictures, which several makers of invoices embed, decoded by PDFium by way of a one-page PDF.

PDF holds JBIG2 without its file header and end segments (ISO 32000-1 clause 7.4.7); that is all that is done here. One
bit a pixel; unknown lengths and heights are not read.
"""

import struct
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

MAGIC = b"\x97JB2\r\n\x1a\n"

_PAGE_INFORMATION, _END_OF_PAGE, _END_OF_FILE = 48, 49, 51
_UNKNOWN = 0xFFFFFFFF
_MAX_SEGMENTS = 4096
_POINTS = 8  # pixels a PDF point: keeps large scans within a PDF page's bounds
_ONE_AT_A_TIME = Lock()  # PDFium is not made for threads


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    page: int
    header: bytes
    length: int


def to_png(data: bytes, max_pixels: int) -> bytes | None:
    """PNG of a JBIG2 file's first page; None when it is too large or not understood."""
    found = _embedded(data)
    if found is None:
        return None
    stream, width, height = found
    if not 0 < width * height <= max_pixels:
        return None
    return _render(_pdf(stream, width, height))


def _embedded(data: bytes) -> tuple[bytes, int, int] | None:
    """(segments of the first page and of none, width, height)."""
    flags = data[8]
    at = 9 if flags & 2 else 13
    sequential = bool(flags & 1)
    segments: list[_Segment] = []
    bodies: list[bytes] = []
    while at < len(data) and len(segments) < _MAX_SEGMENTS:
        segment, at = _segment(data, at)
        segments.append(segment)
        if sequential:
            bodies.append(data[at : at + segment.length])
            at += segment.length
        if segment.kind == _END_OF_FILE:
            break
    for segment in () if sequential else segments:
        bodies.append(data[at : at + segment.length])
        at += segment.length
    wanted = [
        (segment, body)
        for segment, body in zip(segments, bodies, strict=True)
        if segment.page <= 1 and segment.kind not in (_END_OF_PAGE, _END_OF_FILE)
    ]
    pages = [body for segment, body in wanted if segment.kind == _PAGE_INFORMATION]
    if not pages:
        return None
    width, height = struct.unpack_from(">2L", pages[0])
    return b"".join(segment.header + body for segment, body in wanted), width, height


def _segment(data: bytes, at: int) -> tuple[_Segment, int]:
    """The segment header at `at` and the offset after it (T.88 clause 7.2). Raises struct.error, IndexError."""
    start = at
    number, flags, count = struct.unpack_from(">LBB", data, at)
    at, count = at + 6, count >> 5
    if count == 7:
        count = struct.unpack_from(">L", data, at - 1)[0] & 0x1FFFFFFF
        at += 3 + (count + 8) // 8
    at += count * (1 if number <= 256 else 2 if number <= 65536 else 4)
    page = struct.unpack_from(">L" if flags & 0x40 else ">B", data, at)[0]
    at += 4 if flags & 0x40 else 1
    length = struct.unpack_from(">L", data, at)[0]
    if length == _UNKNOWN or length > len(data):
        raise IndexError("a segment of unknown or impossible length")
    return _Segment(flags & 0x3F, page, data[start : at + 4], length), at + 4


def _pdf(stream: bytes, width: int, height: int) -> bytes:
    w, h = width / _POINTS, height / _POINTS
    # On grey, for PDFium draws nothing where it cannot decode, and says nothing.
    place = f"0.5 g 0 0 {w:.3f} {h:.3f} re f {w:.3f} 0 0 {h:.3f} 0 0 cm /I Do".encode()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.3f %.3f]" % (w, h)
        + b"/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(place), place),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1"
        b"/Filter/JBIG2Decode/Length %d>>stream\n%s\nendstream" % (width, height, len(stream), stream),
    ]  # fmt: skip
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )
    return bytes(out + end)


def _render(pdf: bytes) -> bytes | None:
    # Imported here: few files need it, and its library is large.
    import pypdfium2

    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[0].render(scale=_POINTS, grayscale=True, no_smoothimage=True)
            image = bitmap.to_pil().convert("L")
        finally:
            document.close()
    if any(image.histogram()[64:192]):
        return None
    out = BytesIO()
    image.point(lambda value: 255 * (value > 127)).convert("1").save(out, "PNG")
    return out.getvalue()

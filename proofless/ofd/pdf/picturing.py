"""The child of ``viewing``: reads a PDF from standard input, writes its pages as JSON. A hostile file may crash or
exhaust this process; nobody else.
"""

import base64
import ctypes
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_MM = 25.4 / 72
_DPI = 110
_MEMORY, _SECONDS = 1 << 30, 15
_MOST_PIXELS = 6_000_000
_MOST_LINES, _MOST_CHARACTERS = 1_000, 20_000
_LEAST_POINTS, _MOST_POINTS = 10.0, 14_400.0
# A scan as PNG is ten times its JPEG.
_PNG_BYTES = 250_000


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    most, drawn = int(sys.argv[1]), sys.argv[2] == "pictures"
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()
    pages = [_page(document, number, drawn) for number in range(min(len(document), most))]
    json.dump({"pages": pages}, sys.stdout)


def _page(document: Any, number: int, drawn: bool) -> dict[str, Any]:
    page = document[number]
    width, height = page.get_size()
    if not all(_LEAST_POINTS <= side <= _MOST_POINTS for side in (width, height)):
        raise ValueError("a page of no size")
    kind, picture = _picture(page, width, height) if drawn else ("png", b"")
    left, bottom, _, _ = page.get_cropbox()
    # What stands on a turned page has other coordinates than its picture.
    upright = page.get_rotation() == 0
    frame = _Frame(left, bottom + height)
    return {
        "width": round(width * _MM, 2),
        "height": round(height * _MM, 2),
        "upright": upright and left == bottom == 0,
        "kind": kind,
        "picture": base64.b64encode(picture).decode(),
        "lines": list(_lines(page, frame)) if upright else [],
        "fields": list(_signature_fields(document, page, frame)) if upright else [],
    }


class _Frame:
    """From points up from the page's origin to mm from the top left corner of what is seen."""

    def __init__(self, left: float, top: float) -> None:
        self._left, self._top = left, top

    def x(self, points: float) -> float:
        return round((points - self._left) * _MM, 1)

    def y(self, points: float) -> float:
        return round((self._top - points) * _MM, 1)


def _picture(page: Any, width: float, height: float) -> tuple[str, bytes]:
    scale = min(_DPI / 72, (_MOST_PIXELS / (width * height)) ** 0.5)
    return _encoded(page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB"))


def _encoded(image: Any) -> tuple[str, bytes]:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    if out.tell() <= _PNG_BYTES:
        return "png", out.getvalue()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return "jpeg", out.getvalue()


def _lines(page: Any, frame: _Frame) -> Iterator[tuple[str, list[float], float, float]]:
    """(characters without blanks, left edges with the right end last, top, height) in mm."""
    text = page.get_textpage()
    found: list[tuple[str, float, float, float, float]] = []
    given = 0
    for at in range(min(text.count_chars(), _MOST_CHARACTERS)):
        character = text.get_text_range(at, 1)
        left, bottom, right, top = text.get_charbox(at, loose=True)
        if character in {"\r", "\n"} or (found and abs(bottom - found[-1][2]) > (top - bottom) / 2):
            if found:
                yield _line(found, frame)
                given += 1
            found = []
        if character.strip() and given < _MOST_LINES:
            found.append((character, left, bottom, right, top))
    if found:
        yield _line(found, frame)


def _line(
    found: list[tuple[str, float, float, float, float]], frame: _Frame
) -> tuple[str, list[float], float, float]:
    top, bottom = frame.y(max(one[4] for one in found)), frame.y(min(one[2] for one in found))
    # A character may be more than one for us (a ligature): each gets the same edge.
    edges = [frame.x(one[1]) for one in found for _ in one[0]]
    text = "".join(one[0] for one in found)
    return text, [*edges, frame.x(found[-1][3])], top, round(bottom - top, 1)


def _signature_fields(
    document: Any, page: Any, frame: _Frame
) -> Iterator[tuple[str, float, float, float, float]]:
    """(full name, x, y, w, h) in mm of the signature fields that show on the page."""
    for at in range(pdfium.FPDFPage_GetAnnotCount(page.raw) if document.formenv else 0):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, at)
        try:
            kind = pdfium.FPDFAnnot_GetFormFieldType(document.formenv.raw, annotation)
            if kind == pdfium.FPDF_FORMFIELD_SIGNATURE:
                rect = pdfium.FS_RECTF()
                pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
                w, h = (rect.right - rect.left) * _MM, (rect.top - rect.bottom) * _MM
                if w > 1 and h > 1:
                    name = _field_name(document, annotation)
                    yield name, frame.x(rect.left), frame.y(rect.top), w, h
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _field_name(document: Any, annotation: Any) -> str:
    ask = pdfium.FPDFAnnot_GetFormFieldName
    size = ask(document.formenv.raw, annotation, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    ask(document.formenv.raw, annotation, buffer, size)
    return bytes(buffer).decode("utf-16-le", errors="replace").rstrip("\0")


if __name__ == "__main__":
    main()

"""骑缝章 on a PDF: slices of a picture along the right edges of its pages, drawn before the signature covers them."""

from io import BytesIO
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields

from proofless.ofd.errors import NotPdf, SealRefused
from proofless.ofd.pdf.signing import inherited

_POINTS = 72 / 25.4
_LEAST_SLICE = 4.0  # mm, as for OFD files


def stamp_across_edges(pdf: bytes, picture: bytes, side: float, *, at: float = 0.5) -> bytes:
    """The file with a slice of the picture (PNG) on every page, ``side`` mm its whole size, its middle at this share
    of each page's height.

    Raises NotPdf; SealRefused for a single page, too many, or a file already signed, which this would break.
    """
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        if any(field for _, field, _ in fields.enumerate_sig_fields(writer) if field is not None):
            raise SealRefused("文件已经签名，不能再加骑缝章；骑缝章须在第一个签名时盖")
        count = int(writer.root["/Pages"]["/Count"])
        if count < 2:
            raise SealRefused("骑缝章至少要有两页")
        if side / count < _LEAST_SLICE:
            raise SealRefused(f"页数太多，骑缝章每页不足 {_LEAST_SLICE:.0f} 毫米，请分册盖章")
        with Image.open(BytesIO(picture)) as opened:
            whole = opened.convert("RGBA")
        for number in range(count):
            _stamp(writer, number, _slice(whole, number, count), side, side / count, at)
        out = BytesIO()
        writer.write(out)  # type: ignore[no-untyped-call]
        return out.getvalue()
    except SealRefused:
        raise
    except Exception as error:
        # Not only PdfError: hostile files make a parser raise nearly anything.
        raise NotPdf("不是可以盖章的 PDF 文件") from error


def _slice(whole: Image.Image, number: int, count: int) -> Image.Image:
    edges = [round(whole.width * at / count) for at in (number, number + 1)]
    return whole.crop((edges[0], 0, edges[1], whole.height))


def _stamp(writer: Any, number: int, piece: Image.Image, side: float, width: float, at: float) -> None:
    page = writer.find_page_for_modification(number)[0].get_object()
    _, bottom, right, top = (float(edge) for edge in inherited(page, "/MediaBox"))
    w, h = width * _POINTS, side * _POINTS
    y = min(max(bottom + (top - bottom) * (1 - at) - h / 2, bottom), max(top - h, bottom))
    image = PdfImage(piece, writer=writer, box=BoxConstraints(width=w, height=h))
    drawn = b"q 1 0 0 1 %.3f %.3f cm %s Q" % (right - w, y, image.render())
    # What came before may have left the page's coordinates moved: it is put between q and Q.
    writer.add_stream_to_page(number, writer.add_object(generic.StreamObject(stream_data=b"q")), prepend=True)
    stream = writer.add_object(generic.StreamObject(stream_data=b"Q " + drawn))
    writer.add_stream_to_page(number, stream, resources=image.resources.as_pdf_object())

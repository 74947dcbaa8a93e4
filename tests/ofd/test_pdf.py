"""PDF copies: the same page for people whose reader knows no OFD, good for an archive."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from pikepdf import pdfa
from PIL import Image

from proofless.gm import ses
from proofless.ofd import sealing, stamp
from proofless.ofd.drawing import Background, Box, Color, Drawing, Picture, Shape
from proofless.ofd.errors import BadPicture, NotOfd
from proofless.ofd.layout import Template, Text, fill
from proofless.ofd.pdf import About, render_pdf

from .test_render import certificate

ABOUT = About("某许可证", "某市民政局", datetime(2026, 3, 5, 9, 30, tzinfo=UTC))


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def picture_of(data: bytes, dpi: int = 72) -> Image.Image:
    return pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72).to_pil().convert("RGB")


def sheet(*shapes: Shape | Picture) -> Drawing:
    return Drawing(100, 80, Background(()), shapes)


@pytest.mark.parametrize("name", ["张三", "吉𠮷㛃", "O'Neil & (Sons)", "阿卜杜拉·买买提"])
def test_a_name_is_found_and_copied_as_it_was_given(name: str) -> None:
    """A clerk who searches the copy for 张三 would otherwise not find her."""
    page, package = certificate(name)
    assert name in text_of(render_pdf(page)), "from the drawing"
    assert name in text_of(render_pdf(package)), "from the file"


def test_two_characters_that_share_a_glyph_stay_two() -> None:
    """⽂ (a radical) looks like 文; the copy must not swap them."""
    page = fill(Template(60, 20, (Text(Box(2, 2, 56, 10), "文⽂文"),)), {})
    assert "文⽂文" in text_of(render_pdf(page))


def test_a_sealed_certificate_is_archivable(city: Any) -> None:
    """An archive refuses what is not PDF/A: transparency, seal picture, rare glyphs and metadata included."""
    _, package = certificate()
    picture = ses.Picture("png", stamp.round_seal("某市民政局").png(), 42, 42)
    seal_der = city.make_seal(picture=picture)
    sealed = sealing.seal(package, seal_der, city.signer, 1, Box(120, 150, 42, 42), city.now - timedelta(1))
    copy = render_pdf(sealed, ABOUT)
    report = pdfa.validate_written(BytesIO(copy), "2b")
    assert report.passed, report.findings
    assert picture_of(copy).getpixel((400, 485)) == (200, 16, 22), "the seal's star"


def test_the_checker_of_archives_does_find_fault() -> None:
    copy = render_pdf(certificate()[0], ABOUT)
    bare = copy.replace(b"/OutputIntents", b"/OutputIntentz")
    assert not pdfa.validate_written(BytesIO(bare), "2b").passed


def test_the_same_page_gives_the_same_bytes() -> None:
    page, _ = certificate()
    assert render_pdf(page, ABOUT) == render_pdf(page, ABOUT)
    assert b"20260305093000" in render_pdf(page, ABOUT)


def test_every_path_operator_is_drawn_where_ofd_draws_it() -> None:
    red, half = Color(255, 0, 0), Color(0, 0, 255, 128)
    copy = render_pdf(
        sheet(
            Shape("M 10 40 A 10 10 0 0 1 30 40 C", fill=red),
            Shape("M 40 40 Q 50 0 60 40 C", fill=red),
            Shape("M 70 40 B 70 10 90 10 90 40 C", fill=half),
            Shape("M 0 0 L 1 0 L 1 1 L 0 1 C", fill=red, matrix=(20, 0, 0, 10, 10, 60)),
            Shape("M 50 65 L 90 65", stroke=red, width=4),
        )
    )
    image = picture_of(copy, 254)
    inside = [(20, 35), (50, 25), (29, 69), (88, 64)]
    assert [image.getpixel((10 * x, 10 * y)) for x, y in inside] == [(255, 0, 0)] * 4
    assert image.getpixel((800, 300)) == pytest.approx((127, 127, 255), abs=2)
    assert [image.getpixel((10 * x, 10 * y)) for x, y in [(20, 45), (50, 12), (31, 69), (88, 68)]] == [
        (255, 255, 255)
    ] * 4


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK"])
def test_pictures_of_every_kind_come_out_in_their_colours(mode: str) -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8), (200, 200, 200)).convert(mode).save(out, "JPEG" if mode == "CMYK" else "PNG")
    kind = "JPEG" if mode == "CMYK" else "PNG"
    copy = render_pdf(sheet(Picture(Box(10, 10, 40, 40), out.getvalue(), kind)), ABOUT)
    assert picture_of(copy).getpixel((85, 85)) == pytest.approx((200, 200, 200), abs=5)
    assert pdfa.validate_written(BytesIO(copy), "2b").passed


def test_a_broken_picture_and_a_file_that_is_no_ofd_are_refused() -> None:
    with pytest.raises(BadPicture):
        render_pdf(sheet(Picture(Box(0, 0, 9, 9), b"\x89PNG\r\n\x1a\nrubbish", "PNG")))
    with pytest.raises(NotOfd):
        render_pdf(b"%PDF-1.7")

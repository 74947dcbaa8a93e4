"""PDF copies of other makers' files: whoever reads no OFD sees the page whole, or is told that it cannot be had."""

import time
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import pdfa

from proofless.gm import ses
from proofless.ofd import placing, sealing, stamp
from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotOfd, OfdError
from proofless.ofd.package import pack as packed
from proofless.ofd.package import unpack
from proofless.ofd.pdf import render_pdf
from proofless.ofd.raster import render_png
from proofless.ofd.svg import render_svg
from tests.ofd import foreign
from tests.ofd.test_place import contract

from .test_render import certificate
from .test_same_picture import DPI, differences, pdf, png

# Resampling softens every edge of a page that comes as a picture; a missing object is thousands.
SOFT = 150


def text(copy: bytes) -> str:
    return str(pypdfium2.PdfDocument(copy)[0].get_textpage().get_text_bounded())


def test_a_page_of_everything_is_copied_whole(pack: Any) -> None:
    """A clip left out would show what its maker hid, a unit left out hide what he showed."""
    data = pack(foreign.parts())
    copy = render_pdf(data)
    assert differences(png(render_png(data, dpi=DPI)), pdf(copy)) < SOFT
    assert "电子发票A" in text(copy) and "竖排字" in text(copy)
    report = pdfa.validate_written(BytesIO(copy), "2b")
    assert report.passed, report.findings


@pytest.mark.parametrize(
    "hidden", [b"<Clips>", b'<CompositeObject ID="10"', b"<AxialShd", b"<CGTransform", b'DrawParam="31"']
)
def test_the_comparison_finds_what_it_is_for(pack: Any, hidden: bytes) -> None:
    parts = foreign.parts()
    page = "Doc_0/Pages/Page_0/Content.xml"
    spoilt = parts | {page: parts[page].replace(hidden, hidden.replace(hidden[1:4], b"Xyz", 1), 1)}
    try:
        copy = render_pdf(pack(spoilt))
    except OfdError:
        copy = render_pdf(pack(parts | {page: parts[page][: parts[page].index(b"<Content>")] + b"</Page>"}))
    assert differences(png(render_png(pack(parts), dpi=DPI)), pdf(copy)) > 2 * SOFT


def test_our_own_pages_stay_texts_and_lines(city: Any) -> None:
    _, package = certificate()
    picture = ses.Picture("png", stamp.round_seal("某市民政局").png(), 42, 42)
    place = sealing.Place(1, Box(120, 150, 42, 42))
    sealed = sealing.affix(
        package, city.make_seal(picture=picture), city.signer, place, city.now - timedelta(1), close=True
    )
    copy = render_pdf(packed(sealed))
    assert len(copy) < 150_000 and "张三𠮷" in text(copy)
    assert differences(png(render_png(packed(sealed), dpi=DPI)), pdf(copy)) < SOFT


def test_a_seal_across_the_edges_is_sliced_in_the_copy_too(city: Any) -> None:
    """A whole seal on every page of a contract would be four seals."""
    package = contract(4)
    picture = ses.Picture("png", stamp.round_seal("某市民政局").png(), 42, 42)
    at, seal = city.now - timedelta(1), city.make_seal(picture=picture)
    sealed = packed(
        sealing.affix(package, seal, city.signer, placing.across_edges(package, 42), at, close=True)
    )
    copy = pypdfium2.PdfDocument(render_pdf(sealed))
    for number in (1, 4):
        shown = png(render_png(sealed, number, dpi=DPI))
        theirs = copy[number - 1].render(scale=DPI / 72 - 1e-6).to_pil().convert("L")
        assert differences(shown, theirs) < SOFT


def test_a_vector_seal_is_in_the_copy(city: Any, pack: Any, plain_parts: Any) -> None:
    picture = ses.Picture("ofd", pack(foreign.parts()), 40, 30)
    sealed = pack(city.seal(plain_parts(), seal=city.make_seal(picture=picture)))
    assert differences(png(render_png(sealed, dpi=DPI)), pdf(render_pdf(sealed))) < SOFT


@pytest.mark.parametrize("cut", [60, 400, 900])
def test_a_font_that_cannot_be_embedded_costs_the_words_not_the_copy(pack: Any, cut: int) -> None:
    """HarfBuzz draws what it cannot cut down to a subset."""
    parts = foreign.parts() | {"Doc_0/Res/shapes.otf": foreign.cff_font()[:-cut]}
    assert render_pdf(pack(parts)).startswith(b"%PDF")
    _, package = certificate()
    fonts = {name: part for name, part in package.parts.items() if name.endswith(".ttf")}
    broken = package.with_parts({name: type(part)(part.data[:-cut]) for name, part in fonts.items()})
    copy, shown = render_pdf(packed(broken)), packed(broken)
    assert differences(png(render_png(shown, dpi=DPI)), pdf(copy)) < 4 * SOFT


def test_a_file_without_pages_has_no_copy(pack: Any) -> None:
    parts = foreign.parts()
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(b"<Page ID", b"<Paper ID")
    with pytest.raises(NotOfd):
        render_pdf(pack(parts))


def test_a_page_named_very_often_is_drawn_once(pack: Any) -> None:
    """Else a file of kilobytes keeps a worker for a minute and fills its memory."""
    entry = b'<Page ID="1" BaseLoc="/Doc_0/Pages/Page_0/Content.xml"/>'
    parts = foreign.parts()
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(entry, entry * 1500)
    began = time.thread_time()
    copy = render_pdf(pack(parts))
    assert time.thread_time() - began < 8 and len(copy) < 1_000_000
    assert len(pypdfium2.PdfDocument(copy)) == 1500


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_is_copied_or_refused(pack: Any, data: st.DataObject) -> None:
    parts = data.draw(st.sampled_from([foreign.parts(), own_parts()]))
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = pack(parts | {name: bytes(content)})
    try:
        copy = render_pdf(damaged)
    except OfdError:
        return
    assert copy.startswith(b"%PDF") and render_svg(unpack(damaged))


def own_parts() -> foreign.Parts:
    return {name: part.data for name, part in certificate()[1].parts.items()}

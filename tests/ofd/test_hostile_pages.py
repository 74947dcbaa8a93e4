"""Pages made to break or to busy whoever shows them: each is shown or refused, in a second, with an answer."""

import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from proofless.gm import ses
from proofless.ofd.declarations import template_of
from proofless.ofd.display import glyphs
from proofless.ofd.drawing import Box
from proofless.ofd.errors import BadPicture, BadTemplate, NotOfd
from proofless.ofd.layout import Photo, Template, fill
from proofless.ofd.pdf import render_pdf
from proofless.ofd.raster import render_png
from proofless.ofd.reader import Reader
from proofless.ofd.svg import render_svg
from tests.ofd import foreign
from tests.ofd.test_foreign import PAGE, changed

DOCUMENT = "Doc_0/Document.xml"
MEDIA = "Doc_0/DocumentRes.xml"
PUBLIC = "Doc_0/PublicRes.xml"
MOST_SECONDS = 8.0  # of this process: a busy machine needs one; without the bound it is a minute or more


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('HScale="0.5"', 'HScale="1e-320"'),
        ('HScale="0.5"', 'HScale="-1e5"'),
        ('Font="40" Size="10"', 'Font="40" Size="1e-300"'),
        ('Font="40" Size="10"', 'Font="40" Size="1000000"'),
        ('ColorSpace="21" Index="1"', 'ColorSpace="21" Index="²"'),
        ('ColorSpace="21" Index="1"', f'ColorSpace="21" Index="{"1" * 5000}"'),
        ('ColorSpace="21" Index="1"', 'ColorSpace="21" Index="-1"'),
    ],
)
def test_numbers_no_maker_writes_are_shown_or_refused(pack: Any, old: str, new: str) -> None:
    try:
        shown = render_svg(pack(changed(old, new)))
    except NotOfd:
        return
    assert "inf" not in shown and "nan" not in shown


@pytest.mark.parametrize(
    "box", ["0 0 0.00001 150", "0 0 1e-320 150", "0 0 20001 150", "0 0 inf 9", "0 0 -9 9"]
)
def test_a_page_of_no_size_is_refused(pack: Any, box: str) -> None:
    data = pack(changed("0 0 200 150", box, DOCUMENT))
    for render in (render_svg, render_png, render_pdf, lambda data: Reader(data).pages):
        with pytest.raises(NotOfd):
            render(data)


def test_a_wall_of_a_page_is_not_made_of_a_thousand_million_pixels(pack: Any) -> None:
    data = pack(changed("0 0 200 150", "0 0 20000 20000", DOCUMENT))
    with pytest.raises(BadPicture):
        render_png(data)
    assert render_png(data, dpi=1).startswith(b"\x89PNG") and render_pdf(data).startswith(b"%PDF")


CUT = '<PathObject ID="9" Boundary="105 15 10 10" Fill="true" Stroke="false">'


@pytest.mark.parametrize("times", [900, 9000])
def test_very_many_clips_do_not_keep_the_painter_busy(times: int) -> None:
    """Each is painted over the whole page: thousands of them at the usual fineness take an hour."""
    parts = foreign.parts()
    at = parts[PAGE].index(CUT.encode())
    end = parts[PAGE].index(b"</PathObject>", at) + len(b"</PathObject>")
    data = stored(parts | {PAGE: parts[PAGE][:at] + parts[PAGE][at:end] * times + parts[PAGE][end:]})
    with pytest.raises(BadPicture):
        render_png(data, dpi=300)
    if times == 9000:
        with pytest.raises(NotOfd):
            render_pdf(data)


@pytest.mark.parametrize(
    "matrix", [[1e-308, 0, 0, 1e-308, 0, 0], [5, 0, 0, 5, 0, 0], [-0.001, 0, 0, 0.001, 0, 0]]
)
def test_a_font_of_impossible_size_counts_as_not_embedded(matrix: list[float]) -> None:
    assert glyphs.embedded(foreign.bare_cff_with(FontMatrix=matrix)) is None


SHADING = "<FillColor><AxialShd StartPoint='0 0' EndPoint='9 9'>{}</AxialShd></FillColor>".format(
    "<Segment><Color Value='1 2 3'/></Segment>" * 250
)
WORDS = f'<TextObject ID="66" Boundary="0 0 9 9" Size="3"><TextCode X="0" Y="0">{"字" * 400}</TextCode></TextObject>'
UNIT = '<CompositeObject ID="63" Boundary="0 0 9 9" ResourceID="64"/>'
SMALL = '<CompositeGraphicUnit ID="64" Width="9" Height="9"><Content>{}</Content></CompositeGraphicUnit>'
OBJECT = (
    '<PathObject ID="65" Boundary="0 0 9 9"{}><AbbreviatedData>M 0 0 L 9 9</AbbreviatedData>{}</PathObject>'
)


@pytest.mark.parametrize(
    ("inside", "param"),
    [
        (OBJECT.format("", f"<Clips><Clip>{'<Area/>' * 20_000}</Clip></Clips>"), ""),
        (OBJECT.format(' Fill="true"', SHADING), ""),
        (OBJECT.format(' DrawParam="31"', ""), "<X/>" * 20_000),
        (OBJECT.format(f' DashPattern="{"1 " * 40_000}"', ""), ""),
        ("<x/>" * 40_000, ""),
        (WORDS, ""),
    ],
    ids=["clips", "shadings", "draw parameter", "dashes", "nodes", "glyphs"],
)  # fmt: skip
def test_what_is_written_once_and_used_very_often_is_paid_for_each_time(inside: str, param: str) -> None:
    """Fifteen thousand uses of one unit: a file of kilobytes, hours of work."""
    parts = changed("<CompositeGraphicUnits>", f"<CompositeGraphicUnits>{SMALL.format(inside)}", MEDIA)
    parts[PAGE] = parts[PAGE].replace(b"<CompositeObject", (UNIT * 15_000 + "<CompositeObject").encode(), 1)
    parts[PUBLIC] = parts[PUBLIC].replace(
        b'DashPattern="3 1"/>', f'DashPattern="3 1">{param}</DrawParam>'.encode()
    )
    began = time.thread_time()
    with pytest.raises(NotOfd, match="过多"):
        render_svg(stored(parts))
    assert time.thread_time() - began < MOST_SECONDS


def test_a_font_with_an_endless_name_is_as_quick_as_any() -> None:
    parts = changed('FontName="宋体"', f'FontName="{"x" * 3_000_000}"', PUBLIC)
    began = time.thread_time()
    assert "<svg" in render_svg(stored(parts))
    assert time.thread_time() - began < MOST_SECONDS


def test_many_small_files_of_large_scans_are_not_all_unpacked(pack: Any) -> None:
    """A blank sheet of forty million pixels is a few hundred bytes in a TIFF."""
    scans = {}
    for number in range(8):
        out = BytesIO()
        Image.new("1", (5000 + number, 4000), 1).save(out, "TIFF", compression="group4")
        scans[f"Doc_0/Res/s{number}.tif"] = out.getvalue()
    media = "".join(
        f'<MultiMedia ID="{70 + n}" Type="Image"><MediaFile>s{n}.tif</MediaFile></MultiMedia>'
        for n in range(8)
    )
    images = "".join(f'<ImageObject ID="1{n}" Boundary="1 1 9 9" ResourceID="{70 + n}"/>' for n in range(8))
    parts = changed("<MultiMedias>", f"<MultiMedias>{media}", MEDIA) | scans
    parts[PAGE] = parts[PAGE].replace(b'<ImageObject ID="16"', (images + '<ImageObject ID="16"').encode(), 1)
    with pytest.raises(NotOfd, match="过多"):
        render_svg(pack(parts))


def test_a_vector_seal_shown_very_often_is_unpacked_within_bounds(city: Any, plain_parts: Any) -> None:
    inner = stored(foreign.parts() | {"Doc_0/fill.bin": bytes(2_000_000)})
    seal = city.make_seal(picture=ses.Picture("ofd", inner, 40, 40))
    parts = city.seal(plain_parts(), seal=seal)
    path = "Doc_0/Signs/Sign_0/Signature.xml"
    stamp = b"<ofd:StampAnnot ID='1' PageRef='1' Boundary='120 200 40 40'/>"
    began = time.thread_time()
    with pytest.raises(NotOfd, match="过多"):
        render_svg(stored(parts | {path: parts[path].replace(stamp, stamp * 2000)}))
    assert time.thread_time() - began < MOST_SECONDS


# Reading


@pytest.mark.parametrize(("times", "length"), [(2000, 6000), (2001, 1)])
def test_words_shown_on_very_many_pages_are_counted(pack: Any, times: int, length: int) -> None:
    """One part named as two thousand pages would be gigabytes of text."""
    entry = '<Page ID="1" BaseLoc="/Doc_0/Pages/Page_0/Content.xml"/>'
    parts = changed(entry, entry * times, DOCUMENT)
    parts[PAGE] = parts[PAGE].replace("电子发票A".encode(), ("字" * length).encode())
    began = time.thread_time()
    with pytest.raises(NotOfd, match="过多"):
        Reader(pack(parts)).text()
    assert time.thread_time() - began < MOST_SECONDS


def test_one_object_of_very_many_pieces_is_joined_once() -> None:
    tags = "<CustomTags>Tags.xml</CustomTags></Document>"
    parts = changed("</Document>", tags, DOCUMENT)
    parts["Doc_0/Tags.xml"] = b'<CustomTags xmlns="%s"/>' % foreign.NS.encode()
    first, piece = '<TextCode X="0" Y="6" DeltaX="g 2', '<TextCode X="0" Y="6">字</TextCode>'
    parts[PAGE] = parts[PAGE].replace(first.encode(), (piece * 60_000 + first).encode())
    began = time.thread_time()
    Reader(stored(parts)).fields()
    assert time.thread_time() - began < MOST_SECONDS


def test_an_index_that_names_one_text_very_often_is_refused() -> None:
    """Twenty thousand references to a long text: two kilobytes that become gigabytes."""
    parts = changed("</Document>", "<CustomTags>Tags.xml</CustomTags></Document>", DOCUMENT)
    listed = '<CustomTags xmlns="{0}"><CustomTag><FileLoc>T.xml</FileLoc></CustomTag></CustomTags>'
    parts["Doc_0/Tags.xml"] = listed.format(foreign.NS).encode()
    reference = '<ObjectRef PageRef="1">13</ObjectRef>'
    parts["Doc_0/T.xml"] = f'<C xmlns="{foreign.NS}"><X>{reference * 20_000}</X></C>'.encode()
    assert dict(Reader(stored(parts)).fields().face)["X"].startswith("电子发票A")
    parts[PAGE] = parts[PAGE].replace("电子发票A".encode(), ("字" * 60_000).encode())
    began = time.thread_time()
    with pytest.raises(NotOfd, match="过多"):
        Reader(stored(parts)).fields()
    assert time.thread_time() - began < MOST_SECONDS


def stored(parts: foreign.Parts) -> bytes:
    """Not deflated: the ratio of repetitions alone would be refused."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


# Making


def picture(width: int) -> bytes:
    """A PNG that says it is this wide and high, and holds nothing."""
    out = BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = width.to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(
    "data", [picture(20_000), picture(9000), picture(100), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]
)
def test_a_photograph_that_is_none_or_too_large_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(BadPicture):
        fill(Template(60, 60, (Photo(Box(0, 0, 9, 9), "photo"),)), {}, {"photo": data})


def test_a_picture_whose_name_no_file_can_have_is_refused(tmp_path: Path) -> None:
    page = {"width": 9, "height": 9}
    for name in ("a\0b", "x" * 5000):
        element = {"type": "image", "box": [0, 0, 9, 9], "file": name}
        with pytest.raises(BadTemplate):
            template_of({"page": page, "elements": [element]}, tmp_path)

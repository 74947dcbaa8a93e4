"""Files of other makers on the checking page: shown whole and safely, and what cannot be shown said to be missing."""

import time
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from proofless.gm import ses
from proofless.ofd.errors import NotOfd, OfdError
from proofless.ofd.package import Part, unpack
from proofless.ofd.raster import svg_to_png
from proofless.ofd.reader import Reader
from proofless.ofd.svg import render_svg
from tests.ofd import foreign

SVG = "{http://www.w3.org/2000/svg}"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
ELEMENTS = {
    "svg", "title", "defs", "path", "g", "use", "image", "clipPath", "linearGradient", "radialGradient", "stop", "mask",
    "pattern",
}  # fmt: skip
SCALE = 5


def drawn(pack: Any, parts: foreign.Parts) -> Image.Image:
    """The page at five pixels a millimetre, on white."""
    picture = Image.open(BytesIO(svg_to_png(render_svg(pack(parts)), 200 * SCALE))).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def changed(old: str, new: str, path: str = PAGE) -> foreign.Parts:
    parts = foreign.parts()
    assert old.encode() in parts[path]
    return parts | {path: parts[path].replace(old.encode(), new.encode(), 1)}


@pytest.fixture(scope="module")
def page(pack: Any) -> Image.Image:
    return drawn(pack, foreign.parts())


@pytest.mark.parametrize(
    ("what", "x", "y", "color"),
    [
        ("line of the layer's draw parameter", 50, 7, (0, 0, 255)),
        ("CMYK", 15, 25, (255, 0, 0)),
        ("half transparent grey", 40, 25, (127, 127, 127)),
        ("shading, left", 56, 25, (242, 0, 13)),
        ("shading, right", 74, 25, (13, 0, 242)),
        ("palette, inside the clip", 90, 33, (0, 128, 255)),
        ("outside the clip", 82, 17, (255, 255, 255)),
        ("inside the boundary", 110, 20, (255, 0, 255)),
        ("cut off by the boundary", 118, 30, (255, 255, 255)),
        ("composite unit", 138, 33, (0, 128, 0)),
        ("CFF glyph A", 9, 45, (0, 0, 0)),
        ("CFF glyph B", 21, 47, (0, 0, 0)),
        ("bare CFF by glyph number 2", 74, 47, (200, 0, 0)),
        ("half transparent JPEG", 20, 80, (227, 187, 138)),
        ("turned BMP", 55, 80, (10, 200, 10)),
        ("TIFF under another letter case", 130, 80, (128, 128, 128)),
        ("foreground template", 15, 110, (255, 255, 0)),
        ("annotation", 160, 110, (0, 200, 200)),
    ],
)
def test_each_thing_on_the_page_is_where_and_as_its_maker_meant(
    page: Image.Image, what: str, x: float, y: float, color: tuple[int, int, int]
) -> None:
    found = page.getpixel((round(x * SCALE), round(y * SCALE)))
    assert isinstance(found, tuple)
    assert max(abs(a - b) for a, b in zip(found, color, strict=True)) <= 6, (what, found)


def test_a_picture_nobody_here_can_open_is_said_to_be_missing(pack: Any) -> None:
    """Left out in silence, a clerk would believe the page has no photo."""
    root = etree.fromstring(render_svg(pack(foreign.parts())))
    assert [title.text for title in root.iter(f"{SVG}title")] == ["外来文件", "无法显示的图像"]


def test_nothing_but_drawing_leaves_the_renderer(pack: Any) -> None:
    root = etree.fromstring(render_svg(pack(foreign.parts())))
    for node in root.iter():
        assert etree.QName(node).localname in ELEMENTS
        for name, value in node.attrib.items():
            assert not str(name).startswith("on") and "javascript" not in value
            assert "href" not in str(name) or value.startswith(("#", "data:image/png;", "data:image/jpeg;"))


@pytest.mark.parametrize(
    "value", ['"><script>alert(1)</script>', "url(http://evil)", "1 2 3 x", "NaN", "1e999", "#zz"]
)
@pytest.mark.parametrize(
    "old",
    ["0 255 255 0", "30 0 0 20 0 0", "g 2 7 7", "M 10 0 L 20 20 L 0 20 C", "5 15 20 20", "2 1</Glyphs"],
)
def test_markup_in_place_of_numbers_is_refused_or_harmless(pack: Any, old: str, value: str) -> None:
    """王五 sends a file that would run his script in the clerk's session."""
    new = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    new = new + "</Glyphs" if old.endswith("</Glyphs") else new
    try:
        shown = render_svg(pack(changed(old, new)))
    except NotOfd:
        return
    assert "<script" not in shown and "evil" not in shown


def test_a_unit_that_contains_itself_ends(pack: Any) -> None:
    """王五 hangs the checking page with forty lines of XML."""
    inside = '<CompositeObject ID="62" Boundary="0 0 9 9" ResourceID="60"/>' * 10
    parts = changed('<PathObject ID="61"', f'{inside}<PathObject ID="61"', "Doc_0/DocumentRes.xml")
    with pytest.raises(NotOfd, match="嵌套过深"):
        render_svg(pack(parts))


LONG = "<AbbreviatedData>M 0 0 " + "L 20 0 " * 300_000 + "</AbbreviatedData>"
PICTURE = '<ImageObject ID="16" Boundary="1 1 1 1" ResourceID="50"/>'


@pytest.mark.parametrize(
    ("at", "added"),
    [
        ('<Template TemplateID="90"/>', '<Template TemplateID="90"/>' * 900),
        (foreign.SQUARE, LONG),
        ('<ImageObject ID="16"', PICTURE * 40_000),
    ],
    ids=["templates", "path", "pictures"],
)
def test_a_page_that_grows_without_end_is_refused(pack: Any, at: str, added: str) -> None:
    """A megabyte of repetitions becomes gigabytes of markup in a clerk's browser."""
    package = unpack(pack(foreign.parts()))
    page = package.parts[PAGE].data.replace(at.encode(), (added + at).encode(), 1)
    with pytest.raises(NotOfd, match=r"过多|过长"):
        render_svg(package.with_parts({PAGE: Part(page)}))


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ("Doc_0/Annots/Annotations.xml", '<Page PageID="1"><FileLoc>Page_0/Annotation.xml</FileLoc></Page>'),
        ("Doc_0/Document.xml", "<PublicRes>/Doc_0/PublicRes.xml</PublicRes>"),
        ("Doc_0/Document.xml", '<Page ID="1" BaseLoc="/Doc_0/Pages/Page_0/Content.xml"/>'),
    ],
    ids=["annotations", "resources", "pages"],
)
def test_a_part_named_very_often_is_read_once(pack: Any, path: str, node: str) -> None:
    """Else a file of a hundred kilobytes keeps the checking page busy for minutes."""
    once, often = foreign.parts(), changed(node, node * 2000, path)
    began = time.thread_time()
    assert render_svg(pack(often)) == render_svg(pack(once))
    assert Reader(pack(often)).pages[0].width == 200 and time.thread_time() - began < 2


@pytest.mark.parametrize("value", [0, 29, 255])
@pytest.mark.parametrize("back", [1, 3, 60, 61])
def test_a_font_with_one_broken_outline_still_shows_its_page(pack: Any, back: int, value: int) -> None:
    """Else one bad byte in a stranger's font takes the whole file from the clerk who must check it."""
    font = bytearray(foreign.bare_cff())
    font[-back] = value
    assert "<svg" in render_svg(pack(foreign.parts() | {"Doc_0/Res/bare.cff": bytes(font)}))


def test_subroutines_that_multiply_do_not_keep_the_page_busy(pack: Any) -> None:
    """Ten calls on each of nine levels: a thousand million steps out of a font of a few hundred bytes."""
    bomb = foreign.parts() | {"Doc_0/Res/bare.cff": foreign.calling_cff(9, 10)}
    began = time.thread_time()
    assert "<svg" in render_svg(pack(bomb))
    assert time.thread_time() - began < 2


def test_a_picture_of_impossible_size_is_not_decoded(pack: Any) -> None:
    bomb = foreign.picture("BMP")
    bomb = bomb[:18] + (60_000).to_bytes(4, "little") * 2 + bomb[26:]
    shown = render_svg(pack(foreign.parts() | {"Doc_0/Res/a.bmp": bomb}))
    assert shown.count("无法显示的图像") == 2


def test_attachments_are_listed_and_a_missing_one_is_said_to_be(pack: Any) -> None:
    found = Reader(pack(foreign.parts())).attachments()
    assert [(one.name, one.format, one.data) for one in found] == [
        ("原始数据", "xml", b"<data/>"),
        ("缺失", "pdf", None),
    ]


def test_pages_know_their_size_and_show_themselves(pack: Any) -> None:
    data = pack(foreign.parts())
    (only,) = Reader(data).pages
    assert (only.number, only.width, only.height) == (1, 200, 150)
    assert only.svg() == render_svg(data)


def test_a_vector_seal_is_drawn_into_its_box(city: Any, pack: Any, plain_parts: Any) -> None:
    """Several makers store the seal's picture as a small OFD: it is drawn, scaled, and named for the screen reader."""
    picture = ses.Picture("ofd", pack(foreign.parts()), 40, 30)
    sealed = city.seal(plain_parts(), seal=city.make_seal(picture=picture))
    root = etree.fromstring(render_svg(pack(sealed)))
    (seal,) = [node for node in root.iter(f"{SVG}g") if node.get("data-seal") == "1"]
    assert seal.findtext(f"{SVG}title") == "某市民政局婚姻登记专用章"
    assert len(list(seal.iter(f"{SVG}path"))) > 8
    # 40 mm over a page 200 mm wide, at the boundary 120 200.
    assert 'transform="matrix(0.2 0 0 0.2666667 120 200)"' in etree.tostring(seal).decode()


def test_a_seal_within_a_seals_picture_is_not_drawn(city: Any, pack: Any, plain_parts: Any) -> None:
    """Else a seal whose picture is its own sealed file would never end."""
    inner = pack(city.sealed())
    sealed = city.seal(plain_parts(), seal=city.make_seal(picture=ses.Picture("ofd", inner, 40, 40)))
    assert render_svg(pack(sealed)).count("data-seal") == 1


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_foreign_file_is_shown_or_refused(pack: Any, data: st.DataObject) -> None:
    parts = foreign.parts()
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        shown = render_svg(unpack(pack(parts | {name: bytes(content)})))
    except OfdError:
        return
    assert {etree.QName(node).localname for node in etree.fromstring(shown).iter()} <= ELEMENTS

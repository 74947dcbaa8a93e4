"""Showing a page: the browser gets outlines and numbers, never a word of someone else's markup."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from proofless.gm import ses
from proofless.ofd import sealing, stamp, writer
from proofless.ofd.drawing import Box, Drawing
from proofless.ofd.errors import NotOfd, OfdError
from proofless.ofd.faces import FaceField, FaceSpec, face_of
from proofless.ofd.metadata import Holder, Metadata
from proofless.ofd.package import Package, Part, pack, unpack
from proofless.ofd.svg import render_svg

SVG = "{http://www.w3.org/2000/svg}"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
GROUND = "Doc_0/Tpls/Tpl_0/Content.xml"
ALLOWED = {"svg", "title", "defs", "path", "g", "use", "image"}


def certificate(name: str = "张三𠮷", title: str = "某许可证") -> tuple[Drawing, Package]:
    face = face_of(FaceSpec(title, (FaceField("holder", "持证人"),)))
    values = {"holder": name}
    metadata = Metadata(
        title, "", "0001", "1.2.156.3005.2.X", "某市民政局", "", date(2026, 3, 5),
        (Holder(name, "371402198703052724", "公民身份号码", "111"),), face=face.data(values),
    )  # fmt: skip
    page = face.compose(values, metadata, "QR")
    return page, writer.write(page, metadata)


def shapes(svg: str) -> list[str]:
    root = etree.fromstring(svg)
    return [node.get("d") or "" for node in root.iter(f"{SVG}path") if node.getparent().tag != f"{SVG}defs"]


def test_a_file_is_shown_as_it_was_composed() -> None:
    """The picture a clerk sees of a received file is the page its office made."""
    page, package = certificate()
    direct, read = render_svg(page), render_svg(pack(package))
    assert shapes(direct) == shapes(read)
    assert direct.count("<use ") == read.count("<use ") > 20


def test_the_title_is_for_the_screen_reader_and_stays_text() -> None:
    _, package = certificate(title="许可证<script>alert(1)</script>&")
    root = etree.fromstring(render_svg(package))
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    assert title is not None and title.text == "许可证<script>alert(1)</script>&"
    assert title.get("id") == root.get("aria-labelledby")
    assert {etree.QName(node).localname for node in root.iter()} <= ALLOWED


def test_the_seal_stands_where_it_was_put_and_can_be_left_out(city: Any) -> None:
    _, package = certificate()
    picture = ses.Picture("png", stamp.round_seal("某市民政局").png(), 42, 42)
    sealed = sealing.seal(
        package,
        city.make_seal(picture=picture),
        city.signer,
        1,
        Box(120, 150, 42, 42),
        city.now - timedelta(1),
    )
    _, image = etree.fromstring(render_svg(sealed)).iterfind(f".//{SVG}image")
    assert [image.get(name) for name in ("x", "y", "width", "height")] == ["120", "150", "42", "42"]
    assert render_svg(sealed, stamps=False).count("<image") == 1, "the QR symbol stays"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (GROUND, b"<ofd:AbbreviatedData>", b'<ofd:AbbreviatedData>"/&gt;&lt;script&gt; '),
        (PAGE, b'Size="', b'Size="x'),
        (PAGE, b'Boundary="', b'Boundary="nan '),
        (PAGE, b"DeltaX=\"g 1", b"DeltaX=\"g 9999999999 1"),
    ],
    ids=["path", "size", "boundary", "steps"],
)  # fmt: skip
def test_a_page_with_markup_or_nonsense_in_its_numbers_is_refused(part: str, old: bytes, new: bytes) -> None:
    _, package = certificate("欧阳" * 10)
    data = package.parts[part].data
    assert old in data
    with pytest.raises(NotOfd):
        render_svg(pack(package.with_parts({part: Part(data.replace(old, new))})))


@given(st.data())
def test_a_damaged_page_is_shown_or_refused_and_nothing_else(data: st.DataObject) -> None:
    _, package = certificate()
    content = bytearray(package.parts[PAGE].data)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        svg = render_svg(package.with_parts({PAGE: Part(bytes(content))}))
    except OfdError:
        return
    assert {etree.QName(node).localname for node in etree.fromstring(svg).iter()} <= ALLOWED


def test_a_page_that_is_not_there_and_a_file_that_is_no_ofd_are_refused() -> None:
    _, package = certificate()
    for bad, page in ((pack(package), 2), (pack(package), 0), (b"PK", 1), (b"%PDF-1.7", 1)):
        with pytest.raises(NotOfd):
            render_svg(bad, page)


def test_two_pages_in_one_html_do_not_share_ids() -> None:
    """Else the browser would draw 张三's name on 李四's certificate beside hers."""

    def ids(svg: str) -> set[str]:
        return {node.get("id") for node in etree.fromstring(svg).iter() if node.get("id")}

    assert not ids(render_svg(certificate("张三")[1])) & ids(render_svg(certificate("李四")[1]))


def test_opening_a_written_file_gives_back_its_parts() -> None:
    _, package = certificate()
    assert {n: p.data for n, p in unpack(pack(package)).parts.items()} == {
        n: p.data for n, p in package.parts.items()
    }


@pytest.mark.parametrize(
    "name", ["某局", "某市行政审批服务局", "某某市某某区人力资源和社会保障局劳动保障监察大队第二中队"]
)
def test_a_departments_seal_is_red_round_transparent_and_marked_in_a_demo(name: str) -> None:
    seal = stamp.round_seal(name, "电子证照专用章")
    image = Image.open(BytesIO(seal.png())).convert("RGBA")
    assert image.width == image.height and image.getpixel((0, 0))[3] == 0
    middle = image.getpixel((image.width // 2, image.height // 2))
    assert middle == (200, 16, 22, 255), "the star"
    assert etree.fromstring(seal.svg()).findtext(f"{SVG}title") == f"{name}印章"
    assert seal.text == f"{name}电子证照专用章演示·无效"
    assert stamp.round_seal(name, demo=False).text == name

"""Reading a certificate by machine: if it breaks, a partner's system takes the wrong words for the holder's name."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.ofd import reader
from proofless.ofd.errors import NotOfd

PAGE = "Doc_0/Pages/Page_0/Content.xml"
XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def with_document(parts: dict[str, bytes], old: str, new: str) -> dict[str, bytes]:
    path = "Doc_0/Document.xml"
    assert old.encode() in parts[path]
    return parts | {path: parts[path].replace(old.encode(), new.encode())}


def test_text_is_read_as_an_eye_reads_it(pack: Any, plain_parts: Any) -> None:
    assert reader.text(pack(plain_parts())) == "持证人 张三"


def test_lines_run_from_the_top_and_template_words_belong_to_the_page(pack: Any, plain_parts: Any) -> None:
    parts = with_document(
        plain_parts(),
        "</ofd:CommonData>",
        "<ofd:TemplatePage ID='8' BaseLoc='Tpls/T.xml'/></ofd:CommonData>",
    )
    template = (
        f"<ofd:Page {XMLNS}><ofd:Content><ofd:Layer><ofd:TextObject ID='9' Boundary='20 5 80 8' Font='3' Size='7'>"
        "<ofd:TextCode X='0' Y='7' DeltaX='g 2 7'>结婚证</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content>"
        "</ofd:Page>"
    )
    page = parts[PAGE].replace(b"<ofd:Content>", b"<ofd:Template TemplateID='8'/><ofd:Content>")
    changed = parts | {"Doc_0/Tpls/T.xml": template.encode(), PAGE: page}
    assert reader.text(pack(changed)) == "结婚证\n持证人 张三"


def test_indexed_fields_give_the_words_on_the_face(pack: Any, plain_parts: Any) -> None:
    tags = "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>"
    parts = with_document(plain_parts(), "</ofd:Document>", tags)
    listed = f"<ofd:CustomTags {XMLNS}><ofd:CustomTag><ofd:FileLoc>T.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"
    tree = f"<C xmlns='urn:x' {XMLNS}><KZ_XM><ofd:ObjectRef PageRef='1'>4</ofd:ObjectRef></KZ_XM></C>"
    changed = parts | {"Doc_0/Tags/CustomTags.xml": listed.encode(), "Doc_0/Tags/T.xml": tree.encode()}
    found = reader.fields(pack(changed))
    assert found.face == (("KZ_XM", "张三"),)
    assert found.metadata == (("ZZMC", "结婚证"), ("CZZT", "张三"))


@pytest.mark.parametrize(
    "old, new",
    [
        ("Boundary='40 20 60 6'", "Boundary='40 20 60'"),
        ("Size='5'", "Size='nan'"),
        ("X='0'", "X='1e400'"),
        ("<ofd:Content>", "<ofd:Template TemplateID='99'/><ofd:Content>"),
        ("<ofd:Page", "<!DOCTYPE a><ofd:Page"),
        ("</ofd:Page>", ""),
    ],
)
def test_broken_pages_are_refused(pack: Any, plain_parts: Any, old: str, new: str) -> None:
    parts = plain_parts()
    assert old.encode() in parts[PAGE]
    with pytest.raises(NotOfd):
        reader.text(pack(parts | {PAGE: parts[PAGE].replace(old.encode(), new.encode())}))


@pytest.mark.parametrize("name", ["OFD.xml", "Doc_0/Document.xml", PAGE])
def test_missing_parts_are_refused(pack: Any, plain_parts: Any, name: str) -> None:
    parts = plain_parts()
    del parts[name]
    with pytest.raises(NotOfd):
        reader.text(pack(parts))


@settings(max_examples=200, deadline=None)
@given(part=st.integers(0, 2), at=st.integers(0, 5000), change=st.integers(1, 255))
def test_mutated_files_read_or_are_refused(
    pack: Any, plain_parts: Any, part: int, at: int, change: int
) -> None:
    parts = plain_parts()
    name = sorted(parts)[part]
    raw = bytearray(parts[name])
    raw[at % len(raw)] ^= change
    data = pack(parts | {name: bytes(raw)})
    try:
        reader.text(data)
        reader.fields(data)
    except NotOfd:
        return

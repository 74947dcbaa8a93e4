"""Habits of other makers, each met in a real file: an invoice or a province's certificate that we alone refuse to show
sends its holder away.
"""

import struct
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from asn1crypto import x509

from proofless.gm import der, ses, sm2
from proofless.gm.trust import TrustStore, check_path
from proofless.gm.x509 import Authority, KeySigner, Usage, load_certificate, name
from proofless.ofd.errors import NotOfd
from proofless.ofd.facts import ProblemCode, Verdict
from proofless.ofd.reader import Reader
from proofless.ofd.svg import render_svg
from proofless.ofd.verify import verify
from tests.ofd import foreign
from tests.ofd.conftest import DAY, NOW
from tests.ofd.test_foreign import PAGE, SCALE, changed, drawn
from tests.ofd.test_stamped import parts_with


@pytest.mark.parametrize("old", ["http://www.ofdspec.org", "http://www.ofdspec.org/"])
def test_the_namespace_before_it_had_a_year(city: Any, pack: Any, old: str) -> None:
    """Suwell's earlier programs, which many departments run."""
    parts = {path: data.replace(foreign.NS.encode(), old.encode()) for path, data in foreign.parts().items()}
    assert Reader(pack(parts)).text() == Reader(pack(foreign.parts())).text()
    assert render_svg(pack(parts)) == render_svg(pack(foreign.parts()))
    sealed = {path: data.replace(foreign.NS.encode(), old.encode()) for path, data in city.sealed().items()}
    assert verify(pack(sealed), city.trust(), now=city.now).verdict is Verdict.INVALID, (
        "its digests are of other bytes"
    )


def test_a_seal_over_an_old_namespace_is_judged_like_any_other(
    city: Any, pack: Any, plain_parts: Any
) -> None:
    old = {path: data.replace(b"ofdspec.org/2016", b"ofdspec.org") for path, data in plain_parts().items()}
    found = verify(pack(city.seal(old)), city.trust(), now=city.now)
    assert found.verdict is Verdict.VALID, found.problems
    assert Reader(pack(city.seal(old))).text() == "持证人 张三"


def test_steps_for_more_glyphs_than_there_are(pack: Any) -> None:
    """A real invoice whose numbers were blacked out kept the steps of the longer ones."""
    data = pack(changed('DeltaX="g 2 7 7"', 'DeltaX="g 19 7"'))
    assert "<svg" in render_svg(data) and "电子发票A" in Reader(data).text()
    for steps in ("g -1 7", "g 1.5 7", "g nan 7", "g 9999999 7"):
        with pytest.raises(NotOfd):
            render_svg(pack(changed('DeltaX="g 2 7 7"', f'DeltaX="{steps}"')))


def test_a_single_zero_for_the_steps_downwards_keeps_the_line_level(pack: Any) -> None:
    """A real invoice: DeltaY="0" for a whole line. Its addresses ran diagonally across the page."""
    level = changed('DeltaX="g 2 7 7"', 'DeltaX="7"')
    data = pack(changed('DeltaX="g 2 7 7"', 'DeltaX="7" DeltaY="0"'))
    assert render_svg(data) == render_svg(pack(level))


WATERMARK = """<PathObject ID="70" Boundary="60 110 60 30" Fill="true" Stroke="false"><FillColor><Pattern Width="4"
Height="4" XStep="10" YStep="10"{}><CellContent><PathObject ID="71" Boundary="0 0 4 4" Fill="true" Stroke="false">
<FillColor Value="0 128 0"/><AbbreviatedData>M 0 0 L 4 0 L 4 4 L 0 4 C</AbbreviatedData></PathObject></CellContent>
</Pattern></FillColor><AbbreviatedData>M 0 0 L 60 0 L 60 30 L 0 30 C</AbbreviatedData></PathObject>"""


@pytest.mark.parametrize(
    ("more", "inside", "outside"),
    [
        ("", (62, 112), (67, 117)),
        (' CTM="1 0 0 1 5 5"', (67, 117), (62, 112)),
        (' RelativeTo="Page" CTM="1 0 0 1 3 3"', (65, 115), (62, 112)),
    ],
)
def test_a_watermark_is_drawn_cell_by_cell(
    pack: Any, more: str, inside: tuple[int, int], outside: tuple[int, int]
) -> None:
    """Suwell writes 严禁复制 across a page as a pattern: it lay over the words as a grey veil."""
    at = '<ImageObject ID="16"'
    page = drawn(pack, changed(at, WATERMARK.format(more) + at))
    assert page.getpixel((inside[0] * SCALE, inside[1] * SCALE)) == (0, 128, 0)
    assert page.getpixel((outside[0] * SCALE, outside[1] * SCALE)) == (255, 255, 255)
    assert page.getpixel(((inside[0] + 20) * SCALE, (inside[1] + 10) * SCALE)) == (0, 128, 0), "repeated"


def test_a_shading_lies_over_letters_as_over_paths(pack: Any) -> None:
    """Titles of festive certificates: the shading stood in the font's units and showed one colour."""
    shading = (
        '<FillColor><AxialShd StartPoint="0 0" EndPoint="20 0"><Segment Position="0"><Color Value="255 0 0"/></Segment>'
        '<Segment Position="1"><Color Value="0 0 255"/></Segment></AxialShd></FillColor>'
        '<TextCode X="0" Y="9" DeltaX="12">AB'
    )
    page = drawn(pack, changed('<TextCode X="0" Y="9" DeltaX="12">AB', shading))
    left, right = page.getpixel((6 * SCALE, 45 * SCALE)), page.getpixel((21 * SCALE, 47 * SCALE))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > 200 > left[2] and right[2] > 150 > right[0]


def test_a_watermark_within_itself_ends(pack: Any) -> None:
    at, head, foot = '<ImageObject ID="16"', "<CellContent>", "</CellContent>"
    start, _, rest = WATERMARK.format("").partition(head)
    end = rest.partition(foot)[2]
    cell = f"{start}{head}" * 14 + f"{foot}{end}" * 14
    with pytest.raises(NotOfd, match="嵌套过深"):
        render_svg(pack(changed(at, cell + at)))


def test_a_template_under_another_letter_case_is_read_as_it_is_shown(pack: Any) -> None:
    parts = foreign.parts()
    text = (
        b'<TextObject ID="93" Boundary="5 5 50 9" Size="5"><TextCode X="0" Y="5">%s</TextCode></TextObject>'
    )
    template = parts.pop("Doc_0/Tpls/Tpl_0/Content.xml")
    layer = b'<Layer ID="91">'
    parts["Doc_0/TPLS/TPL_0/Content.xml"] = template.replace(layer, layer + text % "模板上的字".encode())
    assert "模板上的字" in Reader(pack(parts)).text()


def test_a_name_called_utf8_in_one_place_only(city: Any) -> None:
    """Java's writers; in ASCII it is the same name. In Chinese it would be two names, and is refused."""

    def packed(parts: foreign.Parts, name: str) -> bytes:
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for path, data in parts.items():
                archive.writestr(path, data)
        raw = bytearray(out.getvalue())
        at = raw.index(name.encode()) - 30
        (flags,) = struct.unpack_from("<H", raw, at + 6)
        struct.pack_into("<H", raw, at + 6, flags ^ 0x800)
        return bytes(raw)

    assert verify(packed(city.sealed(), PAGE), city.trust(), now=city.now).verdict is Verdict.VALID
    with pytest.raises(NotOfd):
        Reader(packed(foreign.parts() | {"Doc_0/附件.xml": b"<a/>"}, "Doc_0/附件.xml"))


def wide(data: bytes, *, sizes: tuple[int, int] | None = None) -> bytes:
    """The first entry with its sizes in a field of 64 bits, as writers leave room for them."""
    raw, at = bytearray(data), 0
    packed, size, name, extra = struct.unpack_from("<2L2H", raw, 18)
    assert raw[:4] == b"PK\x03\x04" and extra == 0
    struct.pack_into("<2L2H", raw, 18, 0xFFFFFFFF, 0xFFFFFFFF, name, 20)
    more = struct.pack("<2H2Q", 1, 16, *(sizes or (size, packed)))
    raw[30 + name : 30 + name] = more
    at = raw.index(b"PK\x01\x02")
    end = raw.rindex(b"PK\x05\x06")
    struct.pack_into("<L", raw, end + 16, at)
    while at < end:
        lengths = struct.unpack_from("<3H", raw, at + 28)
        (offset,) = struct.unpack_from("<L", raw, at + 42)
        struct.pack_into("<L", raw, at + 42, offset + (len(more) if offset else 0))
        at += 46 + sum(lengths)
    return bytes(raw)


def test_room_for_sizes_that_were_not_needed(city: Any, pack: Any) -> None:
    data = pack(city.sealed())
    assert verify(wide(data), city.trust(), now=city.now).verdict is Verdict.VALID
    with pytest.raises(NotOfd):
        Reader(wide(data, sizes=(5, 5)))
    with pytest.raises(NotOfd):
        Reader(wide(data).replace(struct.pack("<2H", 1, 16), struct.pack("<2H", 1, 17), 1))


@pytest.mark.parametrize("critical", [None, False, True])
def test_the_seals_of_a_province(city: Any, pack: Any, plain_parts: Any, critical: bool | None) -> None:
    """Shandong's seal system writes r‖s for the signature, and a critical extension nobody has published."""

    def sign(digest: bytes, path: str) -> bytes:
        extension = [
            der.oid("1.3.6.1.5.5.7.1.4"),
            *([der.boolean(True)] if critical else []),
            der.octets(b"x"),
        ]
        tbs = der.sequence(
            der.integer(4), city.seal_der, der.generalized_time(city.now - DAY), der.bits(digest),
            der.text(der.IA5_STRING, path),
            b"" if critical is None else der.element(0xA0, der.sequence(der.sequence(*extension))),
        )  # fmt: skip
        value = der.bits(sm2.decode_der(city.signer.sign(tbs)))
        return der.sequence(tbs, der.octets(city.signer.certificate), der.oid(ses.SM2_WITH_SM3), value)

    parts = parts_with(city, plain_parts(), city.seal_der, sign)
    found = verify(pack(parts), city.trust(), now=city.now)
    codes = {problem.code for problem in found.problems}
    if critical:
        assert found.verdict is Verdict.UNKNOWN and codes == {ProblemCode.EXTENSION_UNKNOWN}
    else:
        assert found.verdict is Verdict.VALID, found.problems
    value = "Doc_0/Signs/Sign_0/SignedValue.dat"
    for at in (-1, -40):
        raw = bytearray(parts[value])
        raw[at] ^= 1
        assert (
            verify(pack(parts | {value: bytes(raw)}), city.trust(), now=city.now).verdict is Verdict.INVALID
        )


KINDS = {
    "email": ("1.2.840.113549.1.9.1", 0x16),
    "email as text": ("1.2.840.113549.1.9.1", 0x0C),
    "teletex": ("2.5.4.10", 0x14),
    "identifier as text": ("2.5.4.45", 0x0C),
}


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [("email", "utf-8"), ("email", "gb18030"), ("teletex", "utf-8"), ("teletex", "gb18030"),
     ("email as text", "utf-8"), ("identifier as text", "utf-8")],
)  # fmt: skip
def test_a_certificate_with_chinese_where_latin_belongs(kind: str, encoding: str) -> None:
    """A province's certificate has 电子邮箱 for its e-mail address: its seal is real all the same."""
    raw = "电子邮箱".encode(encoding)
    root_key, key = sm2.PrivateKey.generate(), sm2.PrivateKey.generate()
    root = Authority.root(name("某省根"), root_key, NOW - DAY, NOW + DAY)
    oid, string = KINDS[kind]
    plain = der.sequence(der.oid("2.5.4.3"), der.text(der.UTF8_STRING, "某省厅"))
    odd = der.sequence(der.oid(oid), der.element(string, raw))
    subject = x509.Name.load(der.sequence(*(der.set_of([one]) for one in (odd, plain))))
    certificate = load_certificate(root.issue(subject, key.public_key, NOW - DAY, NOW + DAY))
    assert "电子邮箱" in certificate.subject and certificate.common_name == "某省厅"
    trust = TrustStore([root.certificate.der], crls=[root.crl([], NOW - DAY, NOW + DAY)])
    assert check_path(certificate, NOW, trust, Usage.SIGNING).chain is True
    assert KeySigner(certificate.der, key).sign(b"x")

"""Making a certificate: what is put in is what stands on the page, in the index and in the data."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageOps

from proofless.ofd import reader, writer
from proofless.ofd.container import unpack
from proofless.ofd.drawing import Box, Drawing, Picture, TextRun
from proofless.ofd.errors import BadPicture, BadText, MissingGlyph, MissingValue, OfdError, TextOverflow
from proofless.ofd.faces import FaceField, FaceSpec, FieldKind, Look, face_of, shown_date
from proofless.ofd.layout import Image as Picture_
from proofless.ofd.layout import Qr, Template, Text, fill
from proofless.ofd.metadata import Holder, Metadata, face_tags
from proofless.ofd.package import pack

CATALOG = Path(__file__).parents[2] / "catalog"
OFD = {"o": "http://www.ofdspec.org/2016", "c": writer.CERTIFICATE_NAMESPACE}
IDENTIFIER = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
SPEC = FaceSpec(
    "某许可证",
    (
        FaceField("cert_no", "许可证编号"),
        FaceField("holder", "持证人"),
        FaceField("address", "住址"),
        FaceField("scope", "许可范围", FieldKind.LONG),
        FaceField("valid_to", "有效期至", FieldKind.DATE),
    ),
    number="cert_no",
)
VALUES = {
    "cert_no": "JY-2026-0001",
    "holder": "张三",
    "address": "某市某区东风路 128 号 <2 单元> & 3 楼",
    "scope": "技术开发、技术服务；“软件”销售。（依法须经批准的项目除外）",
    "valid_to": "9999-12-31",
}


def about(values: dict[str, str], spec: FaceSpec = SPEC) -> Metadata:
    return Metadata(
        spec.title, "11100000000013338W011", "0001", IDENTIFIER, "某市行政审批服务局", "11371400004422000A",
        date(2026, 3, 5), (Holder("张三", "371402198703052724", "公民身份号码", "111"),),
        valid_until=date(9999, 12, 31), created_at=datetime(2026, 3, 5, tzinfo=UTC),
        face=face_of(spec).data(values),
    )  # fmt: skip


def compose(values: dict[str, str], spec: FaceSpec = SPEC) -> tuple[Drawing, dict[str, etree._Element]]:
    """The page, and the XML parts of the file as another program reads them."""
    metadata = about(values, spec)
    page = face_of(spec).compose(values, metadata, "https://example.cn/v/ABCD2345")
    parts = unpack(pack(writer.write(page, metadata)))
    return page, {name: etree.fromstring(data) for name, data in parts.items() if name.endswith(".xml")}


def indexed_text(parts: dict[str, etree._Element], tag: str) -> str:
    """A value found the way a machine reads the face: index, object, characters."""
    page = parts["Doc_0/Pages/Page_0/Content.xml"]
    refs = parts["Doc_0/Tags/Tag_0.xml"].xpath(f"c:{tag}/o:ObjectRef/text()", namespaces=OFD)
    return "".join("".join(page.xpath(f"//*[@ID='{ref}']/o:TextCode/text()", namespaces=OFD)) for ref in refs)


@pytest.mark.parametrize(
    "name",
    ["张三", "吉𠮷㛃", "阿卜杜拉·买买提", "欧阳" * 15, "O'Neil & <Sons>", "㐱䶮䲜𬍛𫖯"],
    ids=["plain", "rare", "dot", "thirty characters", "marks", "extensions"],
)
def test_a_name_on_the_page_reads_back_as_it_was_given(name: str) -> None:
    """A clerk's machine would otherwise take another name off 张三's certificate."""
    page, parts = compose(VALUES | {"holder": name})
    assert page.text_of("holder") == name
    assert indexed_text(parts, "KZ_CZR") == name


def test_every_value_is_on_the_page_in_the_index_and_in_the_data() -> None:
    page, parts = compose(VALUES)
    for field, value in VALUES.items():
        assert page.text_of(field) == shown_date(value)
    fields = parts["Doc_0/Attachs/certificate.xml"].xpath("//c:Field", namespaces=OFD)
    assert {field.get("name"): field.text for field in fields} == VALUES
    custom = parts["OFD.xml"].xpath("//o:CustomData", namespaces=OFD)
    found = [(node.get("Name"), node.text) for node in custom]
    assert ("ZZMC", "某许可证") in found and ("CZZTDM", "371402198703052724") in found
    assert ("KZ_YXQZ", "9999-12-31") in found, "data carry the stored value, the page the words"


def test_every_object_has_an_id_of_its_own_below_the_maximum() -> None:
    """Other readers drop one of two objects with the same id."""
    _, parts = compose(VALUES)
    ids = [int(i) for name, root in parts.items() if "Attach" not in name for i in root.xpath("//@ID")]
    assert len(ids) == len(set(ids))
    assert max(ids) <= int(parts["Doc_0/Document.xml"].findtext(".//o:MaxUnitID", namespaces=OFD) or 0)


def test_the_same_input_gives_the_same_bytes() -> None:
    """An auditor recomputes a certificate and compares digests."""
    metadata, face = about(VALUES), face_of(SPEC)
    files = {pack(writer.write(face.compose(VALUES, metadata, "QR"), metadata)) for _ in range(3)}
    assert len(files) == 1


def test_a_character_no_font_draws_is_refused_by_name() -> None:
    """A blank box in her name would make 张三's certificate useless at the counter."""
    with pytest.raises(MissingGlyph) as refusal:
        compose(VALUES | {"holder": "张ཀ三"})
    assert refusal.value.character == "ཀ"
    assert "U+0F40" in str(refusal.value)


def test_a_control_character_in_the_data_is_refused() -> None:
    with pytest.raises(BadText):
        writer.write(face_of(SPEC).compose(VALUES, about(VALUES), "QR"), about(VALUES | {"scope": "a\x00b"}))


def test_lines_as_a_browser_sends_them_are_lines() -> None:
    """张三 typed her remark over two lines: CR LF must neither be refused nor printed as a box."""
    page, parts = compose(VALUES | {"scope": "技术开发\r\n技术服务\r销售"})
    assert page.text_of("scope") == "技术开发技术服务销售"
    (run,) = [p for p in page.body if isinstance(p, TextRun) and p.field == "scope"]
    assert [line.text for line in run.lines] == ["技术开发", "技术服务", "销售"]
    (datum,) = parts["Doc_0/Attachs/certificate.xml"].xpath("//c:Field[@name='scope']/text()", namespaces=OFD)
    assert datum == "技术开发\r\n技术服务\r销售"


@given(st.text(min_size=1, max_size=12))
def test_a_field_of_any_name_can_be_read_back(name: str) -> None:
    """The data index names fields by XML elements: one odd name must not make all unreadable."""
    template = Template(60, 60, (Text(Box(5, 5, 50, 9), field=name), Text(Box(5, 25, 50, 9), field="x")))
    made = pack(writer.write(fill(template, {name: "张三", "x": "李四"}), about(VALUES)))
    assert "李四" in dict(reader.fields(made).face).values()


@pytest.mark.parametrize("cut", [20, 60, -60])
def test_a_torn_picture_is_refused_before_it_is_sealed(cut: int) -> None:
    """A certificate with a hole where the photograph should be cannot be taken back."""
    out = BytesIO()
    Image.effect_noise((60, 80), 50).save(out, "PNG")
    template = Template(60, 60, (Picture_(Box(5, 5, 9, 9), field="photo"),))
    assert fill(template, {}, {"photo": out.getvalue()}).body
    with pytest.raises(BadPicture):
        fill(template, {}, {"photo": out.getvalue()[:cut]})


def test_an_absent_value_is_refused_and_an_empty_one_is_not() -> None:
    with pytest.raises(MissingValue, match="scope"):
        compose({name: value for name, value in VALUES.items() if name != "scope"})
    page, _ = compose(VALUES | {"scope": ""})
    assert page.text_of("scope") == ""


def test_a_text_too_long_for_its_box_is_refused_not_cut() -> None:
    with pytest.raises(TextOverflow):
        compose(VALUES | {"scope": "超长" * 4000})


def test_a_demo_certificate_says_so_across_the_page() -> None:
    def fixed_texts(spec: FaceSpec) -> list[str]:
        page, _ = compose(VALUES, spec)
        runs = [p for p in page.background.primitives if isinstance(p, TextRun)]
        return ["".join(line.text for line in run.lines) for run in runs]

    assert sum("演示·无效" in text for text in fixed_texts(SPEC)) == 2
    plain = FaceSpec(SPEC.title, SPEC.fields, demo=False, number=SPEC.number)
    assert not any("演示" in text for text in fixed_texts(plain))


@pytest.mark.parametrize("length", [1, 30, 80, 200, 700])
def test_the_qr_symbol_reads_as_its_text(length: int) -> None:
    """A gate scanner reads the printed page, whatever the symbol holds."""
    content = "https://example.cn/v/ABCD2345?证照=张三"[:length].ljust(length, "7")
    picture = fill(Template(60, 60, (Qr(Box(5, 5, 50, 50), field="qr"),)), {"qr": content}).body[0]
    assert isinstance(picture, Picture)
    with Image.open(BytesIO(picture.data)) as symbol:
        quiet = ImageOps.expand(symbol.convert("L"), 24, 255)
    assert [code.text for code in zxingcpp.read_barcodes(quiet)] == [content]


def test_more_than_a_qr_symbol_holds_is_refused() -> None:
    with pytest.raises(TextOverflow):
        fill(Template(60, 60, (Qr(Box(5, 5, 50, 50), field="qr"),)), {"qr": "长" * 3000})


def test_a_look_refuses_a_field_it_has_no_place_for() -> None:
    """A field left off the page would hide something the holder is entitled to show."""
    fields = (*(FaceField(n, n) for n in ("name", "sex")), FaceField("blood_type", "血型"))
    with pytest.raises(OfdError, match="blood_type"):
        face_of(FaceSpec("居民身份证", fields, Look.ID_CARD))


def test_labels_that_share_initials_get_different_names() -> None:
    assert face_tags(("姓名", "项目", "面积(㎡)", "QQ")) == ("KZ_XM", "KZ_XM2", "KZ_MJ", "KZ_X")


KINDS = {"date": FieldKind.DATE, "image": FieldKind.PICTURE, "text": FieldKind.LONG}
SPECIAL = {
    "id_card": Look.ID_CARD,
    "marriage_cert": Look.MARRIAGE,
    "biz_license": Look.BUSINESS,
    "real_estate_cert": Look.REAL_ESTATE,
}


def catalogue() -> dict[str, FaceSpec]:
    with (CATALOG / "certificates.csv").open(encoding="utf-8") as file:
        types = {row["cert_code"]: row for row in csv.DictReader(file)}
    fields: dict[str, list[FaceField]] = defaultdict(list)
    with (CATALOG / "certificate_fields.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind = KINDS.get(row["data_type"], FieldKind.TEXT)
            fields[row["cert_code"]].append(FaceField(row["field_name_en"], row["field_name_cn"], kind))
    generic = {"证照": Look.LICENCE, "证明": Look.PROOF}
    return {
        code: FaceSpec(row["cert_name"], tuple(fields[code]), SPECIAL.get(code, generic[row["kind"]]))
        for code, row in types.items()
        if fields[code]
    }


def test_every_type_of_the_catalogue_has_a_face_that_shows_all_its_fields() -> None:
    for code, spec in catalogue().items():
        values = {f.name: "2026-03-05" if f.kind is FieldKind.DATE else "张三" for f in spec.fields}
        page = face_of(spec).compose(values, about(values, spec), "QR")
        for field in spec.fields:
            if field.kind is not FieldKind.PICTURE:
                assert page.text_of(field.name) == shown_date(values[field.name]), (code, field.name)


@pytest.mark.parametrize(
    "code", ["biz_license", "food_biz_license", "id_card", "marriage_cert", "hukou_book"]
)
def test_names_and_addresses_of_the_awkward_kind_fit(code: str) -> None:
    spec = catalogue()[code]
    long_name = "买买提·" * 7 + "阿吉"
    values = {f.name: long_name if "name" in f.name else "张三" for f in spec.fields}
    values |= {f.name: "某省某市某区" * 10 for f in spec.fields if f.name in ("address", "biz_address")}
    values |= {f.name: "技术、服务" * 60 for f in spec.fields if f.kind is FieldKind.LONG}
    values |= {f.name: "2026-03-05" for f in spec.fields if f.kind is FieldKind.DATE}
    page = face_of(spec).compose(values, about(values, spec), "QR")
    for run in page.body:
        if isinstance(run, TextRun):
            for line in run.lines:
                assert line.x >= 0 and line.x + sum(line.advances) <= page.width
                assert run.size >= 1.6, "still readable in print"

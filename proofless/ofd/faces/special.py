"""Looks of four well-known certificates, free of any state emblem. Field names are those of the catalogue."""

from collections.abc import Sequence

from proofless.ofd.drawing import Box, Color, Shape
from proofless.ofd.errors import OfdError
from proofless.ofd.faces import pieces
from proofless.ofd.faces.spec import FaceSpec
from proofless.ofd.guilloche import rosette
from proofless.ofd.layout import Align, Element, Image, Line, Path, Rect, Template, Text, Valign


def _check_fields(spec: FaceSpec, placed: Sequence[str]) -> None:
    """A look must show every field of its type: one left out would be a certificate that hides something."""
    left_out = {field.name for field in spec.fields} - set(placed)
    if left_out:
        raise OfdError(f"{spec.title} 的版式没有为这些字段留位置：{'、'.join(sorted(left_out))}")


def _placed(elements: Sequence[Element]) -> list[str]:
    return [e.field for e in elements if isinstance(e, Text | Image) and e.field is not None]


def _finish(
    spec: FaceSpec,
    width: float,
    height: float,
    elements: Sequence[Element],
    seal_box: Box,
    foot_mm: float = 19.6,
) -> tuple[Template, Box]:
    _check_fields(spec, _placed(elements))
    marks = pieces.demo_marks(spec, width, height, foot_mm)
    return Template(width, height, (*elements, *marks)), seal_box


def _row(
    x: float, y: float, label_w: float, w: float, h: float, name: str, field: str, **look: object
) -> list[Element]:
    """A label and a value side by side."""
    return [
        pieces.label(Box(x, y, label_w, h), name),
        pieces.value(Box(x + label_w + 3, y, w - label_w - 3, h), field, **look),  # type: ignore[arg-type]
    ]


# 居民身份证


def id_card(spec: FaceSpec) -> tuple[Template, Box]:
    """Both sides of the card, a third larger than life, above QR and seal, on a page of 150 x 222 mm."""
    width, height = 150.0, 222.0
    front, back = Box(17, 16, 116, 73), Box(17, 95, 116, 73)
    elements = [
        Rect(Box(0, 0, width, height), fill=Color(247, 249, 251)),
        *_card(front, Color(238, 246, 248), Color(178, 210, 216)),
        *_card_front(front),
        *_card(back, Color(244, 242, 248), Color(204, 196, 222)),
        *_card_back(back, spec),
        *pieces.qr_block(17, 176, 28, 45),
    ]
    return _finish(spec, width, height, elements, Box(92, 169, 42, 42), 8.0)


def _card(box: Box, ground: Color, fine: Color) -> list[Element]:
    r = 4.0
    x, y, right, bottom = box.x, box.y, box.x + box.w, box.y + box.h
    edge = (
        f"M {x + r:g} {y:g} L {right - r:g} {y:g} Q {right:g} {y:g} {right:g} {y + r:g} "
        f"L {right:g} {bottom - r:g} Q {right:g} {bottom:g} {right - r:g} {bottom:g} "
        f"L {x + r:g} {bottom:g} Q {x:g} {bottom:g} {x:g} {bottom - r:g} "
        f"L {x:g} {y + r:g} Q {x:g} {y:g} {x + r:g} {y:g} C"
    )
    waves = rosette(x + box.w * 0.42, y + box.h / 2, 33, fine, petals=30)
    return [Path(Shape(edge, ground, Color(190, 200, 208), 0.3)), *(Path(wave) for wave in waves)]


def _card_front(box: Box) -> list[Element]:
    x, y = box.x + 8, box.y
    blue = Color(40, 96, 140)
    photo = Box(box.x + 80, y + 11, 29, 38)

    def name(at: float, dx: float, content: str) -> Text:
        return Text(Box(x + dx, at, 12, 6), content, size=3.4, style=pieces.SANS, color=blue, wrap=False)

    return [
        name(y + 9, 0, "姓　名"), pieces.value(Box(x + 15, y + 9, 56, 6), "name", 4.6, min_size=1.9),
        name(y + 18, 0, "性　别"), pieces.value(Box(x + 15, y + 18, 14, 6), "sex", 4.0),
        name(y + 18, 31, "民　族"), pieces.value(Box(x + 46, y + 18, 24, 6), "nation", 4.0),
        name(y + 27, 0, "出　生"), pieces.value(Box(x + 15, y + 27, 52, 6), "birth_date", 4.0),
        name(y + 36, 0, "住　址"),
        pieces.value(
            Box(x + 15, y + 36, 52, 19), "address", 4.0, min_size=2.0, valign=Valign.TOP, leading=1.5
        ),
        Text(Box(x, y + 61, 34, 6), "公民身份号码", size=3.4, color=blue, wrap=False),
        pieces.value(Box(x + 27, y + 61, 72, 6), "id_no", 5.0, align=Align.SPREAD, wrap=False),
        *pieces.silhouette(photo), Image(photo, field="photo"),
    ]  # fmt: skip


def _card_back(box: Box, spec: FaceSpec) -> list[Element]:
    x, y, purple = box.x + 20, box.y, Color(92, 76, 130)
    heading = Text(
        Box(box.x + 10, y + 14, box.w - 20, 11), spec.title, size=8.5, style=pieces.SERIF_BOLD, color=purple,
        align=Align.CENTER, wrap=False,
    )  # fmt: skip

    def name(at: float, content: str) -> Text:
        return Text(Box(x, at, 20, 6), content, size=3.6, color=purple, wrap=False)

    return [
        heading, Line(box.x + 32, y + 29, box.x + box.w - 32, y + 29, purple, 0.25),
        name(y + 43, "签发机关"),
        pieces.value(Box(x + 22, y + 42, 64, 8), "issuing_authority", 4.2, min_size=2.2),
        name(y + 55, "有效期限"), pieces.value(Box(x + 22, y + 54, 30, 8), "valid_from", 4.0, wrap=False),
        Text(Box(x + 52, y + 54, 4, 8), "—", size=3.6, color=pieces.INK, align=Align.CENTER, wrap=False),
        pieces.value(Box(x + 57, y + 54, 32, 8), "valid_to", 4.0, wrap=False),
    ]  # fmt: skip


# 结婚证


def marriage(spec: FaceSpec) -> tuple[Template, Box]:
    """A spread of 260 x 180 mm: the registration on the left, husband and wife on the right."""
    width, height, palette = 260.0, 180.0, pieces.RED
    left, right = 24.0, 140.0
    person_names = ("姓　　名", "国　　籍", "出生日期", "身份证件号")
    elements: list[Element] = [
        *pieces.paper(width, height, palette),
        Line(width / 2, 18, width / 2, height - 18, palette.rule, 0.25),
        pieces.title(Box(left, 20, 98, 15), spec.title, palette, 11),
        *_row(left, 38, 22, 98, 8, "持 证 人", "holder_name", min_size=2.0),
        *_row(left, 46, 22, 98, 8, "登记日期", "register_date"),
        *_row(left, 54, 22, 98, 8, "结婚证字号", "cert_no", min_size=2.4),
        *_row(left, 62, 22, 98, 8, "婚姻登记员", "registrar"),
        *_row(left, 70, 22, 98, 12, "备　　注", "remark", size=4.0),
        *_row(left, 84, 22, 98, 9, "登记机关", "issuing_authority", min_size=2.2),
        *pieces.qr_block(left, 126, 28, 64),
    ]
    frame = Box(right + 22, 21, 56, 38)
    elements += [
        *pieces.silhouette(Box(frame.x, frame.y, 28, 38)),
        *pieces.silhouette(Box(frame.x + 28, frame.y, 28, 38)),
        Image(frame, field="photo"),
        Rect(frame, stroke=palette.rule, width=0.3),
    ]
    for top, who in ((66, "man"), (111, "woman")):
        elements.append(Rect(Box(right - 2, top - 2, 98, 41), fill=Color(255, 247, 244), stroke=palette.rule))
        fields = (f"{who}_name", f"{who}_nationality", f"{who}_birth_date", f"{who}_id_no")
        for index, (name, field) in enumerate(zip(person_names, fields, strict=True)):
            elements += _row(right + 2, top + index * 9.2, 22, 90, 8.4, name, field, size=4.4, min_size=2.0)
    return _finish(spec, width, height, elements, Box(left + 44, 84, 42, 42))


# 营业执照


def business(spec: FaceSpec) -> tuple[Template, Box]:
    """Landscape A4: code and QR above, identity on the left, capital, term and address on the right."""
    width, height, palette = 297.0, 210.0, pieces.GOLD
    left, right, half = 32.0, 156.0, 110.0
    foot = Box(188, 152, 76, 24)
    rows = (
        (left, 69, "名　　称", "ent_name", 12), (left, 81, "类　　型", "ent_type", 12),
        (left, 93, "法定代表人", "legal_person", 11), (right, 69, "注册资本", "reg_capital", 12),
        (right, 81, "成立日期", "establish_date", 12), (right, 105, "住　　所", "address", 15),
    )  # fmt: skip
    elements: list[Element] = [
        *pieces.paper(width, height, palette),
        Text(Box(left, 26, 76, 5), "统一社会信用代码", size=3.6, color=pieces.FAINT, wrap=False),
        pieces.value(Box(left, 31, 76, 7), "uscc", 5.2, wrap=False),
        pieces.title(Box(70, 38, 157, 22), spec.title, palette, 17),
        *pieces.flourish(width / 2, 64, 150, palette),
    ]
    for x, y, name, field, h in rows:
        elements += _row(x, y, 24, half, h, name, field, size=4.8)
    elements += [
        pieces.label(Box(right, 93, 24, 11), "营业期限"),
        pieces.value(Box(right + 27, 93, 37, 11), "term_from", 4.6, wrap=False),
        Text(Box(right + 64, 93, 6, 11), "至", size=4.2, color=pieces.FAINT, align=Align.CENTER, wrap=False),
        pieces.value(Box(right + 71, 93, 39, 11), "term_to", 4.6, wrap=False),
        pieces.label(Box(left, 104.4, 24, 8), "经营范围"),
        pieces.value(
            Box(left + 27, 105.2, half - 27, 40), "business_scope", 4.4, valign=Valign.TOP, leading=1.45
        ),
        *pieces.qr_block(left, 152, 28, 92),
        *_row(foot.x, foot.y, 21, foot.w, 12, "登记机关", "issuing_authority", size=4.6, min_size=2.2),
        *_row(foot.x, foot.y + 12, 21, foot.w, 12, "登记日期", "register_date", size=4.6),
    ]
    return _finish(spec, width, height, elements, pieces.seal_over(foot, 21))


# 不动产权证书


def real_estate(spec: FaceSpec) -> tuple[Template, Box]:
    """A spread of 297 x 210 mm: the table of the right on the left, remarks, QR and seal on the right."""
    width, height, palette = 297.0, 210.0, pieces.GREEN
    left, wide = 26.0, 136.0
    rows = (
        ("权 利 人", "owner_name", 11.0), ("证件号码", "owner_id_no", 9.0), ("共有情况", "co_ownership", 9.0),
        ("坐　　落", "location", 13.0), ("不动产单元号", "unit_no", 9.0), ("权利类型", "right_type", 9.0),
        ("权利性质", "right_nature", 9.0), ("用　　途", "usage", 9.0), ("面　　积", "area", 9.0),
        ("使用期限", "term", 11.0), ("权利其他状况", "other_status", 30.0),
    )  # fmt: skip
    elements: list[Element] = [
        *pieces.paper(width, height, palette),
        pieces.title(Box(left, 20, wide, 12), spec.title, palette, 8.5),
        pieces.value(Box(left, 34, wide, 7), "cert_no", 4.8, align=Align.CENTER, wrap=False),
    ]
    y = 44.0
    for name, field, h in rows:
        elements += [
            Rect(Box(left, y, 30, h), fill=Color(236, 246, 241), stroke=palette.rule, width=0.25),
            Rect(Box(left + 30, y, wide - 30, h), stroke=palette.rule, width=0.25),
            pieces.label(Box(left + 3, y, 24, h), name, 3.8),
            pieces.value(Box(left + 33, y + 0.6, wide - 36, h - 1.2), field, 4.4, leading=1.28),
        ]
        y += h
    x, w = left + wide + 12, 95.0
    remark = Box(x, 44, w, 58)
    foot = Box(x, 116, w, 22)
    elements += [
        Text(
            Box(x, 34, w, 7),
            "附　记",
            size=5.0,
            style=pieces.SERIF_BOLD,
            color=palette.main,
            align=Align.CENTER,
        ),
        Rect(remark, stroke=palette.rule, width=0.25),
        pieces.value(remark.inset(3), "remark", 4.2, valign=Valign.TOP, leading=1.45),
        *_row(x, foot.y, 21, w, 11, "登记机构", "issuing_authority", size=4.4, min_size=2.2),
        *_row(x, foot.y + 11, 21, w, 11, "登记日期", "register_date", size=4.4),
        *pieces.qr_block(x, 156, 28, w - 30),
        Text(Box(x + 30, 156, 22, 5), "印制编号", size=3.0, color=pieces.FAINT, wrap=False),
        pieces.value(Box(x + 46, 156, w - 46, 5), "print_no", 3.4, wrap=False),
    ]
    return _finish(spec, width, height, elements, Box(x + 34, 106, 42, 42))

"""The looks that serve any type: a landscape licence and a portrait proof, fields in one or two columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from proofless.ofd.drawing import Box
from proofless.ofd.faces import pieces
from proofless.ofd.faces.pieces import Palette
from proofless.ofd.faces.spec import FaceField, FaceSpec, FieldKind
from proofless.ofd.layout import Align, Element, Image, Line, Rect, Template, Text

_ONE_COLUMN_AT_MOST = 6
_NARROW_MM = 170.0
_TALLEST_ROW_MM, _LONG_ROW = 13.0, 1.75
_PICTURE_W, _PICTURE_H = 28.0, 38.0
_LONG_LABELS = (
    "住址",
    "地址",
    "住所",
    "坐落",
    "范围",
    "内容",
    "备注",
    "附记",
    "场所",
    "事项",
    "结论",
    "说明",
    "情况",
)


@dataclass(frozen=True, slots=True)
class _Row:
    """Fields side by side, and the row's share of the height."""

    fields: tuple[FaceField, ...]
    share: float


def licence(spec: FaceSpec) -> tuple[Template, Box]:
    """Landscape A4."""
    width, height, palette = 297.0, 210.0, pieces.RED
    foot = Box(186, 152, 78, 22)
    elements = [
        *pieces.paper(width, height, palette),
        pieces.title(Box(40, 22, 217, 20), spec.title, palette, 12.5),
        *pieces.flourish(width / 2, 46, 120, palette),
        *_number(spec, Box(34, 49, 229, 6)),
        *_body(spec, Box(34, 58, 229, 86), palette),
        *pieces.qr_block(34, 150, 29, 92),
        *pieces.authority_block(spec, foot),
        *pieces.demo_marks(spec, width, height),
    ]
    return Template(width, height, tuple(elements)), pieces.seal_over(foot)


def proof(spec: FaceSpec) -> tuple[Template, Box]:
    """Portrait A4."""
    width, height, palette = 210.0, 297.0, pieces.BLUE
    foot = Box(108, 232, 76, 22)
    elements = [
        *pieces.paper(width, height, palette),
        pieces.title(Box(26, 30, 158, 22), spec.title, palette, 10.5),
        *pieces.flourish(width / 2, 57, 110, palette),
        *_number(spec, Box(26, 60, 158, 6)),
        *_body(spec, Box(26, 72, 158, 146), palette),
        *pieces.qr_block(26, 238, 30, 48),
        *pieces.authority_block(spec, foot, ("出具机构", "出具日期")),
        *pieces.demo_marks(spec, width, height),
    ]
    return Template(width, height, tuple(elements)), pieces.seal_over(foot)


def _number(spec: FaceSpec, box: Box) -> list[Element]:
    number = next((f.label for f in spec.fields if f.name == spec.number), "证照编号")
    middle = box.x + box.w / 2 - 8
    half = box.w / 2 - 12
    label = Text(
        Box(middle - 2 - half, box.y, half, box.h),
        number,
        size=3.6,
        color=pieces.FAINT,
        align=Align.RIGHT,
        wrap=False,
    )
    return [label, pieces.value(Box(middle, box.y, half, box.h), spec.number, 4.0, wrap=False)]


def _body(spec: FaceSpec, box: Box, palette: Palette) -> list[Element]:
    pictures = [f for f in spec.body if f.kind is FieldKind.PICTURE]
    texts = [f for f in spec.body if f.kind is not FieldKind.PICTURE]
    elements: list[Element] = []
    if pictures:
        frame = Box(box.x + box.w - _PICTURE_W, box.y + 1, _PICTURE_W, _PICTURE_H)
        elements += [*pieces.silhouette(frame), Image(frame, field=pictures[0].name)]
        elements.append(Rect(frame, stroke=palette.rule, width=0.25))
        box = Box(box.x, box.y, box.w - _PICTURE_W - 8, box.h)
    rows = _rows(texts)
    widest = 38.0 if any(len(row.fields) == 1 for row in rows) and box.w > _NARROW_MM else 27.0
    label_width = min(widest, max([22.0, *(4.0 * len(f.label) for f in texts)]))
    unit = min(_TALLEST_ROW_MM, box.h / sum(row.share for row in rows)) if rows else 0.0
    y = box.y
    for row in rows:
        elements += _row(row, Box(box.x, y, box.w, unit * row.share), label_width, palette)
        y += unit * row.share
    return elements


def _row(row: _Row, box: Box, label_width: float, palette: Palette) -> list[Element]:
    gap = 8.0
    cell = (box.w - gap * (len(row.fields) - 1)) / len(row.fields)
    size = min(4.6, box.h / row.share * 0.56)
    out: list[Element] = []
    for index, field in enumerate(row.fields):
        x = box.x + index * (cell + gap)
        inside = Box(x + label_width + 3, box.y + 0.4, cell - label_width - 3, box.h - 1.2)
        out.append(pieces.label(Box(x, box.y, label_width, box.h), field.label, min(4.0, size)))
        out.append(pieces.value(inside, field.name, size, align=Align.LEFT))
        out.append(
            Line(inside.x, box.y + box.h - 0.4, inside.x + inside.w, box.y + box.h - 0.4, palette.rule, 0.2)
        )
    return out


def _rows(fields: Sequence[FaceField]) -> list[_Row]:
    """One column for few fields; else two, in which a long field has a row of its own."""
    columns = 1 if len(fields) <= _ONE_COLUMN_AT_MOST else 2
    rows: list[_Row] = []
    waiting: list[FaceField] = []
    for field in fields:
        if _is_long(field):
            rows += [_Row(tuple(waiting), 1.0)] if waiting else []
            rows.append(_Row((field,), _LONG_ROW if field.kind is FieldKind.LONG else 1.25))
            waiting = []
        else:
            waiting.append(field)
            if len(waiting) == columns:
                rows.append(_Row(tuple(waiting), 1.0))
                waiting = []
    return [*rows, _Row(tuple(waiting), 1.0)] if waiting else rows


def _is_long(field: FaceField) -> bool:
    return field.kind is FieldKind.LONG or any(word in field.label for word in _LONG_LABELS)

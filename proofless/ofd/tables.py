"""Tables: as many rows as a box holds under a repeated heading, with what is left for the next page."""

from collections.abc import Mapping, Sequence

from proofless.ofd.drawing import Box, Primitive, Shape, n, rectangle
from proofless.ofd.elements import Align, Column, Table, Text
from proofless.ofd.errors import MissingValue, TextOverflow
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.typesetting import set_text, wrap

_PAD_X, _PAD_Y = 1.2, 0.9
_RULE_MM = 0.2
Row = Mapping[str, str]


def set_table(
    table: Table, rows: Sequence[Row], first: int, library: FontLibrary
) -> tuple[list[Primitive], int]:
    """The page's share of the rows from `first`, and the number of the first row left over.

    Raises `MissingValue` for a row without a cell of a column, `TextOverflow` for a character wider than its column.
    """
    box, titles = table.box, [column.title for column in table.columns]
    head = _height(table, titles, library)
    drawn = _row(table, titles, None, box.y, head, library)
    marks, number = [box.y, box.y + head], first
    while number < len(rows):
        texts = [_value(table, rows[number], column) for column in table.columns]
        height = _height(table, texts, library)
        if marks[-1] + height > box.y + box.h + 1e-6:
            break
        drawn += _row(table, texts, number, marks[-1], height, library)
        marks.append(marks[-1] + height)
        number += 1
    ground = Shape(rectangle(Box(box.x, box.y, box.w, head)), fill=table.head_fill)
    return [*([ground] if table.head_fill else []), _rules(table, marks), *drawn], number


def _cells(table: Table, y: float, height: float) -> list[Box]:
    """The boxes of one row's texts."""
    whole = sum(column.share for column in table.columns)
    boxes, x = [], table.box.x
    for column in table.columns:
        width = table.box.w * column.share / whole
        boxes.append(Box(x + _PAD_X, y + _PAD_Y, width - 2 * _PAD_X, height - 2 * _PAD_Y))
        x += width
    return boxes


def _height(table: Table, texts: Sequence[str], library: FontLibrary) -> float:
    most = 1
    for text, box in zip(texts, _cells(table, 0, 0), strict=True):
        _, advances = library.measure(table.style, text.replace("\n", " "))
        rows = wrap(text, advances, box.w / table.size)
        if rows is None:
            raise TextOverflow(table.field, len(text))
        most = max(most, len(rows))
    return max(table.row, most * table.leading * table.size + 2 * _PAD_Y)


def _row(
    table: Table, texts: Sequence[str], number: int | None, y: float, height: float, library: FontLibrary
) -> list[Primitive]:
    """A row's texts; the heading's (number None) are centred and belong to no field."""
    out: list[Primitive] = []
    for column, text, box in zip(table.columns, texts, _cells(table, y, height), strict=True):
        is_head = number is None
        element = Text(
            box,
            field=None if is_head else f"{table.field}.{number}.{column.field}",
            size=table.size,
            style=table.head_style if is_head else table.style,
            color=table.color,
            align=Align.CENTER if is_head else column.align,
            leading=table.leading,
        )
        out += set_text(element, text, library)
    return out


def _value(table: Table, row: Row, column: Column) -> str:
    try:
        return row[column.field].replace("\r\n", "\n").replace("\r", "\n")
    except KeyError:
        raise MissingValue(f"{table.field}.{column.field}") from None


def _rules(table: Table, marks: Sequence[float]) -> Shape:
    """All the rules as one path."""
    left, right = table.box.x, table.box.x + table.box.w
    columns = [box.x - _PAD_X for box in _cells(table, 0, 0)] + [right]
    level = [f"M {n(left)} {n(y)} L {n(right)} {n(y)}" for y in marks]
    upright = [f"M {n(x)} {n(marks[0])} L {n(x)} {n(marks[-1])}" for x in columns]
    return Shape(" ".join([*level, *upright]), stroke=table.rule, width=_RULE_MM)

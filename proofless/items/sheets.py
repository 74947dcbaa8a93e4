"""清单文件: exchange tables in and out of Excel and JSON. Names of columns in the first row, Chinese in the second.

Lies below ``services``. A file comes from outside: its size, its rows and what it unpacks to are bounded.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from proofless.items.errors import ListFileUnreadable
from proofless.items.rules.columns import TABLES
from proofless.items.rules.exchange import Lines

MAX_BYTES, MAX_UNPACKED, MAX_ROWS = 10 * 1024**2, 200 * 1024**2, 50_000
HEADS = 2
_TITLES = {title: table for table, (title, _) in TABLES.items()}
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def read(content: bytes) -> Lines:
    """The lines of a workbook or of a JSON object of tables. Raises ListFileUnreadable."""
    if len(content) > MAX_BYTES:
        raise ListFileUnreadable("文件超过10MB,请分成几个文件导入")
    return _read_workbook(content) if content[:2] == b"PK" else _read_json(content)


def _read_json(content: bytes) -> Lines:
    try:
        tables = msgspec.json.decode(content, type=dict[str, list[dict[str, Any]]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ListFileUnreadable("文件既不是 Excel 工作簿,也不是 JSON 表") from error
    _bound(sum(map(len, tables.values())))
    return {
        name: [(n, {key: _text(value) for key, value in row.items()}) for n, row in enumerate(rows, 1)]
        for name, rows in tables.items()
        if name in TABLES
    }


def _read_workbook(content: bytes) -> Lines:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                raise ListFileUnreadable("文件解开后过大")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        found = {
            _TITLES[sheet.title]: _read_sheet(sheet) for sheet in book.worksheets if sheet.title in _TITLES
        }
    except ListFileUnreadable:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble over
        raise ListFileUnreadable("Excel 文件已损坏") from error
    if "basic" not in found:
        raise ListFileUnreadable(f"没有名为“{TABLES['basic'][0]}”的工作表")
    _bound(sum(map(len, found.values())))
    return found


def _read_sheet(sheet: Any) -> list[tuple[int, dict[str, str]]]:
    names: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = [_text(cell) for cell in cells]
        if line == 1:
            names = texts
        elif line > HEADS and any(texts):
            rows.append((line, {n: t for n, t in zip(names, texts, strict=False) if n}))
            _bound(len(rows))
    return rows


def _bound(rows: int) -> None:
    if rows > MAX_ROWS:
        raise ListFileUnreadable(f"超过{MAX_ROWS}行,请分成几个文件导入")


def _text(value: object) -> str:
    """A cell as text: whole numbers without .0, instants as dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    iso = getattr(value, "isoformat", None)
    return iso()[:10] if iso else str(value).strip()


def write(rows: Rows, *, mark: str = "") -> bytes:
    """A workbook with one sheet per table. ``mark`` (a demo home's) stands in the file's properties."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.properties.title, book.properties.creator = mark or "事项清单", "Proofless"
    for table, (title, columns) in TABLES.items():
        sheet = book.create_sheet(title)
        sheet.append([column.name for column in columns])
        sheet.append([f"{column.label}{' *' if column.required else ''}" for column in columns])
        for line, row in enumerate(rows.get(table, ()), HEADS + 1):
            for number, column in enumerate(columns, 1):
                cell = sheet.cell(line, number, row.get(column.name, ""))
                cell.data_type = "s"  # a text that begins with = is a text
        _dress(sheet, len(columns))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def write_table(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[str | int]], *, mark: str = ""
) -> bytes:
    """One sheet with heads; ``mark`` (a demo home's) stands on its first line."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for number in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 24
    sheet.freeze_panes = f"A{3 if mark else 2}"
    first: list[Sequence[str | int]] = [[mark]] if mark else []
    for line in [*first, heads, *rows]:
        cells = [WriteOnlyCell(sheet, value=value) for value in line]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _dress(sheet: Any, columns: int) -> None:
    sheet.freeze_panes = "B3"
    fill = PatternFill("solid", fgColor="E8EEF7")
    for number in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 22
        for line in (1, HEADS):
            cell = sheet.cell(line, number)
            cell.font, cell.fill = Font(bold=line == HEADS), fill
            cell.alignment = Alignment(vertical="center", wrap_text=True)

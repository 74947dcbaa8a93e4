"""工作簿: lists as Excel files to download; in a demo home their first line says so."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from openpyxl import Workbook

from proofless.kit import clock, env

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """``name`` is the file's, in ASCII, before the day."""
    return sheets([(title, heads, rows)], name)


def sheets(parts: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]], name: str) -> HttpResponse:
    """A workbook of several sheets, each with its title, heads and rows."""
    book = Workbook(write_only=True)
    for title, heads, rows in parts:
        sheet = book.create_sheet(title)
        if env.home().demo:
            sheet.append(["演示·无效"])
        sheet.append(list(heads))
        for row in rows:
            sheet.append([_cell(value) for value in row])
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y%m%d}.xlsx"'
    book.save(response)
    return response


def _cell(value: object) -> object:
    """A text that a spreadsheet would take for a formula stays a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

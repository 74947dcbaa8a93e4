"""Excel: workbooks of what the pages show. A demo home says so on the first line of every sheet."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook

from proofless.kit import clock, env

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18


def begin(book: Workbook, title: str, heads: Sequence[str]) -> Any:
    """A new sheet of a write-only workbook with its heads written and frozen."""
    sheet = book.create_sheet(title)
    for at in range(len(heads)):
        sheet.column_dimensions[chr(ord("A") + at)].width = WIDTH
    first = [["演示·无效"]] if env.home().demo else []
    sheet.freeze_panes = f"A{len(first) + 2}"
    for row in [*first, list(heads)]:
        sheet.append(row)
    return sheet


def answer(book: Workbook, name: str) -> HttpResponse:
    """The workbook as a download named by what it is and the day."""
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y%m%d}.xlsx"'
    book.save(response)
    return response

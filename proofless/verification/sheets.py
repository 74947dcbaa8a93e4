"""表格导出: rows as a workbook; a demo home says so on its first line."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook

from proofless.kit import clock, env

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    """A download called ``name`` with today's date."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    if env.home().demo:
        sheet.append(["演示·无效"])
    sheet.append(list(heads))
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y%m%d}.xlsx"'
    book.save(response)
    return response


def _safe(cell: Any) -> Any:
    """What somebody wrote must not become a formula in the reader's program."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell

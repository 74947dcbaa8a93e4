"""What a live source sends, believed only in the shape its catalogue promises."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from proofless.data import queries as data
from proofless.data.rules import find_problems

ROWS_MAX = 50


def read_rows(
    code: str, key: str, content: object, today: date
) -> list[tuple[date, Mapping[str, Any]]] | None:
    """The rows of a reply ``{request_id, rows: [{as_of, values}]}``; None when anything is not as promised."""
    if not isinstance(content, dict) or content.get("request_id") != key:
        return None
    rows = content.get("rows")
    if not isinstance(rows, list) or len(rows) > ROWS_MAX:
        return None
    types, found = data.get_dataset(code).types, []
    for number, row in enumerate(rows):
        values, as_of = (row.get("values"), row.get("as_of")) if isinstance(row, dict) else (None, None)
        day = _day(as_of)
        if not isinstance(values, dict) or not values or day is None or day > today:
            return None
        if any(True for _ in find_problems(number, values, types)):
            return None
        found.append((day, values))
    return sorted(found, key=lambda one: one[0], reverse=True)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None

"""翻页: links to the pages of a list, keeping the rest of the query string."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from proofless.kit.paging import Page


@dataclass(frozen=True, slots=True)
class Pager:
    """``links`` are (number, address); a gap is (None, "")."""

    number: int
    pages: int
    total: int
    previous: str
    next: str
    links: Sequence[tuple[int | None, str]]


def shown_numbers(number: int, pages: int) -> list[int | None]:
    """First, last and two either side of the current page, gaps as None."""
    wanted = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    shown: list[int | None] = []
    for one in wanted:
        if shown and shown[-1] is not None and one - shown[-1] > 1:
            shown.append(None)
        shown.append(one)
    return shown


def pager_of(page: Page[Any], request: HttpRequest, name: str = "page") -> Pager:
    def address(number: int) -> str:
        query = request.GET.copy()
        query[name] = str(number)
        return f"?{query.urlencode()}"

    return Pager(
        number=page.number,
        pages=page.pages,
        total=page.total,
        previous=address(page.number - 1) if page.has_previous else "",
        next=address(page.number + 1) if page.has_next else "",
        links=[(one, address(one) if one else "") for one in shown_numbers(page.number, page.pages)],
    )

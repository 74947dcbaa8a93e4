"""Mapping coverage: by item, department and county, what is missing, and what to connect next."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access.edge import guarded
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.items.queries import coverage as queries
from proofless.kit.paging import PAGE_SIZE, Page, page_number
from proofless.kit.permissions import Permission
from proofless.web.pager import pager_of

STEPS_SHOWN = 12


@guarded(Permission.CATALOG_READ)
def coverage(request: HttpRequest) -> HttpResponse:
    """How much is official, and the connections that would spare most, with figures."""
    steps = queries.what_next(STEPS_SHOWN)
    context = {
        "total": queries.total(),
        "steps": steps,
        # (title, groups, the filter of the gap list they lead to)
        "groups": (
            ("各部门", queries.by_department(), "department"),
            ("各县（市、区）", queries.by_county(), ""),
            ("各事项", queries.by_item(), "item"),
        ),
        "gaps": len(queries.gaps()),
        "changes": queries.list_changes(),
    }
    return render(request, "desk/coverage.html", context)


@guarded(Permission.CATALOG_READ)
def gaps(request: HttpRequest) -> HttpResponse:
    """Every material and field without an official source; of one item or department when asked."""
    code, department = (request.GET.get(name, "")[:16] for name in ("item", "department"))
    number = page_number(request.GET.get("page"))
    views = {item.code: item for item in items.list_items()}
    found = [
        (need, views[need.item].name, queries.in_words(need))
        for need in queries.gaps(code)
        if department in {"", views[need.item].department_code}
    ]
    start = (number - 1) * PAGE_SIZE
    page = Page(found[start : start + PAGE_SIZE], number, len(found))
    context = {
        "rows": page.rows,
        "pager": pager_of(page, request),
        "total": len(found),
        "of": views[code].name if code in views else _department(views.values(), department),
    }
    return render(request, "desk/gaps.html", context)


def _department(views: Iterable[ItemView], code: str) -> str:
    return next((item.department_name for item in views if code and item.department_code == code), "")

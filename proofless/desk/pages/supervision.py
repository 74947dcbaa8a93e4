"""The cockpit: two share rates, by department and county, each opening down to its cases."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from openpyxl import Workbook

from proofless.access.edge import actor, guarded
from proofless.desk.pages.workbook import answer, begin
from proofless.items import queries as items
from proofless.items.queries import uses
from proofless.kit import clock
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.supervision import queries, services
from proofless.supervision.queries import CaseLine, GroupCounts, Scope
from proofless.supervision.rules import Counts
from proofless.web.pager import pager_of

HEADS = (
    "事项",
    "提交时间",
    "部门",
    "县（市、区）",
    "应提供材料",
    "共享材料",
    "免提交材料",
    "表单字段",
    "共享字段",
    "免填字段",
    "链上位置",
)
FIRST_COUNT = HEADS.index("应提供材料")
RATE_HEADS = (
    "名称",
    "办件",
    "证明材料共享率",
    "免提交率",
    "表单字段共享率",
    "免填率",
    "应提供材料",
    "共享材料",
    "表单字段",
    "共享字段",
)


def _scope(request: HttpRequest) -> Scope:
    given = request.GET
    return Scope(given.get("department", "")[:16], given.get("division", "")[:12], given.get("item", "")[:32])


@guarded(Permission.SUPERVISE)
def rates(request: HttpRequest) -> HttpResponse:
    services.follow_chain()
    who, scope = actor(request), _scope(request)
    context = {
        "total": queries.total(who, scope),
        "departments": _groups(
            queries.by_group(who, "department", scope), _department_names(), "department", scope
        ),
        "divisions": _groups(queries.by_group(who, "division", scope), _division_names(), "division", scope),
        "items": _groups(queries.by_group(who, "item", scope), _item_names(), "item", scope),
        "scope": _words(scope),
        "cases_url": _address("desk:cases", scope),
        "export_url": _address("desk:rates_export", scope),
        "narrowed": scope != Scope(),
        "as_of": clock.now(),
        "uses_pace": uses.pace(),
    }
    return render(request, "desk/rates.html", context)


@guarded(Permission.SUPERVISE)
def cases(request: HttpRequest) -> HttpResponse:
    names = _names()
    scope = _scope(request)
    found = queries.list_cases(actor(request), scope, page=page_number(request.GET.get("page")))
    context = {
        "rows": [_cells(line, names) for line in found.rows],
        "heads": [{"label": head, "num": at >= FIRST_COUNT} for at, head in enumerate(HEADS)],
        "pager": pager_of(found, request),
        "scope": _words(scope),
        "export_url": _address("desk:export", scope),
        "rates_url": _address("desk:rates", scope),
        "total": queries.total(actor(request), scope),
    }
    return render(request, "desk/cases.html", context)


@guarded(Permission.SUPERVISE)
def export(request: HttpRequest) -> HttpResponse:
    """The same cases as a workbook."""
    book = Workbook(write_only=True)
    sheet, names = begin(book, "办件明细", HEADS), _names()
    for line in queries.all_cases(actor(request), _scope(request)):
        sheet.append(_cells(line, names))
    return answer(book, "cases")


@guarded(Permission.SUPERVISE)
def export_rates(request: HttpRequest) -> HttpResponse:
    """The figures by department, county and item, a sheet each, with what they are computed from."""
    services.follow_chain()
    who, scope = actor(request), _scope(request)
    book = Workbook(write_only=True)
    names = _names()
    for title, group in (("各部门", "department"), ("各县（市、区）", "division"), ("各事项", "item")):
        sheet = begin(book, title, RATE_HEADS)
        for one in queries.by_group(who, group, scope):
            sheet.append([_called(names, one.code), *_rate_cells(one.counts)])
        sheet.append(["合计", *_rate_cells(queries.total(who, scope))])
    return answer(book, "rates")


def _rate_cells(c: Counts) -> list[Any]:
    rates = (c.material_share_rate, c.submission_free_rate, c.field_share_rate, c.field_filled_rate)
    shown = ["" if rate is None else round(rate, 4) for rate in rates]
    counts = [c.materials_required, c.materials_official, c.fields_total, c.fields_official]
    return [c.cases, *shown, *counts]


def _names() -> dict[str, str]:
    """Names of departments, counties and items; their codes never collide."""
    return _department_names() | _division_names() | _item_names()


def _cells(line: CaseLine, names: dict[str, str]) -> list[Any]:
    c = line.counts
    return [
        names.get(line.item_code, line.item_code),
        line.submitted_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        names.get(line.department_code, line.department_code),
        _called(names, line.division_code),
        c.materials_required,
        c.materials_official,
        c.materials_free,
        c.fields_total,
        c.fields_official,
        c.fields_filled,
        line.position,
    ]


def _groups(found: list[GroupCounts], names: dict[str, str], key: str, scope: Scope) -> list[dict[str, Any]]:
    def narrowed(code: str) -> Scope:
        values = {
            "department": scope.department_code,
            "division": scope.division_code,
            "item": scope.item_code,
        }
        values[key] = code
        return Scope(values["department"], values["division"], values["item"])

    def rank(one: GroupCounts) -> tuple[bool, float]:
        rate = one.counts.material_share_rate
        return rate is None, -(rate or 0.0)

    return [
        {
            "name": _called(names, one.code),
            "counts": one.counts,
            "address": _address("desk:cases", narrowed(one.code)),
        }
        for one in sorted(found, key=rank)
    ]


def _address(name: str, scope: Scope) -> str:
    pairs = {"department": scope.department_code, "division": scope.division_code, "item": scope.item_code}
    query = urlencode({key: value for key, value in pairs.items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _words(scope: Scope) -> str:
    parts = (
        _department_names().get(scope.department_code, scope.department_code),
        _division_names().get(scope.division_code, scope.division_code),
        _item_names().get(scope.item_code, scope.item_code),
    )
    return " · ".join(part for part in parts if part) or "全市"


def _department_names() -> dict[str, str]:
    return {code: view.short_name for code, view in parties.list_departments().items()}


def _division_names() -> dict[str, str]:
    return {row.code[:6]: row.short_name for row in parties.list_divisions("county")}


def _called(names: dict[str, str], code: str) -> str:
    """A name; somebody registered in another city is told apart from a county of ours without one."""
    return names.get(code) or (f"市外（{code}）" if code.isdigit() else code)


def _item_names() -> dict[str, str]:
    return {item.code: item.name for item in items.list_items()}

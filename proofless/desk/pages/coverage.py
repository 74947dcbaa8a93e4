"""Mapping coverage: by item, department and county, what is missing, and what to connect next."""

from collections.abc import Mapping
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from openpyxl import Workbook

from proofless.access.edge import guarded
from proofless.desk.pages.workbook import answer, begin
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.items.queries import coverage as queries
from proofless.items.rules.coverage import FIELD, MATERIAL, Need
from proofless.kit.paging import page_number, page_of
from proofless.kit.permissions import Permission
from proofless.web.pager import pager_of

STEPS_SHOWN, SHOWN = 12, 3
KIND_LABELS = {MATERIAL: "材料", FIELD: "字段"}
WAYS = {"connect": "接入后可补上", "own": "只能由申请人提供", "held": "本市已有同名字段"}
HEADS = ("材料或字段", "类别", "事项", "部门", "下一步", "本市已有", "仍要问的理由", "办件")


class Gap(NamedTuple):
    need: Need
    item: ItemView
    words: tuple[str, ...]
    held: tuple[str, ...]

    @property
    def step(self) -> str:
        """What is to be done, in a sentence."""
        return f"接入{_some(self.words, '或')}" if self.words else self.need.step

    @property
    def elsewhere(self) -> str:
        """Who else holds a field of that name."""
        return _some(self.held, "、")

    @property
    def ways(self) -> frozenset[str]:
        """The filters it answers to."""
        return frozenset({"", "connect" if self.words else "own"} | ({"held"} if self.held else set()))


def _some(names: tuple[str, ...], between: str) -> str:
    return between.join(names[:SHOWN]) + (f"等{len(names)}个" if len(names) > SHOWN else "")


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
    """Every material and field without an official source; narrowed by item, department, kind, way and words."""
    wanted, views = _wanted(request), {item.code: item for item in items.list_items()}
    found = _gaps(wanted, views)
    page = page_of(found, page_number(request.GET.get("page")))
    departments = {item.department_code: item.department_name for item in views.values()}
    item = views.get(wanted["item"])
    context = {
        "rows": page.rows,
        "pager": pager_of(page, request),
        "total": len(found),
        "of": item.name if item else departments.get(wanted["department"], ""),
        "words": wanted["q"],
        "here": reverse("desk:gaps"),
        "hidden": {key: value for key, value in wanted.items() if value and key != "q"},
        "kinds": _options(wanted, "kind", {"": "材料和字段"} | KIND_LABELS),
        "ways": _options(wanted, "way", {"": "不限"} | WAYS),
        "departments": _options(wanted, "department", {"": "全部部门"} | dict(sorted(departments.items()))),
        "narrowed": any(wanted[name] for name in ("kind", "way", "q")),
        "export_url": f"{reverse('desk:gaps_export')}?{urlencode(wanted)}",
        "kind_labels": KIND_LABELS,
    }
    return render(request, "desk/gaps.html", context)


@guarded(Permission.CATALOG_READ)
def export_gaps(request: HttpRequest) -> HttpResponse:
    """The same gaps as a workbook."""
    book = Workbook(write_only=True)
    sheet = begin(book, "缺口清单", HEADS)
    for gap in _gaps(_wanted(request), {item.code: item for item in items.list_items()}):
        need, item = gap.need, gap.item
        cells = [need.name, KIND_LABELS[need.kind], item.name, item.department_name, gap.step]
        sheet.append([*cells, "、".join(gap.held), need.kept, need.people])
    return answer(book, "gaps")


def _wanted(request: HttpRequest) -> dict[str, str]:
    names = ("item", "department", "kind", "way", "q")
    return {name: request.GET.get(name, "").strip()[:32] for name in names}


def _gaps(wanted: Mapping[str, str], views: Mapping[str, ItemView]) -> list[Gap]:
    every = [
        Gap(need, views[need.item], queries.in_words(need), queries.elsewhere_in_words(need))
        for need in queries.gaps(wanted["item"])
    ]
    return [
        gap
        for gap in every
        if wanted["department"] in {"", gap.item.department_code}
        and wanted["kind"] in {"", gap.need.kind}
        and wanted["way"] in gap.ways
        and wanted["q"] in f"{gap.need.name} {gap.item.name}"
    ]


def _options(wanted: Mapping[str, str], name: str, labels: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """One filter's choices, each keeping the others."""
    others = {key: value for key, value in wanted.items() if value and key != name}
    return [
        (label, f"?{urlencode(others | ({name: key} if key else {}))}", wanted[name] == key)
        for key, label in labels.items()
    ]

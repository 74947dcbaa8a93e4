"""Cleaning up proofs: the register, what the detector found, and the decision about one proof."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST
from openpyxl import Workbook

from proofless.access.edge import actor, guarded
from proofless.desk.pages.outcome import told
from proofless.desk.pages.workbook import answer, begin
from proofless.items import queries as items
from proofless.items import services
from proofless.items.queries import cleanup as queries
from proofless.items.rules.cleanup import Defect, Route
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.web.pager import pager_of

STATES = {
    "asked": queries.STILL_ASKED,
    **{route.value: route.label for route in Route},
    "made": queries.MADE_HERE,
}
HEADS = ("证明", "事项", "部门", "必要性", "现在", "还可以", "依据", "查出的问题")
EXPORT_ROWS = 10_000
WHY = {
    Defect.CYCLE: "几项证明互为前置，谁也办不成第一件",
    Defect.NOBODY: "没有单位出具，或原单位已不再出具",
    Defect.SELF_ISSUED: "受理部门自己就能查到",
    Defect.SAME_FACT: "同一事实换个名称又要一次",
    Defect.NO_BASIS: "没有写明法律依据",
    Defect.LOCAL: "市级清单没有，下级自己加的",
}


@guarded(Permission.CATALOG_READ)
def register(request: HttpRequest) -> HttpResponse:
    """Every proof every item asks for, by department and state."""
    department, state, words = _given(request).values()
    found = queries.list_register(
        department_code=department, state=state, words=words, page=page_number(request.GET.get("page"))
    )
    counts = queries.count_states()
    context = {
        "rows": found.rows,
        "pager": pager_of(found, request),
        "total": found.total,
        "words": words,
        "hidden": {key: value for key, value in (("state", state), ("department", department)) if value},
        "here": reverse("desk:proofs"),
        "states": [("全部", _address(department, ""), not state, sum(counts.values()))]
        + [
            (label, _address(department, key), state == key, counts.get(key, 0))
            for key, label in STATES.items()
        ],
        "departments": _departments(state, department),
        "findings": len(queries.list_findings()),
        "export_url": f"{reverse('desk:proofs_export')}?{urlencode(_given(request))}",
    }
    return render(request, "desk/proofs.html", context)


def _given(request: HttpRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    return {
        "department": request.GET.get("department", "")[:16],
        "state": state if state in STATES else "",
        "q": request.GET.get("q", "").strip()[:64],
    }


@guarded(Permission.CATALOG_READ)
def export(request: HttpRequest) -> HttpResponse:
    """The same register as a workbook, with what was found wrong with each proof."""
    given = _given(request)
    found = queries.list_register(
        department_code=given["department"], state=given["state"], words=given["q"], size=EXPORT_ROWS
    )
    wrong: dict[str, list[str]] = {}
    for one in queries.list_findings():
        for ask in one.asks:
            wrong.setdefault(ask.code, []).append(f"{one.defect.label}：{one.text}")
    book = Workbook(write_only=True)
    sheet = begin(book, "证明清册", HEADS)
    for row in found.rows:
        cells = [row.ask.name, row.item_name, row.department_name, row.necessity, row.state]
        cells += [
            row.proposed.label if row.proposed else "",
            row.ask.basis,
            "；".join(wrong.get(row.ask.code, [])),
        ]
        sheet.append(cells)
    return answer(book, "proofs")


def _address(department: str, state: str) -> str:
    query = urlencode({key: value for key, value in (("department", department), ("state", state)) if value})
    return f"{reverse('desk:proofs')}?{query}" if query else reverse("desk:proofs")


def _departments(state: str, chosen: str) -> list[tuple[str, str, bool]]:
    names = {item.department_code: item.department_name for item in items.list_items()}
    return [("全部部门", _address("", state), not chosen)] + [
        (name, _address(code, state), code == chosen) for code, name in sorted(names.items())
    ]


@guarded(Permission.CATALOG_READ)
def findings(request: HttpRequest) -> HttpResponse:
    """What is wrong, by kind, those that spare most people first."""
    found = queries.list_findings()
    wrong = {one.defect for one in found}
    names = {item.code: item.name for item in items.list_items()}
    context = {
        "groups": [
            (kind, WHY[kind], [f for f in found if f.defect is kind]) for kind in Defect if kind in wrong
        ],
        "clean": [(kind, WHY[kind]) for kind in Defect if kind not in wrong],
        "names": names,
        "total": len(found),
        "people": sum(one.people for one in found),
        "checked": sum(queries.count_states().values()),
    }
    return render(request, "desk/findings.html", context)


@guarded(Permission.CATALOG_READ)
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """One proof: basis, how it is got now, what is wrong with it, and the decision."""
    row = next((one for one in queries.register() if one.ask.code == code), None)
    if row is None:
        raise NotFound()
    context = {
        "row": row,
        "findings": [one for one in queries.list_findings() if row.ask in one.asks],
        "routes": [(route.value, route.label) for route in Route],
        "may": _may(actor(request), row.ask.department),
    }
    return render(request, "desk/proof.html", context)


def _may(who: Actor, department: str) -> bool:
    return who.may(Permission.PROOFS_CLEAN) and (
        who.may(Permission.ITEMS_PUBLISH) or who.department_code == department
    )


@guarded(Permission.PROOFS_CLEAN)
@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponse:
    who, given = actor(request), request.POST

    def act() -> str:
        services.settle_proof(
            actor=who,
            material_code=code,
            route=given.get("route", ""),
            reason=given.get("reason", ""),
            law=given.get("law", ""),
        )
        return f"已决定：{Route(given['route']).label}，从现在起生效"

    return told(request, act, reverse("desk:proof", args=[code]), lambda: proof(request, code))

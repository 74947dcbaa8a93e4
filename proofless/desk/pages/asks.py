"""The gate as officials see it: a clerk overrides it on a law or checks an original, the supervisor settles."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications.errors import (
    DecisionTaken,
    DemandUnfounded,
    MaterialAlreadyHeld,
    ReportState,
    WrongState,
)
from proofless.applications.gate import queries
from proofless.applications.gate.services import NewDemand, override_gate, settle_report
from proofless.applications.models import AskReport
from proofless.applications.uploads.services import check_original
from proofless.desk.pages.cases import show_case
from proofless.desk.pages.outcome import answered
from proofless.items import queries as items
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.ledger.queries import count_details
from proofless.parties import queries as parties
from proofless.web.pager import pager_of

OPEN = (AskReport.State.OPEN,)
SETTLED = (AskReport.State.UPHELD, AskReport.State.DISMISSED, AskReport.State.WITHDRAWN)
TONES = {"open": "warn", "upheld": "ok", "dismissed": "quiet", "withdrawn": "quiet"}
TABS = {"": "待处理的举报", "settled": "处理过的举报", "demands": "依法另要的材料"}


@guarded(Permission.HANDLE)
@require_POST
def override(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """Ask for what is held, on a law; back on the case page with the complaint when there is none."""
    given = request.POST
    demand = NewDemand(
        code, given.get(f"override:{code}:law", "")[:300], given.get(f"override:{code}:reason", "")[:400]
    )
    try:
        override_gate(
            actor=actor(request),
            application_id=application_id,
            revision=_number(given.get("revision", "")),
            demand=demand,
        )
    except DemandUnfounded as refused:
        return show_case(request, application_id, errors=_under(refused, f"override:{code}"))
    except (MaterialAlreadyHeld, ReportState, WrongState, DecisionTaken) as refused:
        return show_case(request, application_id, problem=(refused.message, refused.next_step))
    messages.success(request, "已退回申请人并告知依据；监督部门同时看到这次要求", fail_silently=True)
    return redirect("desk:case", application_id=application_id)


@guarded(Permission.HANDLE)
@require_POST
def original(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """The original was held beside what was brought."""
    same = request.POST.get("verdict") == "same"
    try:
        check_original(
            actor=actor(request),
            application_id=application_id,
            material_code=code,
            same=same,
            note=request.POST.get(f"original:{code}:note", "")[:400],
        )
    except InputInvalid as refused:
        return show_case(request, application_id, errors=_under(refused, f"original:{code}"))
    except DecisionTaken as refused:
        return show_case(request, application_id, problem=("同事已经核对过这份原件", refused.next_step))
    messages.success(request, "已记录原件核对结果", fail_silently=True)
    return redirect("desk:case", application_id=application_id)


def _under(refused: Refusal, prefix: str) -> dict[str, str]:
    """Complaints under the names their controls have on the case page."""
    fields = refused.detail.get("fields", {})
    return (
        {f"{prefix}:{name}": str(text) for name, text in fields.items()} if isinstance(fields, dict) else {}
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@guarded(Permission.ASKS_SETTLE)
def asks(request: HttpRequest) -> HttpResponse:
    """Reports waiting, reports settled, and every override, by the supervisor's choice."""
    who, page = actor(request), page_number(request.GET.get("page"))
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else ""
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": [
            (label, f"{reverse('desk:asks')}?show={key}" if key else reverse("desk:asks"), key == tab)
            for key, label in TABS.items()
        ],
        "departments": departments,
        "tones": TONES,
        "blocked": _blocked(departments),
    }
    if tab == "demands":
        found = queries.list_demands(who, page=page)
        labels = parties.account_labels({one.asked_by for one in found.rows})
        context |= {"demands": found.rows, "labels": labels, "pager": pager_of(found, request)}
    else:
        reports = queries.list_reports(who, SETTLED if tab else OPEN, page=page)
        context |= {"reports": reports.rows, "pager": pager_of(reports, request)}
    return render(request, "desk/asks.html", context)


def _blocked(departments: dict[str, str]) -> list[tuple[str, int]]:
    """How often each department tried to ask and was stopped, from the ledger; the most first."""
    owners = {item.code: item.department_code for item in items.list_items()}
    counts: dict[str, int] = {}
    for (code,), number in count_details(Kind.ASK_REFUSED, "item").items():
        name = departments.get(owners.get(code, ""), code)
        counts[name] = counts.get(name, 0) + number
    return sorted(counts.items(), key=lambda one: -one[1])


@guarded(Permission.ASKS_SETTLE)
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    return _report(request, report_id)


def _report(request: HttpRequest, report_id: UUID, *, error: str = "", problem: str = "") -> HttpResponse:
    found = queries.open_report(actor(request), report_id)
    departments = {code: view.name for code, view in parties.list_departments().items()}
    context = {
        "report": found,
        "department": departments.get(found.head.department_code, ""),
        "tone": TONES[found.head.state],
        "error": error,
        "problem": problem,
        "finding": request.POST.get("finding", ""),
    }
    return render(request, "desk/ask_report.html", context, status=422 if error else 409 if problem else 200)


@guarded(Permission.ASKS_SETTLE)
@require_POST
def settle(request: HttpRequest, report_id: UUID) -> HttpResponse:
    given = request.POST

    def act() -> None:
        settle_report(
            actor=actor(request),
            report_id=report_id,
            upheld=given.get("verdict") == "upheld",
            finding=given.get("finding", "")[:600],
        )

    page = partial(_report, request, report_id)
    return answered(request, act, "已处理，结果已告知举报人", "desk:asks", page, "finding")

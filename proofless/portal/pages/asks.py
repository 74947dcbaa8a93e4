"""违规索证: one button for a resident who is asked for what she need not bring; the node attaches what it knows."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications import queries as applications
from proofless.applications.errors import ReportState
from proofless.applications.gate import queries
from proofless.applications.gate.evidence import Asked
from proofless.applications.gate.services import material_of, report_ask, withdraw_report
from proofless.applications.models import AskReport
from proofless.items import queries as items
from proofless.kit.errors import InputInvalid
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

PLACES = tuple((place.value, place.label) for place in AskReport.Place)
TONES = {"open": "info", "upheld": "ok", "dismissed": "quiet", "withdrawn": "quiet"}


@guarded(Permission.APPLY)
def report(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """About a material of one's own application."""
    head = applications.get_own(actor(request), application_id)
    asked = Asked(code, request.POST.get("place", "online"), application_id=head.id)
    return _report(request, head.item_code, asked)


@guarded(Permission.APPLY)
def report_of_item(request: HttpRequest, code: str) -> HttpResponse:
    """About an ask at a counter, before there is an application: first which paper."""
    item = items.get_item(code)
    chosen = request.POST.get("material") or request.GET.get("material", "")
    if not any(one.code == chosen for one in item.materials):
        status = 422 if request.method == "POST" else 200
        return render(request, "portal/report_which.html", {"item": item}, status=status)
    asked = Asked(chosen, request.POST.get("place", "window"), item_code=item.code)
    return _report(request, item.code, asked)


def _report(request: HttpRequest, item_code: str, asked: Asked) -> HttpResponse:
    material, errors, words = material_of(item_code, asked.material_code), {}, request.POST.get("words", "")
    if request.method == "POST":
        try:
            made = report_ask(actor=actor(request), asked=asked, words=words[:600])
        except InputInvalid as refused:
            found = refused.detail.get("fields", {})
            errors = dict(found) if isinstance(found, dict) else {}
        else:
            messages.success(
                request, "已举报，核对记录已自动附上。处理以前您不用交这份材料", fail_silently=True
            )
            return redirect("portal:ask_report", report_id=made)
    context = {
        "item": items.get_item(item_code),
        "material": material,
        "asked": asked,
        "words": words,
        "errors": errors,
        "places": PLACES,
    }
    return render(request, "portal/report_ask.html", context, status=422 if errors else 200)


@guarded(Permission.APPLY)
def one(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One's own report: what was attached, what came of it."""
    found = queries.open_own_report(actor(request), report_id)
    department = parties.list_departments().get(found.head.department_code)
    context = {
        "report": found,
        "department": department.name if department else "",
        "tone": TONES[found.head.state],
    }
    return render(request, "portal/ask_report.html", context)


@guarded(Permission.APPLY)
@require_POST
def withdraw(request: HttpRequest, report_id: UUID) -> HttpResponse:
    try:
        withdraw_report(actor=actor(request), report_id=report_id)
    except ReportState as refused:
        messages.warning(request, f"{refused.message}。{refused.next_step}", fail_silently=True)
    else:
        messages.success(request, "已撤回举报", fail_silently=True)
    return redirect("portal:ask_report", report_id=report_id)

"""更正请求 of the actor's department: what disagrees, what she says, what was found."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications.corrections import queries
from proofless.applications.corrections.services import answer_correction
from proofless.applications.models import Correction
from proofless.desk.pages.outcome import answered
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.standards import queries as standards
from proofless.web.pager import pager_of

OPEN = (Correction.State.OPEN,)
ANSWERED = (Correction.State.CORRECTED, Correction.State.KEPT)


def _label(reference: str) -> str:
    found = standards.fields_by_ref().get(reference)
    return found.name_cn if found else reference


@guarded(Permission.HANDLE)
def corrections(request: HttpRequest) -> HttpResponse:
    answered = request.GET.get("show") == "answered"
    found = queries.list_corrections(
        actor(request), ANSWERED if answered else OPEN, page=page_number(request.GET.get("page"))
    )
    context = {
        "rows": [(one, _label(one.reference)) for one in found.rows],
        "pager": pager_of(found, request),
        "tabs": [
            ("待核实", reverse("desk:corrections"), not answered),
            ("已答复", f"{reverse('desk:corrections')}?show=answered", answered),
        ],
    }
    return render(request, "desk/corrections.html", context)


@guarded(Permission.HANDLE)
def correction(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    return _page(request, correction_id)


def _page(request: HttpRequest, correction_id: UUID, *, error: str = "", problem: str = "") -> HttpResponse:
    found = queries.open_correction(actor(request), correction_id)
    context = {
        "one": found,
        "label": _label(found.reference),
        "error": error,
        "problem": problem,
        "answer": request.POST.get("answer", ""),
    }
    return render(request, "desk/correction.html", context, status=422 if error else 409 if problem else 200)


@guarded(Permission.HANDLE)
@require_POST
def answer(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    given = request.POST

    def act() -> None:
        answer_correction(
            actor=actor(request),
            correction_id=correction_id,
            corrected=given.get("verdict") == "corrected",
            answer=given.get("answer", "")[:600],
        )

    page = partial(_page, request, correction_id)
    return answered(request, act, "已答复，申请人会看到结果", "desk:corrections", page, "answer")

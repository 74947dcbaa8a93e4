"""What may happen between acceptance and decision: notices, procedures that stop the clocks, opinions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications.handling import queries
from proofless.applications.handling.limits import most_days
from proofless.applications.handling.rules import LAPSE_RULE, ProcedureKind
from proofless.applications.handling.services import opinions, procedures
from proofless.applications.models import Opinion
from proofless.applications.queries import CaseView
from proofless.applications.waterfall.outcome import Mode
from proofless.desk.pages.outcome import told
from proofless.desk.rules import material_look, material_sentence
from proofless.items.queries import ItemView
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.web.filters import moment
from proofless.web.pager import pager_of

ANSWERS = [
    (one.value, one.label)
    for one in (Opinion.State.AGREED, Opinion.State.CONDITIONS, Opinion.State.DISAGREED)
]
OPINION_TONES = {
    Opinion.State.ASKED: "info",
    Opinion.State.AGREED: "ok",
    Opinion.State.CONDITIONS: "warn",
    Opinion.State.DISAGREED: "bad",
    Opinion.State.LAPSED: "quiet",
    Opinion.State.WITHDRAWN: "quiet",
}


def handling_of(opened: CaseView, item: ItemView) -> dict[str, Any]:
    """What the case page shows of handling. The caller has opened the case."""
    head = opened.head
    departments = parties.list_departments()
    heard = queries.list_opinions(head.holder_id, head.id)
    return {
        "procedures": queries.list_procedures(head.holder_id, head.id),
        "opinions": heard,
        "opinions_state": queries.opinions_state(heard),
        "opinion_tones": OPINION_TONES,
        "lapse_rule": LAPSE_RULE,
        "supplements": queries.list_supplements(head.holder_id, head.id),
        "kinds": [(kind.value, f"{kind.label}（最长{most_days(kind)}个工作日）") for kind in ProcedureKind],
        "departments": [
            (one.code, one.name) for one in departments.values() if one.code != head.department_code
        ],
        "nameable": [(m.code, m.name) for m in opened.plan.required if m.mode is Mode.UPLOAD],
        "nameable_fields": [(f.name, f.label) for f in opened.plan.asked_fields if f.editable],
    }


def posted_days(request: HttpRequest) -> int:
    text = request.POST.get("limit_days", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _case_page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    from proofless.desk.pages.cases import case

    return case(request, application_id)


@guarded(Permission.HANDLE)
@require_POST
def procedure(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Begin what stops the clocks, or end it; which one the pressed button says."""
    text = request.POST.get("revision", "")
    revision = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    def act() -> str:
        case: dict[str, Any] = {
            "actor": actor(request),
            "application_id": application_id,
            "revision": revision,
        }
        if request.POST.get("verb") == "end":
            procedures.end_procedure(**case, outcome=request.POST.get("outcome", ""))
            return "已恢复计时"
        procedures.begin_procedure(
            **case,
            kind=request.POST.get("kind", ""),
            reason=request.POST.get("procedure_reason", ""),
            limit_days=posted_days(request),
        )
        return "已停止计时，原因和期限已告知申请人"

    back = reverse("desk:case", kwargs={"application_id": application_id})
    return told(request, act, back, lambda: _case_page(request, application_id))


@guarded(Permission.HANDLE)
@require_POST
def ask(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Ask another department for its opinion, or take the question back."""

    def act() -> str:
        withdrawn = request.POST.get("withdraw", "")
        if withdrawn:
            opinions.withdraw_opinion(actor=actor(request), opinion_id=_uuid(withdrawn))
            return "已撤回会签"
        opinions.ask_opinion(
            actor=actor(request),
            application_id=application_id,
            department_code=request.POST.get("department", "")[:16],
            question=request.POST.get("question", ""),
            limit_days=posted_days(request),
        )
        return "已请对方会签"

    back = reverse("desk:case", kwargs={"application_id": application_id})
    return told(request, act, back, lambda: _case_page(request, application_id))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(code=ErrorCode.INPUT_INVALID) from None


@guarded(Permission.HANDLE)
def asked(request: HttpRequest) -> HttpResponse:
    """What other departments ask of this one, nearest limit first."""
    answered = request.GET.get("state") == "answered"
    found = queries.list_asked(actor(request), answered=answered, page=page_number(request.GET.get("page")))
    here = reverse("desk:asked")
    context = {
        "rows": found.rows,
        "pager": pager_of(found, request),
        "tones": OPINION_TONES,
        "answered": answered,
        "filters": [
            ("等本部门答复", here, not answered),
            ("已答复", f"{here}?state=answered", answered),
        ],
    }
    return render(request, "desk/asked.html", context)


@guarded(Permission.HANDLE)
def opinion(request: HttpRequest, opinion_id: UUID) -> HttpResponse:
    """One question with the case it is about, and the answer."""
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            opinions.answer_opinion(
                actor=actor(request),
                opinion_id=opinion_id,
                answer=request.POST.get("answer", ""),
                text=request.POST.get("text", ""),
            )
        except Refusal as refused:
            if refused.code is ErrorCode.NOT_FOUND:
                raise
            problem = refused
        else:
            messages.success(request, "已答复，对方随即看到", fail_silently=True)
            return redirect("desk:asked")
    shown, case = queries.open_asked(actor(request), opinion_id)
    fields = problem.detail.get("fields") if problem else None
    context = {
        "opinion": shown,
        "case": case,
        "materials": [
            (
                m,
                material_sentence(m, awaiting=_awaiting(case, m.code)),
                material_look(m, awaiting=_awaiting(case, m.code), has_file=_has_file(case, m.code)),
            )
            for m in case.plan.required
        ],
        "who": parties.holder_names([case.head.holder_id])[case.head.holder_id],
        "answers": ANSWERS,
        "problem": problem,
        "errors": dict(fields) if isinstance(fields, dict) else {},
        "written": request.POST,
        "tones": OPINION_TONES,
        "events": [(moment(e.at), e.step, e.note) for e in reversed(case.events)],
    }
    return render(request, "desk/opinion.html", context, status=problem.status if problem else 200)


def _awaiting(case: CaseView, code: str) -> bool:
    held = case.materials.get(code)
    return held is not None and held.awaiting


def _has_file(case: CaseView, code: str) -> bool:
    held = case.materials.get(code)
    return held is not None and held.has_file


@guarded(Permission.SUPERVISE)
def supplements(request: HttpRequest) -> HttpResponse:
    """Notices that named what the first should have named, each with the reason the clerk gave."""
    found = queries.list_late_supplements(actor(request), page=page_number(request.GET.get("page")))
    return render(request, "desk/supplements.html", {"rows": found.rows, "pager": pager_of(found, request)})

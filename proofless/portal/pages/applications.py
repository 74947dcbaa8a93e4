from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications import queries as applications
from proofless.applications import services
from proofless.applications.corrections import queries as corrections
from proofless.applications.errors import UploadInvalid, UploadNotExpected
from proofless.applications.gate import queries as gate
from proofless.applications.handling import queries as handling
from proofless.applications.models import State
from proofless.applications.papers.queries import list_papers
from proofless.applications.queries import ApplicationView
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.services.promising import reference_of
from proofless.commitments import queries as commitments
from proofless.kit.actor import Actor
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.portal import queries
from proofless.portal.pages.acting import acting_in
from proofless.portal.rules import progress_of, state_look, state_short
from proofless.web.filters import moment
from proofless.web.middleware import accepts_files
from proofless.web.pager import pager_of

TO_FILL = {State.DRAFT, State.RETURNED}
CLOSED = (State.APPROVED, State.DENIED, State.REFUSED, State.WITHDRAWN)
# What she should know before she takes a case back, and once she has.
WITHDRAWN_NEXT = (
    "承办部门不再办理，也不再读取您的信息；您给的同意可以在“我同意过的”里撤回。",
    "交过的材料和填过的内容保留在这件事里，只作存档。",
    "以后还要办的，重新申请即可，不影响结果；有申请期限的，以重新申请的日期为准。",
)
GROUPS: dict[str, tuple[str, tuple[State, ...]]] = {
    "": ("全部", ()),
    "todo": ("等我处理", (State.DRAFT, State.RETURNED)),
    "open": ("正在办", (State.SUBMITTED, State.ACCEPTED)),
    "closed": ("已结束", CLOSED),
}


@guarded(Permission.APPLY)
def own(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in GROUPS else ""
    found = applications.list_own(
        actor(request), states=GROUPS[chosen][1], page=page_number(request.GET.get("page"))
    )
    names = parties.holder_names({i for row in found.rows for i in (row.holder_id, row.enterprise_id) if i})
    context = {
        "rows": found.rows,
        "names": names,
        "mine": actor(request).party_id,
        "pager": pager_of(found, request),
        "look": state_short,
        "to_fill": TO_FILL,
        "groups": [
            (label, f"{request.path}?state={key}", key == chosen) for key, (label, _) in GROUPS.items()
        ],
        "chosen": chosen,
    }
    return render(request, "portal/applications.html", context)


@guarded(Permission.APPLY)
def receipt(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What became of a submitted application; a draft is opened for filling instead."""
    who = acting_in(actor(request), application_id)
    head = applications.get_own(who, application_id)
    if head.state == State.DRAFT:
        return redirect("portal:fill", application_id=head.id)
    case = applications.open_own_case(who, head.id) if head.submitted_at else None
    names = parties.holder_names([i for i in (head.holder_id, head.enterprise_id) if i])
    context = {
        "head": head,
        "case": case,
        "who": "您" if head.holder_id == actor(request).party_id else names[head.holder_id],
        "enterprise": names.get(head.enterprise_id, "") if head.enterprise_id else "",
        "department": _department(head),
        "timeline": _timeline(who, head.id),
        "steps": progress_of(head.state),
        "look": state_look(head.state),
        "reason": head.reason,
        "fields": queries.read_fields(case) if case else (),
        "papers": list_papers(case) if case else (),
        "procedures": handling.list_procedures(head.holder_id, head.id),
        "follows": commitments.missing_of(reference_of(head.id)) if case else {},
        "opinions": [one for one in handling.list_opinions(head.holder_id, head.id) if one.open],
        "next_steps": WITHDRAWN_NEXT if head.state == State.WITHDRAWN else (),
        "open": head.state in applications.OPEN_STATES,
        "withdraw_next": WITHDRAWN_NEXT,
        "returned": head.state == State.RETURNED,
        "reports": gate.list_own_reports(actor(request), head.id),
        "corrections": corrections.list_own_corrections(actor(request), head.id),
        "askable": [m for m in case.plan.required if m.mode.resolved] if case else [],
    }
    return render(request, "portal/application.html", context)


@guarded(Permission.APPLY)
@require_POST
@accepts_files(UPLOAD_LIMIT + 65536)
def supply(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """She brings what was left for later."""
    who, given = acting_in(actor(request), application_id), request.FILES.get("file")
    data = given.read(UPLOAD_LIMIT + 1) if isinstance(given, UploadedFile) else b""
    try:
        services.supply_material(actor=who, application_id=application_id, material_code=code, data=data)
        messages.success(request, "已收到，补齐了", fail_silently=True)
    except (UploadInvalid, UploadNotExpected) as refused:
        messages.error(request, f"{refused.message}。{refused.next_step}", fail_silently=True)
    return redirect("portal:application", application_id=application_id)


def _timeline(who: Actor, application_id: UUID) -> list[tuple[str, str, str]]:
    events = reversed(applications.own_events(who, application_id))
    return [(moment(event.at), event.step, event.note) for event in events]


def _department(head: ApplicationView) -> str:
    found = parties.list_departments().get(head.department_code)
    return found.name if found else ""


@guarded(Permission.APPLY)
@require_POST
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    who = acting_in(actor(request), application_id)
    head = applications.get_own(who, application_id)
    services.withdraw(actor=who, application_id=application_id)
    messages.success(request, "已撤回，这件事不再办理。需要时可以重新申请", fail_silently=True)
    if head.submitted_at:
        return redirect("portal:application", application_id=application_id)
    return redirect("portal:applications")

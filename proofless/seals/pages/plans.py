"""Joint sealing: the party's queue, the leader's list, one plan."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.ofd.errors import NotOfd
from proofless.ofd.package import unpack
from proofless.parties import queries as parties
from proofless.seals import kinds, queries, services
from proofless.seals.forms import PlanForm, places
from proofless.seals.pages.acting import complain, perform
from proofless.seals.rules import PlanKind, PlanState, StepState, StepVerb
from proofless.seals.services import NewPlan, Party
from proofless.web.forms import form_of
from proofless.web.pager import pager_of

PLAN_TONES = {
    PlanState.OPEN: "info",
    PlanState.STOPPED: "warn",
    PlanState.CLOSED: "ok",
    PlanState.CANCELLED: "quiet",
}
STEP_TONES = {
    StepState.WAITING: "quiet",
    StepState.READY: "info",
    StepState.SEALING: "warn",
    StepState.SEALED: "ok",
    StepState.REFUSED: "bad",
    StepState.REPLACED: "quiet",
}


@guarded(Permission.SEAL_READ)
def plans(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    mine = request.GET.get("mine") == "1"
    found = queries.list_plans(who, mine=mine, page=page_number(request.GET.get("page")))
    here, keeps = reverse("seals:plans"), who.may(Permission.SEAL_KEEP)
    filters = [("全部", here, not mine)]
    if keeps:
        filters.append(("待我单位签章", f"{here}?mine=1", mine, queries.count_waiting(who)))  # type: ignore[arg-type]
    known = kinds.names()
    context = {
        "rows": [(one, PLAN_TONES[one.state], known.get(one.type_code, one.type_code)) for one in found.rows],
        "pager": pager_of(found, request),
        "filters": filters,
        "may_open": keeps,
    }
    return render(request, "seals/plans.html", context)


@guarded(Permission.SEAL_KEEP)
def open_plan(request: HttpRequest) -> HttpResponse:
    form = form_of(PlanForm, request)
    assert isinstance(form, PlanForm)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_plan(actor=actor(request), new=_wish(form))
            messages.success(request, "已发起联合签章", fail_silently=True)
            return redirect("seals:plan", plan_id=made)
        except InputInvalid as refusal:
            complain(lambda name, text: form.add_error(name if name in form.fields else None, text), refusal)
        except Refusal as refusal:
            form.add_error("body", refusal.message)
    return render(request, "seals/open_plan.html", {"form": form}, status=422 if form.errors else 200)


def _wish(form: PlanForm) -> NewPlan:
    """Seals side by side on the chosen page."""
    values, body = form.values(), form.cleaned_data["body"].read()
    codes = form.party_codes()
    try:
        pages = unpack(body).pages
    except NotOfd as error:
        raise InputInvalid(fields={"body": f"不是可以读取的 OFD 文件：{error}"}) from error
    if values["page"] > len(pages):
        raise InputInvalid(fields={"page": f"文件只有 {len(pages)} 页"})
    page = pages[values["page"] - 1]
    boxes = places(page.width, page.height, len(codes), values["bottom"])
    return NewPlan(
        title=values["title"],
        kind=PlanKind(values["kind"]),
        type_code=values["types"],
        body=body,
        parties=tuple(Party(code, values["page"], box) for code, box in zip(codes, boxes, strict=True)),
    )


@guarded(Permission.SEAL_READ)
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    who = actor(request)
    view = queries.access_plan(who, plan_id)
    keeps = who.may(Permission.SEAL_KEEP)
    leads = keeps and who.department_code == view.department_code
    going = view.state in {PlanState.OPEN, PlanState.STOPPED}
    due = view.due
    departments = sorted(parties.list_departments().values(), key=lambda one: one.code)
    context = {
        "plan": view,
        "tone": PLAN_TONES[view.state],
        "type_name": kinds.names().get(view.type_code, view.type_code),
        "steps": [(step, STEP_TONES[step.state]) for step in view.steps],
        "due": due,
        "mine": due is not None
        and keeps
        and view.state is PlanState.OPEN
        and due.department_code == who.department_code
        and due.state in {StepState.READY, StepState.SEALING},
        "leads": leads and going,
        "takes_part": who.department_code in {view.department_code, *(s.department_code for s in view.steps)},
        "departments": [(one.code, one.name) for one in departments],
    }
    return render(request, "seals/plan.html", context)


@guarded(Permission.SEAL_READ)
def file(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    response = HttpResponse(queries.read_plan_file(actor(request), plan_id), content_type="application/ofd")
    response["Content-Disposition"] = f'attachment; filename="{plan_id}.ofd"'
    return response


@guarded(Permission.SEAL_KEEP)
@require_POST
def step(request: HttpRequest, plan_id: UUID, step_id: UUID) -> HttpResponse:
    who, verb = actor(request), request.POST.get("verb", "")
    reason = request.POST.get("reason", "").strip()[:500]
    other = request.POST.get("department_code", "")[:16]
    acts = {
        StepVerb.SEAL: lambda: services.seal_step(actor=who, step_id=step_id),
        StepVerb.REFUSE: lambda: services.refuse_step(actor=who, step_id=step_id, reason=reason),
        StepVerb.REOPEN: lambda: services.reopen_step(actor=who, step_id=step_id),
        StepVerb.REPLACE: lambda: services.replace_party(actor=who, step_id=step_id, department_code=other),
    }
    if verb not in {*StepVerb} or StepVerb(verb) not in acts:
        raise InputInvalid(fields={"verb": "没有这个操作"})
    back = reverse("seals:plan", kwargs={"plan_id": plan_id})
    return perform(request, acts[StepVerb(verb)], f"已{StepVerb(verb).label}", back)


@guarded(Permission.SEAL_KEEP)
@require_POST
def cancel(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    back = reverse("seals:plan", kwargs={"plan_id": plan_id})
    return perform(
        request, lambda: services.cancel_plan(actor=actor(request), plan_id=plan_id), "已取消", back
    )

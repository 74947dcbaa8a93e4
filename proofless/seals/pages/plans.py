"""Joint sealing: the party's queue, the leader's list, one plan."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.paging import PAGE_SIZE, page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.seals import kinds, queries, services
from proofless.seals.forms import PlanForm, places
from proofless.seals.pages.acting import complain, perform
from proofless.seals.papers import suffix_of
from proofless.seals.queries import PlanView
from proofless.seals.rules import PlanKind, PlanState, StepState, StepVerb
from proofless.seals.services import NewPlan, Party
from proofless.web.filters import moment
from proofless.web.forms import form_of
from proofless.web.pager import pager_of
from proofless.web.viewing import show
from proofless.web.workbooks import workbook

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


HEADS = (
    "文件",
    "方式",
    "种类",
    "发起单位",
    "发起时间",
    "状态",
    "已签",
    "共",
    "轮到",
    "暂不能签章的原因",
    "完成时间",
)


def _asked(request: HttpRequest) -> tuple[bool, str, str]:
    """Whether mine, state, text; an unknown state counts as none."""
    state = request.GET.get("state", "")
    mine, text = request.GET.get("mine") == "1", request.GET.get("q", "").strip()[:64]
    return mine, state if state in {*PlanState} and not mine else "", text


def _address(name: str, mine: bool, state: str, text: str) -> str:
    pairs = (("q", text), ("mine", "1" if mine else ""), ("state", state))
    query = urlencode({key: value for key, value in pairs if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


@guarded(Permission.SEAL_READ)
def plans(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    mine, state, text = _asked(request)
    page = page_number(request.GET.get("page"))
    found = queries.list_plans(who, mine=mine, state=state, text=text, page=page)
    keeps, known, counts = who.may(Permission.SEAL_KEEP), kinds.names(), queries.count_plans(who)
    filters = [("全部", _address("seals:plans", False, "", text), not mine and not state, counts[""])]
    if keeps:
        waiting = queries.count_waiting(who)
        filters.append(("待我单位签章", _address("seals:plans", True, "", text), mine, waiting))
    filters += [
        (one.label, _address("seals:plans", False, one.value, text), one == state, counts[one.value])
        for one in PlanState
        if counts[one.value]
    ]
    context = {
        "rows": [(one, PLAN_TONES[one.state], known.get(one.type_code, one.type_code)) for one in found.rows],
        "pager": pager_of(found, request),
        "filters": filters,
        "text": text,
        "here": reverse("seals:plans"),
        "hidden": {key: value for key, value in (("mine", "1" if mine else ""), ("state", state)) if value},
        "export_url": _address("seals:export_plans", mine, state, text),
        "narrowed": bool(mine or state or text),
        "many": mine and keeps and found.total > 1,
        "may_open": keeps,
    }
    return render(request, "seals/plans.html", context)


@guarded(Permission.SEAL_READ)
def export(request: HttpRequest) -> HttpResponse:
    """What the list shows, all of it, as a workbook."""
    mine, state, text = _asked(request)
    known = kinds.names()
    found = queries.export_plans(actor(request), mine=mine, state=state, text=text)
    return workbook("联合签章", HEADS, (_cells(one, known) for one in found), "seal-plans")


def _cells(one: PlanView, known: dict[str, str]) -> tuple[object, ...]:
    due = one.due if one.state in {PlanState.OPEN, PlanState.STOPPED} else None
    return (
        one.title,
        one.kind.label,
        known.get(one.type_code, one.type_code),
        one.department_name,
        moment(one.opened_at),
        one.state.label,
        one.sealed,
        one.parties,
        due.department_name if due else "",
        due.hindrance or due.reason if due else "",
        moment(one.closed_at) if one.closed_at else "",
    )


@guarded(Permission.SEAL_KEEP)
@require_POST
def seal_many(request: HttpRequest) -> HttpResponse:
    """The chosen documents of the queue, one after another; what was sealed stays sealed when one is refused."""
    chosen = [found for text in request.POST.getlist("step")[:PAGE_SIZE] if (found := _id(text))]
    results = services.seal_steps(actor=actor(request), step_ids=chosen)
    done = [one for one in results if one.refusal is None]
    if not chosen:
        messages.error(request, "请先勾选要签章的文件", fail_silently=True)
    elif done:
        messages.success(request, f"已签章 {len(done)} 份", fail_silently=True)
    for told in dict.fromkeys(
        f"{one.refusal.message}。{one.refusal.next_step}" for one in results if one.refusal
    ):
        messages.error(request, f"有 {len(results) - len(done)} 份没有签章：{told}", fail_silently=True)
    return redirect(f"{reverse('seals:plans')}?mine=1")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


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
    sizes = services.page_sizes(body)
    if values["page"] > len(sizes):
        raise InputInvalid(fields={"page": f"文件只有 {len(sizes)} 页"})
    width, height = sizes[values["page"] - 1]
    boxes = places(width, height, len(codes), values["bottom"])
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
    takes_part = view.is_party(who.department_code)
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
        "takes_part": takes_part,
        **(_document(who, view) if takes_part else {}),
        "departments": [(one.code, one.name) for one in departments],
    }
    return render(request, "seals/plan.html", context)


def _document(who: Actor, view: PlanView) -> dict[str, object]:
    """The document as it stands, to be looked at before one seals it, and what is true of the seals on it."""
    data = queries.read_plan_file(who, view.id)
    found = queries.judge_plan_file(data)
    return {
        "shown": show(data, title=view.title, fields=[one.field for one in found.seals]),
        "seals": [
            {
                "name": one.name,
                "signer": one.signer,
                "signed_at": moment(one.signed_at),
                "algorithm": one.algorithm,
                "facts": one.facts,
            }
            for one in found.seals
        ],
    }


@guarded(Permission.SEAL_READ)
def file(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    data = queries.read_plan_file(actor(request), plan_id)
    suffix = suffix_of(data)
    response = HttpResponse(data, content_type=f"application/{suffix}")
    response["Content-Disposition"] = f'attachment; filename="{plan_id}.{suffix}"'
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
    queries.check_step(who, plan_id, step_id)
    back = reverse("seals:plan", kwargs={"plan_id": plan_id})
    return perform(request, acts[StepVerb(verb)], f"已{StepVerb(verb).label}", back)


@guarded(Permission.SEAL_KEEP)
@require_POST
def cancel(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    back = reverse("seals:plan", kwargs={"plan_id": plan_id})
    return perform(
        request, lambda: services.cancel_plan(actor=actor(request), plan_id=plan_id), "已取消", back
    )

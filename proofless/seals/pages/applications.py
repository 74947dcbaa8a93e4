"""Applications for seals: listed, made, approved by another."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit.errors import InputInvalid
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.seals import kinds, queries, services
from proofless.seals.forms import ApplicationForm
from proofless.seals.pages.acting import complain, perform
from proofless.seals.rules import ApplicationState, SealState, Verb
from proofless.web.filters import moment
from proofless.web.forms import form_of
from proofless.web.pager import pager_of
from proofless.web.workbooks import workbook

TONES = {
    ApplicationState.SUBMITTED: "info",
    ApplicationState.APPROVED: "warn",
    ApplicationState.REFUSED: "bad",
    ApplicationState.WITHDRAWN: "quiet",
    ApplicationState.MADE: "ok",
}
# Of 申请, 审批, 制作 and 启用 the one that comes next, from 0.
_STEPS = {ApplicationState.APPROVED: 2, ApplicationState.MADE: 3}
_AFTER_ALL = 4


HEADS = (
    "印章名称",
    "种类",
    "换发",
    "部门",
    "用途",
    "年限",
    "申请人",
    "申请时间",
    "状态",
    "审批人",
    "审批意见",
)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """State and text of the search; an unknown state counts as none."""
    state = request.GET.get("state", "")
    return state if state in {*ApplicationState} else "", request.GET.get("q", "").strip()[:64]


def _address(name: str, state: str, text: str) -> str:
    query = urlencode({key: value for key, value in (("q", text), ("state", state)) if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


@guarded(Permission.SEAL_READ)
def applications(request: HttpRequest) -> HttpResponse:
    state, text = _asked(request)
    who = actor(request)
    page = page_number(request.GET.get("page"))
    found = queries.list_applications(who, state=state, text=text, page=page)
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    states = [("", "全部"), *((one.value, one.label) for one in ApplicationState)]
    counts = queries.count_applications(who)
    context = {
        "rows": [(one, TONES[one.state], departments.get(one.department_code, "")) for one in found.rows],
        "pager": pager_of(found, request),
        "text": text,
        "here": reverse("seals:applications"),
        "hidden": {"state": state} if state else {},
        "states": [
            (label, _address("seals:applications", code, text), code == state, counts[code])
            for code, label in states
            if not code or counts[code]
        ],
        "export_url": _address("seals:export_applications", state, text),
        "narrowed": bool(state or text),
        "may_apply": who.may(Permission.SEAL_KEEP),
    }
    return render(request, "seals/applications.html", context)


@guarded(Permission.SEAL_READ)
def export(request: HttpRequest) -> HttpResponse:
    """What the list shows, all of it, as a workbook."""
    state, text = _asked(request)
    departments, known = parties.list_departments(), kinds.names()
    rows = (
        (
            one.name,
            one.form.label,
            "换发" if one.renews_id else "",
            departments[one.department_code].short_name,
            kinds.words(one.type_codes, known),
            one.years,
            one.applied_label,
            moment(one.applied_at),
            one.state.label,
            one.decided_label,
            one.opinion,
        )
        for one in queries.export_applications(actor(request), state=state, text=text)
    )
    return workbook("印章申请", HEADS, rows, "seal-applications")


@guarded(Permission.SEAL_KEEP)
def apply(request: HttpRequest) -> HttpResponse:
    """A new seal, or with ``?renews=`` the renewal of one, its facts filled in."""
    who, renewed = actor(request), None
    if request.GET.get("renews"):
        try:
            renewed = queries.access_seal(who, UUID(request.GET["renews"]))
        except ValueError as error:
            raise InputInvalid(fields={"renews": "印章编号不正确"}) from error
    start = {}
    if renewed is not None:
        known = kinds.names()
        start = {
            "name": renewed.name,
            "form": renewed.form.value,
            "owner_name": renewed.owner_name,
            "type_codes": "\n".join(known.get(code, code) for code in renewed.type_codes),
            "reason": "印章到期换发",
        }
    form = form_of(ApplicationForm, request, initial=start)
    assert isinstance(form, ApplicationForm)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.apply_for_seal(actor=who, new=form.wish(renewed.id if renewed else None))
            messages.success(request, "申请已提交，等待审批", fail_silently=True)
            return redirect("seals:application", application_id=made)
        except InputInvalid as refusal:
            complain(form.add_error, refusal)
    context = {"form": form, "renewed": renewed}
    return render(request, "seals/apply.html", context, status=422 if form.errors else 200)


@guarded(Permission.SEAL_READ)
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    who = actor(request)
    found = queries.access_application(who, application_id)
    departments = parties.list_departments()
    own = found.applied_by == who.account_id
    seal = queries.access_seal(who, found.seal_id) if found.seal_id else None
    in_use = seal is not None and seal.state is not SealState.MAKING
    context = {
        "application": found,
        "tone": TONES[found.state],
        "department": departments[found.department_code].name,
        "types": kinds.words(found.type_codes, kinds.names()),
        "renews": queries.find_code(found.renews_id),
        "step": _AFTER_ALL if in_use else _STEPS.get(found.state, 1),
        "may_decide": who.may(Permission.SEAL_APPROVE)
        and found.state is ApplicationState.SUBMITTED
        and not own,
        "own": own and who.may(Permission.SEAL_APPROVE) and found.state is ApplicationState.SUBMITTED,
        "may_withdraw": who.may(Permission.SEAL_KEEP) and found.state is ApplicationState.SUBMITTED,
        "may_make": who.may(Permission.SEAL_APPROVE) and found.state is ApplicationState.APPROVED,
    }
    return render(request, "seals/application.html", context)


@guarded(Permission.SEAL_READ)
@require_POST
def settle(request: HttpRequest, application_id: UUID) -> HttpResponse:
    who, verb = actor(request), request.POST.get("verb", "")
    opinion = request.POST.get("opinion", "").strip()[:500]
    acts = {
        Verb.APPROVE: lambda: services.approve_application(
            actor=who, application_id=application_id, opinion=opinion
        ),
        Verb.REFUSE: lambda: services.refuse_application(
            actor=who, application_id=application_id, opinion=opinion
        ),
        Verb.WITHDRAW: lambda: services.withdraw_application(actor=who, application_id=application_id),
        Verb.MAKE: lambda: services.make_applied_seal(actor=who, application_id=application_id),
    }
    if verb not in {*Verb} or Verb(verb) not in acts:
        raise InputInvalid(fields={"verb": "没有这个操作"})
    back = reverse("seals:application", kwargs={"application_id": application_id})
    return perform(request, acts[Verb(verb)], f"已{Verb(verb).label}", back)

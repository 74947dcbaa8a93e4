"""The register, one seal's page with keepers and log, and the workbook."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.seals import kinds, queries, services
from proofless.seals.forms import CustodyForm
from proofless.seals.pages.acting import complain, perform
from proofless.seals.queries import EXPIRING, SealView, Search, UseSearch
from proofless.seals.rules import SealForm, SealState, Verb, verbs_of
from proofless.seals.services.serving import DOCUMENT
from proofless.standards.limits import limit_of
from proofless.web.filters import day_short, moment
from proofless.web.forms import form_of
from proofless.web.pager import pager_of
from proofless.web.workbooks import workbook

HEADS = ("印章编码", "名称", "种类", "所有者", "管理部门", "状态", "用途", "启用日期", "到期日期")
TONES = {
    SealState.MAKING: "info",
    SealState.ACTIVE: "ok",
    SealState.SUSPENDED: "warn",
    SealState.EXPIRED: "bad",
    SealState.RENEWED: "quiet",
    SealState.REVOKED: "bad",
}
_ACTS: dict[Verb, Callable[..., None]] = {
    Verb.ACTIVATE: services.activate_seal,
    Verb.SUSPEND: services.suspend_seal,
    Verb.RESUME: services.resume_seal,
    Verb.REVOKE: services.revoke_seal,
}
_SHOWS: dict[str, tuple[str, bool | None]] = {
    "": ("全部", None),
    "used": ("用印", True),
    "acts": ("办理", False),
}
USE_HEADS = ("时间", "动作", "经办", "文件种类", "对象", "渠道")
_WITH_REASON = {Verb.SUSPEND, Verb.RESUME, Verb.REVOKE}


def _search(request: HttpRequest) -> Search:
    """Unknown states and forms count as none given."""
    given = request.GET
    state, form = given.get("state", ""), given.get("form", "")
    return Search(
        text=given.get("q", "").strip()[:64],
        state=state if state in {*SealState, EXPIRING} else "",
        form=form if form in {*SealForm} else "",
        department_code=given.get("department", "")[:16],
    )


def _address(name: str, search: Search, **changes: str) -> str:
    pairs = {
        "q": search.text,
        "state": search.state,
        "form": search.form,
        "department": search.department_code,
    }
    query = urlencode({key: value for key, value in (pairs | changes).items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


@guarded(Permission.SEAL_READ)
def register(request: HttpRequest) -> HttpResponse:
    who, search = actor(request), _search(request)
    found = queries.search_seals(who, search, page=page_number(request.GET.get("page")))
    counts = queries.counts_by_state(who)
    soon = (EXPIRING, f"{limit_of(Limit.SEAL_FIRST_DAYS)}天内到期")
    states = [("", "全部"), *((one.value, one.label) for one in SealState), soon]
    forms = [("", "所有种类"), *((one.value, one.label) for one in SealForm)]
    context = {
        "rows": [(view, TONES[view.state]) for view in found.rows],
        "departments": _departments(),
        "pager": pager_of(found, request),
        "search": search,
        "here": reverse("seals:register"),
        "hidden": {key: value for key, value in (("state", search.state), ("form", search.form)) if value},
        "states": [
            (label, _address("seals:register", search, state=code), code == search.state, counts[code])
            for code, label in states
            if not code or counts[code]
        ],
        "forms": [
            (label, _address("seals:register", search, form=code), code == search.form)
            for code, label in forms
        ],
        "export_url": _address("seals:export", search),
        "may_apply": who.may(Permission.SEAL_KEEP),
    }
    return render(request, "seals/register.html", context)


@guarded(Permission.SEAL_READ)
def export(request: HttpRequest) -> HttpResponse:
    """What the list shows, all of it, as a workbook."""
    departments, known = _departments(), kinds.names()
    found = queries.export_seals(actor(request), _search(request))
    return workbook("印章登记", HEADS, (_cells(view, departments, known) for view in found), "seals")


def _cells(view: SealView, departments: dict[str, str], known: dict[str, str]) -> list[str]:
    return [
        view.code,
        view.name,
        view.form.label,
        view.owner_name,
        departments.get(view.department_code, view.department_code),
        view.state.label,
        kinds.words(view.type_codes, known),
        day_short(view.valid_from),
        day_short(view.valid_to),
    ]


@guarded(Permission.SEAL_READ)
def coded(request: HttpRequest, code: str) -> HttpResponse:
    """To the page of a seal known by its code, as the ledger and its notices know it."""
    return redirect("seals:seal", seal_id=queries.access_seal_coded(actor(request), code).id)


@guarded(Permission.SEAL_READ)
def seal(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """A seal with its keepers and its log; posted to, it gives somebody custody."""
    who = actor(request)
    view = queries.access_seal(who, seal_id)
    officials = [(str(one.id), one.label) for one in queries.possible_keepers(view.department_code)]
    form = form_of(CustodyForm, request, officials=officials)
    assert isinstance(form, CustodyForm)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_custody(actor=who, seal_id=seal_id, custody=form.custody())
            return redirect("seals:seal", seal_id=seal_id)
        except InputInvalid as refusal:
            complain(form.add_error, refusal)
    return render(
        request, "seals/seal.html", _context(request, who, view, form), status=422 if form.errors else 200
    )


def _context(request: HttpRequest, who: Actor, view: SealView, form: CustodyForm) -> dict[str, object]:
    search = _use_search(request)
    uses = queries.list_uses(who, view, search, page=page_number(request.GET.get("page")))
    known = kinds.names()
    here, shown = reverse("seals:seal", kwargs={"seal_id": view.id}), request.GET.get("show", "")
    days = {name: request.GET.get(name, "") for name in ("since", "until")}
    verbs = [verb for verb in verbs_of(view.state) if verb in _ACTS]
    answers = who.may(Permission.SEAL_APPROVE) or who.may(Permission.SEAL_KEEP)
    return {
        "seal": view,
        "tone": TONES[view.state],
        "standing": _standing(view),
        "department": _departments().get(view.department_code, view.department_code),
        "types": kinds.words(view.type_codes, known),
        "keepers": [
            (one, kinds.words(one.custody.type_codes, known)) for one in queries.list_custody(view.id)
        ],
        "uses": [(one, _what(one.line.kind, one.line.detail, known)) for one in uses.rows],
        "pager": pager_of(uses, request),
        "shows": [
            (label, _with(here, {**days, "show": code}), code == (shown if shown in _SHOWS else ""))
            for code, (label, _) in _SHOWS.items()
        ],
        "days": days,
        "show": shown if shown in _SHOWS else "",
        "uses_url": _with(reverse("seals:uses", kwargs={"seal_id": view.id}), {**days, "show": shown}),
        "narrowed": search != UseSearch(),
        "verbs": [verb for verb in verbs if answers],
        "own_making": view.made_by == who.account_id,
        "may_keep": answers and view.state in {SealState.ACTIVE, SealState.SUSPENDED, SealState.MAKING},
        "may_renew": who.may(Permission.SEAL_KEEP)
        and view.state in {SealState.ACTIVE, SealState.SUSPENDED, SealState.EXPIRED},
        "form": form,
    }


def _standing(view: SealView) -> tuple[str, str, str] | None:
    """What stands in the way of using a seal, or soon will: headline, what to do, tone. None when nothing does."""
    left = (view.valid_to - clock.now()).days
    match view.state:
        case SealState.EXPIRED:
            return "印章已过期，不能再盖章", "已盖的文件不受影响；还要使用的，请申请换发", "warn"
        case SealState.SUSPENDED:
            return "印章已停用，不能盖章", f"原因：{view.state_reason}" if view.state_reason else "", "warn"
        case SealState.REVOKED:
            return "印章已撤销，不能恢复", f"原因：{view.state_reason}" if view.state_reason else "", "bad"
        case SealState.ACTIVE if left < limit_of(Limit.SEAL_FIRST_DAYS):
            return f"还有 {left} 天到期", "请及时申请换发；到期后不能再盖章", "warn"
    return None


def _use_search(request: HttpRequest) -> UseSearch:
    """What is no day or no choice counts as none given."""
    _, used = _SHOWS.get(request.GET.get("show", ""), _SHOWS[""])
    return UseSearch(used, *(_day(request.GET.get(name, "")) for name in ("since", "until")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _with(address: str, values: dict[str, str]) -> str:
    query = urlencode({key: value for key, value in values.items() if value})
    return f"{address}?{query}" if query else address


@guarded(Permission.SEAL_READ)
def uses(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """The log of a seal as a workbook, narrowed as the page shows it."""
    who, known = actor(request), kinds.names()
    view = queries.access_seal(who, seal_id)
    rows = (
        (
            moment(one.line.at),
            one.line.kind.label,
            one.label,
            _what(one.line.kind, one.line.detail, known),
            one.line.object_id,
            one.line.channel,
        )
        for one in queries.export_uses(who, view, _use_search(request))
    )
    return workbook("办理与用印记录", USE_HEADS, rows, f"seal-{view.code}")


def _what(kind: Kind, detail: dict[str, object], known: dict[str, str]) -> str:
    """A line of the log in words."""
    type_code = str(detail.get("type", ""))
    if kind is not Kind.SEAL_USED:
        return ""
    return "单位文件" if type_code == DOCUMENT else known.get(type_code, type_code)


@guarded(Permission.SEAL_READ)
@require_POST
def act(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    verb = request.POST.get("verb", "")
    if verb not in {*Verb} or Verb(verb) not in _ACTS:
        raise InputInvalid(fields={"verb": "没有这个操作"})
    known = Verb(verb)
    options = {"reason": request.POST.get("reason", "").strip()[:500]} if known in _WITH_REASON else {}
    back = reverse("seals:seal", kwargs={"seal_id": seal_id})

    def run() -> None:
        _ACTS[known](actor=actor(request), seal_id=seal_id, **options)

    return perform(request, run, f"已{known.label}", back)


@guarded(Permission.SEAL_READ)
@require_POST
def end_custody(request: HttpRequest, seal_id: UUID, custody_id: UUID) -> HttpResponse:
    back = reverse("seals:seal", kwargs={"seal_id": seal_id})
    return perform(
        request,
        lambda: services.end_custody(actor=actor(request), custody_id=custody_id),
        "已解除保管",
        back,
    )


@guarded(Permission.SEAL_READ)
def picture(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """The picture inside the seal, when it is one a browser shows."""
    found = queries.picture_of(queries.access_seal(actor(request), seal_id))
    types = {"png": "image/png", "svg": "image/svg+xml", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
    if found.kind.lower() not in types:
        return HttpResponse(status=404)
    return HttpResponse(found.data, content_type=types[found.kind.lower()])


def _departments() -> dict[str, str]:
    return {code: view.short_name for code, view in parties.list_departments().items()}

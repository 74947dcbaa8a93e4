"""The page on which one application is completed: questions, materials, fields, consent, submission."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.access.errors import ConsentRequired
from proofless.applications import queries as applications
from proofless.applications import services
from proofless.applications.errors import (
    ApplicantGone,
    ApplicationIncomplete,
    DecisionTaken,
    FieldNotEditable,
    NotEligible,
    UploadInvalid,
    UploadNotExpected,
    UploadUnsafe,
    WrongState,
)
from proofless.applications.models import State
from proofless.applications.queries import ApplicationView
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.permissions import Permission
from proofless.portal import queries
from proofless.portal.forms import Filling, read_filling
from proofless.portal.pages.acting import acting_in
from proofless.portal.queries import Written
from proofless.web.filters import moment
from proofless.web.middleware import accepts_files

FILES_LIMIT_BYTES = 64 * 1024 * 1024
TO_FILL = {State.DRAFT, State.RETURNED}
TICKS = "fill_ticks"
CHANNEL_WORDS = {"window": "窗口", "kiosk": "自助终端上", "assisted": "帮办代办人员处", "api": "另一个系统"}
MISSING = {
    "field": "这一项必须填写",
    "material": "这份材料还没有提交或签署",
    "person": "请先选定是哪一位",
}
CONSENT_MISSING = "有几项您还没有选。请逐项阅读：同意的打勾；不同意的点“不同意”，改由您自己提交相应材料。"
PEOPLE_MISSING = {"person:partner": "要等对方登录同意以后才能提交"}


@dataclass(frozen=True, slots=True)
class Way:
    """By whom a case is filled, and where the page's forms and links lead: her phone, an agent's, or the window."""

    who: Actor
    fill: str
    plan: str
    keep: str
    done: str
    template: str = "portal/fill.html"
    present: str = ""  # the name of whoever stands before the official


def own_way(request: HttpRequest, application_id: UUID) -> Way:
    """The ordinary pages; for an agent in the principal's name."""
    who = acting_in(actor(request), application_id)
    fill, plan, keep, done = (
        reverse(f"portal:{name}", kwargs={"application_id": application_id})
        for name in ("fill", "plan", "keep", "application")
    )
    return Way(who, fill, plan, keep, done)


@guarded(Permission.APPLY)
@accepts_files(FILES_LIMIT_BYTES)
def fill(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """GET shows the form, POST keeps it, changes the plan or hands it in."""
    return fill_by(request, own_way(request, application_id), application_id)


def fill_by(request: HttpRequest, way: Way, application_id: UUID) -> HttpResponse:
    """The page and what its form sends, whichever way one came to it."""
    head = applications.get_own(way.who, application_id)
    if head.state not in TO_FILL:
        return redirect(way.done)
    if request.method != "POST":
        return _page(request, way, head, _with_ticks(request, head, queries.saved(way.who, head.id)))
    filling = read_filling(request)
    try:
        if _settle(way, head, filling):
            return _save(request, way, head, filling, forced=True)
        if request.POST.get("act") == "invite":
            return _invite(request, way, head, filling)
        _attach(request, way, head, filling)
        act = _submit if request.POST.get("act") == "submit" else _save
        return act(request, way, head, filling)
    except (WrongState, DecisionTaken) as refused:
        return _overtaken(request, way, head, filling, refused)
    except _SHOWN_IN_PLACE as refused:
        return _page(request, way, head, explain(filling, refused), status=refused.status)


_SHOWN_IN_PLACE = (
    NotEligible,
    ConsentRequired,
    ApplicationIncomplete,
    FieldNotEditable,
    InputInvalid,
    UploadInvalid,
    UploadNotExpected,
    UploadUnsafe,
    ApplicantGone,
)


def _settle(way: Way, head: ApplicationView, filling: Filling) -> bool:
    """What changes the plan itself: whom a role means, a transfer declined or allowed. False: nothing did."""
    case: dict[str, Any] = {"actor": way.who, "application_id": head.id}
    changed = [
        (role, holder) for role, holder in filling.people.items() if f"{role}={holder}" not in head.chosen
    ]
    for role, holder in changed:
        services.choose_person(**case, role=role, holder_id=holder)
    if filling.decline:
        services.decline_transfer(**case, line=filling.decline)
    if filling.allow:
        services.allow_transfer(**case, line=filling.allow)
    return bool(changed or filling.decline or filling.allow)


def _invite(request: HttpRequest, way: Way, head: ApplicationView, filling: Filling) -> HttpResponse:
    services.invite_partner(
        actor=way.who,
        application_id=head.id,
        name=request.POST.get("partner_name", "")[:200],
        number=request.POST.get("partner_number", "")[:18],
    )
    return _save(request, way, head, filling, forced=True)


def _attach(request: HttpRequest, way: Way, head: ApplicationView, filling: Filling) -> None:
    """Keep each chosen file for its material."""
    names = [name for name in request.FILES if name.startswith("file:")]
    chosen = {name.removeprefix("file:"): request.FILES.getlist(name)[-1] for name in names}
    for code, file in chosen.items():
        services.attach_upload(
            actor=way.who,
            application_id=head.id,
            material_code=code,
            data=file.read(UPLOAD_LIMIT + 1),
            answers=filling.answers,
        )


def _submit(request: HttpRequest, way: Way, head: ApplicationView, filling: Filling) -> HttpResponse:
    submission = services.Submission(
        # Its own automatic save may have come between the page and this button.
        revision=head.revision if head.draft_pen == pen_of(request) else filling.revision,
        answers=filling.answers,
        values=filling.values,
        agreed=filling.agreed,
        signed=filling.signed,
        later=filling.later,
        confirmed=filling.confirmed,
        disputed=filling.disputed,
    )
    services.submit(actor=way.who, application_id=head.id, submission=submission)
    messages.success(request, "提交成功", fail_silently=True)
    return redirect(way.done)


def pen_of(request: HttpRequest) -> str:
    """What tells this page's writing from another device's or tab's: a random mark, good for nothing else."""
    return request.POST.get("pen", "")[:16] or secrets.token_hex(8)


def _keep(request: HttpRequest, way: Way, head: ApplicationView, filling: Filling, *, forced: bool) -> int:
    """Keep what is written. Raises DecisionTaken when another device wrote since, unless ``forced``."""
    return services.save_draft(
        actor=way.who,
        application_id=head.id,
        answers=filling.answers,
        values=filling.values,
        revision=None if forced or not filling.revision else filling.revision,
        pen=pen_of(request),
    )


def _save(
    request: HttpRequest, way: Way, head: ApplicationView, filling: Filling, *, forced: bool = False
) -> HttpResponse:
    mine = request.POST.get("act") == "mine"
    _keep(request, way, head, filling, forced=forced or mine)
    ticks = (filling.agreed, filling.signed, filling.later)
    request.session[TICKS] = [str(head.id), *(sorted(one) for one in ticks)]
    if mine or request.POST.get("act") == "save":
        messages.success(request, "已保存，换一部手机登录也能接着填", fail_silently=True)
    return redirect(way.fill)


def _with_ticks(request: HttpRequest, head: ApplicationView, written: Written) -> Written:
    """Ticks are no part of a draft, as they agree to nothing before submission; a reload alone must not lose them."""
    case, agreed, signed, later = [*request.session.pop(TICKS, ("", (), ())), ()][:4]
    if case != str(head.id):
        return written
    return replace(written, agreed=frozenset(agreed), signed=frozenset(signed), later=frozenset(later))


def _overtaken(
    request: HttpRequest, way: Way, head: ApplicationView, filling: Filling, refused: Refusal
) -> HttpResponse:
    """A second click, or another device: a submitted case shows its receipt, an open one both writings."""
    now = applications.get_own(way.who, head.id)
    if now.state not in TO_FILL:
        messages.info(request, "这件事已经提交过了，不用重复提交", fail_silently=True)
        return redirect(way.done)
    written = replace(explain(filling, refused), **both_writings(way.who, now, filling))
    return _page(request, way, now, written, status=refused.status)


def both_writings(who: Actor, now: ApplicationView, filling: Filling) -> dict[str, Any]:
    """What was written elsewhere beside what is written here, field by field, and when and how that was."""
    return beside(queries.saved(who, now.id).values, now.draft_at, now.draft_channel, filling)


def beside(there: Mapping[str, str], at: datetime | None, channel: str, filling: Filling) -> dict[str, Any]:
    """The complaints of a page whose draft another device wrote since: what it wrote, when and how."""
    differing = {
        name: f"别处填的是“{there[name]}”，请留下对的一个"
        for name, mine in filling.values.items()
        if there.get(name) not in (None, "", mine)
    }
    when = f"{moment(at)}在{CHANNEL_WORDS.get(channel, '另一台设备')}上" if at else "刚刚在别处"
    problem = f"这件事{when}改动过。下面是您现在填写的内容，请核对后再保存或提交，以最后一次为准。"
    return {"problem": problem, "field_errors": differing}


def explain(filling: Filling, refused: Refusal) -> Written:
    """What was posted, with each complaint beside the thing it is about."""
    found = refused.detail
    people = [f"person:{role}" for role in _names(found.get("people"))]
    fields = found.get("fields", {}) if not isinstance(refused, (WrongState, DecisionTaken)) else {}
    materials = dict.fromkeys(_names(found.get("materials")), MISSING["material"])
    if isinstance(refused, (UploadInvalid, UploadNotExpected, UploadUnsafe)):
        materials = {str(found["material"]): f"{refused.message}。{refused.next_step}"}
    if isinstance(refused, FieldNotEditable):
        fields = {str(found["field"]): f"{refused.message}。{refused.next_step}"}
    missing = dict.fromkeys(_names(fields), MISSING["field"])
    complaints = dict(fields) if isinstance(fields, Mapping) else missing
    return Written(
        problem=f"{refused.message}。{refused.next_step}" if isinstance(refused, ApplicantGone) else "",
        answers=filling.answers,
        values=filling.values,
        agreed=filling.agreed,
        signed=filling.signed,
        later=filling.later,
        confirmed=filling.confirmed,
        disputed=filling.disputed,
        field_errors=complaints,
        material_errors=materials,
        consent_error=CONSENT_MISSING if isinstance(refused, ConsentRequired) else "",
        people_errors=dict.fromkeys(
            people, PEOPLE_MISSING.get(people[0], MISSING["person"]) if people else ""
        ),
    )


def _names(found: object) -> list[str]:
    return [str(name) for name in found] if isinstance(found, (list, tuple)) else []


def _page(
    request: HttpRequest, way: Way, head: ApplicationView, written: Written, *, status: int = 200
) -> HttpResponse:
    sheet = queries.get_sheet(way.who, head, written)
    context = {"sheet": sheet, "way": way, "saved_at": head.draft_at, "pen": pen_of(request)}
    context |= way_extras(way, head)
    return render(request, way.template, context, status=status)


def way_extras(way: Way, head: ApplicationView) -> dict[str, Any]:
    """What only the window's page needs."""
    if way.who.present is None:
        return {}
    return {"confirmed": applications.confirmed_in_person(way.who, head.id)}


@guarded(Permission.APPLY)
@require_POST
def plan_again(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return plan_by(request, own_way(request, application_id), application_id)


def plan_by(request: HttpRequest, way: Way, application_id: UUID) -> HttpResponse:
    """An answer changed: keep it and show what now is needed. Without scripts, saving does the same."""
    head = applications.get_own(way.who, application_id)
    filling = read_filling(request)
    changed = _settle(way, head, filling)
    written = Written(filling.answers, filling.values, filling.agreed, filling.signed, later=filling.later)
    try:
        _keep(request, way, head, filling, forced=changed)
    except DecisionTaken:
        now = applications.get_own(way.who, application_id)
        written = replace(written, **both_writings(way.who, now, filling))
    head = applications.get_own(way.who, application_id)
    sheet = queries.get_sheet(way.who, head, written)
    context = {"sheet": sheet, "way": way, "saved_at": head.draft_at, "pen": pen_of(request)}
    context |= way_extras(way, head)
    return render(request, "portal/parts/plan.html", context)


@guarded(Permission.APPLY)
@require_POST
def keep(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return keep_by(request, own_way(request, application_id), application_id)


def keep_by(request: HttpRequest, way: Way, application_id: UUID) -> HttpResponse:
    """自动保存: one field was left; keep the whole form and say when, or show that another device wrote since."""
    head = applications.get_own(way.who, application_id)
    filling = read_filling(request)
    overtaken: dict[str, Any] = {}
    try:
        _keep(request, way, head, filling, forced=False)
    except DecisionTaken:
        overtaken = both_writings(way.who, head, filling)
    head = applications.get_own(way.who, application_id)
    context = {"way": way, "head": head, "saved_at": head.draft_at, "overtaken": overtaken}
    return render(request, "portal/parts/kept.html", context)

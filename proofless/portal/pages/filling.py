"""The page on which one application is completed: questions, materials, fields, consent, submission."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.access.errors import ConsentRequired
from proofless.applications import queries as applications
from proofless.applications import services
from proofless.applications.errors import (
    ApplicationIncomplete,
    DecisionTaken,
    FieldNotEditable,
    NotEligible,
    UploadInvalid,
    UploadNotExpected,
    WrongState,
)
from proofless.applications.models import State
from proofless.applications.queries import ApplicationView
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.permissions import Permission
from proofless.portal import queries
from proofless.portal.forms import Filling, read_filling
from proofless.portal.queries import Written
from proofless.web.middleware import accepts_files

FILES_LIMIT_BYTES = 64 * 1024 * 1024
TO_FILL = {State.DRAFT, State.RETURNED}
TICKS = "fill_ticks"
MISSING = {
    "field": "这一项必须填写",
    "material": "这份材料还没有提交或签署",
    "person": "请先选定是哪一位",
}
CONSENT_MISSING = "有几项您还没有选。请逐项阅读：同意的打勾；不同意的点“不同意”，改由您自己提交相应材料。"
PEOPLE_MISSING = {"person:partner": "要等对方登录同意以后才能提交"}


@guarded(Permission.APPLY)
@accepts_files(FILES_LIMIT_BYTES)
def fill(request: HttpRequest, application_id: UUID) -> HttpResponse:
    head = applications.get_own(actor(request), application_id)
    if head.state not in TO_FILL:
        return redirect("portal:application", application_id=head.id)
    if request.method != "POST":
        return _page(request, head, _with_ticks(request, head, queries.saved(actor(request), head.id)))
    filling = read_filling(request)
    try:
        if _settle(request, head, filling):
            return _save(request, head, filling)
        if request.POST.get("act") == "invite":
            return _invite(request, head, filling)
        _attach(request, head, filling)
        act = _submit if request.POST.get("act") == "submit" else _save
        return act(request, head, filling)
    except (WrongState, DecisionTaken) as refused:
        return _overtaken(request, head, filling, refused)
    except _SHOWN_IN_PLACE as refused:
        return _page(request, head, explain(filling, refused), status=refused.status)


_SHOWN_IN_PLACE = (
    NotEligible,
    ConsentRequired,
    ApplicationIncomplete,
    FieldNotEditable,
    InputInvalid,
    UploadInvalid,
    UploadNotExpected,
)


def _settle(request: HttpRequest, head: ApplicationView, filling: Filling) -> bool:
    """What changes the plan itself: whom a role means, a transfer declined or allowed. False: nothing did."""
    case: dict[str, Any] = {"actor": actor(request), "application_id": head.id}
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


def _invite(request: HttpRequest, head: ApplicationView, filling: Filling) -> HttpResponse:
    services.invite_partner(
        actor=actor(request),
        application_id=head.id,
        name=request.POST.get("partner_name", "")[:200],
        number=request.POST.get("partner_number", "")[:18],
    )
    return _save(request, head, filling)


def _attach(request: HttpRequest, head: ApplicationView, filling: Filling) -> None:
    """Keep each chosen file for its material."""
    names = [name for name in request.FILES if name.startswith("file:")]
    chosen = {name.removeprefix("file:"): request.FILES.getlist(name)[-1] for name in names}
    for code, file in chosen.items():
        services.attach_upload(
            actor=actor(request),
            application_id=head.id,
            material_code=code,
            data=file.read(UPLOAD_LIMIT + 1),
            answers=filling.answers,
        )


def _submit(request: HttpRequest, head: ApplicationView, filling: Filling) -> HttpResponse:
    submission = services.Submission(
        revision=filling.revision,
        answers=filling.answers,
        values=filling.values,
        agreed=filling.agreed,
        signed=filling.signed,
    )
    services.submit(actor=actor(request), application_id=head.id, submission=submission)
    messages.success(request, "提交成功", fail_silently=True)
    return redirect("portal:application", application_id=head.id)


def _save(request: HttpRequest, head: ApplicationView, filling: Filling) -> HttpResponse:
    services.save_draft(
        actor=actor(request), application_id=head.id, answers=filling.answers, values=filling.values
    )
    request.session[TICKS] = [str(head.id), sorted(filling.agreed), sorted(filling.signed)]
    if request.POST.get("act") == "save":
        messages.success(request, "已保存，换一部手机登录也能接着填", fail_silently=True)
    return redirect("portal:fill", application_id=head.id)


def _with_ticks(request: HttpRequest, head: ApplicationView, written: Written) -> Written:
    """Ticks are no part of a draft, as they agree to nothing before submission; a reload alone must not lose them."""
    case, agreed, signed = request.session.pop(TICKS, ("", (), ()))
    if case != str(head.id):
        return written
    return replace(written, agreed=frozenset(agreed), signed=frozenset(signed))


def _overtaken(
    request: HttpRequest, head: ApplicationView, filling: Filling, refused: Refusal
) -> HttpResponse:
    """A second click, or another device: a submitted case shows its receipt, an open one itself anew."""
    now = applications.get_own(actor(request), head.id)
    if now.state not in TO_FILL:
        messages.info(request, "这件事已经提交过了，不用重复提交", fail_silently=True)
        return redirect("portal:application", application_id=head.id)
    problem = "这件事刚刚在别处改动过。下面是您现在填写的内容，请核对后再提交。"
    return _page(request, now, replace(explain(filling, refused), problem=problem), status=refused.status)


def explain(filling: Filling, refused: Refusal) -> Written:
    """What was posted, with each complaint beside the thing it is about."""
    found = refused.detail
    people = [f"person:{role}" for role in _names(found.get("people"))]
    fields = found.get("fields", {}) if not isinstance(refused, (WrongState, DecisionTaken)) else {}
    materials = dict.fromkeys(_names(found.get("materials")), MISSING["material"])
    if isinstance(refused, (UploadInvalid, UploadNotExpected)):
        materials = {str(found["material"]): f"{refused.message}。{refused.next_step}"}
    if isinstance(refused, FieldNotEditable):
        fields = {str(found["field"]): f"{refused.message}。{refused.next_step}"}
    missing = dict.fromkeys(_names(fields), MISSING["field"])
    complaints = dict(fields) if isinstance(fields, Mapping) else missing
    return Written(
        answers=filling.answers,
        values=filling.values,
        agreed=filling.agreed,
        signed=filling.signed,
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
    request: HttpRequest, head: ApplicationView, written: Written, *, status: int = 200
) -> HttpResponse:
    sheet = queries.get_sheet(actor(request), head, written)
    return render(request, "portal/fill.html", {"sheet": sheet}, status=status)


@guarded(Permission.APPLY)
@require_POST
def plan_again(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """An answer changed: keep it and show what now is needed. Without scripts, saving does the same."""
    head = applications.get_own(actor(request), application_id)
    filling = read_filling(request)
    _settle(request, head, filling)
    services.save_draft(
        actor=actor(request), application_id=head.id, answers=filling.answers, values=filling.values
    )
    head = applications.get_own(actor(request), application_id)
    written = Written(filling.answers, filling.values, filling.agreed, filling.signed)
    sheet = queries.get_sheet(actor(request), head, written)
    return render(request, "portal/parts/plan.html", {"sheet": sheet})

"""The page on which a theme is completed, whichever way one came to it: her phone or a window."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.errors import ConsentRequired
from proofless.applications.errors import (
    ApplicantGone,
    ApplicationIncomplete,
    DecisionTaken,
    FieldNotEditable,
    UploadInvalid,
    UploadNotExpected,
    UploadUnsafe,
    WrongState,
)
from proofless.applications.models import ThemeCase
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.themes import queries as themes
from proofless.applications.themes import services
from proofless.applications.themes.queries import ThemeCaseView
from proofless.kit.errors import InputInvalid, Refusal
from proofless.portal import queries
from proofless.portal.forms import Filling, read_filling
from proofless.portal.pages.filling import Way, beside, explain, pen_of
from proofless.portal.queries import Written

TICKS = "theme_ticks"
_SHOWN_IN_PLACE = (
    ApplicantGone,
    ConsentRequired,
    ApplicationIncomplete,
    FieldNotEditable,
    InputInvalid,
    UploadInvalid,
    UploadNotExpected,
    UploadUnsafe,
)


def fill_by(request: HttpRequest, way: Way, case_id: UUID) -> HttpResponse:
    """The page and what its form sends."""
    head = themes.get_own(way.who, case_id)
    if head.state != ThemeCase.State.DRAFT:
        return redirect(way.done)
    if request.method != "POST":
        selected, written = queries.saved_theme(way.who, head.id)
        return _page(request, way, head, selected, _with_ticks(request, head, written))
    filling, selected = read_filling(request), _selected(request)
    try:
        if _settle(way, head, filling):
            return _save(request, way, head, filling, selected, forced=True)
        _attach(request, way, head, filling, selected)
        act = _submit if request.POST.get("act") == "submit" else _save
        return act(request, way, head, filling, selected)
    except (WrongState, DecisionTaken) as refused:
        return _overtaken(request, way, head, filling, selected, refused)
    except _SHOWN_IN_PLACE as refused:
        return _page(request, way, head, selected, explain(filling, refused), status=refused.status)


def _selected(request: HttpRequest) -> dict[str, bool]:
    """Which of the items listed on the page are ticked; of others the registers decide."""
    ticked = set(request.POST.getlist("item"))
    return {code: code in ticked for code in request.POST.getlist("listed")}


def _settle(way: Way, head: ThemeCaseView, filling: Filling) -> bool:
    """What changes the plan itself: whom a role means, a transfer declined or allowed. False: nothing did."""
    case: dict[str, Any] = {"actor": way.who, "case_id": head.id}
    changed = [(role, who) for role, who in filling.people.items() if f"{role}={who}" not in head.chosen]
    for role, holder in changed:
        services.choose_person(**case, role=role, holder_id=holder)
    if filling.decline:
        services.decline_transfer(**case, line=filling.decline)
    if filling.allow:
        services.allow_transfer(**case, line=filling.allow)
    return bool(changed or filling.decline or filling.allow)


def _attach(
    request: HttpRequest, way: Way, head: ThemeCaseView, filling: Filling, selected: Mapping[str, bool]
) -> None:
    for name in request.FILES:
        if name.startswith("file:"):
            services.attach_upload(
                actor=way.who,
                case_id=head.id,
                material=name.removeprefix("file:"),
                data=request.FILES.getlist(name)[-1].read(UPLOAD_LIMIT + 1),
                selected=selected,
                answers=filling.answers,
            )


def _submit(
    request: HttpRequest, way: Way, head: ThemeCaseView, filling: Filling, selected: Mapping[str, bool]
) -> HttpResponse:
    submission = services.ThemeSubmission(
        # Its own automatic save may have come between the page and this button.
        revision=head.revision if head.draft_pen == pen_of(request) else filling.revision,
        selected=selected,
        answers=filling.answers,
        values=filling.values,
        agreed=filling.agreed,
        signed=filling.signed,
        confirmed=filling.confirmed,
        disputed=filling.disputed,
    )
    services.submit_theme(actor=way.who, case_id=head.id, submission=submission)
    messages.success(request, "提交成功，各部门已同时收到", fail_silently=True)
    return redirect(way.done)


def _keep(
    request: HttpRequest,
    way: Way,
    head: ThemeCaseView,
    filling: Filling,
    selected: Mapping[str, bool],
    *,
    forced: bool,
) -> None:
    """Keep what is written. Raises DecisionTaken when another device wrote since, unless ``forced``."""
    services.save_theme(
        actor=way.who,
        case_id=head.id,
        selected=selected,
        answers=filling.answers,
        values=filling.values,
        revision=None if forced or not filling.revision else filling.revision,
        pen=pen_of(request),
    )


def _save(
    request: HttpRequest,
    way: Way,
    head: ThemeCaseView,
    filling: Filling,
    selected: Mapping[str, bool],
    *,
    forced: bool = False,
) -> HttpResponse:
    mine = request.POST.get("act") == "mine"
    _keep(request, way, head, filling, selected, forced=forced or mine)
    request.session[TICKS] = [str(head.id), sorted(filling.agreed), sorted(filling.signed)]
    if mine or request.POST.get("act") == "save":
        messages.success(request, "已保存，换一部手机登录也能接着填", fail_silently=True)
    return redirect(way.fill)


def _with_ticks(request: HttpRequest, head: ThemeCaseView, written: Written) -> Written:
    case, agreed, signed = request.session.pop(TICKS, ("", (), ()))
    if case != str(head.id):
        return written
    return replace(written, agreed=frozenset(agreed), signed=frozenset(signed))


def _overtaken(
    request: HttpRequest,
    way: Way,
    head: ThemeCaseView,
    filling: Filling,
    selected: Mapping[str, bool],
    refused: Refusal,
) -> HttpResponse:
    """A second click, or another device: what is handed in shows its progress, a draft itself both writings."""
    now = themes.get_own(way.who, head.id)
    if now.state != ThemeCase.State.DRAFT:
        messages.info(request, "这件事已经提交过了，不用重复提交", fail_silently=True)
        return redirect(way.done)
    written = replace(explain(filling, refused), **_both_writings(way, now, filling))
    return _page(request, way, now, selected, written, status=refused.status)


def _both_writings(way: Way, now: ThemeCaseView, filling: Filling) -> dict[str, Any]:
    there = queries.saved_theme(way.who, now.id)[1].values
    return beside(there, now.draft_at, now.draft_channel, filling)


def _page(
    request: HttpRequest,
    way: Way,
    head: ThemeCaseView,
    selected: Mapping[str, bool],
    written: Written,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(request, way.template, _context(request, way, head, selected, written), status=status)


def _context(
    request: HttpRequest, way: Way, head: ThemeCaseView, selected: Mapping[str, bool], written: Written
) -> dict[str, Any]:
    sheet = queries.get_theme_sheet(way.who, head.id, selected, written)
    context = {
        "sheet": sheet,
        "theme": sheet.theme_name,
        "way": way,
        "saved_at": head.draft_at,
        "pen": pen_of(request),
    }
    if way.who.present is not None:
        context["confirmed"] = themes.confirmed_in_person(way.who, head.id)
    return context


def plan_by(request: HttpRequest, way: Way, case_id: UUID) -> HttpResponse:
    """An answer or the selection changed: keep it and show what now is needed."""
    head = themes.get_own(way.who, case_id)
    filling, selected = read_filling(request), _selected(request)
    changed = _settle(way, head, filling)
    written = Written(
        filling.answers,
        filling.values,
        filling.agreed,
        filling.signed,
        confirmed=filling.confirmed,
        disputed=filling.disputed,
    )
    try:
        _keep(request, way, head, filling, selected, forced=changed)
    except DecisionTaken:
        now = themes.get_own(way.who, case_id)
        written = replace(written, **_both_writings(way, now, filling))
    head = themes.get_own(way.who, case_id)
    return render(request, "portal/parts/plan.html", _context(request, way, head, selected, written))


def keep_by(request: HttpRequest, way: Way, case_id: UUID) -> HttpResponse:
    """自动保存: one field was left; keep the whole form and say when, or show that another device wrote since."""
    head = themes.get_own(way.who, case_id)
    filling = read_filling(request)
    overtaken: dict[str, Any] = {}
    try:
        _keep(request, way, head, filling, _selected(request), forced=False)
    except DecisionTaken:
        overtaken = _both_writings(way, head, filling)
    head = themes.get_own(way.who, case_id)
    context = {"way": way, "head": head, "saved_at": head.draft_at, "overtaken": overtaken}
    return render(request, "portal/parts/kept.html", context)

"""一件事: the list, one theme, its merged form, and one progress for everything handed in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded, public
from proofless.access.errors import ConsentRequired
from proofless.applications.errors import (
    ApplicantGone,
    ApplicationIncomplete,
    DecisionTaken,
    FieldNotEditable,
    UploadInvalid,
    UploadNotExpected,
    WrongState,
)
from proofless.applications.models import ThemeCase
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.themes import queries as themes
from proofless.applications.themes import services
from proofless.applications.themes.queries import ThemeCaseView, ThemeLine
from proofless.items import queries as items
from proofless.kit.errors import InputInvalid, NotFound, Refusal
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.portal import queries
from proofless.portal.forms import Filling, read_filling, uuid_of
from proofless.portal.pages.acting import remembered
from proofless.portal.pages.filling import FILES_LIMIT_BYTES, explain
from proofless.portal.queries import Person, Written
from proofless.portal.rules import state_look
from proofless.web.filters import doubtful, source_words
from proofless.web.middleware import accepts_files

SUBJECTS = {"person": "个人", "enterprise": "企业"}
TICKS = "theme_ticks"
MEMBER_LOOKS = {
    "waiting": ("等前一项办好", "quiet", "hourglass"),
    "stopped": ("不再办理", "bad", "circle-x"),
    "draft": ("要您再办一步", "warn", "alert-triangle"),
}
_SHOWN_IN_PLACE = (
    ApplicantGone,
    ConsentRequired,
    ApplicationIncomplete,
    FieldNotEditable,
    InputInvalid,
    UploadInvalid,
    UploadNotExpected,
)


@public
def every(request: HttpRequest) -> HttpResponse:
    """All themes of the catalogue; those that cannot be begun yet stand below with the reason."""
    chosen, here = request.GET.get("subject", ""), reverse("portal:themes")
    lines = [
        line for line in themes.list_themes() if chosen not in SUBJECTS or line.theme.subject_type == chosen
    ]
    context = {
        "open": [line for line in lines if line.open],
        "others": [line for line in lines if not line.open],
        "subjects": SUBJECTS,
        "filters": [("全部", here, chosen not in SUBJECTS)]
        + [(label, f"{here}?subject={key}", key == chosen) for key, label in SUBJECTS.items()],
    }
    return render(request, "portal/themes.html", context)


@public
def guide(request: HttpRequest, theme_code: str) -> HttpResponse:
    """One theme: its items in the order they are done, by whom, and what need not be brought."""
    line = themes.line_of(items.get_theme(theme_code))
    signed_in = actor(request).may(Permission.APPLY)
    people = _fitting(queries.list_people(actor(request)), line) if signed_in else ()
    lead = parties.list_departments().get(line.theme.lead_department_code)
    context = {
        "line": line,
        "lead": lead.name if lead else "",
        "departments": list(dict.fromkeys(department for _, _, department in line.items)),
        "signed_in": signed_in,
        "official": bool(actor(request).permissions) and not signed_in,
        "people": people,
        "chosen": _chosen(request, people) if people else None,
        "source": source_words(line.theme.source),
        "doubt": doubtful(line.theme.source),
    }
    return render(request, "portal/theme.html", context)


def _fitting(people: tuple[Person, ...], line: ThemeLine) -> tuple[Person, ...]:
    """A theme of enterprises may also be begun by the person who founds one."""
    firms = line.theme.subject_type == "enterprise"
    kinds = {"enterprise", "person"} if firms and _founds(line) else {line.theme.subject_type}
    return tuple(person for person in people if not person.gone and person.kind in kinds)


def _founds(line: ThemeLine) -> bool:
    return any(items.get_item(code).object_type != "enterprise" for code, _, _ in line.items)


def _chosen(request: HttpRequest, people: tuple[Person, ...]) -> Person:
    current = remembered(request, queries.list_people(actor(request)))
    return current if current in people else people[0]


@guarded(Permission.APPLY)
def start(request: HttpRequest, theme_code: str) -> HttpResponse:
    """Open a theme draft. Asked for by a link: back to the theme."""
    if request.method != "POST":
        return redirect("portal:theme", theme_code=theme_code)
    people = _fitting(queries.list_people(actor(request)), themes.line_of(items.get_theme(theme_code)))
    if not people:
        raise NotFound("这件事须由企业经办人办理")
    wanted = uuid_of(request.POST.get("for"))
    person = queries.get_person(people, wanted) if wanted else _chosen(request, people)
    case_id = services.open_theme(
        actor=actor(request),
        theme_code=theme_code,
        enterprise_id=person.id if person.enterprise else None,
        ward_id=None if person.enterprise or person.me else person.id,
    )
    return redirect("portal:theme_fill", case_id=case_id)


@guarded(Permission.APPLY)
@accepts_files(FILES_LIMIT_BYTES)
def fill(request: HttpRequest, case_id: UUID) -> HttpResponse:
    head = themes.get_own(actor(request), case_id)
    if head.state != ThemeCase.State.DRAFT:
        return redirect("portal:theme_case", case_id=head.id)
    if request.method != "POST":
        selected, written = queries.saved_theme(actor(request), head.id)
        return _page(request, head, selected, _with_ticks(request, head, written))
    filling, selected = read_filling(request), _selected(request)
    try:
        if not _settle(request, head, filling):
            _attach(request, head, filling, selected)
            if request.POST.get("act") == "submit":
                return _submit(request, head, filling, selected)
        return _save(request, head, filling, selected)
    except (WrongState, DecisionTaken) as refused:
        return _overtaken(request, head, filling, selected, refused)
    except _SHOWN_IN_PLACE as refused:
        return _page(request, head, selected, explain(filling, refused), status=refused.status)


def _selected(request: HttpRequest) -> dict[str, bool]:
    """Which of the items listed on the page are ticked; of others the registers decide."""
    ticked = set(request.POST.getlist("item"))
    return {code: code in ticked for code in request.POST.getlist("listed")}


def _settle(request: HttpRequest, head: ThemeCaseView, filling: Filling) -> bool:
    """What changes the plan itself: whom a role means, a transfer declined or allowed. False: nothing did."""
    case: dict[str, Any] = {"actor": actor(request), "case_id": head.id}
    changed = [(role, who) for role, who in filling.people.items() if f"{role}={who}" not in head.chosen]
    for role, holder in changed:
        services.choose_person(**case, role=role, holder_id=holder)
    if filling.decline:
        services.decline_transfer(**case, line=filling.decline)
    if filling.allow:
        services.allow_transfer(**case, line=filling.allow)
    return bool(changed or filling.decline or filling.allow)


def _attach(
    request: HttpRequest, head: ThemeCaseView, filling: Filling, selected: Mapping[str, bool]
) -> None:
    for name in request.FILES:
        if name.startswith("file:"):
            services.attach_upload(
                actor=actor(request),
                case_id=head.id,
                material=name.removeprefix("file:"),
                data=request.FILES.getlist(name)[-1].read(UPLOAD_LIMIT + 1),
                selected=selected,
                answers=filling.answers,
            )


def _submit(
    request: HttpRequest, head: ThemeCaseView, filling: Filling, selected: Mapping[str, bool]
) -> HttpResponse:
    submission = services.ThemeSubmission(
        revision=filling.revision,
        selected=selected,
        answers=filling.answers,
        values=filling.values,
        agreed=filling.agreed,
        signed=filling.signed,
        confirmed=filling.confirmed,
        disputed=filling.disputed,
    )
    services.submit_theme(actor=actor(request), case_id=head.id, submission=submission)
    messages.success(request, "提交成功，各部门已同时收到", fail_silently=True)
    return redirect("portal:theme_case", case_id=head.id)


def _save(
    request: HttpRequest, head: ThemeCaseView, filling: Filling, selected: Mapping[str, bool]
) -> HttpResponse:
    services.save_theme(
        actor=actor(request),
        case_id=head.id,
        selected=selected,
        answers=filling.answers,
        values=filling.values,
    )
    request.session[TICKS] = [str(head.id), sorted(filling.agreed), sorted(filling.signed)]
    if request.POST.get("act") == "save":
        messages.success(request, "已保存，换一部手机登录也能接着填", fail_silently=True)
    return redirect("portal:theme_fill", case_id=head.id)


def _with_ticks(request: HttpRequest, head: ThemeCaseView, written: Written) -> Written:
    case, agreed, signed = request.session.pop(TICKS, ("", (), ()))
    if case != str(head.id):
        return written
    return replace(written, agreed=frozenset(agreed), signed=frozenset(signed))


def _overtaken(
    request: HttpRequest,
    head: ThemeCaseView,
    filling: Filling,
    selected: Mapping[str, bool],
    refused: Refusal,
) -> HttpResponse:
    """A second click, or another device: what is handed in shows its progress, a draft itself anew."""
    now = themes.get_own(actor(request), head.id)
    if now.state != ThemeCase.State.DRAFT:
        messages.info(request, "这件事已经提交过了，不用重复提交", fail_silently=True)
        return redirect("portal:theme_case", case_id=head.id)
    problem = "这件事刚刚在别处改动过。下面是您现在填写的内容，请核对后再提交。"
    written = replace(explain(filling, refused), problem=problem)
    return _page(request, now, selected, written, status=refused.status)


def _page(
    request: HttpRequest,
    head: ThemeCaseView,
    selected: Mapping[str, bool],
    written: Written,
    *,
    status: int = 200,
) -> HttpResponse:
    sheet = queries.get_theme_sheet(actor(request), head.id, selected, written)
    return render(
        request, "portal/theme_fill.html", {"sheet": sheet, "theme": sheet.theme_name}, status=status
    )


@guarded(Permission.APPLY)
@require_POST
def plan_again(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """An answer or the selection changed: keep it and show what now is needed."""
    head = themes.get_own(actor(request), case_id)
    filling, selected = read_filling(request), _selected(request)
    _settle(request, head, filling)
    services.save_theme(
        actor=actor(request),
        case_id=head.id,
        selected=selected,
        answers=filling.answers,
        values=filling.values,
    )
    written = Written(
        filling.answers,
        filling.values,
        filling.agreed,
        filling.signed,
        confirmed=filling.confirmed,
        disputed=filling.disputed,
    )
    sheet = queries.get_theme_sheet(actor(request), head.id, selected, written)
    return render(request, "portal/parts/plan.html", {"sheet": sheet, "theme": sheet.theme_name})


@guarded(Permission.APPLY)
def progress(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One progress over all departments, and the joint result."""
    found = themes.get_progress(actor(request), case_id)
    if found.head.state == ThemeCase.State.DRAFT:
        return redirect("portal:theme_fill", case_id=case_id)
    names = parties.holder_names([i for i in (found.head.holder_id, found.head.enterprise_id) if i])
    context = {
        "found": found,
        "who": "您" if found.head.holder_id == actor(request).party_id else names[found.head.holder_id],
        "looks": [(member, _look(member.state)) for member in found.members],
        "withdrawn": found.head.state == ThemeCase.State.WITHDRAWN,
        "open": found.head.state == ThemeCase.State.SUBMITTED and not found.ended,
    }
    return render(request, "portal/theme_case.html", context)


def _look(state: str) -> tuple[str, str, str]:
    return MEMBER_LOOKS.get(state) or state_look(state)


@guarded(Permission.APPLY)
@require_POST
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    services.withdraw_theme(actor=actor(request), case_id=case_id)
    messages.success(request, "已撤回，还没办结的各项都不再办理", fail_silently=True)
    return redirect("portal:theme_case", case_id=case_id)

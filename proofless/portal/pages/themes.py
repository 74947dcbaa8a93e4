"""一件事: the list, one theme, its merged form, and one progress for everything handed in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded, public
from proofless.applications.models import ThemeCase
from proofless.applications.themes import queries as themes
from proofless.applications.themes import services
from proofless.applications.themes.queries import ThemeLine
from proofless.items import queries as items
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.portal import queries
from proofless.portal.forms import uuid_of
from proofless.portal.pages import theme_filling
from proofless.portal.pages.acting import remembered
from proofless.portal.pages.filling import FILES_LIMIT_BYTES, Way
from proofless.portal.queries import Person
from proofless.portal.rules import state_look
from proofless.web.filters import doubtful, source_words
from proofless.web.middleware import accepts_files

SUBJECTS = {"person": "个人", "enterprise": "企业"}
MEMBER_LOOKS = {
    "waiting": ("等前一项办好", "quiet", "hourglass"),
    "stopped": ("不再办理", "bad", "circle-x"),
    "draft": ("要您再办一步", "warn", "alert-triangle"),
}


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
    people = fitting_theme(queries.list_people(actor(request)), line) if signed_in else ()
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


def fitting_theme(people: tuple[Person, ...], line: ThemeLine) -> tuple[Person, ...]:
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
    people = fitting_theme(queries.list_people(actor(request)), themes.line_of(items.get_theme(theme_code)))
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


def _own_way(request: HttpRequest, case_id: UUID) -> Way:
    """The ordinary pages."""
    fill, plan, keep, done = (
        reverse(f"portal:theme_{name}", kwargs={"case_id": case_id})
        for name in ("fill", "plan", "keep", "case")
    )
    return Way(actor(request), fill, plan, keep, done, "portal/theme_fill.html")


@guarded(Permission.APPLY)
@accepts_files(FILES_LIMIT_BYTES)
def fill(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """GET shows the merged form, POST keeps it, changes the plan or hands everything in."""
    return theme_filling.fill_by(request, _own_way(request, case_id), case_id)


@guarded(Permission.APPLY)
@require_POST
def plan_again(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return theme_filling.plan_by(request, _own_way(request, case_id), case_id)


@guarded(Permission.APPLY)
@require_POST
def keep(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return theme_filling.keep_by(request, _own_way(request, case_id), case_id)


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
        "looks": [(member, look_of(member.state)) for member in found.members],
        "withdrawn": found.head.state == ThemeCase.State.WITHDRAWN,
        "open": found.head.state == ThemeCase.State.SUBMITTED and not found.ended,
    }
    return render(request, "portal/theme_case.html", context)


def look_of(state: str) -> tuple[str, str, str]:
    return MEMBER_LOOKS.get(state) or state_look(state)


@guarded(Permission.APPLY)
@require_POST
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    services.withdraw_theme(actor=actor(request), case_id=case_id)
    messages.success(request, "已撤回，还没办结的各项都不再办理", fail_silently=True)
    return redirect("portal:theme_case", case_id=case_id)

"""窗口、帮办: a theme begun with somebody present, one form and one yes for every office it goes to."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications.models import ThemeCase
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.themes import confirming, services
from proofless.applications.themes import queries as themes
from proofless.applications.themes.queries import ThemeCaseView
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.kit.errors import Refusal
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.portal import queries
from proofless.portal.forms import uuid_of
from proofless.portal.pages.filling import FILES_LIMIT_BYTES, Way
from proofless.portal.pages.theme_filling import fill_by, keep_by, plan_by
from proofless.portal.pages.themes import fitting_theme, look_of
from proofless.portal.pages.visiting import Line, Visit, take_word, visit_of
from proofless.portal.queries import Person
from proofless.web.filters import moment
from proofless.web.middleware import accepts_files


def people_for(here: Visit, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """For whom the theme may be begun."""
    return fitting_theme(people, themes.line_of(items.get_theme(here.presence.theme_code)))


def begin(request: HttpRequest, here: Visit, people: tuple[Person, ...]) -> HttpResponse:
    """A new theme case for herself, a ward or an enterprise, or for the principal of the agent who stands here."""
    presence_id = here.presence.id
    if chosen := uuid_of(request.POST.get("authority")):
        made = confirming.open_theme_for_agent(
            actor=actor(request), presence_id=presence_id, authority_id=chosen
        )
    else:
        person = queries.get_person(people, uuid_of(request.POST.get("for")) or here.presence.holder_id)
        made = services.open_theme(
            actor=here.who,
            theme_code=here.presence.theme_code,
            enterprise_id=person.id if person.enterprise else None,
            ward_id=None if person.enterprise or person.me else person.id,
        )
    return redirect("portal:window_theme_fill", presence_id=presence_id, case_id=made)


def lines(here: Visit, hands: list[Actor]) -> list[Line]:
    """Her theme cases of what she came for."""
    rows = [row for who in hands for row in themes.list_own(who).rows]
    names = parties.holder_names({row.holder_id for row in rows})
    return [_line(here, row, names[row.holder_id]) for row in rows]


def _line(here: Visit, row: ThemeCaseView, name: str) -> Line:
    way = _way(here, row.id)
    if row.state == ThemeCase.State.DRAFT:
        return Line(way.fill, f"{name} · {row.theme_name}", f"开始于{moment(row.opened_at)}", "草稿", True)
    note = moment(row.submitted_at) if row.submitted_at else ""
    return Line(way.done, f"{row.receipt} · {name}", note, row.state.label, False)


def _way(here: Visit, case_id: UUID) -> Way:
    ids = {"presence_id": here.presence.id, "case_id": case_id}
    fill, plan, keep, done = (
        reverse(f"portal:window_theme_{name}", kwargs=ids) for name in ("fill", "plan", "keep", "done")
    )
    return Way(here.who, fill, plan, keep, done, "portal/window_fill.html", here.present)


def _entered(request: HttpRequest, presence_id: UUID, case_id: UUID) -> Way:
    return _way(visit_of(request, presence_id, case_id=case_id), case_id)


@guarded(Permission.WINDOW)
@accepts_files(FILES_LIMIT_BYTES)
def fill(request: HttpRequest, presence_id: UUID, case_id: UUID) -> HttpResponse:
    """GET shows the merged form, POST keeps it, changes the plan or hands everything in."""
    return fill_by(request, _entered(request, presence_id, case_id), case_id)


@guarded(Permission.WINDOW)
@require_POST
def plan_again(request: HttpRequest, presence_id: UUID, case_id: UUID) -> HttpResponse:
    return plan_by(request, _entered(request, presence_id, case_id), case_id)


@guarded(Permission.WINDOW)
@require_POST
def keep(request: HttpRequest, presence_id: UUID, case_id: UUID) -> HttpResponse:
    return keep_by(request, _entered(request, presence_id, case_id), case_id)


@guarded(Permission.WINDOW)
@accepts_files(UPLOAD_LIMIT + 65536)
def confirm(request: HttpRequest, presence_id: UUID, case_id: UUID) -> HttpResponse:
    """The second screen, which is also the sheet to print: one yes to what every item moves and promises."""
    here = visit_of(request, presence_id, case_id=case_id)
    way = _way(here, case_id)
    problem: Refusal | None = None
    if request.method == "POST":
        case = {"actor": here.who, "case_id": case_id}
        problem = take_word(request, case, confirming.confirm_by_code, confirming.confirm_on_paper)
        if problem is None:
            return redirect(way.fill)
    if themes.get_own(here.who, case_id).state != ThemeCase.State.DRAFT:
        return redirect(way.done)
    sheet = queries.get_theme_sheet(here.who, case_id, *queries.saved_theme(here.who, case_id))
    context = {
        "visit": here,
        "way": way,
        "sheet": sheet,
        "called": sheet.theme_name,
        "promises": [card for card in sheet.materials if card.paragraphs],
        "problem": problem,
        "ticked": request.POST.getlist("consent"),
        "signed": request.POST.getlist("signed"),
    }
    return render(request, "portal/window_confirm.html", context, status=problem.status if problem else 200)


@guarded(Permission.WINDOW)
def done(request: HttpRequest, presence_id: UUID, case_id: UUID) -> HttpResponse:
    """Handed in: one receipt to print for the whole, and how each item stands."""
    here = visit_of(request, presence_id, case_id=case_id)
    found = themes.get_progress(here.who, case_id)
    if found.head.state == ThemeCase.State.DRAFT:
        return redirect(_way(here, case_id).fill)
    context = {
        "visit": here,
        "found": found,
        "looks": [(member, look_of(member.state)) for member in found.members],
    }
    return render(request, "portal/window_theme_done.html", context)

"""窗口、帮办: an official works with somebody present on the same case she could have filled on her phone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access import Ground, permit, standing
from proofless.access import services as access
from proofless.access.edge import actor, guarded
from proofless.applications import queries as applications
from proofless.applications import services
from proofless.applications.handling.services import authorities
from proofless.applications.handling.services import window as handling
from proofless.applications.models import State
from proofless.applications.papers.queries import list_papers
from proofless.applications.queries import ApplicationView
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.themes import queries as themes
from proofless.certificates import queries as certificates
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import InputInvalid, NotFound, Refusal
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.portal import queries
from proofless.portal.forms import uuid_of
from proofless.portal.pages import window_themes
from proofless.portal.pages.agents import appointment
from proofless.portal.pages.filling import FILES_LIMIT_BYTES, TO_FILL, Way, fill_by, keep_by, plan_by
from proofless.portal.pages.items import fitting
from proofless.portal.pages.visiting import Line, Visit, called, take_word, visit_of
from proofless.portal.queries import Person
from proofless.standards.limits import limit_of
from proofless.web.filters import moment
from proofless.web.middleware import accepts_files

THEME = "theme:"  # before the code of a theme in the list of what somebody may come for
CHANNELS = ((Channel.WINDOW.value, "在窗口"), (Channel.ASSISTED.value, "上门或网格帮办代办"))


@guarded(Permission.WINDOW)
def window(request: HttpRequest) -> HttpResponse:
    """Who stands here, and for what: by her code, or by the number and name on her card."""
    errors: dict[str, str] = {}
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            return _receive(request)
        except InputInvalid as refused:
            fields = refused.detail.get("fields")
            errors = dict(fields) if isinstance(fields, dict) else {}
        except NotFound:
            raise
        except Refusal as refused:
            problem = refused
    who = actor(request)
    open_ones = standing.list_presences(who)
    names = parties.holder_names({one.holder_id for one in open_ones})
    context = {
        "items": _wishes(who),
        "channels": CHANNELS,
        "written": request.POST,
        "errors": errors,
        "problem": problem,
        "open": [
            (one, names.get(one.holder_id, ""), called(one), moment(one.expires_at)) for one in open_ones
        ],
    }
    status = problem.status if problem else 422 if errors else 200
    return render(request, "portal/window.html", context, status=status)


def _own_items(who: Actor) -> list[ItemView]:
    """A department's window takes its own items, a common one all."""
    every = sorted(items.list_items(), key=lambda item: item.code)
    return [
        one for one in every if not who.may(Permission.HANDLE) or one.department_code == who.department_code
    ]


def _wishes(who: Actor) -> list[tuple[str, str]]:
    """What somebody may come for: the items and, of the same windows, the themes that can be begun."""
    wholes = [
        (f"{THEME}{line.theme.code}", f"一件事：{line.theme.name}（{line.theme.code}）")
        for line in themes.list_themes()
        if line.open
        and (not who.may(Permission.HANDLE) or line.theme.lead_department_code == who.department_code)
    ]
    return wholes + [(one.code, f"{one.name}（{one.code}）") for one in _own_items(who)]


def _receive(request: HttpRequest) -> HttpResponse:
    posted = request.POST
    wish = posted.get("item", "")[:32]
    if not wish:
        raise InputInvalid(fields={"item": "请选择来人要办的事项"})
    whole = wish.startswith(THEME)
    channel = posted.get("channel", "")
    made = handling.receive(
        actor=actor(request),
        item_code="" if whole else wish,
        theme_code=wish.removeprefix(THEME) if whole else "",
        channel=Channel(channel) if channel in dict(CHANNELS) else Channel.WINDOW,
        code=posted.get("code", "").strip()[:64],
        number=posted.get("number", "")[:18],
        name=posted.get("name", "")[:200],
    )
    return redirect("portal:window_case", presence_id=made)


@guarded(Permission.WINDOW)
def visit(request: HttpRequest, presence_id: UUID) -> HttpResponse:
    """Her drafts of what she came for, begun on whatever device, or a new one for herself, a ward or an enterprise."""
    here = visit_of(request, presence_id)
    whole = bool(here.presence.theme_code)
    everybody = queries.list_people(here.who)
    people = window_themes.people_for(here, everybody) if whole else _people(here, everybody)
    if request.method == "POST":
        return (window_themes.begin if whole else _begin)(request, here, people)
    brought = standing.list_brought(here.presence)
    hands = [here.who, *(standing.agent_at_window(actor(request), here.presence, one) for one in brought)]
    lines = (window_themes.lines if whole else _lines)(here, hands)
    context = {
        "visit": here,
        "people": people,
        "options": [(person.id, person.called) for person in people],
        "drafts": [line for line in lines if line.open],
        "brought": [(one, parties.holder_names([one.principal_id])[one.principal_id]) for one in brought],
        "today": clock.today(),
        "authority_days": limit_of(Limit.AUTHORITY_DAYS),
        "others": [line for line in lines if not line.open],
    }
    return render(request, "portal/window_case.html", context)


def _people(here: Visit, people: tuple[Person, ...]) -> tuple[Person, ...]:
    return fitting(people, items.get_item(here.presence.item_code))


def _begin(request: HttpRequest, here: Visit, people: tuple[Person, ...]) -> HttpResponse:
    presence_id = here.presence.id
    if chosen := uuid_of(request.POST.get("authority")):
        made = authorities.open_at_window(actor=actor(request), presence_id=presence_id, authority_id=chosen)
        return redirect("portal:window_fill", presence_id=presence_id, application_id=made)
    person = queries.get_person(people, uuid_of(request.POST.get("for")) or here.presence.holder_id)
    made = services.open_draft(
        actor=here.who,
        item_code=here.presence.item_code,
        enterprise_id=person.id if person.enterprise else None,
        ward_id=None if person.enterprise or person.me else person.id,
    )
    return redirect("portal:window_fill", presence_id=presence_id, application_id=made)


def _lines(here: Visit, hands: list[Actor]) -> list[Line]:
    rows = [row for who in hands for row in applications.list_own(who).rows]
    names = parties.holder_names({row.holder_id for row in rows})
    return [_line(here, row, names[row.holder_id]) for row in rows]


def _line(here: Visit, row: ApplicationView, name: str) -> Line:
    way = _way(here, row.id)
    if row.state in TO_FILL:
        note = f"开始于{moment(row.opened_at)}" + (f"，{row.reason}" if row.reason else "")
        chip = "退回补正" if row.state == State.RETURNED else "草稿"
        return Line(way.fill, f"{name} · {row.item_name}", note, chip, True)
    note = moment(row.submitted_at) if row.submitted_at else ""
    return Line(way.done, f"{row.receipt} · {name}", note, State(row.state).label, False)


def _way(here: Visit, application_id: UUID) -> Way:
    ids = {"presence_id": here.presence.id, "application_id": application_id}
    fill, plan, keep, done = (
        reverse(f"portal:window_{name}", kwargs=ids) for name in ("fill", "plan", "keep", "done")
    )
    return Way(here.who, fill, plan, keep, done, "portal/window_fill.html", here.present)


@guarded(Permission.WINDOW)
@accepts_files(FILES_LIMIT_BYTES)
def fill(request: HttpRequest, presence_id: UUID, application_id: UUID) -> HttpResponse:
    """GET shows the form, POST keeps it, changes the plan or hands it in."""
    return fill_by(
        request,
        _way(visit_of(request, presence_id, application_id=application_id), application_id),
        application_id,
    )


@guarded(Permission.WINDOW)
@require_POST
def plan_again(request: HttpRequest, presence_id: UUID, application_id: UUID) -> HttpResponse:
    return plan_by(
        request,
        _way(visit_of(request, presence_id, application_id=application_id), application_id),
        application_id,
    )


@guarded(Permission.WINDOW)
@require_POST
def keep(request: HttpRequest, presence_id: UUID, application_id: UUID) -> HttpResponse:
    return keep_by(
        request,
        _way(visit_of(request, presence_id, application_id=application_id), application_id),
        application_id,
    )


@guarded(Permission.WINDOW)
@accepts_files(UPLOAD_LIMIT + 65536)
def confirm(request: HttpRequest, presence_id: UUID, application_id: UUID) -> HttpResponse:
    """The second screen, which is also the sheet to print: what she agrees to and promises, and how she says so."""
    here = visit_of(request, presence_id, application_id=application_id)
    way = _way(here, application_id)
    problem: Refusal | None = None
    if request.method == "POST":
        case = {"actor": here.who, "application_id": application_id}
        problem = take_word(request, case, handling.confirm_by_code, handling.confirm_on_paper)
        if problem is None:
            return redirect(way.fill)
    head = applications.get_own(here.who, application_id)
    if head.state not in TO_FILL:
        return redirect(way.done)
    sheet = queries.get_sheet(here.who, head, queries.saved(here.who, head.id))
    context = {
        "visit": here,
        "way": way,
        "sheet": sheet,
        "called": sheet.item.name,
        "promises": [card for card in sheet.materials if card.paragraphs],
        "problem": problem,
        "ticked": request.POST.getlist("consent"),
        "signed": request.POST.getlist("signed"),
    }
    return render(request, "portal/window_confirm.html", context, status=problem.status if problem else 200)


@guarded(Permission.WINDOW)
def done(request: HttpRequest, presence_id: UUID, application_id: UUID) -> HttpResponse:
    """Handed in: the receipt to print, and she may go."""
    here = visit_of(request, presence_id, application_id=application_id)
    head = applications.get_own(here.who, application_id)
    if head.state in TO_FILL:
        return redirect(_way(here, application_id).fill)
    department = parties.list_departments()[head.department_code].name
    case = applications.open_own_case(here.who, head.id)
    context = {
        "visit": here,
        "head": head,
        "department": department,
        "papers": list_papers(case),
    }
    return render(request, "portal/window_done.html", context)


@guarded(Permission.WINDOW)
def result(request: HttpRequest, presence_id: UUID, application_id: UUID) -> HttpResponse:
    """The sealed result, for whoever stands here and has no phone to keep it on."""
    here = visit_of(request, presence_id, application_id=application_id)
    head = applications.get_own(here.who, application_id)
    if head.result_certificate_id is None:
        raise NotFound()
    holders = {head.holder_id, head.enterprise_id or head.holder_id}
    purpose = f"办理事项:{head.item_code}"
    own = permit(here.who, holders, ["*"], purpose, ground=Ground.OWN)
    data = certificates.read_file(own, head.result_certificate_id)
    response = HttpResponse(data, content_type="application/ofd")
    response["Content-Disposition"] = f'attachment; filename="{head.receipt}.ofd"'
    return response


@guarded(Permission.WINDOW)
@accepts_files(UPLOAD_LIMIT + 65536)
@require_POST
def authorise(request: HttpRequest, presence_id: UUID) -> HttpResponse:
    """An authority on paper for the item: she appoints somebody, or is the agent and brings what another signed."""
    here = visit_of(request, presence_id)
    scanned = request.FILES.get("paper")

    try:
        if scanned is None:
            raise InputInvalid("请选择本人签字的委托书扫描件")
        paper, said = scanned.read(UPLOAD_LIMIT + 1), appointment(request)
        if request.POST.get("whose") == "principal":
            authorities.register_paper(actor=here.who, paper=paper, **said)
        else:
            authorities.appoint(actor=here.who, item_codes=here.presence.item_codes, paper=paper, **said)
    except NotFound:
        raise
    except Refusal as refused:
        fields = refused.detail.get("fields")
        more = "；".join(map(str, fields.values())) if isinstance(fields, dict) else refused.next_step
        messages.error(request, f"{refused.message}。{more}", fail_silently=True)
    else:
        messages.success(
            request,
            "委托已登记并告知委托人；代理人在这里、用自己的手机或自助终端都能办，委托人随时可以撤销",
            fail_silently=True,
        )
    return redirect("portal:window_case", presence_id=presence_id)


@guarded(Permission.WINDOW)
@require_POST
def end(request: HttpRequest, presence_id: UUID) -> HttpResponse:
    access.close_presence(actor=actor(request), presence_id=presence_id)
    messages.success(request, "已结束，页面上不再有来人的信息", fail_silently=True)
    return redirect("portal:window")

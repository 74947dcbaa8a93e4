"""Reads of applications: the applicant's list, the clerk's queue, one case with its pinned plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from proofless.access import Ground, permit
from proofless.access.errors import ConsentRequired
from proofless.access.permits import own_holders
from proofless.access.snapshots import Disclosure, open_snapshot
from proofless.access.standing import (
    PresenceView,
    agent_at_window,
    agent_for,
    assisting_actor,
    list_brought,
    list_held,
)
from proofless.applications.gate.demands import find_demands
from proofless.applications.models import (
    Application,
    ApplicationMaterial,
    Confirmation,
    Document,
    Event,
    Invitation,
    State,
)
from proofless.applications.rules import upload_type
from proofless.applications.sealing import draft_context, plan_context, values_context
from proofless.applications.waterfall.outcome import Filled, Mode, Plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import INVITED, Request
from proofless.files import queries as files
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

CANNOT_TELL = ("unknown", "returned", "unasked")
OPEN_STATES = (State.SUBMITTED, State.ACCEPTED, State.RETURNED)
URGENT_DAYS = 1


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """One line of a list. ``due_unknown`` is True while the holidays of the due year are not published."""

    id: UUID
    holder_id: UUID
    item_code: str
    item_name: str
    department_code: str
    state: State
    revision: int
    receipt: str
    opened_at: datetime
    submitted_at: datetime | None
    due_on: date | None
    due_unknown: bool
    taken_by: UUID | None
    reason: str
    result_certificate_id: UUID | None
    enterprise_id: UUID | None
    chosen: tuple[str, ...]
    declined: tuple[str, ...]
    unknown_rules: tuple[str, ...]  # conditions the clerk must check before she accepts
    channel: str = ""
    draft_at: datetime | None = None  # when the draft was last kept, on what channel and by which device
    draft_channel: str = ""
    draft_pen: str = ""
    legal_due_on: date | None = None
    paused: bool = False
    standing_id: UUID | None = None

    @property
    def days_left(self) -> int | None:
        return (self.due_on - clock.today()).days if self.due_on else None

    @property
    def urgency(self) -> str:
        """overdue | urgent | normal | none — the page gives each a word and a shape, not only a colour."""
        if self.days_left is None or self.state != State.ACCEPTED:
            return "none"
        if self.days_left < 0:
            return "overdue"
        return "urgent" if self.days_left <= URGENT_DAYS else "normal"


@dataclass(frozen=True, slots=True)
class EventView:
    at: datetime
    step: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseMaterial:
    """What happened to one material after submission."""

    code: str
    mode: str
    awaiting: bool
    answer: str
    has_file: bool
    committed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """An application opened under a permit: the pinned plan, the final values, the course so far."""

    head: ApplicationView
    plan: Plan
    values: Mapping[str, Any]
    materials: Mapping[str, CaseMaterial]
    events: tuple[EventView, ...]
    withheld: tuple[str, ...] = ()  # fields whose consent was withdrawn

    def field_value(self, field: Filled) -> Any:
        return self.values.get(field.name)


def _view(row: Application) -> ApplicationView:
    return ApplicationView(
        id=row.id,
        holder_id=row.holder_id,
        item_code=row.item_code,
        item_name=items.get_item(row.item_code).name,
        department_code=row.department_code,
        state=State(row.state),
        revision=row.revision,
        receipt=row.receipt,
        opened_at=row.opened_at,
        submitted_at=row.submitted_at,
        due_on=row.due_on,
        due_unknown=row.due_unknown,
        taken_by=row.taken_by,
        reason=row.reason,
        result_certificate_id=row.result_certificate_id,
        enterprise_id=row.enterprise_id,
        chosen=tuple(row.chosen),
        declined=tuple(row.declined),
        unknown_rules=tuple(row.unknown_rules),
        channel=row.channel,
        draft_at=row.draft_at,
        draft_channel=row.draft_channel,
        draft_pen=row.draft_pen,
        legal_due_on=row.legal_due_on,
        paused=row.paused,
        standing_id=row.standing_id,
    )


def request_for(
    application: Application | ApplicationView, answers: Mapping[str, bool] | None = None
) -> Request:
    """What to plan for an application as it stands: whom it means, what was declined, who agreed to take part."""
    chosen = dict(mark.split("=", 1) for mark in application.chosen)
    invited: dict[str, UUID] = {}
    if INVITED in items.get_item(application.item_code).used_roles:
        agreed = Invitation.objects.filter(application_id=application.id, state=Invitation.State.AGREED)
        invited = {row.role: row.holder_id for row in agreed}
    case = Case(
        application.holder_id,
        application.enterprise_id,
        {role: UUID(holder) for role, holder in chosen.items()},
        invited,
    )
    return Request(
        case,
        answers or {},
        str(application.id),
        frozenset(application.declined),
        demands=find_demands(application.holder_id, application.id),
        unanswered=_unanswered(application),
    )


def _unanswered(application: Application | ApplicationView) -> frozenset[str]:
    """Of what other departments could not tell when the case was last handed in: then the next way is tried."""
    if application.state != State.RETURNED:
        return frozenset()
    rows = ApplicationMaterial.objects.filter(
        holder_id=application.holder_id, application_id=application.id, answer__in=CANNOT_TELL
    )
    return frozenset(rows.values_list("material_code", flat=True))


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation as both sides see it. ``applicant`` is the name of the one who invites."""

    id: UUID
    applicant: str
    item_code: str
    item_name: str
    state: str
    state_words: str
    asked_at: datetime


def list_invitations(actor: Actor) -> tuple[InvitationView, ...]:
    """Invitations the actor has not yet answered, oldest first."""
    if actor.party_id is None:
        return ()
    rows = Invitation.objects.filter(holder_id=actor.party_id, state=Invitation.State.ASKED)
    rows = rows.order_by("asked_at")
    return _invitations(rows)


def get_invitation(actor: Actor, invitation_id: UUID) -> InvitationView:
    """One invitation to the actor; absent and foreign ones raise the same NotFound."""
    for one in _invitations(Invitation.objects.filter(id=invitation_id, holder_id__in=[actor.party_id])):
        return one
    raise NotFound()


def find_invitation(application: ApplicationView) -> InvitationView | None:
    """The latest invitation of the applicant's own application."""
    rows = Invitation.objects.filter(application_id=application.id).order_by("-asked_at")
    return next(iter(_invitations(rows[:1])), None)


def _invitations(rows: Iterable[Invitation]) -> tuple[InvitationView, ...]:
    found = list(rows)
    names = parties.holder_names({row.applicant_id for row in found})
    return tuple(
        InvitationView(
            id=row.id,
            applicant=names.get(row.applicant_id, ""),
            item_code=row.item_code,
            item_name=items.get_item(row.item_code).name,
            state=row.state,
            state_words=Invitation.State(row.state).label,
            asked_at=row.asked_at,
        )
        for row in found
    )


def own_rows(actor: Actor) -> QuerySet[Application]:
    """The applications an actor may see as his own; with a standing those of its items, an agent's those he opened."""
    rows = Application.objects.filter(holder_id__in=own_holders(actor))
    if actor.standing is None:
        return rows
    rows = rows.filter(item_code__in=actor.standing.item_codes)
    return rows.filter(standing_id=actor.standing.id) if actor.standing.party_id else rows


def agent_of(actor: Actor, application_id: UUID) -> Actor | None:
    """The actor as agent of the principal whose application he opened; None when it is his own or nobody's to him."""
    held = {one.id: one for one in list_held(actor)}
    if not held:
        return None
    row = Application.objects.filter(id=application_id, standing_id__in=held).first()
    return agent_for(actor, held[row.standing_id]) if row and row.standing_id else None


def assisted_in(official: Actor, presence: PresenceView, application_id: UUID) -> Actor:
    """The official as he works at an application with whoever stands here: for herself, or, in a case opened under an
    authority that still holds, for the principal whose agent stands here."""
    found = (
        Application.objects.filter(id=application_id)
        .exclude(holder_id=presence.holder_id)
        .values("standing_id")
    ).first()
    brought = {one.id: one for one in list_brought(presence)} if found else {}
    if found and found["standing_id"] in brought:
        return agent_at_window(official, presence, brought[found["standing_id"]])
    return assisting_actor(official, presence)


def confirmed_in_person(actor: Actor, application_id: UUID) -> tuple[frozenset[str], frozenset[str]] | None:
    """The transfers agreed to and promises signed in this presence; None before she confirmed."""
    if actor.standing is None or actor.standing.witnessed_in is None:
        return None
    rows = Confirmation.objects.filter(application_id=application_id, presence_id=actor.standing.witnessed_in)
    found = rows.filter(holder_id__in=own_holders(actor)).order_by("-confirmed_at").first()
    return (frozenset(found.agreed), frozenset(found.signed)) if found else None


def list_own(
    actor: Actor, *, states: Iterable[State] = (), item_code: str = "", page: int = 1
) -> Page[ApplicationView]:
    """The actor's applications and those of his wards, newest first; in some states or of one item only, if given."""
    actor.check(Permission.APPLY)
    rows = own_rows(actor).order_by("-opened_at")
    rows = rows.filter(state__in=wanted) if (wanted := list(states)) else rows
    rows = rows.filter(item_code=item_code) if item_code else rows
    found = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([_view(row) for row in found], page, rows.count())


def get_own(actor: Actor, application_id: UUID) -> ApplicationView:
    """Head of the actor's own application; absent and foreign raise the same NotFound."""
    row = own_rows(actor).filter(id=application_id).first()
    if row is None:
        raise NotFound()
    return _view(row)


def draft_of(actor: Actor, application_id: UUID) -> tuple[dict[str, bool], dict[str, Any]]:
    """The answers and written values of the actor's own draft; of a returned case first what was handed in."""
    row = own_rows(actor).filter(id=application_id).first()
    if row is None:
        raise NotFound()
    answers = {code: mark == "Y" for code, mark in (s.split("=") for s in row.situations)}
    values: dict[str, Any] = {}
    draft, submitted = row.draft_sealed, row.values_sealed
    if draft or submitted:
        own = permit(
            actor, [row.holder_id], ["application.*"], f"办理事项:{row.item_code}", ground=Ground.OWN
        )
        context = draft_context(row.id) if draft else values_context(row.id)
        sealed = bytes(draft or submitted or b"")
        values = msgspec.json.decode(open_snapshot(own, row.holder_id, sealed, context, _source(row), ()))
    return answers, values


def list_events(holder_id: UUID, application_id: UUID) -> tuple[EventView, ...]:
    rows = Event.objects.filter(holder_id=holder_id, application_id=application_id).order_by("at")
    return tuple(EventView(row.at, row.step, row.note) for row in rows)


def own_events(actor: Actor, application_id: UUID) -> tuple[EventView, ...]:
    row = own_rows(actor).filter(id=application_id).first()
    return list_events(row.holder_id, row.id) if row else ()


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of a department's cases to list. ``urgency``: overdue, urgent or paused; ``mine``: those the clerk took."""

    states: tuple[State, ...] = OPEN_STATES
    item_codes: tuple[str, ...] = ()
    receipt: str = ""  # any part of the number
    urgency: str = ""
    mine: bool = False
    holder: UUID | None = None  # whose: the applicant, or the enterprise acted for


def list_queue(
    actor: Actor, wanted: QueueFilter = QueueFilter(), *, page: int = 1, size: int = PAGE_SIZE
) -> Page[ApplicationView]:
    """The clerk's queue: her department, her county if she has one, nearest limit first."""
    rows = _filtered(actor, wanted)
    found = rows.order_by("due_on", "submitted_at", "id")[(page - 1) * size : page * size]
    return Page([_view(row) for row in found], page, rows.count())


def count_queue(actor: Actor, filters: Mapping[str, QueueFilter]) -> dict[str, int]:
    """How many cases each filter finds."""
    return {name: _filtered(actor, wanted).count() for name, wanted in filters.items()}


NEIGHBOURS_MAX = 2000


def neighbours(actor: Actor, application_id: UUID) -> tuple[UUID | None, UUID | None]:
    """(previous, next) of a case among those waiting for the clerk, in the queue's order; past its end the first."""
    waiting = QueueFilter(states=(State.SUBMITTED, State.ACCEPTED))
    rows = _filtered(actor, waiting).order_by("due_on", "submitted_at", "id")
    ids = list(rows.values_list("id", flat=True)[:NEIGHBOURS_MAX])
    if application_id not in ids:
        return None, ids[0] if ids else None
    at, others = ids.index(application_id), [one for one in ids if one != application_id]
    if not others:
        return None, None
    return (others[at - 1] if at else None), others[at] if at < len(others) else others[0]


def has_case_here(actor: Actor, holder_id: UUID) -> bool:
    """Whether the clerk's department has or had a case of this person or enterprise, in the clerk's county."""
    return _of_department(actor).filter(_whose(holder_id)).exists()


def _whose(holder_id: UUID) -> Q:
    return Q(holder_id=holder_id) | Q(enterprise_id=holder_id)


def _of_department(actor: Actor) -> QuerySet[Application]:
    actor.check(Permission.HANDLE)
    rows = Application.objects.filter(department_code=actor.department_code).exclude(state=State.DRAFT)
    return rows.filter(division_code__startswith=actor.division_code[:6]) if actor.division_code else rows


def _filtered(actor: Actor, wanted: QueueFilter) -> QuerySet[Application]:
    rows = _of_department(actor).filter(state__in=wanted.states)
    if wanted.holder:
        rows = rows.filter(_whose(wanted.holder))
    if wanted.item_codes:
        rows = rows.filter(item_code__in=wanted.item_codes)
    if wanted.receipt:
        rows = rows.filter(receipt__contains=wanted.receipt)
    if wanted.urgency == "paused":
        rows = rows.filter(state=State.ACCEPTED, paused=True)
    elif wanted.urgency:
        today, near = clock.today(), clock.today() + timedelta(days=URGENT_DAYS)
        limits = {"due_on__lt": today} if wanted.urgency == "overdue" else {"due_on__range": (today, near)}
        rows = rows.filter(state=State.ACCEPTED, **limits)
    return rows.filter(taken_by=actor.account_id) if wanted.mine else rows


def access_case_row(actor: Actor, application_id: UUID) -> Application:
    """A submitted case of the actor's department and county; absent and foreign ones raise the same NotFound."""
    actor.check(Permission.HANDLE)
    row = (
        Application.objects.filter(id=application_id, department_code=actor.department_code)
        .exclude(state=State.DRAFT)
        .first()
    )
    if row is None or (actor.division_code and not row.division_code.startswith(actor.division_code[:6])):
        raise NotFound()
    return row


def open_case(actor: Actor, application_id: UUID) -> CaseView:
    """A submitted application as the clerk sees it; every field she is shown is a read line.

    Values moved under a consent that was withdrawn are withheld and named in ``withheld``.
    """
    row = access_case_row(actor, application_id)
    duty = permit(
        actor,
        [row.holder_id],
        ["application.*"],
        f"办理事项:{row.item_code}",
        ground=Ground.STATUTORY,
        basis=row.receipt,
    )
    return _open(row, duty, actor)


def open_for_papers(actor: Actor, application_id: UUID) -> CaseView:
    """A case as its receipt and notices tell of it: which materials and its course. One read line, and no value of the
    form: nothing that came from a register is looked at again.
    """
    row = access_case_row(actor, application_id)
    purpose = f"办理事项:{row.item_code}"
    duty = permit(
        actor, [row.holder_id], ["application.*"], purpose, ground=Ground.STATUTORY, basis=row.receipt
    )
    return _case_view(row, _plan(row, duty), {})


def open_consulted(actor: Actor, row: Application, basis: str) -> CaseView:
    """A case another department is heard on, as that department sees it: by its duty to answer, named by ``basis``.

    The caller has checked that it was asked. What moved under consent was agreed to for the deciding department alone
    and is withheld.
    """
    purpose = f"办理事项:{row.item_code}"
    duty = permit(actor, [row.holder_id], ["application.*"], purpose, ground=Ground.STATUTORY, basis=basis)
    return _open(row, duty, actor)


def open_own_case(actor: Actor, application_id: UUID) -> CaseView:
    """The applicant's own submitted application."""
    row = own_rows(actor).filter(id=application_id).exclude(state=State.DRAFT).first()
    if row is None or not row.plan_sealed:
        raise NotFound()
    own = permit(actor, [row.holder_id], ["application.*"], f"办理事项:{row.item_code}", ground=Ground.OWN)
    return _open(row, own, None)


def _open(row: Application, by: Any, official: Actor | None) -> CaseView:
    plan = _plan(row, by)
    raw = open_snapshot(
        by, row.holder_id, bytes(row.values_sealed or b""), values_context(row.id), _source(row), ()
    )
    values: dict[str, Any] = msgspec.json.decode(raw)
    withheld: tuple[str, ...] = ()
    if official is not None:
        withheld = _disclose(official, row, plan)
        gone = {f.name for f in plan.fields if f.reference in withheld}
        values = {name: value for name, value in values.items() if name not in gone}
    return _case_view(row, plan, values, withheld)


def _plan(row: Application, by: Any) -> Plan:
    raw = open_snapshot(
        by, row.holder_id, bytes(row.plan_sealed or b""), plan_context(row.id), _source(row), ()
    )
    return msgspec.json.decode(raw, type=Plan)


def _case_view(
    row: Application, plan: Plan, values: Mapping[str, Any], withheld: tuple[str, ...] = ()
) -> CaseView:
    materials = {
        m.material_code: CaseMaterial(
            m.material_code, m.mode, m.awaiting, m.answer, bool(m.file_address), m.committed_at
        )
        for m in ApplicationMaterial.objects.filter(holder_id=row.holder_id, application_id=row.id)
    }
    return CaseView(_view(row), plan, values, materials, list_events(row.holder_id, row.id), withheld)


def _disclose(actor: Actor, row: Application, plan: Plan) -> tuple[str, ...]:
    """One read line a transfer, under its own ground. Returns the fields whose consent was withdrawn."""
    purpose = f"办理事项:{row.item_code}"
    withheld: list[str] = []
    for transfer, ground in [(t, Ground.STATUTORY) for t in plan.statutory] + [
        (t, Ground.CONSENT) for t in plan.consents
    ]:
        basis = row.receipt if ground is Ground.STATUTORY else str(row.id)
        try:
            given = permit(actor, [transfer.holder_id], transfer.fields, purpose, ground=ground, basis=basis)
        except ConsentRequired:
            withheld.extend(transfer.fields)
            continue
        Disclosure(given, transfer.holder_id, transfer.fields, _source(row)).note()
    return tuple(withheld)


def _source(row: Application) -> str:
    return f"application:{row.id}"


def transfer_names(plan: Plan) -> dict[UUID, str]:
    """Names of the people a plan's transfers are about, for the applicant who already deals with them."""
    people = {t.holder_id for t in (*plan.statutory, *plan.consents, *plan.declined)}
    return parties.holder_names(people)


def _check_carried(actor: Actor, row: Application, material: ApplicationMaterial) -> None:
    """A paper another department checked is shown as long as she agrees. Raises ConsentRequired."""
    paper = Document.objects.filter(
        holder_id=row.holder_id, id__in=[source.partition(":")[2] for source in material.sources]
    ).first()
    if paper is not None and paper.checked_department != actor.department_code:
        reference = [f"document.{material.material_code}"]
        purpose = f"办理事项:{row.item_code}"
        permit(actor, [row.holder_id], reference, purpose, ground=Ground.CONSENT, basis=str(row.id))


def read_upload(actor: Actor, application_id: UUID, material_code: str) -> tuple[bytes, str]:
    """An uploaded file and its type, for the department that handles the case. A read line like any other."""
    row = access_case_row(actor, application_id)
    material = ApplicationMaterial.objects.filter(
        holder_id=row.holder_id, application_id=row.id, material_code=material_code
    ).first()
    if material is None or not material.file_address:
        raise NotFound()
    duty = permit(
        actor,
        [row.holder_id],
        ["application.*"],
        f"办理事项:{row.item_code}",
        ground=Ground.STATUTORY,
        basis=row.receipt,
    )
    if material.mode == Mode.REUSE:
        _check_carried(actor, row, material)
    Disclosure(duty, row.holder_id, ("application.*",), f"upload:{material_code}").note()
    data = files.read(material.file_address)
    return data, upload_type(data)

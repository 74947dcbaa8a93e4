"""Requests as either side sees them. Lists name nobody; opening one shows whom it is about, under a permit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from proofless.access import Ground, SealedRecord, open_records, permit
from proofless.access import queries as access
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.verification.models import (
    OPEN_STATES,
    Evidence,
    Pause,
    Request,
    Step,
    answer_context,
    question_context,
)
from proofless.verification.queries.templates import TemplateView, find_template, get_template
from proofless.verification.rules import clocks
from proofless.verification.rules.clocks import Deadline, Known, Level, Pressure, Urgency
from proofless.verification.rules.states import State

SOON_WINDOW = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request without its content. ``promised`` and ``legal`` say how near each limit is."""

    id: UUID
    holder_id: UUID
    number: str
    template_code: str
    title: str
    reference: str
    purpose: str
    asker_code: str
    department_code: str
    unit_code: str
    state: State
    revision: int
    taken_by: UUID | None
    asked_at: datetime
    promised_due_on: date | None
    legal_due_on: date | None
    due_unknown: bool
    promised: Pressure
    legal: Pressure
    extended_days: int
    level: Level
    attempt_failure: str
    case_over: bool
    after_case: bool
    by_interface: bool
    answered_at: datetime | None
    closing_note: str

    @property
    def in_limit(self) -> bool | None:
        """Whether the answer kept the legal limit; None while open or unknown."""
        if self.answered_at is None or self.legal_due_on is None:
            return None
        return clock.day_of(self.answered_at) <= self.legal_due_on


@dataclass(frozen=True, slots=True)
class Filter:
    """``state``: open, closed or a State. ``urgency``: overdue or soon. ``text``: number, purpose or template."""

    state: str = "open"
    urgency: str = ""
    template_code: str = ""
    text: str = ""
    mine: bool = False


def list_queue(actor: Actor, wanted: Filter, *, page: int = 1, size: int = PAGE_SIZE) -> Page[RequestView]:
    """What the actor's department answers for or works on, nearest promised limit first."""
    rows = _narrowed(_answering(actor), actor, wanted)
    ordered = rows.order_by(F("promised_due_on").asc(nulls_last=True), "asked_at", "id")
    return _page(ordered, page, size)


def list_asked(actor: Actor, wanted: Filter, *, page: int = 1, size: int = PAGE_SIZE) -> Page[RequestView]:
    """What the actor's department asked others, newest first."""
    actor.check(Permission.VERIFICATION_ASK)
    rows = _narrowed(Request.objects.filter(asker_code=actor.department_code or "-"), actor, wanted)
    return _page(rows.order_by("-asked_at", "-id"), page, size)


def count_urgent(actor: Actor) -> Mapping[str, int]:
    """Open, overdue and soon due of the queue."""
    rows = _answering(actor)
    return {key: _narrowed(rows, actor, Filter(urgency=key)).count() for key in ("", "overdue", "soon")}


def _answering(actor: Actor) -> "QuerySet[Request]":
    actor.check(Permission.VERIFICATION_ANSWER)
    code = actor.department_code or "-"
    rows = Request.objects.filter(Q(department_code=code) | Q(unit_code=code))
    if actor.division_code:
        here = Q(division_code="") | Q(division_code__startswith=actor.division_code[:6])
        rows = rows.filter(here)
    return rows


def _narrowed(rows: "QuerySet[Request]", actor: Actor, wanted: Filter) -> "QuerySet[Request]":
    if wanted.state == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    elif wanted.state == "closed":
        rows = rows.exclude(state__in=OPEN_STATES)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    today = clock.today()
    if wanted.urgency == "overdue":
        rows = rows.filter(state__in=OPEN_STATES, promised_due_on__lt=today)
    elif wanted.urgency == "soon":
        last = clock.add_working_days(today, clocks.SOON_DAYS).due_on or today
        rows = rows.filter(state__in=OPEN_STATES, promised_due_on__range=(today, last))
    if wanted.template_code:
        rows = rows.filter(template_code=wanted.template_code)
    if wanted.mine:
        rows = rows.filter(taken_by=actor.account_id)
    if wanted.text:
        rows = rows.filter(Q(number__icontains=wanted.text) | Q(purpose__icontains=wanted.text))
    return rows


def _page(rows: "QuerySet[Request]", number: int, size: int) -> Page[RequestView]:
    start = (number - 1) * size
    return Page([view_of(row) for row in rows[start : start + size]], number, rows.count(), size)


def view_of(row: Request) -> RequestView:
    """The frozen value of a row, its limits judged today."""
    template = find_template(row.template_code)
    same = (set(RequestView.__dataclass_fields__) & {f.name for f in Request._meta.fields}) - {
        "state",
        "level",
    }
    return RequestView(
        **{name: getattr(row, name) for name in same},
        title=template.title if template else row.template_code,
        state=State(row.state),
        level=Level(row.level),
        promised=_pressure(row, row.promised_due_on),
        legal=_pressure(row, row.legal_due_on),
        case_over=row.case_closed_at is not None,
        after_case=bool(row.case_closed_at and row.answered_at and row.answered_at > row.case_closed_at),
    )


def _pressure(row: Request, due_on: date | None) -> Pressure:
    if not State(row.state).open:
        return Pressure(Urgency.DONE)
    known = Known.PAUSED if row.state == State.PAUSED.value else Known.UNPUBLISHED
    return clocks.pressure(Deadline(due_on, Known.KNOWN if due_on else known), clock.today())


def question_record(row: Request) -> SealedRecord:
    """The sealed parameters; fields ``question.<name>``."""
    context = question_context(row.holder_id, row.id)
    return SealedRecord(row.holder_id, bytes(row.question_sealed), context, "question", f"request:{row.id}")


def answer_record(row: Request) -> SealedRecord:
    """The sealed answer; fields ``answer.verdict``, ``.as_of``, ``.note`` and the template's."""
    if row.answer_sealed is None:
        raise NotFound()
    context = answer_context(row.holder_id, row.id)
    return SealedRecord(row.holder_id, bytes(row.answer_sealed), context, "answer", f"request:{row.id}")


@dataclass(frozen=True, slots=True)
class StepView:
    at: datetime
    step: str
    note: str
    account_id: UUID
    department_code: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    id: UUID
    media_type: str
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request with whom it is about and what is asked, read under a permit for this request.

    ``answer`` is empty until answered. ``answering``: the reader is on the answering side.
    """

    head: RequestView
    template: TemplateView
    subject: Mapping[str, Any]
    parameters: Mapping[str, Any]
    answer: Mapping[str, Any]
    steps: tuple[StepView, ...]
    evidence: tuple[EvidenceView, ...]
    pauses: tuple[tuple[date, date | None, str], ...]
    answering: bool
    units: tuple[str, ...] = field(default=())


def open_request(actor: Actor, request_id: UUID) -> OpenRequest:
    """Open one of the actor's own department, on either side; the reads are noted. Else NotFound."""
    row = Request.objects.filter(id=request_id).first()
    code = actor.department_code or "-"
    if row is None or code not in {row.department_code, row.unit_code, row.asker_code}:
        raise NotFound()
    answering = code in {row.department_code, row.unit_code}
    actor.check(Permission.VERIFICATION_ANSWER if answering else Permission.VERIFICATION_ASK)
    template = get_template(row.template_code)
    fields = [*template.carries, "question.*", "answer.*"]
    grant = permit(
        actor, [row.holder_id], fields, row.purpose, ground=Ground.STATUTORY, basis=f"协查:{row.number}"
    )
    holder = access.find_holder_records([row.holder_id])
    mine = {"holder_id": row.holder_id, "request_id": row.id}
    return OpenRequest(
        head=view_of(row),
        template=template,
        subject=open_records(grant, [holder[row.holder_id]])[0] if row.holder_id in holder else {},
        parameters=open_records(grant, [question_record(row)])[0] if template.parameters else {},
        answer=open_records(grant, [answer_record(row)])[0] if row.answer_sealed else {},
        steps=tuple(
            StepView(s.at, s.step, s.note, s.account_id, s.department_code)
            for s in Step.objects.filter(**mine).order_by("at", "id")
        ),
        evidence=tuple(
            EvidenceView(e.id, e.media_type, e.size, e.added_at)
            for e in Evidence.objects.filter(**mine).order_by("added_at", "id")
        ),
        pauses=tuple(
            (p.since_on, p.until_on, p.reason)
            for p in Pause.objects.filter(**mine).order_by("since_on", "id")
        ),
        answering=answering,
    )

"""Reads of handling: what stands still, who is heard, what this department is asked, what was asked for twice."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from proofless.applications.handling.rules import Heard, Opinions, ProcedureKind, opinions_allow
from proofless.applications.models import Application, Opinion, Procedure, Supplement
from proofless.applications.queries import CaseView, open_consulted
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """``due_on`` None while the holidays of its year are not published."""

    kind: ProcedureKind
    reason: str
    limit_days: int
    since: date
    due_on: date | None
    until: date | None
    outcome: str

    @property
    def running(self) -> bool:
        return self.until is None

    @property
    def overdue(self) -> bool:
        return self.running and self.due_on is not None and clock.today() > self.due_on


@dataclass(frozen=True, slots=True)
class OpinionView:
    id: UUID
    application_id: UUID
    item_name: str
    asking: str
    department: str
    question: str
    state: Opinion.State
    answer: str
    limit_days: int
    due_on: date | None
    asked_at: datetime
    answered_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state is Opinion.State.ASKED

    @property
    def overdue(self) -> bool:
        return self.open and self.due_on is not None and clock.today() > self.due_on


@dataclass(frozen=True, slots=True)
class SupplementView:
    application_id: UUID
    receipt: str
    item_name: str
    department: str
    number: int
    materials: tuple[str, ...]
    fields: tuple[str, ...]
    note: str
    late: tuple[str, ...]
    again: str
    noticed_at: datetime


def list_procedures(holder_id: UUID, application_id: UUID) -> tuple[ProcedureView, ...]:
    """Of a case the caller may see, newest first."""
    rows = Procedure.objects.filter(holder_id=holder_id, application_id=application_id).order_by("-begun_at")
    return tuple(
        ProcedureView(
            ProcedureKind(row.kind),
            row.reason,
            row.limit_days,
            row.since,
            row.due_on,
            row.until,
            row.outcome,
        )
        for row in rows
    )


def list_opinions(holder_id: UUID, application_id: UUID) -> tuple[OpinionView, ...]:
    """Of a case the caller may see, oldest first."""
    rows = Opinion.objects.filter(holder_id=holder_id, application_id=application_id).order_by("asked_at")
    return _opinions(list(rows))


def opinions_state(opinions: tuple[OpinionView, ...]) -> Opinions:
    return opinions_allow([Heard(one.state.value, one.due_on) for one in opinions], clock.today())


def list_asked(actor: Actor, *, answered: bool = False, page: int = 1) -> Page[OpinionView]:
    """What other departments ask of the actor's, nearest limit first; or what was answered, newest first."""
    actor.check(Permission.HANDLE)
    rows = Opinion.objects.filter(department_code=actor.department_code)
    if actor.division_code:
        rows = rows.filter(division_code__startswith=actor.division_code[:6])
    asked = Opinion.State.ASKED
    rows = (
        rows.exclude(state=asked).order_by("-answered_at")
        if answered
        else rows.filter(state=asked).order_by("due_on", "asked_at")
    )
    found = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Page(list(_opinions(found)), page, rows.count())


def access_opinion(actor: Actor, opinion_id: UUID) -> Opinion:
    """An opinion asked of the actor's department and county; absent and foreign raise the same NotFound."""
    actor.check(Permission.HANDLE)
    found = Opinion.objects.filter(id=opinion_id, department_code=actor.department_code).first()
    elsewhere = found and actor.division_code and not found.division_code.startswith(actor.division_code[:6])
    if found is None or elsewhere:
        raise NotFound()
    return found


def open_asked(actor: Actor, opinion_id: UUID) -> tuple[OpinionView, CaseView]:
    """An opinion asked of the actor's department with the case it is about; every field shown is a read line."""
    row = access_opinion(actor, opinion_id)
    application = Application.objects.get(id=row.application_id, holder_id=row.holder_id)
    return _opinions([row])[0], open_consulted(actor, application, f"opinion:{row.id}")


def _opinions(rows: list[Opinion]) -> tuple[OpinionView, ...]:
    names = {code: one.name for code, one in parties.list_departments().items()}
    return tuple(
        OpinionView(
            id=row.id,
            application_id=row.application_id,
            item_name=items.get_item(row.item_code).name,
            asking=names.get(row.asking_code, row.asking_code),
            department=names.get(row.department_code, row.department_code),
            question=row.question,
            state=Opinion.State(row.state),
            answer=row.answer,
            limit_days=row.limit_days,
            due_on=row.due_on,
            asked_at=row.asked_at,
            answered_at=row.answered_at,
        )
        for row in rows
    )


def list_supplements(holder_id: UUID, application_id: UUID) -> tuple[SupplementView, ...]:
    """The notices of a case the caller may see, oldest first."""
    rows = Supplement.objects.filter(holder_id=holder_id, application_id=application_id).order_by("number")
    return _supplements(list(rows))


def list_late_supplements(actor: Actor, *, page: int = 1) -> Page[SupplementView]:
    """Notices that named what an earlier one should have named, newest first, for the supervisor."""
    actor.check(Permission.SUPERVISE)
    rows = Supplement.objects.exclude(again="").order_by("-noticed_at")
    found = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Page(list(_supplements(found)), page, rows.count())


def _supplements(rows: list[Supplement]) -> tuple[SupplementView, ...]:
    names = {code: one.name for code, one in parties.list_departments().items()}
    heads = {one.id: one for one in Application.objects.filter(id__in=[row.application_id for row in rows])}
    found = []
    for row in rows:
        head = heads[row.application_id]
        item = items.get_item(head.item_code)
        called = {m.code: m.name for m in item.materials} | {f.name: f.label for f in item.fields}
        found.append(
            SupplementView(
                application_id=row.application_id,
                receipt=head.receipt,
                item_name=item.name,
                department=names.get(row.department_code, row.department_code),
                number=row.number,
                materials=tuple(called.get(code, code) for code in row.materials),
                fields=tuple(called.get(name, name) for name in row.fields),
                note=row.note,
                late=tuple(called.get(one, "未写明具体内容" if one == "note" else one) for one in row.late),
                again=row.again,
                noticed_at=row.noticed_at,
            )
        )
    return tuple(found)

"""Reads at the gate: demands and reports, for the resident, the department and the supervisor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from proofless.access import Ground, Permit, permit
from proofless.access.permits import own_holders
from proofless.access.snapshots import open_snapshot
from proofless.applications.gate.rules import Proof, evidence_lines
from proofless.applications.gate.sealing import evidence_context, words_context
from proofless.applications.models import AskReport, Demand
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission

PURPOSE = "处理违规索证举报"


@dataclass(frozen=True, slots=True)
class DemandView:
    """A demand as department and supervisor see it: no name, the law in full."""

    id: UUID
    application_id: UUID
    item_name: str
    material_code: str
    material_name: str
    department_code: str
    mode: str
    law: str
    reason: str
    state: Demand.State
    asked_by: UUID
    asked_at: datetime

    @property
    def standing(self) -> bool:
        return self.state in {Demand.State.OPEN, Demand.State.REPORTED}


@dataclass(frozen=True, slots=True)
class ReportView:
    """``overdue``: nobody settled it by its day."""

    id: UUID
    number: str
    application_id: UUID | None
    item_code: str
    item_name: str
    material_name: str
    department_code: str
    place: AskReport.Place
    state: AskReport.State
    reported_at: datetime
    due_on: date | None
    finding: str
    settled_at: datetime | None

    @property
    def overdue(self) -> bool:
        return self.state is AskReport.State.OPEN and self.due_on is not None and self.due_on < clock.today()


@dataclass(frozen=True, slots=True)
class OpenReport:
    head: ReportView
    words: str
    evidence: tuple[Proof, ...]


def list_demands(actor: Actor, *, page: int = 1) -> Page[DemandView]:
    """Every override of the gate, newest first, for the supervisor."""
    actor.check(Permission.ASKS_SETTLE)
    rows = Demand.objects.order_by("-asked_at")
    found = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([_demand(row) for row in found], page, rows.count())


def demands_of(holder_id: UUID, application_id: UUID) -> tuple[DemandView, ...]:
    """What was demanded in one case; for rooms that already hold the case."""
    rows = Demand.objects.filter(holder_id=holder_id, application_id=application_id).order_by("asked_at")
    return tuple(_demand(row) for row in rows)


def list_reports(actor: Actor, states: Iterable[AskReport.State], *, page: int = 1) -> Page[ReportView]:
    """Reports in some states, the nearest limit first, for the supervisor."""
    actor.check(Permission.ASKS_SETTLE)
    rows = AskReport.objects.filter(state__in=list(states)).order_by("due_on", "reported_at")
    found = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([_report(row) for row in found], page, rows.count())


def list_own_reports(actor: Actor, application_id: UUID | None = None) -> tuple[ReportView, ...]:
    """The actor's own and his wards', newest first; of one application only when it is named."""
    actor.check(Permission.APPLY)
    rows = AskReport.objects.filter(holder_id__in=own_holders(actor)).order_by("-reported_at")
    rows = rows.filter(application_id=application_id) if application_id else rows
    return tuple(_report(row) for row in rows)


def open_report(actor: Actor, report_id: UUID) -> OpenReport:
    """With her words and the evidence; the read is the holder's to see. Absent ones raise NotFound."""
    actor.check(Permission.ASKS_SETTLE)
    row = _one(AskReport.objects.filter(id=report_id))
    fields = ["application.*"]
    duty = permit(actor, [row.holder_id], fields, PURPOSE, ground=Ground.STATUTORY, basis=row.number)
    return _open(row, duty)


def open_own_report(actor: Actor, report_id: UUID) -> OpenReport:
    """The actor's own; absent and foreign ones raise the same NotFound."""
    actor.check(Permission.APPLY)
    row = _one(AskReport.objects.filter(id=report_id, holder_id__in=own_holders(actor)))
    return _open(row, permit(actor, [row.holder_id], ["application.*"], PURPOSE, ground=Ground.OWN))


def _one(rows: QuerySet[AskReport]) -> AskReport:
    row = rows.first()
    if row is None:
        raise NotFound()
    return row


def _open(row: AskReport, by: Permit) -> OpenReport:
    source = f"ask_report:{row.id}"
    words = open_snapshot(by, row.holder_id, bytes(row.words_sealed), words_context(row.id), source, ())
    sealed = bytes(row.evidence_sealed)
    raw = open_snapshot(by, row.holder_id, sealed, evidence_context(row.id), source, ())
    return OpenReport(_report(row), words.decode(), evidence_lines(msgspec.json.decode(raw)))


def _report(row: AskReport) -> ReportView:
    item_name, material_name = _names(row.item_code, row.material_code)
    return ReportView(
        id=row.id,
        number=row.number,
        application_id=row.application_id,
        item_code=row.item_code,
        item_name=item_name,
        material_name=material_name,
        department_code=row.department_code,
        place=AskReport.Place(row.place),
        state=AskReport.State(row.state),
        reported_at=row.reported_at,
        due_on=row.due_on,
        finding=row.finding,
        settled_at=row.settled_at,
    )


def _demand(row: Demand) -> DemandView:
    item_name, material_name = _names(row.item_code, row.material_code)
    return DemandView(
        id=row.id,
        application_id=row.application_id,
        item_name=item_name,
        material_code=row.material_code,
        material_name=material_name,
        department_code=row.department_code,
        mode=row.mode,
        law=row.law,
        reason=row.reason,
        state=Demand.State(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )


def _names(item_code: str, material_code: str) -> tuple[str, str]:
    item = items.get_item(item_code)
    names = {one.code: one.name for one in item.materials}
    return item.name, names.get(material_code, material_code)

"""Applications for seals, as applicants and approvers see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from proofless.kit.actor import Actor
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.seals.errors import SealNotFound
from proofless.seals.models import Application
from proofless.seals.queries.register import sees_all
from proofless.seals.rules import ApplicationState, SealForm


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application with its people by label."""

    id: UUID
    department_code: str
    form: SealForm
    name: str
    owner_name: str
    type_codes: tuple[str, ...]
    years: int
    reason: str
    renews_id: UUID | None
    state: ApplicationState
    applied_by: UUID
    applied_label: str
    applied_at: datetime
    decided_label: str
    decided_at: datetime | None
    opinion: str
    seal_id: UUID | None


def list_applications(
    actor: Actor, *, state: str = "", text: str = "", page: int = 1
) -> Page[ApplicationView]:
    """Newest first; a keeper sees his department's. ``text`` is part of the seal's, the owner's or the department's
    name."""
    rows = _found(actor, state, text)
    chosen = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Page(_views(chosen), page, rows.count())


def export_applications(actor: Actor, *, state: str = "", text: str = "") -> list[ApplicationView]:
    """All of a search, for a workbook."""
    return _views(list(_found(actor, state, text)))


def count_applications(actor: Actor) -> dict[str, int]:
    """How many the actor sees in each state, and in all under ""."""
    found = _found(actor, "", "").order_by().values_list("state").annotate(count=Count("id"))
    counts = dict.fromkeys(ApplicationState, 0) | dict(found)
    return {str(state): count for state, count in counts.items()} | {"": sum(counts.values())}


def _found(actor: Actor, state: str, text: str) -> QuerySet[Application]:
    actor.check(Permission.SEAL_READ)
    rows = Application.objects.order_by("-applied_at")
    if not sees_all(actor):
        rows = rows.filter(department_code=actor.department_code)
    if text:
        offices = [
            code
            for code, office in parties.list_departments().items()
            if text in office.name or text in office.short_name
        ]
        named = Q(name__icontains=text) | Q(owner_name__icontains=text)
        rows = rows.filter(named | Q(department_code__in=offices))
    return rows.filter(state=state) if state else rows


def access_application(actor: Actor, application_id: UUID) -> ApplicationView:
    """Raises SealNotFound, for an absent one and another department's alike."""
    actor.check(Permission.SEAL_READ)
    row = Application.objects.filter(id=application_id).first()
    if row is None or not (sees_all(actor) or actor.department_code == row.department_code):
        raise SealNotFound()
    return _views([row])[0]


def _views(rows: list[Application]) -> list[ApplicationView]:
    people = {row.applied_by for row in rows} | {row.decided_by for row in rows if row.decided_by}
    labels = parties.account_labels(people)
    return [
        ApplicationView(
            id=row.id,
            department_code=row.department_code,
            form=SealForm(row.form),
            name=row.name,
            owner_name=row.owner_name,
            type_codes=tuple(row.type_codes),
            years=row.years,
            reason=row.reason,
            renews_id=row.renews_id,
            state=ApplicationState(row.state),
            applied_by=row.applied_by,
            applied_label=labels.get(row.applied_by, "系统"),
            applied_at=row.applied_at,
            decided_label=labels.get(row.decided_by, "系统") if row.decided_by else "",
            decided_at=row.decided_at,
            opinion=row.opinion,
            seal_id=row.seal_id,
        )
        for row in rows
    ]

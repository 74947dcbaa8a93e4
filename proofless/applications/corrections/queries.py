"""Reads of corrections: the owning department's list, and the applicant's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from proofless.access import Ground, Permit, permit
from proofless.access.permits import own_holders
from proofless.access.snapshots import open_snapshot
from proofless.applications.corrections.sealing import words_context
from proofless.applications.models import Correction
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.standards import queries as standards

PURPOSE = "核实更正请求"


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """``said``: label, value, as_of, other, other_as_of, words, codes spelt out; None in lists, where nothing is
    opened. ``source`` and ``other_source`` are the records' titles.
    """

    id: UUID
    item_name: str
    reference: str
    other_reference: str
    department_code: str
    by_system: bool
    state: Correction.State
    opened_at: datetime
    answer: str
    answered_at: datetime | None
    source: str = ""
    other_source: str = ""
    holder_name: str = ""
    said: Mapping[str, str] | None = None


def list_corrections(
    actor: Actor, states: Iterable[Correction.State], *, page: int = 1
) -> Page[CorrectionView]:
    """Those of the actor's department, oldest first; what they say is read one by one."""
    actor.check(Permission.HANDLE)
    rows = Correction.objects.filter(
        department_code=actor.department_code or "-", state__in=list(states)
    ).order_by("opened_at")
    found = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([_view(row) for row in found], page, rows.count())


def open_correction(actor: Actor, correction_id: UUID) -> CorrectionView:
    """With both values and her words, for the owning department. Absent and foreign ones raise NotFound."""
    actor.check(Permission.HANDLE)
    row = Correction.objects.filter(id=correction_id, department_code=actor.department_code or "-").first()
    if row is None:
        raise NotFound()
    basis = f"更正:{row.id}"
    duty = permit(actor, [row.holder_id], ["application.*"], PURPOSE, ground=Ground.STATUTORY, basis=basis)
    names = parties.holder_names([row.holder_id])
    return _view(row, duty, names.get(row.holder_id, ""))


def list_own_corrections(actor: Actor, application_id: UUID) -> tuple[CorrectionView, ...]:
    """Those that came of one application and are about the actor or his wards."""
    actor.check(Permission.APPLY)
    rows = Correction.objects.filter(
        holder_id__in=own_holders(actor), application_id=application_id
    ).order_by("opened_at")
    found = list(rows)
    if not found:
        return ()
    own = permit(actor, {r.holder_id for r in found}, ["application.*"], PURPOSE, ground=Ground.OWN)
    return tuple(_view(row, own) for row in found)


def _title(item_code: str, reference: str) -> str:
    """The name of the certificate or register a reference stands in."""
    owner = reference.split(".", 1)[0]
    return items.get_item(item_code).titles.get(owner, owner)


def _spelt(row: Correction, said: dict[str, str]) -> dict[str, str]:
    """Codes in words. Two records of one fact share a list, also where the catalogue names it for one of them."""
    fields = standards.fields_by_ref()
    lists = [fields[ref].list_name if ref in fields else "" for ref in (row.reference, row.other_reference)]
    for name, own, shared in (("value", lists[0], lists[1]), ("other", lists[1], lists[0])):
        if said[name] and (own or shared):
            said[name] = str(standards.code_name(own or shared, said[name]))
    return said


def _view(row: Correction, by: Permit | None = None, holder_name: str = "") -> CorrectionView:
    said = None
    if by is not None:
        source = f"correction:{row.id}"
        sealed = bytes(row.words_sealed)
        raw = open_snapshot(by, row.holder_id, sealed, words_context(row.id), source, ())
        said = _spelt(row, msgspec.json.decode(raw))
    return CorrectionView(
        id=row.id,
        item_name=items.get_item(row.item_code).name,
        reference=row.reference,
        other_reference=row.other_reference,
        department_code=row.department_code,
        by_system=row.by_system,
        state=Correction.State(row.state),
        opened_at=row.opened_at,
        answer=row.answer,
        answered_at=row.answered_at,
        source=_title(row.item_code, row.reference),
        other_source=_title(row.item_code, row.other_reference),
        holder_name=holder_name,
        said=said,
    )

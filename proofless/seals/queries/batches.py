"""Batches of a department: how far they are, and what became of each file."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from proofless.kit.actor import Actor
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.seals.errors import SealNotFound
from proofless.seals.models import Batch, BatchItem
from proofless.seals.rules import ItemState
from proofless.seals.wishes import AcrossEdges, AtPoint, AtWords, InBox, read_wish
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class BatchView:
    """``where`` says in words how the files are sealed; empty once forgotten."""

    id: UUID
    title: str
    where: str
    opened_label: str
    opened_at: datetime
    forget_at: datetime
    forgotten: bool
    sealed: int
    refused: int
    waiting: int

    @property
    def total(self) -> int:
        return self.sealed + self.refused + self.waiting

    @property
    def done(self) -> int:
        return self.sealed + self.refused


@dataclass(frozen=True, slots=True)
class ItemView:
    """``name`` is empty once forgotten; ``source`` is the SM3 of the file brought."""

    number: int
    name: str
    state: ItemState
    reason: str
    source: str
    sealed_at: datetime | None
    sealed_label: str


def list_batches(actor: Actor, *, page: int = 1) -> Page[BatchView]:
    """Of the actor's department, the newest first."""
    actor.check(Permission.SEAL_KEEP)
    rows = _counted().filter(department_code=actor.department_code).order_by("-opened_at")
    chosen = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Page(_views(chosen), page, rows.count())


def access_batch(actor: Actor, batch_id: UUID) -> BatchView:
    """Raises SealNotFound, for an absent one and another department's alike."""
    actor.check(Permission.SEAL_KEEP)
    row = _counted().filter(id=batch_id, department_code=actor.department_code).first()
    if row is None:
        raise SealNotFound()
    return _views([row])[0]


def list_items(actor: Actor, batch_id: UUID, *, state: str = "", page: int = 1) -> Page[ItemView]:
    """Files in their order; those of one state when it is given."""
    access_batch(actor, batch_id)
    rows = BatchItem.objects.filter(batch_id=batch_id).order_by("number")
    if state:
        rows = rows.filter(state=state)
    chosen = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Page(_items(chosen), page, rows.count())


def export_items(actor: Actor, batch_id: UUID) -> list[ItemView]:
    """All of a batch, for a workbook."""
    access_batch(actor, batch_id)
    return _items(list(BatchItem.objects.filter(batch_id=batch_id).order_by("number")))


def name_context(batch_id: UUID, number: int) -> bytes:
    """What a file's sealed name is bound to."""
    return f"seals_batch_item:{batch_id}:{number}".encode()


def name_of(item: BatchItem) -> str:
    sealed = bytes(item.name_sealed)
    return cipher.open_sealed(sealed, name_context(item.batch_id, item.number)).decode() if sealed else ""


def _counted() -> QuerySet[Batch]:
    counts = {state.value: Count("batchitem", filter=Q(batchitem__state=state)) for state in ItemState}
    return Batch.objects.annotate(**counts)


def _views(rows: list[Batch]) -> list[BatchView]:
    labels = parties.account_labels({row.opened_by for row in rows})
    return [
        BatchView(
            id=row.id,
            title=row.title,
            where=_where(row),
            opened_label=labels.get(row.opened_by, "系统"),
            opened_at=row.opened_at,
            forget_at=row.forget_at,
            forgotten=row.forgotten_at is not None,
            **{state.value: getattr(row, state.value) for state in ItemState},
        )
        for row in rows
    ]


def _where(row: Batch) -> str:
    if not row.wish:
        return ""
    match read_wish(row.wish).where:
        case AtWords(words):
            return f"盖在文字“{words}”上"
        case AtPoint(page, x, y):
            return f"第 {page} 页，距左 {x:g} 毫米、距上 {y:g} 毫米"
        case AcrossEdges():
            return "骑缝"
        case InBox(page):
            return f"第 {page} 页"


def _items(rows: list[BatchItem]) -> list[ItemView]:
    labels = parties.account_labels({row.sealed_by for row in rows if row.sealed_by})
    return [
        ItemView(
            row.number,
            name_of(row),
            ItemState(row.state),
            row.reason,
            row.source,
            row.sealed_at,
            labels.get(row.sealed_by, "系统") if row.sealed_by else "",
        )
        for row in rows
    ]

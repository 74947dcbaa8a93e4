"""``record_reads``: no personal data leaves before its read lines are committed.

Reading functions call ``note_read``; the edge (middleware, a task, a command) opens ``reading()`` around the work and
its lines are committed when the block ends, before the reply is sent. A read outside such a block is refused.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.kinds import Kind
from proofless.ledger.entry import Entry, HolderLine, insert_entries


class ReadUnrecorded(Refusal):
    code = ErrorCode.READ_UNRECORDED


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One read: permit × holder × source, with the fields that were given out."""

    permit_id: UUID
    actor: Actor
    purpose: str
    ground: str
    holder_id: UUID
    fields: tuple[str, ...]
    source: str


_book: ContextVar["list[ReadLine] | None"] = ContextVar("proofless_read_book", default=None)


def note_read(line: ReadLine) -> None:
    """Note a read for the open block. Raises ReadUnrecorded when nobody would commit it."""
    book = _book.get()
    if book is None:
        raise ReadUnrecorded()
    book.append(line)


@contextmanager
def reading() -> Iterator[list[ReadLine]]:
    """Collect the reads of a block and commit them at its end, also when the block was refused half-way."""
    outer = _book.get()
    if outer is not None:
        yield outer
        return
    lines: list[ReadLine] = []
    token = _book.set(lines)
    try:
        yield lines
    finally:
        _book.reset(token)
        record_reads(lines)


def record_reads(lines: Iterable[ReadLine]) -> int:
    """Commit one entry per permit with one holder line per holder and source. Returns the number of entries."""
    merged: dict[UUID, dict[tuple[UUID, str], dict[str, None]]] = {}
    permits: dict[UUID, ReadLine] = {}
    for line in lines:
        permits[line.permit_id] = line
        fields = merged.setdefault(line.permit_id, {}).setdefault((line.holder_id, line.source), {})
        fields.update(dict.fromkeys(line.fields))
    entries = [_entry(permits[permit_id], holders) for permit_id, holders in merged.items()]
    if entries:
        with transaction.atomic():
            insert_entries(entries)
    return len(entries)


def _entry(line: ReadLine, holders: dict[tuple[UUID, str], dict[str, None]]) -> Entry:
    return Entry(
        kind=Kind.READ,
        actor=line.actor,
        object_kind="permit",
        object_id=str(line.permit_id),
        purpose=line.purpose,
        ground=line.ground,
        holders=tuple(
            HolderLine(holder, tuple(fields), source) for (holder, source), fields in holders.items()
        ),
    )

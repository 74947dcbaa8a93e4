"""Opening sealed records: the only place where holders' values are decrypted, permitted and noted as read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proofless.access.errors import PermitDenied
from proofless.access.permits import Permit
from proofless.ledger import ReadLine, note_read
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A ciphertext with whose it is, what it is bound to, its field prefix and its source reference."""

    holder_id: UUID
    sealed: bytes
    context: bytes
    prefix: str
    source: str


def open_records(permit: Permit, records: Iterable[SealedRecord]) -> list[dict[str, Any]]:
    """The permitted fields of each record, keyed by bare field name, in order.

    Every record opened is one read line. Raises PermitDenied when the permit covers no field of a record: a caller
    that asks for nothing it may have is in error, not merely unlucky.
    """
    opened = []
    for record in records:
        values = cipher.open_record(record.sealed, record.context)
        allowed = {
            name: value
            for name, value in values.items()
            if permit.allows(record.holder_id, f"{record.prefix}.{name}")
        }
        if not allowed:
            raise PermitDenied(record=record.prefix)
        note_read(
            ReadLine(
                permit_id=permit.id,
                actor=permit.actor,
                purpose=permit.purpose,
                ground=permit.ground_text,
                holder_id=record.holder_id,
                fields=tuple(f"{record.prefix}.{name}" for name in allowed),
                source=record.source,
            )
        )
        opened.append(allowed)
    return opened

"""Snapshots: whole documents sealed under one holder that say things of several people, opened and noted as such."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from proofless.access.errors import PermitDenied
from proofless.access.permits import Permit
from proofless.ledger import ReadLine, note_read
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Fields of one holder that a snapshot shows, under the permit that allows it."""

    permit: Permit
    holder_id: UUID
    fields: tuple[str, ...]
    source: str

    def note(self) -> None:
        """Note the read. Raises PermitDenied for a field the permit does not cover."""
        if not all(self.permit.allows(self.holder_id, field) for field in self.fields):
            raise PermitDenied()
        note_read(
            ReadLine(
                permit_id=self.permit.id,
                actor=self.permit.actor,
                purpose=self.permit.purpose,
                ground=self.permit.ground_text,
                holder_id=self.holder_id,
                fields=self.fields,
                source=self.source,
            )
        )


def open_snapshot(
    permit: Permit,
    holder_id: UUID,
    sealed: bytes,
    context: bytes,
    source: str,
    disclosures: Iterable[Disclosure],
) -> bytes:
    """Open a sealed document of a holder under a permit for ``application.*``; notes it and what it discloses."""
    opened = cipher.open_sealed(sealed, context)
    Disclosure(permit, holder_id, ("application.*",), source).note()
    for one in disclosures:
        one.note()
    return opened

"""Reads of the seal register, and the trust that checks what was sealed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proofless.gm.trust import TrustStore
from proofless.kit import clock
from proofless.seals.errors import SealForbidden, SealNotActive
from proofless.seals.models import Authority, AuthorityRole, Seal, SealState


@dataclass(frozen=True, slots=True)
class SealView:
    """A seal of the register. ``state`` is computed: an active seal past its period is expired."""

    id: UUID
    code: str
    name: str
    department_code: str
    state: SealState
    type_codes: tuple[str, ...]
    signer_key_id: str
    certificate: bytes
    seal: bytes
    valid_from: datetime
    valid_to: datetime

    def serves(self, type_code: str) -> bool:
        """Whether the seal may be used for this kind of document."""
        return not self.type_codes or type_code in self.type_codes


def view_of(row: Seal) -> SealView:
    state = SealState(row.state)
    if state is SealState.ACTIVE and clock.now() > row.valid_to:
        state = SealState.EXPIRED
    return SealView(
        id=row.id,
        code=row.code,
        name=row.name,
        department_code=row.department_code,
        state=state,
        type_codes=tuple(row.type_codes),
        signer_key_id=row.signer_key_id,
        certificate=bytes(row.certificate),
        seal=bytes(row.seal),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def active_seal_for(department_code: str, type_code: str) -> SealView:
    """The department's active seal for a kind of document; one made for just this kind goes first.

    Raises SealNotActive when the department has none, SealForbidden when none of its active ones serves this
    kind.
    """
    return choose_seal(
        [view_of(row) for row in Seal.objects.filter(department_code=department_code)], type_code
    )


def choose_seal(seals: list[SealView], type_code: str) -> SealView:
    """The seal to use among a department's; see ``active_seal_for``."""
    active = [seal for seal in seals if seal.state is SealState.ACTIVE]
    if not active:
        raise SealNotActive()
    serving = [seal for seal in active if seal.serves(type_code)]
    if not serving:
        raise SealForbidden(type_code=type_code)
    return min(serving, key=lambda seal: (not seal.type_codes, seal.code))


def list_seals(department_code: str = "") -> list[SealView]:
    rows = Seal.objects.order_by("code")
    return [
        view_of(row) for row in (rows.filter(department_code=department_code) if department_code else rows)
    ]


def trust_store() -> TrustStore:
    """The home's own trust: what `ofd.verify` needs to judge files sealed here."""
    rows = {row.role: row for row in Authority.objects.all()}
    return TrustStore(
        anchors=[bytes(rows[AuthorityRole.ROOT].certificate)],
        intermediates=[bytes(rows[AuthorityRole.SUB].certificate)],
        crls=[bytes(row.crl) for row in rows.values() if row.crl],
    )

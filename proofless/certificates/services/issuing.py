"""The second step: a prepared certificate enters the library, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from proofless import ledger
from proofless.certificates.errors import CertificateAlreadyIssued, CertificateNotFound, PreparedExpired
from proofless.certificates.models import (
    Certificate,
    CertificateLookup,
    CertificateState,
    Preparation,
    PreparationState,
)
from proofless.certificates.queries.types import get_type
from proofless.certificates.services.drafting import check_replaceable
from proofless.certificates.services.preparing import Prepared, lock_preparation
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.parties import queries as parties

_CERTIFICATE = {
    "id": "uuid", "holder_id": "uuid", "type_code": "varchar", "identifier": "varchar",
    "number_index": "bytea",
    "serial": "varchar", "version": "int2", "state": "varchar", "valid_from": "date", "valid_to": "date",
    "issue_dept_code": "varchar", "division_code": "varchar", "seal_id": "uuid", "face_sealed": "bytea",
    "key_version": "int2", "file_address": "varchar", "issued_at": "timestamptz",
    "replaces_id": "uuid", "revoked_at": "timestamptz", "revoke_reason_code": "varchar",
}  # fmt: skip
_HOLDING = {
    "id": "uuid", "holder_id": "uuid", "certificate_id": "uuid", "certificate_holder_id": "uuid",
    "type_code": "varchar", "side": "varchar",
}  # fmt: skip
_LOOKUP = {
    "identifier": "varchar", "certificate_id": "uuid", "holder_id": "uuid", "type_code": "varchar",
    "type_name": "varchar", "issuer_name": "varchar", "state": "varchar", "valid_from": "date",
    "valid_to": "date", "issued_on": "date", "version": "int2",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate in the library."""

    certificate_id: UUID
    holder_id: UUID
    type_code: str
    identifier: str
    issued_at: datetime


def issue(*, actor: Actor, prepared: Prepared, within: Act | None = None) -> CertificateIssued:
    """Issue a prepared certificate. The second time raises CertificateAlreadyIssued.

    Raises PreparedExpired after its time or after it was abandoned, CertificateNotFound when there is no such
    intent.
    """
    actor.check(Permission.ISSUE)
    with ledger.act(None, actor, within=within) as act:
        row = lock_preparation(actor, prepared.id)
        if row.state == PreparationState.ISSUED:
            raise CertificateAlreadyIssued()
        if row.state == PreparationState.ABANDONED or row.expires_at < clock.now():
            raise PreparedExpired()
        if row.file_address != prepared.digest:
            raise CertificateNotFound()
        issued = enter_library([row], act=act)[0]
        row.state, row.face_sealed = PreparationState.ISSUED, b""
        row.save(update_fields=["state", "face_sealed"])
    return issued


def enter_library(rows: Sequence[Preparation], *, act: Act) -> list[CertificateIssued]:
    """Write sealed certificates, holdings and lookup rows, one entry each; replaced ones are superseded."""
    now = clock.now()
    departments = parties.list_departments()
    names = {code: view.name for code, view in departments.items()}
    _copy("certificates_certificate", _CERTIFICATE, [_certificate(row, now) for row in rows])
    _copy("certificates_holding", _HOLDING, [holding for row in rows for holding in _holdings(row)])
    _copy("certificates_lookup", _LOOKUP, [_lookup(row, names, now) for row in rows])
    for row in rows:
        if row.replaces_id is not None:
            _supersede(row, row.replaces_id, act)
        act.enter(
            Kind.CERTIFICATE_ISSUED,
            object_kind="certificate",
            object_id=row.identifier,
            holders=[UUID(holder) for holder, _ in row.holders],
            detail={"type": row.type_code, "department": row.issue_dept_code, "division": row.division_code},
        )
    return [CertificateIssued(row.id, row.holder_id, row.type_code, row.identifier, now) for row in rows]


def _supersede(row: Preparation, old_id: UUID, act: Act) -> None:
    """The replaced certificate comes to its end. It is locked: of two re-issues one wins."""
    old = Certificate.objects.select_for_update().get(id=old_id, holder_id=row.holder_id)
    check_replaceable(old.state)
    set_state(old, CertificateState.SUPERSEDED)
    act.enter(
        Kind.CERTIFICATE_SUPERSEDED,
        object_kind="certificate",
        object_id=old.identifier,
        holders=[UUID(holder) for holder, _ in row.holders],
        detail={"by": row.identifier},
    )


def set_state(certificate: Certificate, state: CertificateState, **changes: Any) -> None:
    """Change a certificate's state and, with it, the verification answer."""
    mine = Certificate.objects.filter(id=certificate.id, holder_id=certificate.holder_id)
    mine.update(state=state, **changes)
    CertificateLookup.objects.filter(identifier=certificate.identifier).update(state=state)


def _certificate(row: Preparation, now: datetime) -> tuple[Any, ...]:
    own = {
        "state": CertificateState.VALID.value,
        "issued_at": now,
        "revoked_at": None,
        "revoke_reason_code": "",
    }
    return tuple(own[name] if name in own else getattr(row, name) for name in _CERTIFICATE)


def _holdings(row: Preparation) -> list[tuple[Any, ...]]:
    """Every further holder; the first one too when he stands on a side."""
    return [
        (new_id(), UUID(holder), row.id, row.holder_id, row.type_code, side)
        for number, (holder, side) in enumerate(row.holders)
        if number or side
    ]


def _lookup(row: Preparation, departments: dict[str, str], now: datetime) -> tuple[Any, ...]:
    return (
        row.identifier,
        row.id,
        row.holder_id,
        row.type_code,
        get_type(row.type_code).name,
        departments[row.issue_dept_code],
        CertificateState.VALID.value,
        row.valid_from,
        row.valid_to,
        clock.day_of(now),
        row.version,
    )


def _copy(table: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Binary COPY inside the open act."""
    if not rows:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)

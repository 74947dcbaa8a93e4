"""The library of certificates: what holders hold, in which state, and (with a permit) what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from proofless.access import Permit, SealedRecord, open_records
from proofless.access.errors import PermitDenied
from proofless.access.permits import own_holders
from proofless.certificates.errors import CertificateNotFound
from proofless.certificates.models import face_context
from proofless.certificates.queries.types import all_types
from proofless.certificates.rules import Standing, preference, standing
from proofless.files import queries as files
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.ledger import ReadLine, note_read
from proofless.parties import queries as parties

_COLUMNS = (
    "c.id, c.holder_id, c.type_code, c.identifier, c.state, c.valid_from, c.valid_to,"
    " c.issued_at, c.issue_dept_code"
)
# A certificate is found under its first holder directly and under every further holder through his holding.
_FIND = (
    "SELECT c.holder_id, coalesce(h.side, ''), {columns} FROM certificates_certificate c"
    " LEFT JOIN certificates_holding h ON h.holder_id = c.holder_id AND h.certificate_id = c.id"
    " WHERE c.holder_id = ANY(%(holders)s){own}"
    " UNION ALL SELECT h.holder_id, h.side, {columns} FROM certificates_holding h"
    " JOIN certificates_certificate c ON c.holder_id = h.certificate_holder_id AND c.id = h.certificate_id"
    " WHERE h.holder_id = ANY(%(holders)s) AND h.holder_id <> h.certificate_holder_id{held}"
)
_BY_TYPE = {"own": " AND c.type_code = ANY(%(types)s)", "held": " AND h.type_code = ANY(%(types)s)"}
_BY_ID = {"own": " AND c.id = %(id)s", "held": " AND h.certificate_id = %(id)s"}
_EVERY = {"own": "", "held": ""}


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate as one of its holders holds it, its face unread.

    ``holder_id`` is the holder asked about, ``side`` where he stands on a two-party certificate, ``why`` the
    Chinese reason when it is not usable. ``record`` is the sealed face for ``access.open_records``, None when
    not asked for.
    """

    certificate_id: UUID
    holder_id: UUID
    side: str
    type_code: str
    type_name: str
    identifier: str
    standing: Standing
    valid_from: date
    valid_to: date
    issued_at: datetime
    issue_dept_code: str
    record: SealedRecord | None = None

    @property
    def usable(self) -> bool:
        return self.standing.usable

    @property
    def why(self) -> str:
        return "" if self.usable else self.standing.label


@dataclass(frozen=True, slots=True)
class StatusView:
    """Whether a holder has a usable certificate of a type; ``best`` is None when he has none at all."""

    holder_id: UUID
    type_code: str
    standing: Standing
    best: HeldCertificate | None

    @property
    def usable(self) -> bool:
        return self.standing.usable

    @property
    def why(self) -> str:
        return "" if self.usable else self.standing.label


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """An opened face: the fields the permit covers, by bare name, with where they stand and as of when."""

    certificate_id: UUID
    holder_id: UUID
    side: str
    type_code: str
    identifier: str
    standing: Standing
    valid_from: date
    valid_to: date
    issued_at: datetime
    issue_dept_code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One line of a holder's own list. ``provisional`` marks a made-up national type code (demo homes)."""

    certificate_id: UUID
    holder_id: UUID
    type_code: str
    type_name: str
    identifier: str
    standing: Standing
    valid_from: date
    valid_to: date
    issued_at: datetime
    issuer_name: str
    side: str
    provisional: bool

    @property
    def long_term(self) -> bool:
        return self.valid_to >= clock.LONG_TERM


def find_held(holder_ids: Iterable[UUID], type_codes: Iterable[str] | None = None) -> list[HeldCertificate]:
    """Every certificate of some holders (and types), faces sealed, best first. One SQL statement."""
    return _find(holder_ids, type_codes, faces=True)


def find_status(holder_ids: Iterable[UUID], type_codes: Iterable[str]) -> dict[tuple[UUID, str], StatusView]:
    """For each holder and type: the best standing. One SQL statement, no face read."""
    holders, types = list(holder_ids), list(type_codes)
    best: dict[tuple[UUID, str], HeldCertificate] = {}
    for held in _find(holders, types, faces=False):
        best.setdefault((held.holder_id, held.type_code), held)
    return {
        key: StatusView(*key, held.standing if held else Standing.NONE, held)
        for key in ((holder, code) for holder in holders for code in types)
        for held in (best.get(key),)
    }


def read_faces(
    permit: Permit, holder_ids: Iterable[UUID], type_codes: Iterable[str], *, usable_only: bool = True
) -> list[FaceRecord]:
    """The permitted face fields of the holders' certificates of these types, best first. One statement."""
    found = [held for held in find_held(holder_ids, type_codes) if held.usable or not usable_only]
    return open_faces(permit, found)


def open_faces(permit: Permit, found: Iterable[HeldCertificate]) -> list[FaceRecord]:
    """Open faces found by ``find_held``. Each is one read line."""
    held = [one for one in found if one.record is not None]
    values = open_records(permit, [one.record for one in held if one.record is not None])
    names = [name for name in FaceRecord.__dataclass_fields__ if name != "values"]
    return [
        FaceRecord(**{name: getattr(one, name) for name in names}, values=opened)
        for one, opened in zip(held, values, strict=True)
    ]


def read_certificate(permit: Permit, certificate_id: UUID) -> FaceRecord:
    """One certificate's permitted fields in any state. Absent and foreign ones raise CertificateNotFound."""
    return open_faces(permit, [_access(permit, certificate_id)[0]])[0]


def read_file(permit: Permit, certificate_id: UUID) -> bytes:
    """The sealed OFD file. The permit must cover the whole face (``<type>.*``); the read line says so.

    Raises CertificateNotFound for absent and foreign certificates alike, PermitDenied for a narrower permit.
    """
    held, address = _access(permit, certificate_id)
    ref = f"{held.type_code}.*"
    if not permit.allows(held.holder_id, ref):
        raise PermitDenied(record=held.type_code)
    data = files.read(address)
    note_read(
        ReadLine(
            permit_id=permit.id,
            actor=permit.actor,
            purpose=permit.purpose,
            ground=permit.ground_text,
            holder_id=held.holder_id,
            fields=(ref,),
            source=held.identifier,
        )
    )
    return data


def list_own(*, actor: Actor, holder_ids: Iterable[UUID]) -> list[CertificateView]:
    """The certificates of the actor, his wards or the enterprise he acts for, usable and most used first."""
    wanted = set(holder_ids)
    if not wanted <= own_holders(actor):
        raise CertificateNotFound()
    departments, types = parties.list_departments(), all_types()
    rank = {code: number for number, code in enumerate(types)}
    found = sorted(
        _find(wanted, None, faces=False),
        key=lambda held: (preference(held.standing), rank.get(held.type_code, len(rank)), held.issued_at),
    )
    return [
        CertificateView(
            certificate_id=held.certificate_id,
            holder_id=held.holder_id,
            type_code=held.type_code,
            type_name=held.type_name,
            identifier=held.identifier,
            standing=held.standing,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
            issued_at=held.issued_at,
            issuer_name=departments[held.issue_dept_code].name if held.issue_dept_code in departments else "",
            side=held.side,
            provisional=held.type_code in types and types[held.type_code].provisional,
        )
        for held in found
    ]


def _access(permit: Permit, certificate_id: UUID) -> tuple[HeldCertificate, str]:
    """A certificate under one of the permit's holders, and its file's address."""
    sql = _FIND.format(columns=f"{_COLUMNS}, c.face_sealed, c.file_address", **_BY_ID)
    rows = _run(sql, {"holders": sorted(permit.holder_ids), "id": certificate_id})
    if not rows:
        raise CertificateNotFound()
    return _held(rows[0][:-1], faces=True), rows[0][-1]


def _find(
    holder_ids: Iterable[UUID], type_codes: Iterable[str] | None, *, faces: bool
) -> list[HeldCertificate]:
    columns = f"{_COLUMNS}, c.face_sealed" if faces else _COLUMNS
    narrow = _EVERY if type_codes is None else _BY_TYPE
    parameters: dict[str, Any] = {"holders": list(holder_ids)}
    if type_codes is not None:
        parameters["types"] = list(type_codes)
    found = [_held(row, faces=faces) for row in _run(_FIND.format(columns=columns, **narrow), parameters)]
    found.sort(key=lambda held: held.issued_at, reverse=True)
    return sorted(found, key=lambda held: preference(held.standing))


def _run(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _held(row: tuple[Any, ...], *, faces: bool) -> HeldCertificate:
    asked, side, certificate_id, first_holder, type_code, identifier, state, valid_from, valid_to = row[:9]
    view = all_types().get(type_code)
    record = None
    if faces:
        context = face_context(first_holder, certificate_id)
        record = SealedRecord(asked, bytes(row[11]), context, type_code, identifier)
    return HeldCertificate(
        certificate_id=certificate_id,
        holder_id=asked,
        side=side,
        type_code=type_code,
        type_name=view.name if view else type_code,
        identifier=identifier,
        standing=standing(state, valid_from, valid_to, clock.today()),
        valid_from=valid_from,
        valid_to=valid_to,
        issued_at=row[9],
        issue_dept_code=row[10],
        record=record,
    )

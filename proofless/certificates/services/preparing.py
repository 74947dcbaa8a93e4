"""The first step: a certificate validated, rendered, sealed, stored, its intent on record, not issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from proofless import ledger
from proofless.certificates import rules
from proofless.certificates.errors import CertificateAlreadyIssued, CertificateNotFound
from proofless.certificates.models import Preparation, PreparationState, face_context, number_index
from proofless.certificates.services.composing import sealable
from proofless.certificates.services.drafting import Draft, NewCertificate, draft_all
from proofless.files import services as files
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.seals.affixing import Sealed, Sealer
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class Prepared:
    """The right to issue one certificate once. ``digest`` is the sealed file's HMAC-SM3, its address."""

    id: UUID
    holder_id: UUID
    type_code: str
    identifier: str
    digest: str
    expires_at: datetime


def prepare_certificate(*, actor: Actor, new: NewCertificate, within: Act | None = None) -> Prepared:
    """Make a certificate ready to issue. Raises what ``draft_all`` raises and the seal's refusals."""
    drafts = draft_all(actor=actor, wishes=[new])
    with ledger.act(None, actor, within=within) as act:
        row = seal_drafts(drafts, actor=actor, act=act)[0]
        row.save(force_insert=True)
    return prepared_of(row)


def seal_drafts(drafts: Sequence[Draft], *, actor: Actor, act: Act) -> list[Preparation]:
    """Render, seal and store drafts; one entry each. The rows are unsaved: a batch issues them at once."""
    now = clock.now()
    uses = {(draft.department.code, draft.type.code) for draft in drafts}
    sealer = Sealer(actor=actor, uses=uses, within=act)
    sealed = [sealer.affix(sealable(draft), now) for draft in drafts]
    refs = files.store_many(
        files=[one.data for one in sealed], patterns=[one.common for one in sealed], within=act
    )
    rows = []
    for draft, one, ref in zip(drafts, sealed, refs, strict=True):
        rows.append(_row(draft, one, ref.address, actor, now))
        act.enter(
            Kind.CERTIFICATE_PREPARED,
            object_kind="certificate",
            object_id=draft.identifier,
            holders=[holder for holder, _ in draft.wish.holders],
            detail={"type": draft.type.code, "file": ref.address},
        )
    return rows


def _row(draft: Draft, sealed: Sealed, address: str, actor: Actor, now: datetime) -> Preparation:
    wish = draft.wish
    return Preparation(
        id=draft.id,
        holder_id=draft.holder_id,
        holders=[[str(holder), side] for holder, side in wish.holders],
        type_code=wish.type_code,
        identifier=draft.identifier,
        number_index=number_index(wish.type_code, draft.number),
        serial=draft.serial,
        version=draft.version,
        valid_from=wish.valid_from,
        valid_to=wish.valid_to,
        issue_dept_code=wish.issue_dept_code,
        division_code=wish.division_code,
        seal_id=sealed.seal_id,
        face_sealed=cipher.seal_record(dict(wish.face), face_context(draft.holder_id, draft.id)),
        file_address=address,
        replaces_id=wish.replaces,
        prepared_by=actor.account_id,
        prepared_at=now,
        expires_at=now + timedelta(days=rules.PREPARED_DAYS),
        state=PreparationState.OPEN,
    )


def prepared_of(row: Preparation) -> Prepared:
    return Prepared(row.id, row.holder_id, row.type_code, row.identifier, row.file_address, row.expires_at)


def resume_preparations(*, actor: Actor) -> list[Prepared]:
    """The intents of the actor's department never issued, oldest first: to be issued or abandoned."""
    actor.check(Permission.ISSUE)
    rows = Preparation.objects.filter(state=PreparationState.OPEN).order_by("prepared_at")
    if actor.department_code:
        rows = rows.filter(issue_dept_code=actor.department_code)
    return [prepared_of(row) for row in rows]


def abandon_preparation(*, actor: Actor, preparation_id: UUID, within: Act | None = None) -> None:
    """Give an intent up with its face and file. Raises CertificateAlreadyIssued, CertificateNotFound."""
    actor.check(Permission.ISSUE)
    with ledger.act(None, actor, within=within) as act:
        row = lock_preparation(actor, preparation_id)
        if row.state == PreparationState.ISSUED:
            raise CertificateAlreadyIssued()
        if row.state == PreparationState.ABANDONED:
            raise CertificateNotFound()
        act.enter(
            Kind.CERTIFICATE_ABANDONED,
            object_kind="certificate",
            object_id=row.identifier,
            holders=[UUID(holder) for holder, _ in row.holders],
        )
        files.release(addresses=[row.file_address], within=act)
        row.state, row.face_sealed = PreparationState.ABANDONED, b""
        row.save(update_fields=["state", "face_sealed"])


def lock_preparation(actor: Actor, preparation_id: UUID) -> Preparation:
    """The intent, locked until the act ends. Absent and another department's raise CertificateNotFound."""
    row = Preparation.objects.select_for_update().filter(id=preparation_id).first()
    if row is None or actor.department_code not in {"", row.issue_dept_code}:
        raise CertificateNotFound()
    return row

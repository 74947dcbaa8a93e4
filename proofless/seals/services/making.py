"""Making: the authorities of a home, and seals with a signing key of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from proofless import ledger
from proofless.gm import ses
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.parties import queries as parties
from proofless.seals import authorities
from proofless.seals.errors import SealNotActive, SealNotFound
from proofless.seals.models import Authority, Seal
from proofless.seals.pictures import USES, picture_for
from proofless.seals.queries.register import SealView, view_of
from proofless.seals.rules import SealForm, SealState

SEAL_YEARS = 5
_NO_DIVISION = "000000"


@dataclass(frozen=True, slots=True)
class NewSeal:
    """A seal to make. Empty ``type_codes``: it serves every kind of document its department issues; empty
    ``owner_name``: the department's name stands on it."""

    department_code: str
    name: str
    type_codes: tuple[str, ...] = ()
    form: SealForm = SealForm.DEPARTMENT
    owner_name: str = ""
    years: int = SEAL_YEARS


def make_home_authority(*, actor: Actor) -> None:
    """Make the home's root, issuing authority and maker of seals. A second call changes nothing.

    Of two at the same time one fails on the role's key.
    """
    actor.check(Permission.SEAL_APPROVE)
    if Authority.objects.exists():
        return
    with ledger.act(None, actor) as act:
        rows = authorities.make_authorities()
        Authority.objects.bulk_create(rows)
        for row in rows:
            act.enter(Kind.SEAL_MADE, object_kind="authority", object_id=row.role)


def make_seal(
    *,
    actor: Actor,
    department_code: str,
    name: str,
    type_codes: Sequence[str] = (),
    within: Act | None = None,
) -> SealView:
    """Make a seal with a signing key of its own; see ``make_seals``."""
    new = NewSeal(department_code, name, tuple(type_codes))
    return make_seals(actor=actor, seals=[new], within=within)[0]


def make_seals_for_departments(*, actor: Actor) -> list[SealView]:
    """A seal for certificates for each department that has no seal yet."""
    having = set(Seal.objects.values_list("department_code", flat=True))
    departments = sorted(parties.list_departments().values(), key=lambda department: department.code)
    purpose = USES[SealForm.DEPARTMENT]
    wanted = [NewSeal(d.code, f"{d.name}{purpose}") for d in departments if d.code not in having]
    return make_seals(actor=actor, seals=wanted) if wanted else []


def make_seals(*, actor: Actor, seals: Sequence[NewSeal], within: Act | None = None) -> list[SealView]:
    """Make seals and take them into use in one act, one entry each: the filling of a demo home.

    In production every seal is applied for, approved, made and taken into use by at least two persons: there
    this raises DEMO_ONLY. Raises SealNotActive before the home has its authorities.
    """
    actor.check(Permission.SEAL_APPROVE)
    if not env.home().demo:
        raise Refusal("正式节点的印章须经申请、审批后制作", code=ErrorCode.DEMO_ONLY)
    with ledger.act(None, actor, within=within) as act:
        rows = build_seals(seals, SealState.ACTIVE)
        Seal.objects.bulk_create(rows)
        for row in rows:
            enter_made(act, row)
    return [view_of(row) for row in rows]


def enter_made(act: Act, row: Seal) -> None:
    act.enter(
        Kind.SEAL_MADE,
        object_kind="seal",
        object_id=row.code,
        detail={"seal": row.code, "department": row.department_code, "form": row.form},
    )


def build_seals(seals: Sequence[NewSeal], state: SealState) -> list[Seal]:
    """Unsaved seals with keys, inside an act. Raises SealNotActive, SealNotFound, SignerLocked, SignerFailed."""
    known = {row.role: row for row in Authority.objects.all()}
    if not known:
        raise SealNotActive("本节点还没有印章制作机构，请先建立")
    departments = parties.list_departments()
    _lock_register()
    first, region = Seal.objects.count() + 1, _region()
    rows = []
    for number, new in enumerate(seals, first):
        if new.department_code not in departments:
            raise SealNotFound("没有这个部门")
        owner = new.owner_name or departments[new.department_code].name
        rows.append(_build(known, new, owner, f"{region}{number:08d}", state))
    return rows


def _build(known: Mapping[str, Authority], new: NewSeal, owner: str, code: str, state: SealState) -> Seal:
    now = clock.now()
    valid_to = now + timedelta(days=365 * new.years)
    key_id, certificate = authorities.issue_signer(known, new.name, valid_to)
    return Seal(
        id=new_id(),
        code=code,
        name=new.name,
        form=new.form,
        owner_name=owner,
        department_code=new.department_code,
        state=state,
        type_codes=list(new.type_codes),
        signer_key_id=key_id,
        certificate=certificate,
        seal=_signed_seal(known, new, owner, code, certificate, (now, valid_to)),
        valid_from=now,
        valid_to=valid_to,
        made_at=now,
    )


def _signed_seal(
    known: Mapping[str, Authority],
    new: NewSeal,
    owner: str,
    code: str,
    certificate: bytes,
    period: tuple[datetime, datetime],
) -> bytes:
    return ses.build_seal(
        seal_id=code,
        name=new.name,
        signer_certificates=[certificate],
        picture=picture_for(new.form, owner, env.home().demo),
        created_at=period[0],
        valid_from=period[0],
        valid_until=period[1],
        maker=authorities.maker_of(known),
        kind=new.form.number,
    )


def lock_seal(actor: Actor, seal_id: UUID) -> Seal:
    """A seal the actor answers for, locked until the act ends. Raises Forbidden, SealNotFound."""
    if not actor.may(Permission.SEAL_APPROVE):
        actor.check(Permission.SEAL_KEEP)
    row = Seal.objects.select_for_update().filter(id=seal_id).first()
    mine = actor.may(Permission.SEAL_APPROVE) or not actor.department_code
    if row is None or not (mine or actor.department_code == row.department_code):
        raise SealNotFound()
    return row


def _lock_register() -> None:
    """One maker of seals at a time, until the act ends: codes have no gaps and no doubles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('seals:register'))")


def _region() -> str:
    """The six-digit code of the home's city, as the first part of a seal code."""
    cities = parties.list_divisions("city")
    return cities[0].code[:6] if cities else _NO_DIVISION

"""Acts on seals: make the authorities and the seals, suspend, resume and revoke them, publish the trust."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.db import connection

from proofless import ledger
from proofless.gm import ses
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.ofd.stamp import DIAMETER_MM, round_seal
from proofless.parties import queries as parties
from proofless.seals import authorities
from proofless.seals.errors import SealNotActive, SealNotFound
from proofless.seals.models import Authority, AuthorityRole, Seal, SealState
from proofless.seals.queries import SealView, view_of

SEAL_YEARS = 5
PURPOSE_TEXT = "电子证照专用章"
_PICTURE_MM = round(DIAMETER_MM)
_NO_DIVISION = "000000"
_RENEW_CRL_BEFORE = timedelta(days=authorities.CRL_DAYS // 2)


@dataclass(frozen=True, slots=True)
class NewSeal:
    """A seal to make. Empty ``type_codes``: it serves every kind of document its department issues."""

    department_code: str
    name: str
    type_codes: tuple[str, ...] = ()


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
    """Make a seal with a signing key of its own."""
    new = NewSeal(department_code, name, tuple(type_codes))
    return make_seals(actor=actor, seals=[new], within=within)[0]


def make_seals_for_departments(*, actor: Actor) -> list[SealView]:
    """A seal for certificates for each department that has no seal yet."""
    having = set(Seal.objects.values_list("department_code", flat=True))
    departments = sorted(parties.list_departments().values(), key=lambda department: department.code)
    wanted = [NewSeal(d.code, f"{d.name}{PURPOSE_TEXT}") for d in departments if d.code not in having]
    return make_seals(actor=actor, seals=wanted) if wanted else []


def make_seals(*, actor: Actor, seals: Sequence[NewSeal], within: Act | None = None) -> list[SealView]:
    """Make seals in one act, one entry each. Raises SealNotActive before the home has its authorities."""
    actor.check(Permission.SEAL_APPROVE)
    known = {row.role: row for row in Authority.objects.all()}
    if not known:
        raise SealNotActive("本节点还没有印章制作机构")
    departments = parties.list_departments()
    with ledger.act(None, actor, within=within) as act:
        _lock_register()
        first = Seal.objects.count() + 1
        region = _region()
        rows = []
        for number, new in enumerate(seals, first):
            if new.department_code not in departments:
                raise SealNotFound("没有这个部门")
            owner = departments[new.department_code].name
            rows.append(_make(known, new, owner, f"{region}{number:08d}"))
        Seal.objects.bulk_create(rows)
        for row in rows:
            act.enter(
                Kind.SEAL_MADE,
                object_kind="seal",
                object_id=row.code,
                detail={"department": row.department_code},
            )
    return [view_of(row) for row in rows]


def _make(known: dict[str, Authority], new: NewSeal, owner: str, code: str) -> Seal:
    now = clock.now()
    valid_to = now + timedelta(days=365 * SEAL_YEARS)
    key_id, certificate = authorities.issue_signer(known, new.name, valid_to)
    seal = ses.build_seal(
        seal_id=code,
        name=new.name,
        signer_certificates=[certificate],
        picture=_picture(owner, env.home().demo),
        created_at=now,
        valid_from=now,
        valid_until=valid_to,
        maker=authorities.maker_of(known),
    )
    return Seal(
        id=new_id(),
        code=code,
        name=new.name,
        department_code=new.department_code,
        state=SealState.ACTIVE,
        type_codes=list(new.type_codes),
        signer_key_id=key_id,
        certificate=certificate,
        seal=seal,
        valid_from=now,
        valid_to=valid_to,
        made_at=now,
    )


@lru_cache(maxsize=256)
def _picture(owner: str, demo: bool) -> ses.Picture:
    """The round seal of a department. Kept: drawing it takes 0.2 s, and all its seals look alike."""
    return ses.Picture("png", round_seal(owner, PURPOSE_TEXT, demo=demo).png(), _PICTURE_MM, _PICTURE_MM)


def suspend_seal(*, actor: Actor, seal_id: UUID) -> None:
    """Stop a seal from being used; files sealed before stay good. Acts sealing with it finish first."""
    _change(actor, seal_id, Kind.SEAL_SUSPENDED, {SealState.ACTIVE}, SealState.SUSPENDED)


def resume_seal(*, actor: Actor, seal_id: UUID) -> None:
    _change(actor, seal_id, Kind.SEAL_RESUMED, {SealState.SUSPENDED}, SealState.ACTIVE)


def revoke_seal(*, actor: Actor, seal_id: UUID) -> None:
    """End a seal for good and put its signing certificate on the revocation list."""
    _change(actor, seal_id, Kind.SEAL_REVOKED, {SealState.ACTIVE, SealState.SUSPENDED}, SealState.REVOKED)


def _change(actor: Actor, seal_id: UUID, kind: Kind, before: set[SealState], after: SealState) -> None:
    if not (actor.may(Permission.SEAL_KEEP) or actor.may(Permission.SEAL_APPROVE)):
        raise Forbidden(permission=Permission.SEAL_KEEP.value)
    with ledger.act(None, actor) as act:
        row = Seal.objects.select_for_update().filter(id=seal_id).first()
        if row is None or actor.department_code not in {"", row.department_code}:
            raise SealNotFound()
        if row.state not in before:
            raise SealNotActive(state=row.state)
        row.state = after
        row.revoked_at = clock.now() if after is SealState.REVOKED else None
        row.save(update_fields=["state", "revoked_at"])
        act.enter(kind, object_kind="seal", object_id=row.code, detail={"state": after.value})
        if after is SealState.REVOKED:
            _renew_crls()


def refresh_crls(*, actor: Actor) -> None:
    """Renew the revocation lists with less than half their time left. Nothing to renew: no entry."""
    actor.check(Permission.SEAL_APPROVE)
    due = clock.now() + _RENEW_CRL_BEFORE
    if not Authority.objects.filter(crl_next_at__lt=due).exists():
        return
    with ledger.act(Kind.SEAL_MADE, actor, object_kind="authority", object_id="crl"):
        _renew_crls()


def _renew_crls() -> None:
    revoked = Seal.objects.filter(revoked_at__isnull=False)
    lines = [
        (bytes(row.certificate), row.revoked_at, "cessation_of_operation")
        for row in revoked
        if row.revoked_at
    ]
    for row in Authority.objects.select_for_update().exclude(role=AuthorityRole.MAKER):
        authorities.write_crl(row, lines if row.role == AuthorityRole.SUB else [])
        row.save(update_fields=["crl", "crl_next_at"])


def export_trust(directory: Path) -> None:
    """Write anchors, intermediates and revocation lists where ``ofd verify --trust`` reads them."""
    rows = {row.role: row for row in Authority.objects.all()}
    root, sub = rows[AuthorityRole.ROOT], rows[AuthorityRole.SUB]
    _replace(directory / "anchors" / "root.cer", root.certificate)
    _replace(directory / "intermediates" / "issuing.cer", sub.certificate)
    _replace(directory / "crls" / "root.crl", root.crl)
    _replace(directory / "crls" / "issuing.crl", sub.crl)


def _replace(path: Path, data: bytes | memoryview) -> None:
    """Readers see the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(bytes(data))
    temporary.rename(path)


def _lock_register() -> None:
    """One maker of seals at a time, until the act ends: codes have no gaps and no doubles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('seals:register'))")


def _region() -> str:
    """The six-digit code of the home's city, as the first part of a seal code."""
    cities = parties.list_divisions("city")
    return cities[0].code[:6] if cities else _NO_DIVISION

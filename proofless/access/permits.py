"""``Permit``: the one gate to personal values. Built only here, resting on exactly one ground."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from proofless.access.errors import ConsentRequired, PermitDenied
from proofless.access.models import Consent
from proofless.access.standing import ITEM_PURPOSE, THEME_PURPOSE, holds
from proofless.kit import clock
from proofless.kit.actor import Actor, StandingKind
from proofless.kit.ids import new_id
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.parties.queries import RelationView

EVERY_FIELD = "*"
WARD, PARENT = "guardian_of", "parent_of"
OFFICE_RELATIONS = {"legal_rep_of", "handler_of", "owns_business"}


class Ground(StrEnum):
    """依据. OWN is the holder's own right of access (个人信息保护法 art. 45).

    PRESENT and AUTHORITY are the same right used through an official before whom she stands, or through her agent.
    """

    OWN = "own"
    PRESENT = "present"
    AUTHORITY = "authority"
    STATUTORY = "statutory"
    CONSENT = "consent"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        return _GROUNDS[self]


_GROUNDS = {
    Ground.OWN: "本人查阅",
    Ground.PRESENT: "本人到场",
    Ground.AUTHORITY: "本人委托",
    Ground.STATUTORY: "法定职责",
    Ground.CONSENT: "本人同意",
    Ground.PUBLIC: "公开核验",
}


@dataclass(frozen=True, slots=True)
class Permit:
    """Who may read which fields of which holders, for what, on which ground. ``basis`` is a code or id."""

    id: UUID
    actor: Actor
    holder_ids: frozenset[UUID]
    fields: frozenset[str]
    purpose: str
    ground: Ground
    basis: str
    _seal: object = None

    def __post_init__(self) -> None:
        if self._seal is not _MINT:
            raise TypeError("a Permit is built by access.permit only")

    def allows(self, holder_id: UUID, field: str) -> bool:
        if holder_id not in self.holder_ids:
            return False
        return (
            field in self.fields or f"{field.split('.', 1)[0]}.*" in self.fields or EVERY_FIELD in self.fields
        )

    @property
    def ground_text(self) -> str:
        return f"{self.ground.value}:{self.basis}" if self.basis else self.ground.value


_MINT = object()


def permit(
    actor: Actor,
    holder_ids: Iterable[UUID],
    fields: Iterable[str],
    purpose: str,
    *,
    ground: Ground,
    basis: str = "",
) -> Permit:
    """Build a permit or refuse.

    OWN: the holders are the actor, the enterprise he acts for, or his wards; through a standing it becomes PRESENT or
    AUTHORITY. STATUTORY: the actor's office handles,
    issues, scans or answers another department, and ``basis`` names the item, scene, case or request. CONSENT:
    ``basis`` is the id of a consent that covers the holders and fields and is not withdrawn. Raises PermitDenied or
    ConsentRequired.
    """
    wanted = frozenset(holder_ids)
    names = frozenset(fields)
    if ground is Ground.OWN:
        _check_own(actor, wanted)
        ground, basis = _own_ground(actor, purpose)
    elif ground is Ground.STATUTORY:
        _check_statutory(actor, basis)
    elif ground is Ground.CONSENT:
        _check_consent(actor, wanted, names, basis)
    else:
        raise PermitDenied()
    return Permit(new_id(), actor, wanted, names, purpose, ground, basis, _MINT)


def own_permit(actor: Actor, candidates: Iterable[UUID], fields: Iterable[str], purpose: str) -> Permit:
    """An OWN permit for those of the candidates that are the actor's own; it may cover nobody."""
    return own_permits(actor, candidates, [(fields, purpose)])[0]


def own_permits(
    actor: Actor, candidates: Iterable[UUID], wanted: Iterable[tuple[Iterable[str], str]]
) -> tuple[Permit, ...]:
    """One OWN permit for each (fields, purpose), for one look at whose records are the actor's own."""
    actor.check(Permission.OWN_READ)
    own = own_holders(actor) & frozenset(candidates)
    return tuple(
        Permit(new_id(), actor, own, frozenset(fields), purpose, *_own_ground(actor, purpose), _MINT)
        for fields, purpose in wanted
    )


def public_permit(actor: Actor, purpose: str) -> Permit:
    """Anonymous verification: status facts only, no field of any holder."""
    return Permit(new_id(), actor, frozenset(), frozenset(), purpose, Ground.PUBLIC, "", _MINT)


def own_holders(actor: Actor) -> frozenset[UUID]:
    """The holders whose records the actor may read as his own.

    Himself, his wards and minor children, the enterprises he acts for. Of somebody present the same; of a principal
    herself alone. A standing that has ended opens nothing.
    """
    if actor.party_id is None or not holds(actor):
        return frozenset()
    if actor.standing is not None and actor.standing.kind is StandingKind.AUTHORITY:
        return frozenset({actor.party_id})
    relations = parties.list_relations([actor.party_id]).get(actor.party_id, [])
    wards = {r.other_id for r in relations if r.forward and r.kind == WARD}
    represented = {r.other_id for r in relations if r.forward and r.kind in OFFICE_RELATIONS}
    return frozenset({actor.party_id} | wards | represented | _minor_children(relations))


def _minor_children(relations: Iterable[RelationView]) -> set[UUID]:
    """Children not yet of age: a grown child's records are his own."""
    children = [r.other_id for r in relations if r.forward and r.kind == PARENT]
    if not children:
        return set()
    today = clock.today()
    return {i for i, facts in parties.holder_facts(children).items() if facts.is_minor(today)}


def _own_ground(actor: Actor, purpose: str) -> tuple[Ground, str]:
    """The ground of reading as one's own. Through a standing only for its items and its theme: raises PermitDenied for
    others.
    """
    if actor.standing is None:
        return Ground.OWN, ""
    head, _, code = purpose.partition(":")
    theme = {actor.standing.theme_code} - {""}
    if code not in {ITEM_PURPOSE: actor.standing.item_codes, THEME_PURPOSE: theme}.get(head, set()):
        raise PermitDenied()
    return Ground(actor.standing.kind.value), actor.standing.basis


def _check_own(actor: Actor, wanted: frozenset[UUID]) -> None:
    actor.check(Permission.OWN_READ)
    if not wanted <= own_holders(actor):
        raise PermitDenied()


def _check_statutory(actor: Actor, basis: str) -> None:
    offices = {
        Permission.KIOSK,
        Permission.WINDOW,
        Permission.HANDLE,
        Permission.ISSUE,
        Permission.SCAN,
        Permission.VERIFICATION_ANSWER,
        Permission.COUNTER_MANAGE,
        Permission.ASKS_SETTLE,
    }
    if not basis or not offices & actor.permissions:
        raise PermitDenied()


def _check_consent(actor: Actor, wanted: frozenset[UUID], names: frozenset[str], basis: str) -> None:
    """What was agreed to is for the department it was told of, and for no other."""
    consents = Consent.objects.filter(
        reference=basis, recipient_code=actor.department_code, withdrawn_at__isnull=True
    ).exclude(recipient_code="")
    covered: dict[UUID, set[str]] = {}
    for consent in consents:
        covered.setdefault(consent.holder_id, set()).update(consent.fields)
    for holder_id in wanted:
        if not names <= covered.get(holder_id, set()):
            raise ConsentRequired()

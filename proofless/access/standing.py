"""代为办理: an account that works for somebody else, because she is present or gave a written authority."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from proofless.access.models import Authority, Presence
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel, Standing, StandingKind
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission

OWN_RIGHTS = frozenset({Permission.APPLY, Permission.OWN_READ})
ITEM_PURPOSE, THEME_PURPOSE = "办理事项", "办理一件事"


@dataclass(frozen=True, slots=True)
class Aim:
    """What somebody came for: one item, or a theme with its items."""

    item_codes: tuple[str, ...]
    theme_code: str = ""

    @property
    def code(self) -> str:
        return self.theme_code or self.item_codes[0]

    @property
    def kind(self) -> str:
        return "theme" if self.theme_code else "item"

    @property
    def purpose(self) -> str:
        return f"{THEME_PURPOSE if self.theme_code else ITEM_PURPOSE}:{self.code}"


@dataclass(frozen=True, slots=True)
class PresenceView:
    """``official_id`` alone may work under it, until ``expires_at`` or until it is closed. ``item_code`` is empty for
    somebody who came for a theme.
    """

    id: UUID
    holder_id: UUID
    channel: Channel
    shown: str
    item_code: str
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    theme_code: str = ""
    item_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorityView:
    id: UUID
    principal_id: UUID
    agent_id: UUID
    item_codes: tuple[str, ...]
    special: bool
    since: date
    until: date
    given: str
    revoked_at: datetime | None

    @property
    def standing(self) -> str:
        """coming | holds | ended | revoked, today."""
        if self.revoked_at is not None:
            return "revoked"
        today = clock.today()
        return "coming" if today < self.since else "ended" if today > self.until else "holds"


def holds(actor: Actor) -> bool:
    """Whether what an actor's standing rests on still holds; True without one."""
    standing = actor.standing
    if standing is None:
        return True
    if actor.party_id is None:
        return False
    if standing.witnessed_in is not None and not _is_present(actor, standing.witnessed_in):
        return False
    if standing.kind is StandingKind.PRESENCE:
        return True
    if standing.party_id is None:
        return False
    return _held_authorities(standing.party_id).filter(id=standing.id, holder_id=actor.party_id).exists()


def _is_present(actor: Actor, presence_id: UUID) -> bool:
    """Whether the one whose presence it is still stands before this official."""
    open_ones = _open_presences(actor.account_id).filter(id=presence_id)
    return actor.present in set(open_ones.values_list("holder_id", flat=True))


def _open_presences(official_id: UUID) -> QuerySet[Presence]:
    return Presence.objects.filter(
        official_id=official_id, closed_at__isnull=True, expires_at__gt=clock.now()
    )


def _held_authorities(agent_id: UUID) -> QuerySet[Authority]:
    today = clock.today()
    return Authority.objects.filter(
        agent_id=agent_id, revoked_at__isnull=True, since__lte=today, until__gte=today
    )


def get_presence(official: Actor, presence_id: UUID) -> PresenceView:
    """A presence still open before this official; ended, foreign and absent ones raise the same NotFound."""
    official.check(Permission.WINDOW)
    row = _open_presences(official.account_id).filter(id=presence_id).first()
    if row is None:
        raise NotFound("这次到场办理已经结束，请重新核对来人的身份")
    return _presence(row)


def list_presences(official: Actor) -> list[PresenceView]:
    """Those still open before this official, newest first."""
    official.check(Permission.WINDOW)
    return [_presence(row) for row in _open_presences(official.account_id).order_by("-opened_at")]


def _presence(row: Presence) -> PresenceView:
    return PresenceView(
        row.id,
        row.holder_id,
        Channel(row.channel),
        row.shown,
        row.item_code,
        row.opened_at,
        row.expires_at,
        row.closed_at,
        row.theme_code,
        tuple(row.item_codes) or (row.item_code,),
    )


def assisting_actor(official: Actor, presence: PresenceView) -> Actor:
    """The official working with the person before her: that person's rights, for what she came for, in the official's
    name."""
    return Actor(
        account_id=official.account_id,
        label=official.label,
        permissions=OWN_RIGHTS,
        party_id=presence.holder_id,
        department_code=official.department_code,
        department_name=official.department_name,
        channel=presence.channel,
        standing=Standing(
            StandingKind.PRESENCE,
            presence.id,
            frozenset(presence.item_codes),
            theme_code=presence.theme_code,
        ),
    )


def list_given(principal: Actor) -> list[AuthorityView]:
    """The authorities the actor gave, newest first."""
    principal.check(Permission.OWN_READ)
    if principal.party_id is None:
        return []
    rows = Authority.objects.filter(holder_id=principal.party_id).order_by("-given_at")
    return [_authority(row) for row in rows]


def list_held(agent: Actor) -> list[AuthorityView]:
    """The authorities under which the actor may act today, oldest first."""
    if agent.party_id is None or agent.standing is not None or not agent.may(Permission.APPLY):
        return []
    return [_authority(row) for row in _held_authorities(agent.party_id).order_by("given_at")]


def get_held(agent: Actor, authority_id: UUID) -> AuthorityView:
    """One of them; anything else raises the same NotFound."""
    for one in list_held(agent):
        if one.id == authority_id:
            return one
    raise NotFound()


def _authority(row: Authority) -> AuthorityView:
    return AuthorityView(
        row.id,
        row.holder_id,
        row.agent_id,
        tuple(row.item_codes),
        row.special,
        row.since,
        row.until,
        row.given,
        row.revoked_at,
    )


def agent_for(agent: Actor, authority: AuthorityView) -> Actor:
    """The agent acting for the principal: her rights in these items, entered as the agent's acts."""
    return Actor(
        account_id=agent.account_id,
        label=agent.label,
        permissions=OWN_RIGHTS,
        party_id=authority.principal_id,
        channel=agent.channel,
        standing=Standing(
            StandingKind.AUTHORITY,
            authority.id,
            frozenset(authority.item_codes),
            agent.party_id,
            authority.special,
        ),
    )


def list_brought(presence: PresenceView) -> list[AuthorityView]:
    """The authorities under which whoever stands here may act today in what he came for, oldest first. For a theme an
    authority must name every item of it.
    """
    rows = _held_authorities(presence.holder_id).filter(item_codes__contains=list(presence.item_codes))
    return [_authority(row) for row in rows.order_by("given_at")]


def get_brought(presence: PresenceView, authority_id: UUID) -> AuthorityView:
    """One of them; anything else raises the same NotFound."""
    for one in list_brought(presence):
        if one.id == authority_id:
            return one
    raise NotFound("这份委托书今天不能用于来办的事，请核对委托书上的事项和期限")


def agent_at_window(official: Actor, presence: PresenceView, authority: AuthorityView) -> Actor:
    """The official working with an agent who stands before her: the principal's rights in what he came for, as far
    as the authority goes, while he stands here and it holds."""
    return Actor(
        account_id=official.account_id,
        label=official.label,
        permissions=OWN_RIGHTS,
        party_id=authority.principal_id,
        department_code=official.department_code,
        department_name=official.department_name,
        channel=presence.channel,
        standing=Standing(
            StandingKind.AUTHORITY,
            authority.id,
            frozenset(presence.item_codes) & frozenset(authority.item_codes),
            presence.holder_id,
            authority.special,
            presence.id,
            presence.theme_code,
        ),
    )

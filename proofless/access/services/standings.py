"""Acts on standings: somebody comes before an official and goes; an authority is given and taken back."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from proofless import ledger
from proofless.access.models import Authority, Presence
from proofless.access.standing import Aim
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel, StandingKind
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.standards.limits import limit_of

ONLINE, PAPER = "online", "paper"


def open_presence(
    *, actor: Actor, holder_id: UUID, channel: Channel, shown: str, aim: Aim, within: Act
) -> UUID:
    """Note that a holder, identified by the caller, stands before the official for an item or a theme. It is good for
    as long as the city says.
    """
    actor.check(Permission.WINDOW)
    now = clock.now()
    presence = Presence(
        id=new_id(),
        holder_id=holder_id,
        official_id=actor.account_id,
        department_code=actor.department_code,
        channel=channel.value,
        shown=shown,
        item_code="" if aim.theme_code else aim.code,
        theme_code=aim.theme_code,
        item_codes=list(aim.item_codes),
        opened_at=now,
        expires_at=now + timedelta(minutes=limit_of(Limit.PRESENCE_MINUTES)),
    )
    within.enter(
        Kind.PRESENCE_OPENED,
        object_kind="presence",
        object_id=presence.id,
        holders=[holder_id],
        purpose=aim.purpose,
        detail={"channel": channel.value, "shown": shown},
    )
    presence.save(force_insert=True)
    return presence.id


def close_presence(*, actor: Actor, presence_id: UUID) -> None:
    """She leaves: nothing more can be done in her name here. Closed and foreign ones raise the same NotFound."""
    actor.check(Permission.WINDOW)
    open_ones = Presence.objects.filter(id=presence_id, official_id=actor.account_id, closed_at__isnull=True)
    found = open_ones.first()
    if found is None:
        raise NotFound()
    with ledger.act(
        Kind.PRESENCE_CLOSED,
        actor,
        object_kind="presence",
        object_id=presence_id,
        holders=[found.holder_id],
    ):
        open_ones.update(closed_at=clock.now())


def give_authority(
    *,
    actor: Actor,
    agent_id: UUID,
    item_codes: Iterable[str],
    since: date,
    until: date,
    special: bool = False,
    file_address: str = "",
    principal_id: UUID | None = None,
    within: Act | None = None,
) -> UUID:
    """Let an agent act in some items. Whoever stands before an official gives it on paper, with the scan.

    ``principal_id``: it is the agent who stands there and brings the paper another signed; the principal is told and
    may revoke it. Raises NotFound for that from anybody else, InputInvalid for no item, an agent who is the principal,
    a term that ended, is empty or longer than the city allows.
    """
    actor.check(Permission.OWN_READ)
    codes = sorted(set(item_codes))
    on_paper = actor.standing is not None
    if actor.standing is not None and actor.standing.kind is StandingKind.AUTHORITY:
        raise NotFound()  # an agent passes on nothing of what he was given
    if principal_id is not None and (not on_paper or not file_address or agent_id != actor.party_id):
        raise NotFound()
    principal = principal_id or actor.party_id
    if principal is None:
        raise NotFound()
    if complaints := _complaints(principal, agent_id, codes, since, until):
        raise InputInvalid(fields=complaints)
    authority = Authority(
        id=new_id(),
        holder_id=principal,
        agent_id=agent_id,
        item_codes=codes,
        special=special,
        since=since,
        until=until,
        given=PAPER if on_paper else ONLINE,
        witness_id=actor.account_id if on_paper else None,
        file_address=file_address,
        given_at=clock.now(),
    )
    with ledger.act(
        Kind.AUTHORITY_GIVEN,
        actor,
        within=within,
        object_kind="authority",
        object_id=authority.id,
        holders=[authority.holder_id, agent_id],
        detail={"items": codes, "days": (until - since).days + 1, "special": special},
    ):
        authority.save(force_insert=True)
    return authority.id


def _complaints(
    principal: UUID, agent_id: UUID, codes: list[str], since: date, until: date
) -> dict[str, str]:
    found = {}
    if not codes:
        found["items"] = "请选择委托办理的事项"
    if agent_id == principal:
        found["agent_number"] = "不能委托自己"
    if until < max(since, clock.today()):
        found["until"] = "截止日期不能早于开始日期和今天"
    elif (until - since).days >= (most := limit_of(Limit.AUTHORITY_DAYS)):
        found["until"] = f"一次最长委托{most}天，到期可以再委托"
    return found


def revoke_authority(*, actor: Actor, authority_id: UUID) -> None:
    """The principal takes it back, at once. Absent, foreign and revoked ones raise the same NotFound."""
    actor.check(Permission.OWN_READ)
    if actor.standing is not None or actor.party_id is None:
        raise NotFound()
    given = Authority.objects.filter(id=authority_id, holder_id=actor.party_id, revoked_at__isnull=True)
    found = given.first()
    if found is None:
        raise NotFound()
    with ledger.act(
        Kind.AUTHORITY_REVOKED,
        actor,
        object_kind="authority",
        object_id=authority_id,
        holders=[found.holder_id, found.agent_id],
    ):
        given.update(revoked_at=clock.now())

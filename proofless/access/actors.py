"""Building the actor at the edge: from an account, from the system itself, from nobody."""

from uuid import UUID

from proofless.access.rules import permissions_of
from proofless.kit.actor import Actor, Channel
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.queries import find_department_name

_SYSTEM = UUID(int=1)
_ANONYMOUS = UUID(int=0)


def actor_of(account: Account, channel: Channel) -> Actor:
    return Actor(
        account_id=account.id,
        label=account.label,
        permissions=permissions_of(account.roles),
        party_id=account.party_id,
        represents=account.represents,
        department_code=account.department_code,
        department_name=find_department_name(account.department_code),
        division_code=account.division_code,
        scene_codes=frozenset(account.scene_codes),
        channel=channel,
    )


def official_actor(account_id: UUID) -> Actor | None:
    """An official in whose name the node finishes what he began; None for who may no longer work."""
    account = Account.objects.filter(id=account_id, is_active=True).exclude(department_code="").first()
    return actor_of(account, Channel.SYSTEM) if account is not None else None


def system_actor(*permissions: Permission, department_code: str = "", label: str = "系统") -> Actor:
    """The node itself at work (loading, the simulator, tasks), with just the rights it names."""
    return Actor(_SYSTEM, label, frozenset(permissions), department_code=department_code)


def anonymous_actor(channel: Channel) -> Actor:
    return Actor(_ANONYMOUS, "未登录", frozenset(), channel=channel)


def agent_actor(party_id: UUID, label: str) -> Actor:
    """The node going on with what a resident has asked for: his own records, his own applications, no more."""
    return Actor(
        _SYSTEM,
        label,
        frozenset({Permission.APPLY, Permission.OWN_READ}),
        party_id=party_id,
        channel=Channel.SYSTEM,
    )

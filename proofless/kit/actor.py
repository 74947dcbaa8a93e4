"""操作人: who acts, frozen at the edge. Only ``access`` builds one; every service checks it."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from proofless.kit.errors import Forbidden
from proofless.kit.permissions import Permission


class Channel(StrEnum):
    PHONE = "phone"
    WINDOW = "window"
    KIOSK = "kiosk"
    ASSISTED = "assisted"
    DESK = "desk"
    API = "api"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        return _CHANNELS[self]


_CHANNELS = {
    Channel.PHONE: "手机",
    Channel.WINDOW: "窗口",
    Channel.KIOSK: "自助终端",
    Channel.ASSISTED: "帮办代办",
    Channel.DESK: "工作台",
    Channel.API: "接口",
    Channel.SYSTEM: "系统",
}


class StandingKind(StrEnum):
    """到场: she stands before the official. 委托: she gave a written authority."""

    PRESENCE = "present"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True)
class Standing:
    """Why an account acts for somebody who is not its own, and for which items only.

    ``party_id`` is the agent's party under an authority; None for somebody present herself. ``special``: an agent with
    特别授权. ``presence_id``: the agent himself stands before an official, whose account it is. ``theme_code``: the
    items are those of a theme somebody present came for.
    """

    kind: StandingKind
    id: UUID
    item_codes: frozenset[str]
    party_id: UUID | None = None
    special: bool = False
    presence_id: UUID | None = None
    theme_code: str = ""

    @property
    def ground_text(self) -> str:
        return f"{self.kind.value}:{self.basis}"

    @property
    def basis(self) -> str:
        """Its id; of an agent at a window with the presence he works in."""
        return (
            f"{self.id}+{StandingKind.PRESENCE.value}:{self.presence_id}"
            if self.presence_id
            else str(self.id)
        )

    @property
    def witnessed_in(self) -> UUID | None:
        """The presence in which an official works with somebody; None for an agent on his own telephone."""
        return self.id if self.kind is StandingKind.PRESENCE else self.presence_id


@dataclass(frozen=True, slots=True)
class Actor:
    """``party_id`` is the holder the account belongs to (residents); officials carry a department instead.

    ``represents`` is the enterprise or ward the person acts for in this session, if any. With a ``standing`` the
    account works for ``party_id``, who is present or gave an authority.
    """

    account_id: UUID
    label: str
    permissions: frozenset[Permission]
    party_id: UUID | None = None
    represents: UUID | None = None
    department_code: str = ""
    department_name: str = ""
    division_code: str = ""
    scene_codes: frozenset[str] = field(default_factory=frozenset)
    channel: Channel = Channel.SYSTEM
    standing: Standing | None = None

    @property
    def account_party(self) -> UUID | None:
        """Whose the account is: what entries say, so that a clerk's or an agent's act is never the holder's own."""
        if self.standing is None:
            return self.party_id
        return None if self.standing.witnessed_in else self.standing.party_id

    @property
    def present(self) -> UUID | None:
        """Who stands before the official: whom it is about, or her agent. None outside a presence."""
        if self.standing is None or self.standing.witnessed_in is None:
            return None
        return self.standing.party_id or self.party_id

    @property
    def reader(self) -> UUID | None:
        """Whom a page means by 您: whoever reads it, herself before a clerk too, but never an agent's principal."""
        agent = self.standing is not None and self.standing.kind is StandingKind.AUTHORITY
        return self.account_party if agent else self.party_id

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def check(self, permission: Permission) -> None:
        """Refuse with FORBIDDEN unless the actor holds the permission."""
        if permission not in self.permissions:
            raise Forbidden(f"您没有“{permission.label}”的权限", permission=permission.value)

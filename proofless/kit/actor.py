"""操作人: who acts, frozen at the edge. Only ``access`` builds one; every service checks it."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from proofless.kit.errors import Forbidden
from proofless.kit.permissions import Permission


class Channel(StrEnum):
    PHONE = "phone"
    DESK = "desk"
    API = "api"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        return {"phone": "手机", "desk": "工作台", "api": "接口", "system": "系统"}[self.value]


@dataclass(frozen=True, slots=True)
class Actor:
    """``party_id`` is the holder the account belongs to (residents); officials carry a department instead.

    ``represents`` is the enterprise or ward the person acts for in this session, if any.
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

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def check(self, permission: Permission) -> None:
        """Refuse with FORBIDDEN unless the actor holds the permission."""
        if permission not in self.permissions:
            raise Forbidden(f"您没有“{permission.label}”的权限", permission=permission.value)

"""``/api/v1/session`` and ``/api/v1/ledger``: signing in for integrators, and one's own ledger."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from proofless.access.edge import SESSION_ACCOUNT, Guard, actor
from proofless.kit.permissions import Permission
from proofless.ledger import queries as ledger
from proofless.parties import services as parties

router = Router(tags=["portal 我的空间"])


class SignInIn(Schema):
    username: str = Field(max_length=64)
    password: str = Field(max_length=128)


@router.post("/session", auth=None)
def sign_in(request: HttpRequest, payload: SignInIn) -> dict[str, str]:
    """登录。返回的 token 以 ``Authorization: Bearer`` 发送;退出即失效."""
    account = parties.sign_in(actor=actor(request), username=payload.username, password=payload.password)
    request.session.cycle_key()
    request.session[SESSION_ACCOUNT] = str(account.id)
    request.session.save()
    return {"token": request.session.session_key or ""}


@router.get("/ledger", auth=Guard(Permission.OWN_READ))
def own_ledger(request: HttpRequest, page: int = 1, reads_only: bool = False) -> dict[str, Any]:
    """谁在何时为何读了我的哪些信息."""
    holder = actor(request).party_id
    if holder is None:
        return {"rows": [], "number": 1, "pages": 1, "total": 0}
    found = ledger.list_for_holder(holder, page=max(page, 1), reads_only=reads_only)
    rows = [
        {
            "position": line.position,
            "at": line.at.isoformat(),
            "kind": line.kind.value,
            "label": line.kind.label,
            "department": line.department_code,
            "by_holder": line.actor_is_holder,
            "purpose": line.purpose,
            "ground": line.ground,
            "reads": [{"source": source, "fields": list(fields)} for source, fields in line.reads],
        }
        for line in found.rows
    ]
    return {"rows": rows, "number": found.number, "pages": found.pages, "total": found.total}

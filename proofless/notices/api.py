"""``/api/v1/notices``: one's own inbox."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from proofless.access.edge import Guard, actor
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission
from proofless.notices import queries, services
from proofless.notices.queries import NoticeView, Show
from proofless.notices.rules.passcodes import Purpose

router = Router(tags=["notices 通知"])


def _row(one: NoticeView) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "holder_id": str(one.holder_id),
        "news": one.news,
        "title": one.title,
        "text": one.text,
        "asks": one.asks,
        "at": one.at.isoformat(),
        "read": one.read,
        "address": one.address,
    }


@router.get("", auth=Guard(Permission.NOTICES_READ))
def inbox(request: HttpRequest, show: Show = Show.ALL, page: int = 1) -> dict[str, Any]:
    """本人的通知,新的在前."""
    who = actor(request)
    found = queries.list_notices(who, show, page=max(page, 1))
    return {
        "rows": [_row(one) for one in found.rows],
        "unread": queries.count_unread(who),
        "number": found.number,
        "pages": found.pages,
        "total": found.total,
    }


@router.post("/{notice_id}/read", auth=Guard(Permission.NOTICES_READ))
def read(request: HttpRequest, notice_id: UUID) -> dict[str, Any]:
    """标为已读."""
    services.mark_read(actor=actor(request), notice_id=notice_id)
    return {"unread": queries.count_unread(actor(request))}


class CodeWanted(Schema):
    """``reference`` is what the caller's own system binds the code to, such as a case."""

    reference: str = Field(default="", max_length=64)


class CodeGiven(CodeWanted):
    code: str = Field(max_length=12)


@router.post("/passcodes", auth=Guard(Permission.OWN_READ))
def send_passcode(request: HttpRequest, body: CodeWanted) -> dict[str, bool]:
    """向本人登记的手机发送确认用验证码."""
    who = actor(request)
    services.send_passcode(actor=who, holder_id=_own(who), purpose=Purpose.CONFIRM, reference=body.reference)
    return {"sent": True}


@router.post("/passcodes/use", auth=Guard(Permission.OWN_READ))
def use_passcode(request: HttpRequest, body: CodeGiven) -> dict[str, bool]:
    """核对并用掉确认用验证码."""
    who = actor(request)
    services.use_passcode(
        actor=who, holder_id=_own(who), purpose=Purpose.CONFIRM, code=body.code, reference=body.reference
    )
    return {"confirmed": True}


def _own(who: Actor) -> UUID:
    if who.party_id is None:
        raise NotFound()
    return who.party_id

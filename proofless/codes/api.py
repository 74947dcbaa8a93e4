"""``/api/v1/codes``: show a code, scan a code."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.codes import services
from proofless.kit.permissions import Permission

router = Router(tags=["codes 码"])


class ShowIn(Schema):
    enterprise_id: UUID | None = None


class ScanIn(Schema):
    code: str = Field(max_length=64)
    scene_code: str = Field(max_length=8)


@router.post("/show", auth=Guard(Permission.SHOW_CODE))
def show(request: HttpRequest, payload: ShowIn) -> dict[str, Any]:
    """出示居民码或企业码:一次有效,一分钟更换."""
    shown = services.show_code(actor=actor(request), subject=payload.enterprise_id)
    return {"code": shown.text, "expires_at": shown.expires_at.isoformat()}


@router.post("/scan", auth=Guard(Permission.SCAN))
def scan(request: HttpRequest, payload: ScanIn) -> dict[str, Any]:
    """扫码核验:只回答场景规定的事项."""
    result = services.scan_code(actor=actor(request), code=payload.code, scene_code=payload.scene_code)
    return {
        "scene": result.scene.code,
        "answers": [{"label": a.label, "value": a.value, "as_of": a.as_of} for a in result.answers],
        "not_disclosed": list(result.not_disclosed),
        "retention": result.retention_rule,
    }

"""``/api/v1/limits``: the numbers the city sets for itself."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.kit.permissions import Permission
from proofless.standards import limits
from proofless.standards.services import set_limit

router = Router(tags=["limits 本市设定"])


class LimitIn(Schema):
    """``seen`` is the value the caller changes from: a colleague's change meanwhile is then not overwritten."""

    value: int
    reason: str = Field(max_length=300)
    seen: int | None = None


@router.get("", auth=Guard(Permission.CATALOG_READ))
def list_limits(request: HttpRequest) -> list[dict[str, Any]]:
    """本市设定:现在的数、单位、可设范围、默认值和出处."""
    return [
        {
            "code": one.limit.value,
            "label": one.limit.terms.label,
            "value": one.value,
            "unit": one.limit.terms.unit,
            "default": one.limit.terms.default,
            "least": one.limit.terms.least,
            "most": one.limit.terms.most,
            "what": one.limit.terms.what,
            "source": one.limit.terms.source,
        }
        for one in limits.list_limits()
    ]


@router.put("/{code}", auth=Guard(Permission.LIMITS_SET), response={204: None})
def put_limit(request: HttpRequest, code: str, payload: LimitIn) -> Status[None]:
    """调整一项本市设定."""
    set_limit(actor=actor(request), code=code, **payload.dict())
    return Status(204, None)

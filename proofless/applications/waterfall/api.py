"""``/api/v1/live-sources``: where datasets are asked over the line while a plan is made."""

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.applications.services.sources import NewSource, set_live_source
from proofless.kit.permissions import Permission

router = Router(tags=["live sources 在线来源"])


class SourceIn(Schema):
    """``budget_ms`` is all a plan waits for it; ``keep_minutes`` how long an answer is fresh."""

    address: str = Field(max_length=300, examples=["https://data.example.gov.cn/rows"])
    token: str = Field(max_length=200)
    budget_ms: int = 800
    keep_minutes: int = 60
    enabled: bool = True


@router.put("/{dataset_code}", auth=Guard(Permission.DATA_LOAD), response={204: None})
def put_source(request: HttpRequest, dataset_code: str, payload: SourceIn) -> Status[None]:
    """登记在线数据接口."""
    source = NewSource(dataset_code, **payload.dict())
    set_live_source(actor=actor(request), source=source)
    return Status(204, None)

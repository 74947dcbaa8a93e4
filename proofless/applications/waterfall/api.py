"""``/api/v1/live-sources``: where datasets are asked over the line while a plan is made."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.applications.services.sources import (
    NewSource,
    resume_live_source,
    set_live_source,
    suspend_live_source,
    try_live_source,
)
from proofless.applications.waterfall.live_calls import list_sources
from proofless.kit.permissions import Permission

router = Router(tags=["live sources 在线来源"])


class SourceIn(Schema):
    """``budget_ms`` is all a plan waits for it; ``keep_minutes`` how long an answer is fresh."""

    address: str = Field(max_length=300, examples=["https://data.example.gov.cn/rows"])
    token: str = Field(max_length=200)
    budget_ms: int = 800
    keep_minutes: int = 60
    enabled: bool = True


class ReasonIn(Schema):
    reason: str = Field(max_length=300)


@router.get("", auth=Guard(Permission.DATA_LOAD))
def get_sources(request: HttpRequest) -> list[dict[str, Any]]:
    """在线数据接口的运行情况,近一天;不含令牌."""
    return [
        {
            "dataset": one.code,
            "title": one.title,
            "address": one.address,
            "enabled": one.enabled,
            "state": one.state[0],
            "suspended_reason": one.suspended_reason,
            "budget_ms": one.budget_ms,
            "calls": len(one.calls),
            "failures": one.failures,
            "lies": one.lies,
            "late": one.late,
            "p95_ms": one.slow_ms,
        }
        for one in list_sources(actor(request))
    ]


@router.put("/{dataset_code}", auth=Guard(Permission.DATA_LOAD), response={204: None})
def put_source(request: HttpRequest, dataset_code: str, payload: SourceIn) -> Status[None]:
    """登记在线数据接口."""
    source = NewSource(dataset_code, **payload.dict())
    set_live_source(actor=actor(request), source=source)
    return Status(204, None)


@router.post("/{dataset_code}/try", auth=Guard(Permission.DATA_LOAD))
def try_source(request: HttpRequest, dataset_code: str) -> dict[str, Any]:
    """试问一次:问一个谁也没有的号码,不涉及任何人."""
    found = try_live_source(actor=actor(request), dataset_code=dataset_code)
    return {"outcome": found.outcome, "took_ms": found.took_ms}


@router.post("/{dataset_code}/suspend", auth=Guard(Permission.DATA_LOAD), response={204: None})
def suspend_source(request: HttpRequest, dataset_code: str, payload: ReasonIn) -> Status[None]:
    """暂停询问."""
    suspend_live_source(actor=actor(request), dataset_code=dataset_code, reason=payload.reason)
    return Status(204, None)


@router.post("/{dataset_code}/resume", auth=Guard(Permission.DATA_LOAD), response={204: None})
def resume_source(request: HttpRequest, dataset_code: str) -> Status[None]:
    """恢复询问."""
    resume_live_source(actor=actor(request), dataset_code=dataset_code)
    return Status(204, None)

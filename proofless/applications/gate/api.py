"""``/api/v1/asks``: the hard gate for integrators and kiosks: override on a law, report, settle, check an original."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.applications.gate import queries
from proofless.applications.gate.evidence import Asked
from proofless.applications.gate.services import (
    NewDemand,
    override_gate,
    report_ask,
    settle_report,
    withdraw_report,
)
from proofless.applications.models import AskReport
from proofless.applications.uploads.services import check_original
from proofless.kit.permissions import Permission

router = Router(tags=["asks 索证"])


class OverrideIn(Schema):
    """``law`` names title and article; the applicant and the supervisor read it word for word."""

    application_id: UUID
    material_code: str = Field(max_length=32)
    revision: int
    law: str = Field(max_length=300)
    reason: str = Field(max_length=400)


class OriginalIn(Schema):
    application_id: UUID
    material_code: str = Field(max_length=32)
    same: bool
    note: str = Field("", max_length=400)


class ReportIn(Schema):
    """``application_id`` when there is one; else ``item_code`` says for what the paper was asked."""

    material_code: str = Field(max_length=32)
    place: str = Field("online", max_length=16, examples=["window"])
    application_id: UUID | None = None
    item_code: str = Field("", max_length=32)
    words: str = Field("", max_length=600)


class SettleIn(Schema):
    upheld: bool
    finding: str = Field(max_length=600)


class IdOut(Schema):
    id: UUID


def _line(one: queries.ReportView) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "item": one.item_name,
        "material": one.material_name,
        "department": one.department_code,
        "state": one.state.value,
        "due_on": one.due_on,
        "finding": one.finding,
    }


@router.post("/demands", auth=Guard(Permission.HANDLE), response={201: IdOut})
def override(request: HttpRequest, payload: OverrideIn) -> Status[dict[str, UUID]]:
    """依法另要一份系统已核对的材料."""
    demand = NewDemand(payload.material_code, payload.law, payload.reason)
    made = override_gate(
        actor=actor(request),
        application_id=payload.application_id,
        revision=payload.revision,
        demand=demand,
    )
    return Status(201, {"id": made})


@router.post("/originals", auth=Guard(Permission.HANDLE), response={204: None})
def original(request: HttpRequest, payload: OriginalIn) -> Status[None]:
    """记录原件核对结果."""
    check_original(
        actor=actor(request),
        application_id=payload.application_id,
        material_code=payload.material_code,
        same=payload.same,
        note=payload.note,
    )
    return Status(204, None)


@router.post("/reports", auth=Guard(Permission.APPLY), response={201: IdOut})
def report(request: HttpRequest, payload: ReportIn) -> Status[dict[str, UUID]]:
    """举报违规索证."""
    asked = Asked(payload.material_code, payload.place, payload.application_id, payload.item_code)
    return Status(201, {"id": report_ask(actor=actor(request), asked=asked, words=payload.words)})


@router.get("/reports", auth=Guard(Permission.APPLY))
def own_reports(request: HttpRequest) -> list[dict[str, Any]]:
    """本人的举报."""
    return [_line(one) for one in queries.list_own_reports(actor(request))]


@router.post("/reports/{report_id}/withdraw", auth=Guard(Permission.APPLY), response={204: None})
def withdraw(request: HttpRequest, report_id: UUID) -> Status[None]:
    """撤回举报."""
    withdraw_report(actor=actor(request), report_id=report_id)
    return Status(204, None)


@router.get("/reports/open", auth=Guard(Permission.ASKS_SETTLE))
def open_reports(request: HttpRequest, page: int = 1) -> list[dict[str, Any]]:
    """待处理的举报."""
    found = queries.list_reports(actor(request), [AskReport.State.OPEN], page=max(page, 1))
    return [_line(one) for one in found.rows]


@router.post("/reports/{report_id}/settle", auth=Guard(Permission.ASKS_SETTLE), response={204: None})
def settle(request: HttpRequest, report_id: UUID, payload: SettleIn) -> Status[None]:
    """处理举报."""
    settle_report(actor=actor(request), report_id=report_id, upheld=payload.upheld, finding=payload.finding)
    return Status(204, None)

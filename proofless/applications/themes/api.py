"""``/api/v1/themes``: the same acts as the pages, for integrators and kiosks."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.themes import queries, services
from proofless.applications.themes.outward import plan_out, progress_out
from proofless.kit.permissions import Permission
from proofless.web.middleware import accepts_files

router = Router(tags=["themes 一件事"])


class BeginIn(Schema):
    theme_code: str = Field(max_length=8, examples=["T04"])
    enterprise_id: UUID | None = None
    ward_id: UUID | None = None


class ChosenIn(Schema):
    """``selected`` by item code; of an item not named the registers decide. ``answers`` by situation code."""

    selected: dict[str, bool] = {}
    answers: dict[str, bool] = {}


class SaveIn(ChosenIn):
    values: dict[str, str] = {}


class SubmitIn(SaveIn):
    """``values`` by box, ``agreed`` keys of the plan's consents, ``signed`` keys of its materials, ``confirmed``
    boxes with an old value she says still holds, ``disputed`` what she says against a box's value.
    """

    revision: int
    agreed: list[str] = []
    signed: list[str] = []
    confirmed: list[str] = []
    disputed: dict[str, str] = {}


class PersonIn(Schema):
    role: str = Field(max_length=32, examples=["child"])
    holder_id: UUID


class LineIn(Schema):
    line: str = Field(max_length=64)


class IdOut(Schema):
    id: UUID


class ReceiptOut(Schema):
    receipt: str


@router.get("", auth=None)
def list_themes(request: HttpRequest) -> list[dict[str, Any]]:
    """全部主题;open 为假的暂不能联办,mark 说明原因."""
    return [
        {
            "code": line.theme.code,
            "name": line.theme.name,
            "subject_type": line.theme.subject_type,
            "open": line.open,
            "mark": line.mark,
            "items": [{"code": c, "name": n, "department": d} for c, n, d in line.items],
            "source": line.theme.source,
        }
        for line in queries.list_themes()
    ]


@router.post("/cases", auth=Guard(Permission.APPLY), response={201: IdOut})
def open_theme(request: HttpRequest, payload: BeginIn) -> Status[dict[str, UUID]]:
    """开始一件事."""
    made = services.open_theme(
        actor=actor(request),
        theme_code=payload.theme_code,
        enterprise_id=payload.enterprise_id,
        ward_id=payload.ward_id,
    )
    return Status(201, {"id": made})


@router.get("/cases/{case_id}", auth=Guard(Permission.APPLY))
def get_progress(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """联办进度与共同结果."""
    return progress_out(queries.get_progress(actor(request), case_id))


@router.post("/cases/{case_id}/plan", auth=Guard(Permission.APPLY))
def plan(request: HttpRequest, case_id: UUID, payload: ChosenIn) -> dict[str, Any]:
    """按所选事项与情形合并计算材料与字段."""
    head, made = queries.plan_own(actor(request), case_id, payload.selected, payload.answers)
    return {"revision": head.revision, **plan_out(made)}


@router.post("/cases/{case_id}/save", auth=Guard(Permission.APPLY), response={204: None})
def save_theme(request: HttpRequest, case_id: UUID, payload: SaveIn) -> Status[None]:
    """保存草稿."""
    services.save_theme(
        actor=actor(request),
        case_id=case_id,
        selected=payload.selected,
        answers=payload.answers,
        values=payload.values,
    )
    return Status(204, None)


@router.post("/cases/{case_id}/people", auth=Guard(Permission.APPLY), response={204: None})
def choose_person(request: HttpRequest, case_id: UUID, payload: PersonIn) -> Status[None]:
    """选定办事涉及的人."""
    services.choose_person(
        actor=actor(request), case_id=case_id, role=payload.role, holder_id=payload.holder_id
    )
    return Status(204, None)


@router.post("/cases/{case_id}/transfers/decline", auth=Guard(Permission.APPLY), response={204: None})
def decline_transfer(request: HttpRequest, case_id: UUID, payload: LineIn) -> Status[None]:
    """不同意某一项读取."""
    services.decline_transfer(actor=actor(request), case_id=case_id, line=payload.line)
    return Status(204, None)


@router.post("/cases/{case_id}/transfers/allow", auth=Guard(Permission.APPLY), response={204: None})
def allow_transfer(request: HttpRequest, case_id: UUID, payload: LineIn) -> Status[None]:
    """收回不同意."""
    services.allow_transfer(actor=actor(request), case_id=case_id, line=payload.line)
    return Status(204, None)


@router.post("/cases/{case_id}/materials/{material_code}", auth=Guard(Permission.APPLY), response={204: None})
@accepts_files(UPLOAD_LIMIT + 65536)
def attach_upload(
    request: HttpRequest, case_id: UUID, material_code: str, file: File[UploadedFile]
) -> Status[None]:
    """提交一样只能由申请人提供的材料,各事项共用."""
    services.attach_upload(
        actor=actor(request),
        case_id=case_id,
        material=material_code,
        data=file.read(UPLOAD_LIMIT + 1),
        selected={},
        answers={},
    )
    return Status(204, None)


@router.post("/cases/{case_id}/submit", auth=Guard(Permission.APPLY), response=ReceiptOut)
def submit_theme(request: HttpRequest, case_id: UUID, payload: SubmitIn) -> dict[str, str]:
    """一次提交全部事项."""
    submission = services.ThemeSubmission(
        revision=payload.revision,
        selected=payload.selected,
        answers=payload.answers,
        values=payload.values,
        agreed=frozenset(payload.agreed),
        signed=frozenset(payload.signed),
        confirmed=frozenset(payload.confirmed),
        disputed=payload.disputed,
    )
    return {"receipt": services.submit_theme(actor=actor(request), case_id=case_id, submission=submission)}


@router.post("/cases/{case_id}/withdraw", auth=Guard(Permission.APPLY), response={204: None})
def withdraw_theme(request: HttpRequest, case_id: UUID) -> Status[None]:
    """撤回整件事中还没办结的各项."""
    services.withdraw_theme(actor=actor(request), case_id=case_id)
    return Status(204, None)

"""``/api/v1/sealing``: the sealing service for the systems of departments, one file or many."""

from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.kit.errors import InputInvalid
from proofless.kit.permissions import Permission
from proofless.seals import queries, services
from proofless.seals.queries import BatchView
from proofless.seals.rules import ItemState
from proofless.seals.services.batching import FILE_BYTES, MOST_BYTES
from proofless.seals.wishes import AcrossEdges, AtPoint, AtWords, SealWish
from proofless.web.middleware import accepts_files

router = Router(tags=["sealing 盖章服务"])
KEEP = Guard(Permission.SEAL_KEEP)
_FORM_BYTES = 1 << 20
Millimetres = Annotated[float, Field(ge=0, le=2000, allow_inf_nan=False)]


class WishIn(Schema):
    """``where``: words 盖在文字上（words，nth 从 1 起，-1 为最后一处）；point 指定位置（page 从 1 起，x、y 为印章中心距
    左上角的毫米）；edges 骑缝（at 为高度的比例）。``side`` 为印章大小（毫米）；``close`` 为真时
    文件从此封闭，不能再加盖印章或签名.
    """

    where: Literal["words", "point", "edges"]
    words: str = Field(default="", max_length=64)
    nth: int = -1
    page: int = 1
    x: Millimetres = 0
    y: Millimetres = 0
    at: float = Field(default=0.5, ge=0, le=1)
    side: float = Field(default=42, ge=10, le=60)
    close: bool = True

    def wish(self) -> SealWish:
        if self.where == "words" and not self.words.strip():
            raise InputInvalid(fields={"words": "请填写文字"})
        where: AtPoint | AtWords | AcrossEdges = AcrossEdges(self.at)
        if self.where == "words":
            where = AtWords(self.words.strip(), self.nth)
        elif self.where == "point":
            where = AtPoint(self.page, self.x, self.y)
        return SealWish(where, self.side, self.close)


def _batch(view: BatchView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "title": view.title,
        "opened_at": view.opened_at,
        "forget_at": view.forget_at,
        "forgotten": view.forgotten,
        "total": view.total,
        "sealed": view.sealed,
        "refused": view.refused,
        "waiting": view.waiting,
    }


@router.post("/files", auth=KEEP)
@accepts_files(FILE_BYTES + _FORM_BYTES)
def seal_file(request: HttpRequest, wish: Form[WishIn], file: File[UploadedFile]) -> HttpResponse:
    """给一份 OFD 或 PDF 盖本部门的印章，返回盖好的文件；文件不保存."""
    if not file.size or file.size > FILE_BYTES:
        raise InputInvalid(fields={"file": f"请上传 {FILE_BYTES >> 20} MB 以内的文件"})
    sealed = services.seal_file(actor=actor(request), data=file.read(), wish=wish.wish())
    headers = {"Content-Disposition": f'attachment; filename="sealed.{sealed.suffix}"'}
    return HttpResponse(sealed.data, content_type=sealed.content_type, headers=headers)


@router.get("/batches", auth=KEEP)
def batches(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """本部门的批量盖章."""
    found = queries.list_batches(actor(request), page=max(page, 1))
    rows = [_batch(view) for view in found.rows]
    return {"rows": rows, "number": found.number, "pages": found.pages, "total": found.total}


@router.post("/batches", auth=KEEP)
@accepts_files(MOST_BYTES + _FORM_BYTES)
def open_batch(
    request: HttpRequest, title: Form[str], wish: Form[WishIn], files: File[list[UploadedFile]]
) -> dict[str, Any]:
    """发起批量盖章：收下文件；随后调用 run 盖章，中断后再次调用即可继续."""
    brought = [(one.name or "", one.read()) for one in files]
    made = services.open_batch(actor=actor(request), title=title, brought=brought, wish=wish.wish())
    return _batch(queries.access_batch(actor(request), made))


@router.get("/batches/{batch_id}", auth=KEEP)
def batch(request: HttpRequest, batch_id: UUID) -> dict[str, Any]:
    """一批的进度."""
    return _batch(queries.access_batch(actor(request), batch_id))


@router.get("/batches/{batch_id}/items", auth=KEEP)
def items(
    request: HttpRequest, batch_id: UUID, state: ItemState | None = None, page: int = 1
) -> dict[str, Any]:
    """每份文件的结果和原因."""
    found = queries.list_items(actor(request), batch_id, state=state or "", page=max(page, 1))
    rows = [
        {
            "number": one.number,
            "name": one.name,
            "state": one.state.value,
            "reason": one.reason,
            "source_sm3": one.source,
            "sealed_at": one.sealed_at,
        }
        for one in found.rows
    ]
    return {"rows": rows, "number": found.number, "pages": found.pages, "total": found.total}


@router.post("/batches/{batch_id}/run", auth=KEEP)
def run_batch(request: HttpRequest, batch_id: UUID) -> dict[str, Any]:
    """盖章，至多约 20 秒；waiting 不为 0 时再次调用。stopped 说明为何现在盖不下去."""
    done = services.run_batch(actor=actor(request), batch_id=batch_id)
    stopped = done.stopped
    return {
        "sealed": done.sealed,
        "refused": done.refused,
        "waiting": done.waiting,
        "stopped": None
        if stopped is None
        else {"code": stopped.code.name, "message": stopped.message, "next_step": stopped.next_step},
    }


@router.get("/batches/{batch_id}/files", auth=KEEP)
def fetch_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """已盖章的文件，ZIP."""
    data = services.fetch_batch(actor=actor(request), batch_id=batch_id)
    headers = {"Content-Disposition": f'attachment; filename="{batch_id}.zip"'}
    return HttpResponse(data, content_type="application/zip", headers=headers)


@router.get("/batches/{batch_id}/files/{number}", auth=KEEP)
def fetch_item(request: HttpRequest, batch_id: UUID, number: int) -> HttpResponse:
    """一份已盖章的文件."""
    name, data = services.fetch_item(actor=actor(request), batch_id=batch_id, number=number)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


@router.post("/batches/{batch_id}/forget", auth=KEEP)
def forget_batch(request: HttpRequest, batch_id: UUID) -> dict[str, Any]:
    """清除这批文件；办理记录保留."""
    services.forget_batch(actor=actor(request), batch_id=batch_id)
    return _batch(queries.access_batch(actor(request), batch_id))

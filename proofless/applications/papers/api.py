"""``/api/v1/papers``: receipt and notices of a case with their seals, and the queue of those that wait for one."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from proofless.access.edge import Guard, actor
from proofless.applications import queries as cases
from proofless.applications.papers import queries, services
from proofless.kit import env
from proofless.kit.permissions import Permission

router = Router(tags=["papers 文书"])


class PaperOut(Schema):
    """``why`` says why there is no seal yet; empty once sealed."""

    kind: str
    label: str
    number: str
    sealed_at: datetime | None
    why: str


class UnsealedOut(Schema):
    id: UUID
    application_id: UUID
    label: str
    number: str
    hint: str
    made_at: datetime


class WaitingOut(Schema):
    total: int
    papers: list[UnsealedOut]


class SealingOut(Schema):
    sealed: int
    stopped: str


@router.get("/of/{application_id}", auth=Guard(Permission.APPLY), response=list[PaperOut])
def own(request: HttpRequest, application_id: UUID) -> Any:
    """本人办件的回执与通知书."""
    return queries.list_papers(cases.open_own_case(actor(request), application_id))


@router.get("/of/{application_id}/{kind}.{format_}", auth=Guard(Permission.APPLY))
def own_file(
    request: HttpRequest, application_id: UUID, kind: str, format_: Literal["ofd", "pdf"]
) -> HttpResponse:
    """一份文书:已盖章的为盖章件,未盖章的写明原因."""
    return _file(cases.open_own_case(actor(request), application_id), kind, format_)


@router.get("/cases/{application_id}/{kind}.{format_}", auth=Guard(Permission.HANDLE))
def case_file(
    request: HttpRequest, application_id: UUID, kind: str, format_: Literal["ofd", "pdf"]
) -> HttpResponse:
    """本部门办件的一份文书."""
    return _file(cases.open_case(actor(request), application_id), kind, format_)


@router.get("/unsealed", auth=Guard(Permission.ISSUE), response=WaitingOut)
def unsealed(request: HttpRequest, page: int = 1) -> Any:
    """本部门等待盖章的文书,最早的在前."""
    found = queries.list_unsealed(actor(request), page=max(page, 1))
    return {"total": found.total, "papers": found.rows}


@router.post("/seal", auth=Guard(Permission.ISSUE), response=SealingOut)
def seal(request: HttpRequest) -> dict[str, Any]:
    """现在给本部门等待的文书盖章;停下时写明原因."""
    done = services.seal_own(actor=actor(request))
    return {"sealed": done.sealed, "stopped": done.stopped.code.name if done.stopped else ""}


def _file(case: cases.CaseView, kind: str, format_: str) -> HttpResponse:
    data, media, name = queries.hand_out(case, kind, format_, demo=env.home().demo)
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""``/api/v1/handling/presences/{id}/themes``: a theme begun at a window, by a window's own system."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from proofless.access import standing
from proofless.access.edge import Guard, actor
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.themes import confirming, queries, services
from proofless.applications.themes.outward import plan_out, progress_out
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.web.middleware import accepts_files

router = Router(tags=["handling 办理"])
CASE = "/{presence_id}/themes/{case_id}"


class IdOut(Schema):
    id: UUID


class ReceiptOut(Schema):
    receipt: str


class ThemeDraftIn(Schema):
    """``authority_id`` of an agent who stands here; otherwise for the person herself, her ward or enterprise."""

    ward_id: UUID | None = None
    enterprise_id: UUID | None = None
    authority_id: UUID | None = None


class ChosenIn(Schema):
    """``selected`` by item code; of an item not named the registers decide. ``answers`` by situation code."""

    selected: dict[str, bool] = {}
    answers: dict[str, bool] = {}


class ValuesIn(ChosenIn):
    """``revision`` is the draft the writer saw; what another device wrote since is not overwritten."""

    values: dict[str, str] = {}
    revision: int | None = None


class SubmissionIn(ChosenIn):
    """What is agreed to and promised is not here: at a window only she says it, by ``confirm``."""

    revision: int
    values: dict[str, str] = {}
    confirmed: list[str] = []
    disputed: dict[str, str] = {}


class ConfirmationIn(Schema):
    """``agreed`` are keys of the plan's consents, ``signed`` keys of its materials promised."""

    code: str = Field(max_length=64)
    agreed: list[str] = []
    signed: list[str] = []


def _present(request: HttpRequest, presence_id: UUID, case_id: UUID) -> Actor:
    who = actor(request)
    return queries.assisted_in(who, standing.get_presence(who, presence_id), case_id)


@router.post("/{presence_id}/themes", auth=Guard(Permission.WINDOW), response={201: IdOut})
def open_theme(request: HttpRequest, presence_id: UUID, payload: ThemeDraftIn) -> Status[dict[str, UUID]]:
    """为到场人(或其代理的委托人)开始一件事;本人以后可在手机上接着填."""
    who = actor(request)
    if payload.authority_id is not None:
        made = confirming.open_theme_for_agent(
            actor=who, presence_id=presence_id, authority_id=payload.authority_id
        )
        return Status(201, {"id": made})
    found = standing.get_presence(who, presence_id)
    made = services.open_theme(
        actor=standing.assisting_actor(who, found),
        theme_code=found.theme_code,
        ward_id=payload.ward_id,
        enterprise_id=payload.enterprise_id,
    )
    return Status(201, {"id": made})


@router.post(f"{CASE}/plan", auth=Guard(Permission.WINDOW))
def plan(request: HttpRequest, presence_id: UUID, case_id: UUID, payload: ChosenIn) -> dict[str, Any]:
    """与本人手机上完全相同的合并材料与字段."""
    who = _present(request, presence_id, case_id)
    head, made = queries.plan_own(who, case_id, payload.selected, payload.answers)
    return {"revision": head.revision, **plan_out(made)}


@router.put(f"{CASE}/draft", auth=Guard(Permission.WINDOW), response={204: None})
def save_theme(request: HttpRequest, presence_id: UUID, case_id: UUID, payload: ValuesIn) -> Status[None]:
    """暂存所选事项、情形与填写的内容."""
    services.save_theme(
        actor=_present(request, presence_id, case_id),
        case_id=case_id,
        selected=payload.selected,
        answers=payload.answers,
        values=payload.values,
        revision=payload.revision,
    )
    return Status(204, None)


@router.post(f"{CASE}/materials/{{material_code}}", auth=Guard(Permission.WINDOW), response={204: None})
@accepts_files(UPLOAD_LIMIT + 65536)
def attach_upload(
    request: HttpRequest, presence_id: UUID, case_id: UUID, material_code: str, file: File[UploadedFile]
) -> Status[None]:
    """提交一样只能由申请人提供的材料,各事项共用."""
    who = _present(request, presence_id, case_id)
    selected, answers, _ = queries.draft_of(who, case_id)
    services.attach_upload(
        actor=who,
        case_id=case_id,
        material=material_code,
        data=file.read(UPLOAD_LIMIT + 1),
        selected=selected,
        answers=answers,
    )
    return Status(204, None)


@router.post(f"{CASE}/confirm", auth=Guard(Permission.WINDOW), response={204: None})
def confirm_by_code(
    request: HttpRequest, presence_id: UUID, case_id: UUID, payload: ConfirmationIn
) -> Status[None]:
    """到场人看完后出示居民码,当面一次确认各事项的同意与承诺;以暂存的所选事项和情形为准."""
    confirming.confirm_by_code(
        actor=_present(request, presence_id, case_id),
        case_id=case_id,
        code=payload.code,
        agreed=payload.agreed,
        signed=payload.signed,
    )
    return Status(204, None)


@router.post(f"{CASE}/submit", auth=Guard(Permission.WINDOW), response=ReceiptOut)
def submit_theme(
    request: HttpRequest, presence_id: UUID, case_id: UUID, payload: SubmissionIn
) -> dict[str, str]:
    """一次提交全部事项;同意与承诺以本人当面确认的为准."""
    submission = services.ThemeSubmission(
        revision=payload.revision,
        selected=payload.selected,
        answers=payload.answers,
        values=payload.values,
        confirmed=frozenset(payload.confirmed),
        disputed=payload.disputed,
    )
    who = _present(request, presence_id, case_id)
    return {"receipt": services.submit_theme(actor=who, case_id=case_id, submission=submission)}


@router.get(CASE, auth=Guard(Permission.WINDOW))
def get_progress(request: HttpRequest, presence_id: UUID, case_id: UUID) -> dict[str, Any]:
    """联办进度,打印回执用."""
    return progress_out(queries.get_progress(_present(request, presence_id, case_id), case_id))

"""``/api/v1/applications``: the same acts as the pages, for integrators and kiosks."""

from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from proofless.access.edge import Guard, actor
from proofless.applications import queries, services
from proofless.applications.models import State
from proofless.applications.waterfall.outward import plan_out
from proofless.applications.waterfall.plan import make_plan
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.web.middleware import accepts_files

FILE_BODY_BYTES = services.UPLOAD_LIMIT + 65536
router = Router(tags=["applications 办件"])


class DraftIn(Schema):
    item_code: str = Field(max_length=32, examples=["I072"])
    enterprise_id: UUID | None = None
    ward_id: UUID | None = None


class SubmissionIn(Schema):
    """``agreed`` are the keys of the plan's consents, ``signed`` the codes of materials committed to, ``later`` of
    those that will follow after acceptance (容缺).
    """

    revision: int
    answers: dict[str, bool] = {}
    values: dict[str, str] = {}
    agreed: list[str] = []
    signed: list[str] = []
    confirmed: list[str] = []
    disputed: dict[str, str] = {}
    later: list[str] = []


class AnswersIn(Schema):
    answers: dict[str, bool] = {}


class PersonIn(Schema):
    """Whom a role means: ``role`` and one of its ``options`` in the plan's ``people``."""

    role: str = Field(max_length=32, examples=["child"])
    holder_id: UUID


class LineIn(Schema):
    """``line`` of one of the plan's consents."""

    line: str = Field(max_length=64)


class PartnerIn(Schema):
    name: str = Field(max_length=200)
    number: str = Field(max_length=18)


class NumberIn(Schema):
    """公民身份号码 or 统一社会信用代码."""

    number: str = Field(max_length=18)


class InvitationAnswerIn(Schema):
    agree: bool


class InvitationOut(Schema):
    id: UUID
    applicant: str
    item_code: str
    item_name: str
    state: str


class DraftValuesIn(AnswersIn):
    """``revision`` is the draft the writer saw; with it, what another device wrote since is not overwritten."""

    values: dict[str, str] = {}
    revision: int | None = None


class VerificationAnswerIn(Schema):
    confirmed: bool


class ReasonIn(Schema):
    revision: int
    reason: str = Field(max_length=500)


class ReturnIn(ReasonIn):
    """``again``: why something is named that an earlier notice should have named; the supervisor reads it."""

    materials: list[str] = []
    fields: list[str] = []
    again: str = Field("", max_length=500)


class RevisionIn(Schema):
    revision: int


class AcceptIn(Schema):
    """``checked`` are the codes of ``unknown_rules`` the clerk looked into and found to hold."""

    revision: int
    checked: list[str] = []


class DecisionIn(Schema):
    revision: int
    approve: bool
    reason: str = Field("", max_length=500)
    completed: dict[str, str] = {}


class IdOut(Schema):
    id: UUID


class ReceiptOut(Schema):
    receipt: str


class DecidedOut(Schema):
    certificate_id: UUID | None


class ApplicationOut(Schema):
    id: UUID
    item_code: str
    item_name: str
    state: str
    revision: int
    receipt: str
    due_on: str | None
    result_certificate_id: UUID | None
    unknown_rules: list[str]


class ApplicationPage(Schema):
    rows: list[ApplicationOut]
    number: int
    pages: int
    total: int


def _line(view: queries.ApplicationView) -> dict[str, Any]:
    return {
        "id": view.id,
        "item_code": view.item_code,
        "item_name": view.item_name,
        "state": view.state.value,
        "revision": view.revision,
        "receipt": view.receipt,
        "due_on": view.due_on.isoformat() if view.due_on else None,
        "result_certificate_id": view.result_certificate_id,
        "unknown_rules": list(view.unknown_rules),
    }


def _who(request: HttpRequest, application_id: UUID) -> Actor:
    """The caller, or the caller as agent of the principal whose case he opened by an authority that holds."""
    return queries.agent_of(actor(request), application_id) or actor(request)


@router.post("", auth=Guard(Permission.APPLY), response={201: IdOut})
def open_draft(request: HttpRequest, payload: DraftIn) -> Status[dict[str, UUID]]:
    """新建办件."""
    made = services.open_draft(
        actor=actor(request),
        item_code=payload.item_code,
        enterprise_id=payload.enterprise_id,
        ward_id=payload.ward_id,
    )
    return Status(201, {"id": made})


@router.get("", auth=Guard(Permission.APPLY), response=ApplicationPage)
def list_own(
    request: HttpRequest, page: int = 1, state: State | None = None, item_code: str = ""
) -> dict[str, Any]:
    """本人的办件;可按状态和事项筛选."""
    states = (state,) if state else ()
    found = queries.list_own(actor(request), states=states, item_code=item_code[:32], page=max(page, 1))
    return {
        "rows": [_line(v) for v in found.rows],
        "number": found.number,
        "pages": found.pages,
        "total": found.total,
    }


@router.get("/queue", auth=Guard(Permission.HANDLE), response=ApplicationPage)
def list_queue(
    request: HttpRequest,
    page: int = 1,
    state: State | None = None,
    item_code: str = "",
    receipt: str = "",
    urgency: Literal["", "overdue", "urgent"] = "",
    holder_id: UUID | None = None,
) -> dict[str, Any]:
    """本单位待办;可按状态、事项、办件编号、期限和申请人(先 seek)筛选."""
    wanted = queries.QueueFilter(
        states=(state,) if state else queries.OPEN_STATES,
        item_codes=(item_code,) if item_code else (),
        receipt=receipt[:32],
        urgency=urgency,
        holder=holder_id,
    )
    found = queries.list_queue(actor(request), wanted, page=max(page, 1))
    return {
        "rows": [_line(v) for v in found.rows],
        "number": found.number,
        "pages": found.pages,
        "total": found.total,
    }


@router.post("/queue/seek", auth=Guard(Permission.HANDLE), response=IdOut)
def seek_applicant(request: HttpRequest, payload: NumberIn) -> dict[str, UUID]:
    """按证件号码找在本单位有办件的申请人;查找会记入其本人看得到的记录."""
    return {"id": services.seek_applicant(actor=actor(request), number=payload.number)}


@router.post("/{application_id}/plan", auth=Guard(Permission.APPLY))
def plan(request: HttpRequest, application_id: UUID, payload: AnswersIn) -> dict[str, Any]:
    """按当前情形重新计算材料与字段."""
    view = queries.get_own(_who(request, application_id), application_id)
    item = items.get_item(view.item_code)
    made = make_plan(_who(request, application_id), item, queries.request_for(view, payload.answers))
    return {"revision": view.revision, **plan_out(made)}


@router.post("/{application_id}/people", auth=Guard(Permission.APPLY), response={204: None})
def choose_person(request: HttpRequest, application_id: UUID, payload: PersonIn) -> Status[None]:
    """选定办事涉及的人(例如多个孩子中的一个)."""
    services.choose_person(
        actor=_who(request, application_id),
        application_id=application_id,
        role=payload.role,
        holder_id=payload.holder_id,
    )
    return Status(204, None)


@router.post("/{application_id}/transfers/decline", auth=Guard(Permission.APPLY), response={204: None})
def decline_transfer(request: HttpRequest, application_id: UUID, payload: LineIn) -> Status[None]:
    """不同意某一项读取,相应材料改由申请人提交."""
    services.decline_transfer(
        actor=_who(request, application_id), application_id=application_id, line=payload.line
    )
    return Status(204, None)


@router.post("/{application_id}/transfers/allow", auth=Guard(Permission.APPLY), response={204: None})
def allow_transfer(request: HttpRequest, application_id: UUID, payload: LineIn) -> Status[None]:
    """收回不同意,重新征求同意."""
    services.allow_transfer(
        actor=_who(request, application_id), application_id=application_id, line=payload.line
    )
    return Status(204, None)


@router.post("/{application_id}/invitations", auth=Guard(Permission.APPLY), response={204: None})
def invite_partner(request: HttpRequest, application_id: UUID, payload: PartnerIn) -> Status[None]:
    """邀请对方共同办理(结婚登记)."""
    services.invite_partner(
        actor=_who(request, application_id),
        application_id=application_id,
        name=payload.name,
        number=payload.number,
    )
    return Status(204, None)


@router.get("/invitations", auth=Guard(Permission.APPLY), response=list[InvitationOut])
def list_invitations(request: HttpRequest) -> list[Any]:
    """等我答复的邀请."""
    return list(queries.list_invitations(actor(request)))


@router.post("/invitations/{invitation_id}", auth=Guard(Permission.APPLY), response={204: None})
def answer_invitation(request: HttpRequest, invitation_id: UUID, payload: InvitationAnswerIn) -> Status[None]:
    """答复邀请."""
    services.answer_invitation(actor=actor(request), invitation_id=invitation_id, agree=payload.agree)
    return Status(204, None)


@router.get("/{application_id}", auth=Guard(Permission.APPLY))
def get_own(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """本人的一个办件及其办理过程."""
    who = _who(request, application_id)
    view = queries.get_own(who, application_id)
    return _line(view) | {"reason": view.reason, "events": _events(queries.own_events(who, view.id))}


@router.put("/{application_id}/draft", auth=Guard(Permission.APPLY), response={204: None})
def save_draft(request: HttpRequest, application_id: UUID, payload: DraftValuesIn) -> Status[None]:
    """暂存情形与填写的内容."""
    services.save_draft(
        actor=_who(request, application_id),
        application_id=application_id,
        answers=payload.answers,
        values=payload.values,
        revision=payload.revision,
    )
    return Status(204, None)


@router.post(
    "/{application_id}/materials/{material_code}/file", auth=Guard(Permission.APPLY), response={204: None}
)
@accepts_files(FILE_BODY_BYTES)
def attach_upload(
    request: HttpRequest, application_id: UUID, material_code: str, file: File[UploadedFile]
) -> Status[None]:
    """上传只能由申请人提交的材料(图片或 PDF,大小由本市设定);先暂存情形."""
    who = _who(request, application_id)
    answers, _ = queries.draft_of(who, application_id)
    services.attach_upload(
        actor=who,
        application_id=application_id,
        material_code=material_code,
        data=file.read(),
        answers=answers,
    )
    return Status(204, None)


@router.post(
    "/{application_id}/materials/{material_code}/supply", auth=Guard(Permission.APPLY), response={204: None}
)
@accepts_files(FILE_BODY_BYTES)
def supply_material(
    request: HttpRequest, application_id: UUID, material_code: str, file: File[UploadedFile]
) -> Status[None]:
    """补齐容缺的材料:受理后到期限内,逾期也收."""
    services.supply_material(
        actor=_who(request, application_id),
        application_id=application_id,
        material_code=material_code,
        data=file.read(),
    )
    return Status(204, None)


@router.post("/{application_id}/submit", auth=Guard(Permission.APPLY), response=ReceiptOut)
def submit(request: HttpRequest, application_id: UUID, payload: SubmissionIn) -> dict[str, str]:
    """提交办件."""
    submission = services.Submission(
        revision=payload.revision,
        answers=payload.answers,
        values=payload.values,
        agreed=frozenset(payload.agreed),
        signed=frozenset(payload.signed),
        confirmed=frozenset(payload.confirmed),
        disputed=payload.disputed,
        later=frozenset(payload.later),
    )
    return {
        "receipt": services.submit(
            actor=_who(request, application_id), application_id=application_id, submission=submission
        )
    }


@router.post("/{application_id}/withdraw", auth=Guard(Permission.APPLY), response={204: None})
def withdraw(request: HttpRequest, application_id: UUID) -> Status[None]:
    """撤回办件."""
    services.withdraw(actor=_who(request, application_id), application_id=application_id)
    return Status(204, None)


@router.get("/{application_id}/case", auth=Guard(Permission.HANDLE))
def open_case(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """办件全貌:每份材料由谁证明、截至何时;所读字段逐项留痕."""
    case = queries.open_case(actor(request), application_id)
    return (
        _line(case.head)
        | plan_out(case.plan)
        | {
            "values": dict(case.values),
            "withheld": list(case.withheld),
            "events": _events(case.events),
            "states": [
                {
                    "code": m.code,
                    "awaiting": m.awaiting,
                    "answer": m.answer,
                    "has_file": m.has_file,
                    "committed_at": m.committed_at,
                }
                for m in case.materials.values()
            ],
        }
    )


def _events(events: Iterable[queries.EventView]) -> list[dict[str, Any]]:
    return [{"at": e.at, "step": e.step, "note": e.note} for e in events]


@router.post(
    "/{application_id}/materials/{material_code}/answer", auth=Guard(Permission.HANDLE), response={204: None}
)
def answer_verification(
    request: HttpRequest, application_id: UUID, material_code: str, payload: VerificationAnswerIn
) -> Status[None]:
    """记录主管部门的核验答复."""
    services.answer_verification(
        actor=actor(request),
        application_id=application_id,
        material_code=material_code,
        confirmed=payload.confirmed,
    )
    return Status(204, None)


@router.post("/{application_id}/take", auth=Guard(Permission.HANDLE), response={204: None})
def take(request: HttpRequest, application_id: UUID, payload: RevisionIn) -> Status[None]:
    """收件."""
    services.take(actor=actor(request), application_id=application_id, revision=payload.revision)
    return Status(204, None)


@router.post("/{application_id}/accept", auth=Guard(Permission.HANDLE), response={204: None})
def accept(request: HttpRequest, application_id: UUID, payload: AcceptIn) -> Status[None]:
    """受理;系统无法判定的条件须逐条核实."""
    services.accept(
        actor=actor(request),
        application_id=application_id,
        revision=payload.revision,
        checked=frozenset(payload.checked),
    )
    return Status(204, None)


@router.post("/{application_id}/return", auth=Guard(Permission.HANDLE), response={204: None})
def return_for_correction(request: HttpRequest, application_id: UUID, payload: ReturnIn) -> Status[None]:
    """退回补正:一次告知全部需要补正的材料与字段."""
    services.return_for_correction(
        actor=actor(request),
        application_id=application_id,
        revision=payload.revision,
        reason=payload.reason,
        materials=payload.materials,
        fields=payload.fields,
        again=payload.again,
    )
    return Status(204, None)


@router.post("/{application_id}/refuse", auth=Guard(Permission.HANDLE), response={204: None})
def refuse(request: HttpRequest, application_id: UUID, payload: ReasonIn) -> Status[None]:
    """不予受理."""
    services.refuse(
        actor=actor(request), application_id=application_id, revision=payload.revision, reason=payload.reason
    )
    return Status(204, None)


@router.post(
    "/{application_id}/materials/{material_code}/ask", auth=Guard(Permission.HANDLE), response={204: None}
)
def ask_for_material(request: HttpRequest, application_id: UUID, material_code: str) -> Status[None]:
    """索要材料:政府已掌握的会被拒绝并留痕."""
    services.ask_for_material(
        actor=actor(request), application_id=application_id, material_code=material_code
    )
    return Status(204, None)


@router.post("/{application_id}/decide", auth=Guard(Permission.DECIDE), response=DecidedOut)
def decide(request: HttpRequest, application_id: UUID, payload: DecisionIn) -> dict[str, UUID | None]:
    """办结:准予时制发结果证照."""
    made = services.decide(
        actor=actor(request),
        application_id=application_id,
        revision=payload.revision,
        approve=payload.approve,
        reason=payload.reason,
        completed=payload.completed,
    )
    return {"certificate_id": made}

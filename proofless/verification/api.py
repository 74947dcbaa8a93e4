"""``/api/v1/verification``: departments' systems ask, list and answer. Every change carries an Idempotency-Key."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from proofless.access import Ground, permit
from proofless.access.edge import Guard, actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification import queries, services
from proofless.verification.queries import Filter, RequestView
from proofless.verification.rules.answers import AnswerGiven, Verdict, parse_day
from proofless.verification.services import Question, once_of
from proofless.verification.services.answering import EVIDENCE_MOST_BYTES
from proofless.web.middleware import accepts_files

router = Router(tags=["verification 核验协查"])
Scalar = str | int | bool | None


class BlankOut(Schema):
    name: str
    label: str
    data_type: str
    required: bool


class TemplateOut(Schema):
    code: str
    title: str
    question: str
    legal_basis: str
    department_code: str
    shape: str
    fields: list[BlankOut]
    parameters: list[BlankOut]
    evidence_required: bool
    answered_by: str
    legal_days: int
    promised_days: int


class AskIn(Schema):
    """``number`` is the citizen number or credit code of whom it is about; ``basis`` the item or case that gives the
    duty to ask; ``reference`` the asker's own name for the question.
    """

    template_code: str = Field(max_length=32, examples=["VT02"])
    number: str = Field(max_length=18)
    reference: str = Field(max_length=128, examples=["application:1/I067-M03"])
    purpose: str = Field(max_length=40)
    basis: str = Field(max_length=64, examples=["I067"])
    parameters: dict[str, Scalar] = {}
    division_code: str = Field("", max_length=12)


class AnswerIn(Schema):
    """``verdict``: confirmed, denied or unknown. ``revision`` as read: a changed request is refused."""

    revision: int
    verdict: str = Field(max_length=16)
    as_of: str = Field(max_length=10, examples=["2026-11-23"])
    values: dict[str, Scalar] = {}
    note: str = Field("", max_length=1000)


class ReasonIn(Schema):
    revision: int
    reason: str = Field(max_length=500)


class RequestOut(Schema):
    """Days are Asia/Shanghai. ``due_unknown``: a year's holidays are not published. No content."""

    id: UUID
    number: str
    template_code: str
    reference: str
    asker_code: str
    department_code: str
    unit_code: str
    state: str
    revision: int
    asked_at: str
    promised_due_on: str | None
    legal_due_on: str | None
    due_unknown: bool
    case_over: bool
    after_case: bool
    by_interface: bool
    closing_note: str


class OpenOut(Schema):
    head: RequestOut
    subject: dict[str, Any]
    parameters: dict[str, Any]
    answer: dict[str, Any]
    evidence: list[UUID]


class RequestPage(Schema):
    rows: list[RequestOut]
    number: int
    pages: int
    total: int


class IdOut(Schema):
    id: UUID


def _head(view: RequestView) -> RequestOut:
    return RequestOut(
        id=view.id,
        number=view.number,
        template_code=view.template_code,
        reference=view.reference,
        asker_code=view.asker_code,
        department_code=view.department_code,
        unit_code=view.unit_code,
        state=view.state.value,
        revision=view.revision,
        asked_at=view.asked_at.isoformat(),
        promised_due_on=view.promised_due_on.isoformat() if view.promised_due_on else None,
        legal_due_on=view.legal_due_on.isoformat() if view.legal_due_on else None,
        due_unknown=view.due_unknown,
        case_over=view.case_over,
        after_case=view.after_case,
        by_interface=view.by_interface,
        closing_note=view.closing_note,
    )


def _once(request: HttpRequest, content: str) -> services.Once:
    return once_of(request.headers.get("Idempotency-Key", ""), content)


@router.get("/templates", auth=Guard(Permission.VERIFICATION_ASK), response=list[TemplateOut])
def templates(request: HttpRequest) -> list[TemplateOut]:
    """协查模板：可以问什么、问谁、几个工作日内答复."""
    return [TemplateOut.from_orm(one) for one in queries.list_templates()]


@router.post("/requests", auth=Guard(Permission.VERIFICATION_ASK), response={201: IdOut})
def ask(request: HttpRequest, payload: AskIn) -> Status[IdOut]:
    """发起协查。同一来源编号只问一次;同一幂等键重发得到同一结果."""
    who = actor(request)
    once = _once(request, payload.model_dump_json())
    holder_id = parties.find_holder_id(payload.number)
    if holder_id is None:
        raise NotFound("没有登记这个主体")
    question = Question(
        payload.template_code,
        holder_id,
        payload.reference,
        payload.purpose,
        payload.parameters,
        payload.division_code,
    )
    template = queries.get_template(payload.template_code)
    grant = permit(
        who, [holder_id], template.carries, payload.purpose, ground=Ground.STATUTORY, basis=payload.basis
    )
    made = services.ask(actor=who, question=question, permit=grant, once=once)
    return Status(201, IdOut(id=made))


@router.get("/requests", auth=Guard(Permission.VERIFICATION_ANSWER), response=RequestPage)
def list_requests(
    request: HttpRequest, side: str = "answering", state: str = "open", page: int = 1
) -> RequestPage:
    """``side=answering`` 待本部门答复的, ``side=asked`` 本部门发起的。不含内容."""
    read = queries.list_asked if side == "asked" else queries.list_queue
    found = read(actor(request), Filter(state=state), page=min(max(page, 1), 100_000))
    rows = [_head(view) for view in found.rows]
    return RequestPage(rows=rows, number=found.number, pages=found.pages, total=found.total)


@router.get("/requests/{request_id}", auth=Guard(Permission.VERIFICATION_ANSWER), response=OpenOut)
def read(request: HttpRequest, request_id: UUID) -> OpenOut:
    """打开一项：问的是谁、问什么;答复后还有答复。读取留痕."""
    found = queries.open_request(actor(request), request_id)
    return OpenOut(
        head=_head(found.head),
        subject=dict(found.subject),
        parameters=dict(found.parameters),
        answer=dict(found.answer),
        evidence=[one.id for one in found.evidence],
    )


@router.post(
    "/requests/{request_id}/answer", auth=Guard(Permission.VERIFICATION_ANSWER), response={204: None}
)
def answer(request: HttpRequest, request_id: UUID, payload: AnswerIn) -> Status[None]:
    """答复一次;不符合模板的答复不予采信."""
    if payload.verdict not in set(Verdict):
        raise InputInvalid(fields={"verdict": "应为 confirmed、denied 或 unknown"})
    as_of = parse_day(payload.as_of)
    if as_of is None:
        raise InputInvalid(fields={"as_of": "应为日期，如 2026-11-23"})
    services.answer(
        actor=actor(request),
        request_id=request_id,
        revision=payload.revision,
        given=AnswerGiven(Verdict(payload.verdict), as_of, payload.values, payload.note),
        once=_once(request, f"{request_id}{payload.model_dump_json()}"),
    )
    return Status(204, None)


@router.post(
    "/requests/{request_id}/evidence", auth=Guard(Permission.VERIFICATION_ANSWER), response={201: IdOut}
)
@accepts_files(EVIDENCE_MOST_BYTES + 65536)
def evidence(request: HttpRequest, request_id: UUID, file: UploadedFile) -> Status[IdOut]:
    """答复前附佐证：图片或 PDF."""
    made = services.attach(actor=actor(request), request_id=request_id, data=file.read())
    return Status(201, IdOut(id=made))


@router.post(
    "/requests/{request_id}/return", auth=Guard(Permission.VERIFICATION_ANSWER), response={204: None}
)
def return_request(request: HttpRequest, request_id: UUID, payload: ReasonIn) -> Status[None]:
    """退回：不属本部门，或信息不足以核实."""
    services.return_request(actor=actor(request), request_id=request_id, **payload.model_dump())
    return Status(204, None)


@router.post("/requests/{request_id}/withdraw", auth=Guard(Permission.VERIFICATION_ASK), response={204: None})
def withdraw(request: HttpRequest, request_id: UUID, payload: ReasonIn) -> Status[None]:
    """发起部门撤回."""
    services.withdraw(actor=actor(request), request_id=request_id, **payload.model_dump())
    return Status(204, None)

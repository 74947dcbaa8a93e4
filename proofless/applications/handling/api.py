"""``/api/v1/handling``: the window, procedures, opinions and authorities, for systems of windows and departments."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from proofless.access import services as access
from proofless.access import standing
from proofless.access.edge import Guard, actor
from proofless.applications import queries as cases
from proofless.applications import services as applications
from proofless.applications.handling import queries
from proofless.applications.handling.services import authorities, opinions, procedures, window
from proofless.applications.waterfall.outward import plan_out
from proofless.applications.waterfall.plan import make_plan
from proofless.items import queries as items
from proofless.kit.actor import Actor, Channel
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

router = Router(tags=["handling 办理"])


class PresenceIn(Schema):
    """``code`` is what the resident's phone shows; without it ``number`` and ``name`` of her card. Either an item or,
    going before it, a theme.
    """

    item_code: str = Field("", max_length=32)
    theme_code: str = Field("", max_length=8)
    channel: Literal["window", "assisted"] = "window"
    code: str = Field("", max_length=64)
    number: str = Field("", max_length=18)
    name: str = Field("", max_length=200)


class WindowDraftIn(Schema):
    ward_id: UUID | None = None
    enterprise_id: UUID | None = None


class CodeConfirmationIn(Schema):
    """``agreed`` are keys of the plan's consents, ``signed`` codes of materials promised."""

    code: str = Field(max_length=64)
    agreed: list[str] = []
    signed: list[str] = []


class ProcedureIn(Schema):
    revision: int
    kind: str = Field(max_length=16)
    reason: str = Field(max_length=500)
    limit_days: int


class OutcomeIn(Schema):
    revision: int
    outcome: str = Field(max_length=500)


class OpinionIn(Schema):
    department_code: str = Field(max_length=16)
    question: str = Field(max_length=500)
    limit_days: int = 5


class OpinionAnswerIn(Schema):
    answer: Literal["agreed", "conditions", "disagreed"]
    text: str = Field("", max_length=1000)


class AuthorityIn(Schema):
    """The agent by name and number; ``special`` covers sensitive fields and promises (特别授权)."""

    name: str = Field(max_length=200)
    number: str = Field(max_length=18)
    item_codes: list[str]
    since: date
    until: date
    special: bool = False


class AgentDraftIn(Schema):
    item_code: str = Field(max_length=32)


class IdOut(Schema):
    id: UUID


class AnswersIn(Schema):
    answers: dict[str, bool] = {}


class WindowValuesIn(AnswersIn):
    """``revision`` is the draft the writer saw; what another device wrote since is not overwritten."""

    values: dict[str, str] = {}
    revision: int | None = None


class WindowSubmissionIn(AnswersIn):
    """What is agreed to and promised is not here: at a window only she says it, by ``confirm``."""

    revision: int
    values: dict[str, str] = {}


class ReceiptOut(Schema):
    receipt: str


def _present(request: HttpRequest, presence_id: UUID, application_id: UUID) -> Actor:
    """The official working at a case with whoever stands before her: whose it is, or her agent."""
    who = actor(request)
    return cases.assisted_in(who, standing.get_presence(who, presence_id), application_id)


@router.post("/presences", auth=Guard(Permission.WINDOW), response={201: IdOut})
def receive(request: HttpRequest, payload: PresenceIn) -> Status[dict[str, UUID]]:
    """核对到场人的身份,开始为其办理一个事项或一件事;一小时内有效."""
    made = window.receive(
        actor=actor(request),
        item_code=payload.item_code,
        theme_code=payload.theme_code,
        channel=Channel(payload.channel),
        code=payload.code,
        number=payload.number,
        name=payload.name,
    )
    return Status(201, {"id": made})


@router.post("/presences/{presence_id}/close", auth=Guard(Permission.WINDOW), response={204: None})
def close_presence(request: HttpRequest, presence_id: UUID) -> Status[None]:
    """到场人离开."""
    access.close_presence(actor=actor(request), presence_id=presence_id)
    return Status(204, None)


@router.post("/presences/{presence_id}/applications", auth=Guard(Permission.WINDOW), response={201: IdOut})
def open_draft(request: HttpRequest, presence_id: UUID, payload: WindowDraftIn) -> Status[dict[str, UUID]]:
    """为到场人新建办件;本人以后可在手机上接着填."""
    found = standing.get_presence(actor(request), presence_id)
    made = applications.open_draft(
        actor=standing.assisting_actor(actor(request), found),
        item_code=found.item_code,
        ward_id=payload.ward_id,
        enterprise_id=payload.enterprise_id,
    )
    return Status(201, {"id": made})


class BroughtOut(Schema):
    """``principal`` is by name: what the paper before the official says too."""

    id: UUID
    principal: str
    special: bool
    until: date


@router.get("/presences/{presence_id}/authorities", auth=Guard(Permission.WINDOW), response=list[BroughtOut])
def list_brought(request: HttpRequest, presence_id: UUID) -> list[dict[str, Any]]:
    """到场的代理人今天就这个事项有效的委托."""
    found = standing.list_brought(standing.get_presence(actor(request), presence_id))
    names = parties.holder_names({one.principal_id for one in found})
    return [
        {
            "id": one.id,
            "principal": names[one.principal_id],
            "special": one.special,
            "until": one.until,
        }
        for one in found
    ]


@router.post(
    "/presences/{presence_id}/authorities/{authority_id}/applications",
    auth=Guard(Permission.WINDOW),
    response={201: IdOut},
)
def open_for_agent(request: HttpRequest, presence_id: UUID, authority_id: UUID) -> Status[dict[str, UUID]]:
    """代理人到场,以委托人的名义新建办件."""
    made = authorities.open_at_window(
        actor=actor(request), presence_id=presence_id, authority_id=authority_id
    )
    return Status(201, {"id": made})


@router.post(
    "/presences/{presence_id}/applications/{application_id}/confirm",
    auth=Guard(Permission.WINDOW),
    response={204: None},
)
def confirm_by_code(
    request: HttpRequest, presence_id: UUID, application_id: UUID, payload: CodeConfirmationIn
) -> Status[None]:
    """到场人看完后出示居民码,当面确认同意与承诺."""
    window.confirm_by_code(
        actor=_present(request, presence_id, application_id),
        application_id=application_id,
        code=payload.code,
        agreed=payload.agreed,
        signed=payload.signed,
    )
    return Status(204, None)


@router.post("/presences/{presence_id}/applications/{application_id}/plan", auth=Guard(Permission.WINDOW))
def plan(request: HttpRequest, presence_id: UUID, application_id: UUID, payload: AnswersIn) -> dict[str, Any]:
    """与本人手机上完全相同的材料与字段."""
    who = _present(request, presence_id, application_id)
    head = cases.get_own(who, application_id)
    item = items.get_item(head.item_code)
    made = make_plan(who, item, cases.request_for(head, payload.answers))
    return {"revision": head.revision, **plan_out(made)}


@router.put(
    "/presences/{presence_id}/applications/{application_id}/draft",
    auth=Guard(Permission.WINDOW),
    response={204: None},
)
def save_draft(
    request: HttpRequest, presence_id: UUID, application_id: UUID, payload: WindowValuesIn
) -> Status[None]:
    """暂存到场人的情形与填写的内容."""
    applications.save_draft(
        actor=_present(request, presence_id, application_id),
        application_id=application_id,
        answers=payload.answers,
        values=payload.values,
        revision=payload.revision,
    )
    return Status(204, None)


@router.post(
    "/presences/{presence_id}/applications/{application_id}/submit",
    auth=Guard(Permission.WINDOW),
    response=ReceiptOut,
)
def submit(
    request: HttpRequest, presence_id: UUID, application_id: UUID, payload: WindowSubmissionIn
) -> dict[str, str]:
    """提交;同意与承诺以本人当面确认的为准."""
    submission = applications.Submission(
        revision=payload.revision, answers=payload.answers, values=payload.values
    )
    who = _present(request, presence_id, application_id)
    return {"receipt": applications.submit(actor=who, application_id=application_id, submission=submission)}


@router.post("/applications/{application_id}/procedure", auth=Guard(Permission.HANDLE), response={201: IdOut})
def begin_procedure(
    request: HttpRequest, application_id: UUID, payload: ProcedureIn
) -> Status[dict[str, UUID]]:
    """中止或启动特别程序,停止计时."""
    made = procedures.begin_procedure(
        actor=actor(request),
        application_id=application_id,
        revision=payload.revision,
        kind=payload.kind,
        reason=payload.reason,
        limit_days=payload.limit_days,
    )
    return Status(201, {"id": made})


@router.post(
    "/applications/{application_id}/procedure/end", auth=Guard(Permission.HANDLE), response={204: None}
)
def end_procedure(request: HttpRequest, application_id: UUID, payload: OutcomeIn) -> Status[None]:
    """结束程序,恢复计时."""
    procedures.end_procedure(
        actor=actor(request),
        application_id=application_id,
        revision=payload.revision,
        outcome=payload.outcome,
    )
    return Status(204, None)


@router.post("/applications/{application_id}/opinions", auth=Guard(Permission.HANDLE), response={201: IdOut})
def ask_opinion(request: HttpRequest, application_id: UUID, payload: OpinionIn) -> Status[dict[str, UUID]]:
    """请其他部门会签."""
    made = opinions.ask_opinion(
        actor=actor(request),
        application_id=application_id,
        department_code=payload.department_code,
        question=payload.question,
        limit_days=payload.limit_days,
    )
    return Status(201, {"id": made})


@router.get("/opinions", auth=Guard(Permission.HANDLE))
def list_asked(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """请本部门会签的,先到期的在前."""
    found = queries.list_asked(actor(request), page=max(page, 1))
    rows = [
        {
            "id": one.id,
            "item_name": one.item_name,
            "asking": one.asking,
            "question": one.question,
            "due_on": one.due_on,
            "overdue": one.overdue,
        }
        for one in found.rows
    ]
    return {"rows": rows, "number": found.number, "pages": found.pages, "total": found.total}


@router.post("/opinions/{opinion_id}/answer", auth=Guard(Permission.HANDLE), response={204: None})
def answer_opinion(request: HttpRequest, opinion_id: UUID, payload: OpinionAnswerIn) -> Status[None]:
    """答复会签."""
    opinions.answer_opinion(
        actor=actor(request), opinion_id=opinion_id, answer=payload.answer, text=payload.text
    )
    return Status(204, None)


@router.post("/opinions/{opinion_id}/withdraw", auth=Guard(Permission.HANDLE), response={204: None})
def withdraw_opinion(request: HttpRequest, opinion_id: UUID) -> Status[None]:
    """撤回会签."""
    opinions.withdraw_opinion(actor=actor(request), opinion_id=opinion_id)
    return Status(204, None)


@router.post("/authorities", auth=Guard(Permission.APPLY), response={201: IdOut})
def give_authority(request: HttpRequest, payload: AuthorityIn) -> Status[dict[str, UUID]]:
    """委托他人在约定的事项和期限内代为办理."""
    made = authorities.appoint(
        actor=actor(request),
        name=payload.name,
        number=payload.number,
        item_codes=payload.item_codes,
        since=payload.since,
        until=payload.until,
        special=payload.special,
    )
    return Status(201, {"id": made})


@router.get("/authorities", auth=Guard(Permission.APPLY))
def list_authorities(request: HttpRequest) -> dict[str, Any]:
    """我给出的委托,和我今天可以代办的委托."""
    who = actor(request)

    def line(one: standing.AuthorityView) -> dict[str, Any]:
        return {
            "id": one.id,
            "items": list(one.item_codes),
            "since": one.since,
            "until": one.until,
            "special": one.special,
            "standing": one.standing,
        }

    return {
        "given": [line(one) for one in standing.list_given(who)],
        "held": [line(one) for one in standing.list_held(who)],
    }


@router.post("/authorities/{authority_id}/applications", auth=Guard(Permission.APPLY), response={201: IdOut})
def open_for_principal(
    request: HttpRequest, authority_id: UUID, payload: AgentDraftIn
) -> Status[dict[str, UUID]]:
    """代理人为委托人新建办件."""
    made = authorities.open_for_principal(
        actor=actor(request), authority_id=authority_id, item_code=payload.item_code
    )
    return Status(201, {"id": made})


@router.post("/authorities/{authority_id}/revoke", auth=Guard(Permission.APPLY), response={204: None})
def revoke_authority(request: HttpRequest, authority_id: UUID) -> Status[None]:
    """撤销委托,立即生效."""
    access.revoke_authority(actor=actor(request), authority_id=authority_id)
    return Status(204, None)

"""``/api/v1/seals``: the same acts as the desk's, for the systems of departments."""

import base64
import binascii
from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import AfterValidator, AwareDatetime

from proofless.access.edge import Guard, actor
from proofless.kit.errors import InputInvalid
from proofless.kit.paging import Page
from proofless.kit.permissions import Permission
from proofless.ofd.drawing import Box
from proofless.seals import queries, services
from proofless.seals.papers import suffix_of
from proofless.seals.queries import ApplicationView, PlanView, SealView, Search, TrustView, UseSearch
from proofless.seals.rules import (
    ApplicationState,
    Custody,
    PlanKind,
    PlanState,
    SealForm,
    SealState,
    SubjectKind,
    Succession,
    TrustRole,
)
from proofless.seals.services import NewApplication, NewPlan, NewTrust, Party
from proofless.web.middleware import accepts_files

router = Router(tags=["seals 印章"])
# A file of 20 MB in base64.
BODY_BYTES = 28 << 20


def _without_zone(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a time of day is this city's")
    return value


TimeOfDay = Annotated[time, AfterValidator(_without_zone)]
READ, KEEP, APPROVE = (
    Guard(Permission.SEAL_READ),
    Guard(Permission.SEAL_KEEP),
    Guard(Permission.SEAL_APPROVE),
)


class ApplicationIn(Schema):
    name: str
    form: SealForm
    reason: str
    owner_name: str = ""
    type_codes: list[str] = []
    years: int = 5
    renews_id: UUID | None = None


class OpinionIn(Schema):
    opinion: str = ""


class ReasonIn(Schema):
    reason: str = ""


class CustodyIn(Schema):
    """``weekdays`` 1 (Monday) to 7; times in Asia/Shanghai."""

    account_id: UUID
    type_codes: list[str] = []
    weekdays: list[int] = []
    from_time: TimeOfDay = time(0)
    to_time: TimeOfDay = time(23, 59, 59)
    since: date
    until: date


class PartyIn(Schema):
    """``page`` from 1; the box in millimetres."""

    department_code: str
    page: int
    x: float
    y: float
    w: float
    h: float


class PlanIn(Schema):
    """``body`` is the OFD or PDF file in base64."""

    title: str
    kind: PlanKind
    type_code: str
    body: str
    parties: list[PartyIn]
    object_id: str = ""
    holders: list[UUID] = []


class ReplacementIn(Schema):
    department_code: str


class SuccessionIn(Schema):
    from_code: str
    to_code: str
    since: date
    document: str
    type_codes: list[str] = []
    coordinator_code: str = ""


class TrustIn(Schema):
    """``certificate`` is DER or PEM in base64."""

    name: str
    certificate: str
    role: TrustRole
    scope: list[SubjectKind]
    trusted_from: AwareDatetime
    trusted_until: AwareDatetime
    crl_url: str = ""


class DistrustIn(Schema):
    since: AwareDatetime
    reason: str


class CrlIn(Schema):
    """``crl`` is DER or PEM in base64."""

    crl: str


class RecognitionIn(Schema):
    seals: bool
    signatures: bool


def _seal(view: SealView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "code": view.code,
        "name": view.name,
        "form": view.form.value,
        "owner_name": view.owner_name,
        "department": view.department_code,
        "state": view.state.value,
        "state_reason": view.state_reason,
        "type_codes": list(view.type_codes),
        "valid_from": view.valid_from,
        "valid_to": view.valid_to,
    }


def _application(view: ApplicationView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "department": view.department_code,
        "name": view.name,
        "form": view.form.value,
        "state": view.state.value,
        "reason": view.reason,
        "opinion": view.opinion,
        "renews_id": str(view.renews_id) if view.renews_id else None,
        "seal_id": str(view.seal_id) if view.seal_id else None,
        "applied_at": view.applied_at,
    }


def _plan(view: PlanView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "title": view.title,
        "kind": view.kind.value,
        "type_code": view.type_code,
        "object_id": view.object_id,
        "department": view.department_code,
        "state": view.state.value,
        "steps": [
            {
                "id": str(step.id),
                "number": step.number,
                "department": step.department_code,
                "state": step.state.value,
                "seal": step.seal_code,
                "reason": step.reason,
                "hindrance": step.hindrance,
                "sealed_at": step.sealed_at,
            }
            for step in view.steps
        ],
    }


def _trusted(view: TrustView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "name": view.name,
        "role": view.role.value,
        "digest": view.digest,
        "subject": view.subject,
        "algorithm": view.algorithm,
        "scope": [kind.value for kind in view.scope],
        "trusted": view.trusted,
        "trusted_from": view.trusted_from,
        "trusted_until": view.trusted_until,
        "distrusted_from": view.distrusted_from,
        "crl_fresh": view.crl_fresh,
        "crl_next_at": view.crl_next_at,
        "crl_problem": view.crl_problem,
    }


def _page(found: Page[Any], shown: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    rows = [shown(row) for row in found.rows]
    return {"rows": rows, "number": found.number, "pages": found.pages, "total": found.total}


def _bytes(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputInvalid(fields={name: "不是 base64"}) from error


@router.get("", auth=READ)
def register(
    request: HttpRequest,
    text: str = "",
    state: SealState | None = None,
    form: SealForm | None = None,
    page: int = 1,
) -> dict[str, Any]:
    """印章登记，按部门权限."""
    search = Search(text[:64], state or "", form or "")
    return _page(queries.search_seals(actor(request), search, page=max(page, 1)), _seal)


@router.get("/signer", auth=READ)
def signer(request: HttpRequest) -> dict[str, Any]:
    """现在由什么签名，是否解锁."""
    state = queries.signer_state()
    return {
        "locked": state.locked,
        "product": state.product,
        "source": state.source,
        "why": state.why,
        "certified": state.certified,
    }


@router.get("/applications", auth=READ)
def applications(
    request: HttpRequest, state: ApplicationState | None = None, text: str = "", page: int = 1
) -> dict[str, Any]:
    """印章申请；text 为印章、所有者或部门名称的一部分."""
    found = queries.list_applications(actor(request), state=state or "", text=text[:64], page=max(page, 1))
    return _page(found, _application)


@router.post("/applications", auth=KEEP)
def apply(request: HttpRequest, wish: ApplicationIn) -> dict[str, Any]:
    """申请印章或换发."""
    values = wish.dict() | {"type_codes": tuple(wish.type_codes)}
    made = services.apply_for_seal(actor=actor(request), new=NewApplication(**values))
    return _application(queries.access_application(actor(request), made))


@router.get("/applications/{application_id}", auth=READ)
def application(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    return _application(queries.access_application(actor(request), application_id))


def _settled(
    request: HttpRequest, application_id: UUID, act: Callable[..., None], **given: str
) -> dict[str, Any]:
    """The application after one act on it."""
    act(actor=actor(request), application_id=application_id, **given)
    return _application(queries.access_application(actor(request), application_id))


@router.post("/applications/{application_id}/withdraw", auth=KEEP)
def withdraw(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    return _settled(request, application_id, services.withdraw_application)


@router.post("/applications/{application_id}/approve", auth=APPROVE)
def approve(request: HttpRequest, application_id: UUID, given: OpinionIn) -> dict[str, Any]:
    """批准；申请人不能审批自己的申请."""
    return _settled(request, application_id, services.approve_application, opinion=given.opinion)


@router.post("/applications/{application_id}/refuse", auth=APPROVE)
def refuse(request: HttpRequest, application_id: UUID, given: OpinionIn) -> dict[str, Any]:
    return _settled(request, application_id, services.refuse_application, opinion=given.opinion)


@router.post("/applications/{application_id}/make", auth=APPROVE)
def make(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """制作已批准的印章；须由另一人启用."""
    return _seal(services.make_applied_seal(actor=actor(request), application_id=application_id))


@router.get("/plans", auth=READ)
def plans(
    request: HttpRequest, mine: bool = False, state: PlanState | None = None, text: str = "", page: int = 1
) -> dict[str, Any]:
    """联合签章；mine 为轮到本部门的，text 为文件名称的一部分."""
    found = queries.list_plans(
        actor(request), mine=mine, state=state or "", text=text[:64], page=max(page, 1)
    )
    return _page(found, _plan)


@router.post("/plans", auth=KEEP)
@accepts_files(BODY_BYTES)
def open_plan(request: HttpRequest, wish: PlanIn) -> dict[str, Any]:
    """发起联合签章或跨层级签章，各方按顺序签章."""
    parties = tuple(
        Party(one.department_code, one.page, Box(one.x, one.y, one.w, one.h)) for one in wish.parties
    )
    new = NewPlan(
        wish.title,
        wish.kind,
        wish.type_code,
        _bytes(wish.body, "body"),
        parties,
        wish.object_id,
        tuple(wish.holders),
    )
    made = services.open_plan(actor=actor(request), new=new)
    return _plan(queries.access_plan(actor(request), made))


@router.get("/plans/{plan_id}", auth=READ)
def plan(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    return _plan(queries.access_plan(actor(request), plan_id))


@router.get("/plans/{plan_id}/file", auth=READ)
def plan_file(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """带有已盖印章的 OFD 文件."""
    data = queries.read_plan_file(actor(request), plan_id)
    return HttpResponse(data, content_type=f"application/{suffix_of(data)}")


@router.post("/plans/{plan_id}/cancel", auth=KEEP)
def cancel(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    services.cancel_plan(actor=actor(request), plan_id=plan_id)
    return _plan(queries.access_plan(actor(request), plan_id))


def _moved(
    request: HttpRequest, plan_id: UUID, step_id: UUID, act: Callable[..., object], **given: str
) -> dict[str, Any]:
    """The plan after one act on a step of it. Raises SealNotFound for a step of another plan."""
    queries.check_step(actor(request), plan_id, step_id)
    act(actor=actor(request), step_id=step_id, **given)
    return _plan(queries.access_plan(actor(request), plan_id))


@router.post("/plans/{plan_id}/steps/{step_id}/seal", auth=KEEP)
def seal_step(request: HttpRequest, plan_id: UUID, step_id: UUID) -> dict[str, Any]:
    """盖本部门的印章；中断后重做同一请求即可继续."""
    return _moved(request, plan_id, step_id, services.seal_step)


@router.post("/plans/{plan_id}/steps/{step_id}/refuse", auth=KEEP)
def refuse_step(request: HttpRequest, plan_id: UUID, step_id: UUID, given: ReasonIn) -> dict[str, Any]:
    return _moved(request, plan_id, step_id, services.refuse_step, reason=given.reason)


@router.post("/plans/{plan_id}/steps/{step_id}/reopen", auth=KEEP)
def reopen_step(request: HttpRequest, plan_id: UUID, step_id: UUID) -> dict[str, Any]:
    return _moved(request, plan_id, step_id, services.reopen_step)


@router.post("/plans/{plan_id}/steps/{step_id}/replace", auth=KEEP)
def replace_party(request: HttpRequest, plan_id: UUID, step_id: UUID, given: ReplacementIn) -> dict[str, Any]:
    replaced = {"department_code": given.department_code}
    return _moved(request, plan_id, step_id, services.replace_party, **replaced)


@router.get("/successions", auth=READ)
def successions(request: HttpRequest) -> list[dict[str, Any]]:
    """颁发机构调整."""
    return [
        {
            "id": str(row.id),
            "from": row.from_code,
            "to": row.to_code,
            "since": row.since,
            "type_codes": row.type_codes,
            "document": row.document,
            "coordinator": row.coordinator_code,
            "ended_at": row.ended_at,
        }
        for row in queries.list_successions()
    ]


@router.post("/successions", auth=APPROVE)
def record_succession(request: HttpRequest, wish: SuccessionIn) -> dict[str, str]:
    new = Succession(wish.from_code, wish.to_code, wish.since, tuple(wish.type_codes))
    made = services.record_succession(
        actor=actor(request), new=new, document=wish.document, coordinator_code=wish.coordinator_code
    )
    return {"id": str(made)}


@router.post("/successions/{succession_id}/end", auth=APPROVE)
def end_succession(request: HttpRequest, succession_id: UUID) -> dict[str, str]:
    services.end_succession(actor=actor(request), succession_id=succession_id)
    return {"id": str(succession_id)}


@router.get("/trust", auth=READ)
def trust(request: HttpRequest) -> dict[str, Any]:
    """信任列表和互认策略."""
    return {
        "certificates": [_trusted(view) for view in queries.list_trusted(actor(request))],
        "recognition": {
            one.subject_kind.value: {"seals": one.seals, "signatures": one.signatures}
            for one in queries.policies()
        },
    }


@router.post("/trust", auth=APPROVE)
def import_certificate(request: HttpRequest, wish: TrustIn) -> dict[str, Any]:
    new = NewTrust(
        wish.name,
        _bytes(wish.certificate, "certificate"),
        wish.role,
        tuple(wish.scope),
        wish.trusted_from,
        wish.trusted_until,
        wish.crl_url,
    )
    made = services.import_certificate(actor=actor(request), new=new)
    return _trusted(queries.access_trusted(actor(request), made))


@router.post("/trust/{trusted_id}/distrust", auth=APPROVE)
def distrust(request: HttpRequest, trusted_id: UUID, given: DistrustIn) -> dict[str, Any]:
    services.distrust(actor=actor(request), trusted_id=trusted_id, since=given.since, reason=given.reason)
    return _trusted(queries.access_trusted(actor(request), trusted_id))


@router.post("/trust/{trusted_id}/crl", auth=APPROVE)
def upload_crl(request: HttpRequest, trusted_id: UUID, given: CrlIn) -> dict[str, Any]:
    services.upload_crl(actor=actor(request), trusted_id=trusted_id, data=_bytes(given.crl, "crl"))
    return _trusted(queries.access_trusted(actor(request), trusted_id))


@router.put("/recognition/{subject_kind}", auth=APPROVE)
def recognise(request: HttpRequest, subject_kind: SubjectKind, given: RecognitionIn) -> dict[str, Any]:
    services.set_recognition(
        actor=actor(request), subject_kind=subject_kind, seals=given.seals, signatures=given.signatures
    )
    return {"subject_kind": subject_kind.value, **given.dict()}


@router.post("/custody/{custody_id}/end", auth=READ)
def end_custody(request: HttpRequest, custody_id: UUID) -> dict[str, str]:
    services.end_custody(actor=actor(request), custody_id=custody_id)
    return {"id": str(custody_id)}


@router.get("/{seal_id}", auth=READ)
def seal(request: HttpRequest, seal_id: UUID) -> dict[str, Any]:
    """一枚印章及其保管人."""
    view = queries.access_seal(actor(request), seal_id)
    keepers = [
        {
            "id": str(one.id),
            "account_id": str(one.custody.account_id),
            "label": one.label,
            "hours": one.custody.hours,
        }
        for one in queries.list_custody(seal_id)
    ]
    return _seal(view) | {"keepers": keepers}


@router.get("/{seal_id}/uses", auth=READ)
def uses(
    request: HttpRequest,
    seal_id: UUID,
    used: bool | None = None,
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
) -> dict[str, Any]:
    """办理与用印记录，来自审计账目；used 为 true 只列用印，since、until 为日期（含当日）."""
    who, search = actor(request), UseSearch(used, since, until)
    found = queries.list_uses(who, queries.access_seal(who, seal_id), search, page=max(page, 1))
    return _page(
        found,
        lambda one: {
            "at": one.line.at,
            "kind": one.line.kind.value,
            "by": one.label,
            "object": one.line.object_id,
        },
    )


def _changed(request: HttpRequest, seal_id: UUID, act: Callable[..., None], **given: str) -> dict[str, Any]:
    """The seal after one act on it."""
    act(actor=actor(request), seal_id=seal_id, **given)
    return _seal(queries.access_seal(actor(request), seal_id))


@router.post("/{seal_id}/activate", auth=READ)
def activate(request: HttpRequest, seal_id: UUID) -> dict[str, Any]:
    """启用；不能由制作人本人办理."""
    return _changed(request, seal_id, services.activate_seal)


@router.post("/{seal_id}/suspend", auth=READ)
def suspend(request: HttpRequest, seal_id: UUID, given: ReasonIn) -> dict[str, Any]:
    return _changed(request, seal_id, services.suspend_seal, reason=given.reason)


@router.post("/{seal_id}/resume", auth=READ)
def resume(request: HttpRequest, seal_id: UUID, given: ReasonIn) -> dict[str, Any]:
    return _changed(request, seal_id, services.resume_seal, reason=given.reason)


@router.post("/{seal_id}/revoke", auth=READ)
def revoke(request: HttpRequest, seal_id: UUID, given: ReasonIn) -> dict[str, Any]:
    return _changed(request, seal_id, services.revoke_seal, reason=given.reason)


@router.post("/{seal_id}/custody", auth=READ)
def give_custody(request: HttpRequest, seal_id: UUID, given: CustodyIn) -> dict[str, str]:
    """指定保管人、用途和用印时间."""
    values = given.dict() | {"type_codes": tuple(given.type_codes), "weekdays": tuple(given.weekdays)}
    made = services.give_custody(actor=actor(request), seal_id=seal_id, custody=Custody(**values))
    return {"id": str(made)}

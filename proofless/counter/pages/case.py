"""The other side of a case: fees, delivery and rating for its owner; fees and delivery for its department."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.edge import actor, guarded
from proofless.applications import queries as applications
from proofless.applications.models import State
from proofless.counter import services
from proofless.counter.errors import RatedAlready, ReceiptUsed, WrongState
from proofless.counter.models import DeliveryState, FeeState, Way
from proofless.counter.queries import cases as queries
from proofless.counter.queries.charges import charges_of
from proofless.counter.rules.delivery import RECEIVERS
from proofless.counter.rules.grades import Grade
from proofless.counter.rules.money import METHODS
from proofless.counter.services.cases import ENDED
from proofless.items import queries as items
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

REFUSED = (WrongState, RatedAlready, ReceiptUsed)
FEE_TONES = {FeeState.PAID: "ok", FeeState.WAIVED: "info", FeeState.VOID: "quiet"}
DELIVERY_TONES = {DeliveryState.CHOSEN: "info", DeliveryState.SENT: "warn", DeliveryState.RECEIVED: "ok"}


@guarded(Permission.APPLY)
def own(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """缴费、领取与评价 of one's own case."""
    head = applications.get_own(actor(request), application_id)
    if head.state is State.DRAFT:
        return redirect("portal:fill", application_id=application_id)
    return _acted(request, application_id, _own_page, _own_act, "counter:after")


def _acted(
    request: HttpRequest,
    application_id: UUID,
    page: Callable[..., HttpResponse],
    act: Callable[[HttpRequest, UUID], str],
    place: str,
) -> HttpResponse:
    """The page; when posted to, the act: it says what was done, or stays with what is wrong."""
    if request.method != "POST":
        return page(request, application_id)
    try:
        said = act(request, application_id)
    except REFUSED as refused:
        return page(request, application_id, problem=(refused.message, refused.next_step))
    except InputInvalid as refused:
        return page(request, application_id, errors=_fields(refused))
    messages.success(request, said, fail_silently=True)
    return redirect(place, application_id=application_id)


def _fields(refused: InputInvalid) -> dict[str, str]:
    fields = refused.detail.get("fields")
    return dict(fields) if isinstance(fields, Mapping) else {}


def _own_act(request: HttpRequest, application_id: UUID) -> str:
    who, given = actor(request), request.POST
    verb = given.get("verb", "")
    if verb == "deliver":
        address = {name: given.get(name, "") for name in queries.ADDRESS_WORDS}
        services.choose_delivery(
            actor=who, application_id=application_id, way=given.get("way", ""), address=address
        )
        return "领取方式已记下"
    if verb == "arrived":
        services.arrive(actor=who, application_id=application_id)
        return "已记下您收到了"
    if verb == "rate":
        grade = given.get("grade", "")
        services.rate(
            actor=who,
            application_id=application_id,
            grade=int(grade) if grade in {"1", "2", "3", "4", "5"} else 0,
            text=given.get("text", ""),
        )
        return "谢谢您的评价"
    raise Refusal(code=ErrorCode.INPUT_INVALID)


def _own_page(
    request: HttpRequest,
    application_id: UUID,
    *,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    who = actor(request)
    head = applications.get_own(who, application_id)
    item = items.get_item(head.item_code)
    division = parties.holder_facts([head.holder_id])[head.holder_id].division_code
    context = {
        "head": head,
        "item": item,
        "charges": charges_of(head.item_code, division),
        "fees": queries.list_fees(head.holder_id, head.id),
        "fee_tones": FEE_TONES,
        "delivery": queries.own_delivery(who, application_id),
        "delivery_tones": DELIVERY_TONES,
        "ways": Way.choices,
        "without_result": head.state in {State.DENIED, State.REFUSED, State.WITHDRAWN},
        "approved": head.state is State.APPROVED,
        "rating": queries.own_rating(who, application_id),
        "may_rate": head.state in ENDED,
        "grades": [(grade.value, grade.label) for grade in Grade],
        "given": request.POST if request.method == "POST" else {},
        "problem": problem,
        "errors": dict(errors or {}),
    }
    return render(request, "counter/after.html", context, status=409 if problem else 422 if errors else 200)


@guarded(Permission.HANDLE)
def office(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """收费与送达 of a case of the department."""
    return _acted(request, application_id, _office_page, _office_act, "counter:office")


def _office_act(request: HttpRequest, application_id: UUID) -> str:
    who, given = actor(request), request.POST
    act = {"pay": _pay, "waive": _waive, "void": _void, "post": _post, "hand_over": _hand_over}.get(
        given.get("verb", "")
    )
    if act is None:
        raise Refusal(code=ErrorCode.INPUT_INVALID)
    return act(who, application_id, given)


def _pay(who: Any, application_id: UUID, given: Any) -> str:
    services.record_fee(
        actor=who,
        application_id=application_id,
        name=given.get("name", ""),
        yuan=given.get("yuan", ""),
        method=given.get("method", ""),
        receipt_number=given.get("receipt_number", ""),
    )
    return "缴费已登记"


def _waive(who: Any, application_id: UUID, given: Any) -> str:
    services.waive_fee(
        actor=who,
        application_id=application_id,
        name=given.get("name", ""),
        yuan=given.get("yuan", ""),
        basis=given.get("basis", ""),
    )
    return "免收已登记"


def _void(who: Any, application_id: UUID, given: Any) -> str:
    services.void_fee(actor=who, fee_id=_uuid(given.get("fee", "")), reason=given.get("reason", ""))
    return "记录已作废"


def _post(who: Any, application_id: UUID, given: Any) -> str:
    services.post(
        actor=who,
        application_id=application_id,
        revision=_number(given.get("revision", "")),
        carrier=given.get("carrier", ""),
        tracking_number=given.get("tracking_number", ""),
    )
    return "已登记寄出"


def _hand_over(who: Any, application_id: UUID, given: Any) -> str:
    services.hand_over(
        actor=who,
        application_id=application_id,
        revision=_number(given.get("revision", "")),
        receiver=given.get("receiver", ""),
    )
    return "已登记领取"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(code=ErrorCode.INPUT_INVALID) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refusal(code=ErrorCode.INPUT_INVALID)
    return int(text)


def _office_page(
    request: HttpRequest,
    application_id: UUID,
    *,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    who = actor(request)
    row = applications.access_case_row(who, application_id)
    item = items.get_item(row.item_code)
    context = {
        "case": row.id,
        "receipt": row.receipt,
        "item": item,
        "charges": charges_of(row.item_code, row.division_code),
        "who": parties.holder_names([row.holder_id]).get(row.holder_id, ""),
        "fees": queries.list_fees(row.holder_id, row.id),
        "fee_tones": FEE_TONES,
        "methods": list(METHODS.items()),
        "delivery": queries.office_delivery(who, application_id),
        "delivery_tones": DELIVERY_TONES,
        "receivers": list(RECEIVERS.items()),
        "approved": row.state == State.APPROVED,
        "given": request.POST if request.method == "POST" else {},
        "verb": request.POST.get("verb", ""),
        "problem": problem,
        "errors": dict(errors or {}),
    }
    return render(request, "counter/office.html", context, status=409 if problem else 422 if errors else 200)

"""送达: the applicant says how she wants the result; the clerk posts it or hands it over."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.applications.models import State
from proofless.counter.errors import WrongState
from proofless.counter.models import Delivery, DeliveryState, Way, delivery_context
from proofless.counter.rules.delivery import RECEIVERS, Step, is_mobile, is_tracking_number, next_state
from proofless.counter.services.cases import office_case, own_case
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.vault import cipher


def choose_delivery(
    *, actor: Actor, application_id: UUID, way: str, address: Mapping[str, str] | None = None
) -> UUID:
    """Say how the result is to come; may be said anew until it is on its way. ``address``: recipient, mobile, address.

    Raises InputInvalid, WrongState once posted, handed over, or the case is over without a result.
    """
    case = own_case(actor, application_id)
    if case.state in {State.DENIED, State.REFUSED, State.WITHDRAWN}:
        raise WrongState("这件事没有可送达的结果", state=case.state)
    if way not in Way.values:
        raise InputInvalid(fields={"way": "请选择领取方式"})
    given = _address(address or {}) if way == Way.POST else {}
    found = Delivery.objects.filter(holder_id=case.holder_id, application_id=case.id).first()
    key = found.id if found else new_id()
    sealed = cipher.seal_record(given, delivery_context(case.holder_id, key)) if given else None
    row = Delivery(
        id=key,
        holder_id=case.holder_id,
        application_id=case.id,
        department_code=case.department_code,
        way=way,
        address_sealed=sealed,
        chosen_at=clock.now(),
    )
    with ledger.act(Kind.DELIVERY_CHOSEN, actor, **_entry(row)):
        if found is None:
            row.save(force_insert=True)
        else:
            _change(
                found,
                found.revision,
                DeliveryState.CHOSEN,
                way=way,
                address_sealed=sealed,
                chosen_at=clock.now(),
            )
    return key


def _address(given: Mapping[str, str]) -> dict[str, str]:
    recipient, mobile, place = (given.get(name, "").strip() for name in ("recipient", "mobile", "address"))
    faults: dict[str, str] = {}
    if not 2 <= len(recipient) <= 50:
        faults["recipient"] = "请填写收件人（2至50字）"
    if not is_mobile(mobile):
        faults["mobile"] = "请填写11位手机号码"
    if not 8 <= len(place) <= 200:
        faults["address"] = "请写全收件地址（8至200字）"
    if faults:
        raise InputInvalid(fields=faults)
    return {"recipient": recipient, "mobile": mobile, "address": place}


def post(*, actor: Actor, application_id: UUID, revision: int, carrier: str, tracking_number: str) -> None:
    """The result is on its way. Raises WrongState before the case is approved, InputInvalid."""
    row = _ready(actor, application_id)
    faults: dict[str, str] = {}
    if not 2 <= len(carrier.strip()) <= 40:
        faults["carrier"] = "请填写快递公司"
    if not is_tracking_number(tracking_number.strip()):
        faults["tracking_number"] = "请填写6至40位运单号"
    if faults:
        raise InputInvalid(fields=faults)
    after = _after(row, Step.POST)
    with ledger.act(Kind.DELIVERY_POSTED, actor, **_entry(row)):
        _change(
            row,
            revision,
            after,
            carrier=carrier.strip(),
            tracking_number=tracking_number.strip(),
            sent_at=clock.now(),
            handled_by=actor.account_id,
        )


def hand_over(*, actor: Actor, application_id: UUID, revision: int, receiver: str) -> None:
    """签收: the result was taken at the window, by herself or by somebody she sent, whose card the clerk looked at."""
    if receiver not in RECEIVERS:
        raise InputInvalid(fields={"receiver": "请选择由谁领取"})
    row = _ready(actor, application_id)
    after = _after(row, Step.HAND_OVER)
    with ledger.act(Kind.DELIVERY_RECEIVED, actor, **_entry(row, receiver=receiver)):
        _change(
            row,
            revision,
            after,
            received_at=clock.now(),
            received_by=receiver,
            handled_by=actor.account_id,
        )


def arrive(*, actor: Actor, application_id: UUID) -> None:
    """The applicant says that what was posted has arrived."""
    case = own_case(actor, application_id)
    row = Delivery.objects.filter(holder_id=case.holder_id, application_id=case.id).first()
    if row is None:
        raise NotFound()
    after = _after(row, Step.ARRIVE)
    with ledger.act(Kind.DELIVERY_RECEIVED, actor, **_entry(row, receiver="self")):
        _change(row, row.revision, after, received_at=clock.now(), received_by="self")


def _ready(actor: Actor, application_id: UUID) -> Delivery:
    case = office_case(actor, application_id)
    row = Delivery.objects.filter(holder_id=case.holder_id, application_id=case.id).first()
    if row is None:
        raise NotFound()
    if case.state != State.APPROVED:
        raise WrongState("办件还没有准予办结，没有可送达的结果", state=case.state)
    return row


def _after(row: Delivery, step: Step) -> DeliveryState:
    after = next_state(row.way, row.state, step)
    if after is None:
        raise WrongState(state=row.state)
    return DeliveryState(after)


def _change(row: Delivery, revision: int, after: DeliveryState, **changes: Any) -> None:
    """Raises WrongState when it is on its way already or somebody was quicker."""
    before = DeliveryState.CHOSEN if after is DeliveryState.CHOSEN else row.state
    changed = Delivery.objects.filter(
        id=row.id, holder_id=row.holder_id, revision=revision, state=before
    ).update(revision=revision + 1, state=after, **changes)
    if not changed:
        raise WrongState(state=row.state)


def _entry(row: Delivery, **detail: object) -> dict[str, Any]:
    return {
        "object_kind": "application",
        "object_id": row.application_id,
        "holders": [row.holder_id],
        "purpose": "结果送达",
        "detail": {"way": str(row.way), **detail},
    }

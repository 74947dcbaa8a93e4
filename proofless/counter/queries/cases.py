"""What stands around one case: its fees, how its result is delivered, how it was rated."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proofless.access import Ground, SealedRecord, open_records, permit
from proofless.applications import queries as applications
from proofless.counter.models import (
    Delivery,
    DeliveryState,
    Fee,
    FeeState,
    FollowUp,
    FollowUpState,
    Rating,
    Way,
    delivery_context,
)
from proofless.counter.rules.delivery import RECEIVERS
from proofless.counter.rules.grades import Grade
from proofless.counter.rules.money import METHODS, yuan_of
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class FeeView:
    id: UUID
    name: str
    yuan: str
    state: FeeState
    method: str
    receipt_number: str
    basis: str
    void_reason: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """``address`` is opened only for who may read it, else empty."""

    way: Way
    state: DeliveryState
    revision: int
    carrier: str
    tracking_number: str
    sent_at: datetime | None
    received_at: datetime | None
    received_by: str
    address: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OwnRating:
    """What the resident said and what came of it."""

    grade: Grade
    rated_at: datetime
    follow_up: FollowUpState | None
    outcome: str


ADDRESS_WORDS = {"recipient": "收件人", "mobile": "手机号码", "address": "地址"}


def list_fees(holder_id: UUID, application_id: UUID) -> list[FeeView]:
    rows = Fee.objects.filter(holder_id=holder_id, application_id=application_id).order_by("recorded_at")
    return [
        FeeView(
            row.id,
            row.name,
            yuan_of(row.cents),
            FeeState(row.state),
            METHODS.get(row.method, ""),
            row.receipt_number,
            row.basis,
            row.void_reason,
            row.recorded_at,
        )
        for row in rows
    ]


def own_delivery(actor: Actor, application_id: UUID) -> DeliveryView | None:
    """How the actor's own result is to come, with the address she gave."""
    case = applications.get_own(actor, application_id)
    row = Delivery.objects.filter(holder_id=case.holder_id, application_id=case.id).first()
    return _delivery(row, _address(row, actor, Ground.OWN, "")) if row else None


def office_delivery(actor: Actor, application_id: UUID) -> DeliveryView | None:
    """The same for the department; the address is read by duty, and its holder sees that it was."""
    case = applications.access_case_row(actor, application_id)
    row = Delivery.objects.filter(holder_id=case.holder_id, application_id=case.id).first()
    return _delivery(row, _address(row, actor, Ground.STATUTORY, case.receipt)) if row else None


def _address(row: Delivery, actor: Actor, ground: Ground, basis: str) -> tuple[tuple[str, str], ...]:
    if not row.address_sealed:
        return ()
    grant = permit(actor, [row.holder_id], ["delivery.*"], "结果送达", ground=ground, basis=basis)
    record = SealedRecord(
        row.holder_id,
        bytes(row.address_sealed),
        delivery_context(row.holder_id, row.id),
        "delivery",
        f"delivery:{row.id}",
    )
    (opened,) = open_records(grant, [record])
    return tuple((words, str(opened.get(name, ""))) for name, words in ADDRESS_WORDS.items())


def _delivery(row: Delivery, address: tuple[tuple[str, str], ...]) -> DeliveryView:
    return DeliveryView(
        way=Way(row.way),
        state=DeliveryState(row.state),
        revision=row.revision,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        sent_at=row.sent_at,
        received_at=row.received_at,
        received_by=RECEIVERS.get(row.received_by, ""),
        address=address,
    )


def own_rating(actor: Actor, application_id: UUID) -> OwnRating | None:
    """How the actor rated her own case; NotFound for another's."""
    case = applications.get_own(actor, application_id)
    row = Rating.objects.filter(holder_id=case.holder_id, application_id=case.id).first()
    if row is None:
        return None
    after = FollowUp.objects.filter(holder_id=row.holder_id, rating_id=row.id).first()
    return OwnRating(
        Grade(row.grade),
        row.rated_at,
        FollowUpState(after.state) if after else None,
        after.outcome if after else "",
    )


def find_case_of_fee(actor: Actor, fee_id: UUID) -> UUID:
    """The case a fee of the actor's department belongs to."""
    row = Fee.objects.filter(id=fee_id, department_code=actor.department_code or "-").first()
    if row is None:
        raise NotFound()
    return row.application_id

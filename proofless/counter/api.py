"""``/api/v1/counter``: places that can be booked, one's appointments, delivery and rating of one's cases."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from proofless.access.edge import Guard, actor
from proofless.counter import services
from proofless.counter.queries import appointments, cases, ratings
from proofless.kit.permissions import Permission

router = Router(tags=["counter 预约、送达、好差评"])


class Booking(Schema):
    """``starts_at`` with its offset, as the slots give it; ``instead_of`` moves an earlier appointment."""

    window_id: UUID
    item_code: str
    starts_at: datetime
    holder_id: UUID | None = None
    instead_of: UUID | None = None


class DeliveryWish(Schema):
    way: str
    recipient: str = ""
    mobile: str = ""
    address: str = ""


class RatingGiven(Schema):
    """``grade`` 5 非常满意 … 1 非常不满意."""

    grade: int
    text: str = ""


@router.get("/items/{item_code}/slots", auth=Guard(Permission.APPLY))
def slots(request: HttpRequest, item_code: str) -> dict[str, Any]:
    """一个事项可预约的窗口、日期和时段,及余量."""
    windows = []
    for window in appointments.list_windows(item_code):
        offered = appointments.offer(window)
        windows.append(
            {
                "id": str(window.id),
                "name": window.name,
                "address": window.address,
                "phone": window.phone,
                "holidays_unknown_from": offered.unknown_from.isoformat() if offered.unknown_from else None,
                "slots": [
                    {"starts_at": slot.starts_at.isoformat(), "label": slot.label, "free": slot.free}
                    for _, found in offered.days
                    for slot in found
                ],
            }
        )
    return {"windows": windows}


@router.get("/appointments", auth=Guard(Permission.APPLY))
def own_appointments(request: HttpRequest, past: bool = False) -> dict[str, Any]:
    """本人、被监护人和所代表企业的预约."""
    rows = appointments.list_own(actor(request), past=past)
    return {
        "rows": [
            {
                "id": str(one.id),
                "holder_id": str(one.holder_id),
                "number": one.number,
                "item": one.item_code,
                "window": one.window_name,
                "address": one.address,
                "starts_at": one.starts_at.isoformat(),
                "state": one.state.value,
            }
            for one in rows
        ]
    }


@router.post("/appointments", auth=Guard(Permission.APPLY))
def book(request: HttpRequest, body: Booking) -> dict[str, str]:
    """预约,或改约."""
    return {"id": str(services.book(actor=actor(request), **body.dict()))}


@router.post("/appointments/{appointment_id}/cancel", auth=Guard(Permission.APPLY))
def cancel(request: HttpRequest, appointment_id: UUID) -> dict[str, str]:
    """取消预约."""
    services.cancel(actor=actor(request), appointment_id=appointment_id)
    return {"id": str(appointment_id)}


@router.post("/cases/{application_id}/delivery", auth=Guard(Permission.APPLY))
def choose_delivery(request: HttpRequest, application_id: UUID, body: DeliveryWish) -> dict[str, str]:
    """选择结果的领取方式."""
    address = {name: getattr(body, name) for name in cases.ADDRESS_WORDS}
    made = services.choose_delivery(
        actor=actor(request), application_id=application_id, way=body.way, address=address
    )
    return {"id": str(made)}


@router.post("/cases/{application_id}/rating", auth=Guard(Permission.APPLY))
def rate(request: HttpRequest, application_id: UUID, body: RatingGiven) -> dict[str, str]:
    """评价一件办结的事,一次."""
    made = services.rate(
        actor=actor(request), application_id=application_id, grade=body.grade, text=body.text
    )
    return {"id": str(made)}


@router.get("/ratings", auth=Guard(Permission.SUPERVISE))
def ratings_by_department(
    request: HttpRequest, days: int = 0, department: str = "", channel: str = ""
) -> dict[str, Any]:
    """各部门好差评;只有数,没有人."""
    narrowed = ratings.Narrowed(max(0, min(days, 3650)), department[:16], channel[:16])
    rows = ratings.by_department(actor(request), narrowed)
    return {
        "rows": [
            {
                "department": row.code,
                "grades": {str(grade.value): count for grade, count in row.grades.counts.items()},
                "good_rate": row.grades.good_rate,
                "follow_ups": row.follow_ups,
                "open": row.open,
                "overdue": row.overdue,
            }
            for row in rows
        ]
    }

"""预约: windows are set up, places booked, changed, given back; the day's people called, served or missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.permits import own_holders
from proofless.counter.errors import BookedAlready, SlotFull, WrongState
from proofless.counter.models import HELD, Appointment, AppointmentState, Window
from proofless.counter.queries.appointments import is_offered
from proofless.counter.rules.slots import HoursUnreadable, parse_hours
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission

TAKEN = [*HELD, AppointmentState.SERVED.value]
MINUTES, PEOPLE, DAYS = range(5, 241), range(1, 101), range(1, 31)


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window as its department sets it up; no item codes: every item of the department."""

    name: str
    address: str
    hours: str
    slot_minutes: int
    capacity: int
    days_ahead: int = 10
    phone: str = ""
    item_codes: Sequence[str] = ()
    closed_on: Sequence[date] = ()
    open: bool = True


def set_window(*, actor: Actor, new: NewWindow, window_id: UUID | None = None) -> UUID:
    """Set up a window of the actor's department, or change one; appointments made stay. Raises InputInvalid,
    NotFound.
    """
    actor.check(Permission.COUNTER_MANAGE)
    check_window(new, actor.department_code)
    if window_id and not Window.objects.filter(id=window_id, department_code=actor.department_code).exists():
        raise NotFound()
    key = window_id or new_id()
    with ledger.act(
        Kind.WINDOW_SET,
        actor,
        object_kind="window",
        object_id=key,
        detail={"slots": new.slot_minutes, "capacity": new.capacity, "open": new.open},
    ):
        Window.objects.update_or_create(
            id=key,
            defaults={
                "department_code": actor.department_code,
                "division_code": actor.division_code,
                "name": new.name.strip(),
                "address": new.address.strip(),
                "phone": new.phone.strip(),
                "hours": new.hours.strip(),
                "slot_minutes": new.slot_minutes,
                "capacity": new.capacity,
                "days_ahead": new.days_ahead,
                "item_codes": list(new.item_codes),
                "closed_on": list(new.closed_on),
                "open": new.open,
                "set_by": actor.account_id,
                "set_at": clock.now(),
            },
        )
    return key


def check_window(new: NewWindow, department_code: str) -> None:
    """Raises InputInvalid with what is wrong with each field."""
    faults: dict[str, str] = {}
    if not 2 <= len(new.name.strip()) <= 40:
        faults["name"] = "请填写2至40字的窗口名称"
    if not 2 <= len(new.address.strip()) <= 100:
        faults["address"] = "请填写办理地点（100字以内）"
    if len(new.phone.strip()) > 20:
        faults["phone"] = "电话不超过20个字符"
    try:
        parse_hours(new.hours)
    except HoursUnreadable as unreadable:
        faults["hours"] = str(unreadable)
    limits = (
        ("slot_minutes", new.slot_minutes, MINUTES, "每个时段5至240分钟"),
        ("capacity", new.capacity, PEOPLE, "每个时段1至100人"),
        ("days_ahead", new.days_ahead, DAYS, "可提前1至30个工作日"),
    )
    faults |= {name: text for name, value, allowed, text in limits if value not in allowed}
    own = {item.code for item in items.list_items() if item.department_code == department_code}
    if set(new.item_codes) - own:
        faults["item_codes"] = "只能选择本部门的事项"
    if faults:
        raise InputInvalid(fields=faults)


def book(
    *,
    actor: Actor,
    window_id: UUID,
    item_code: str,
    starts_at: datetime,
    holder_id: UUID | None = None,
    instead_of: UUID | None = None,
) -> UUID:
    """Take a place for oneself, a ward or one's enterprise; ``instead_of`` gives an earlier one back in the same act.

    Raises SlotFull, BookedAlready, InputInvalid for a time that is not offered, NotFound.
    """
    actor.check(Permission.APPLY)
    holder = holder_id or actor.party_id
    if holder is None or holder not in own_holders(actor):
        raise NotFound()
    old = _own(actor, instead_of) if instead_of else None
    new = Appointment(
        id=new_id(),
        holder_id=holder,
        window_id=window_id,
        item_code=item_code,
        starts_at=starts_at,
        booked_by=actor.account_id,
        booked_at=clock.now(),
        changed_at=clock.now(),
    )
    try:
        with ledger.act(None, actor) as act:
            window = _locked(window_id, item_code, starts_at)
            if old is not None:
                _change(old, AppointmentState.CANCELLED, AppointmentState.BOOKED)
                act.enter(Kind.APPOINTMENT_CANCELLED, **_entry(old, moved=True))
            _take(window, new)
            act.enter(Kind.APPOINTMENT_BOOKED, **_entry(new))
    except IntegrityError as error:
        raise BookedAlready() from error
    return new.id


def _locked(window_id: UUID, item_code: str, starts_at: datetime) -> Window:
    """The window, if it offers the item at that time. Its row is the lock: the last place goes to one."""
    window = Window.objects.select_for_update().filter(id=window_id, open=True).first()
    found = items.find_item(item_code)
    if window is None or found is None or found.department_code != window.department_code:
        raise NotFound()
    if window.item_codes and item_code not in window.item_codes:
        raise NotFound()
    if not is_offered(window, starts_at):
        raise InputInvalid(fields={"starts_at": "这个时间不能预约，请从列出的时段中选择"})
    return window


def _take(window: Window, new: Appointment) -> None:
    there = Appointment.objects.filter(window_id=window.id, starts_at=new.starts_at, state__in=TAKEN).count()
    if there >= window.capacity:
        raise SlotFull()
    same = Appointment.objects.filter(holder_id=new.holder_id, state__in=HELD)
    if same.filter(item_code=new.item_code).exists() or same.filter(starts_at=new.starts_at).exists():
        raise BookedAlready()
    new.department_code = window.department_code
    ever = Appointment.objects.filter(window_id=window.id, starts_at=new.starts_at).count()
    local = new.starts_at.astimezone(clock.SHANGHAI)
    new.number = f"{local:%m%d}-{local:%H%M}-{ever + 1:02d}"
    new.save(force_insert=True)


def cancel(*, actor: Actor, appointment_id: UUID) -> None:
    """Give a place back before it is called. Absent and foreign ones raise the same NotFound."""
    actor.check(Permission.APPLY)
    row = _own(actor, appointment_id)
    with ledger.act(Kind.APPOINTMENT_CANCELLED, actor, **_entry(row)):
        _change(row, AppointmentState.CANCELLED, AppointmentState.BOOKED)


def call(*, actor: Actor, appointment_id: UUID) -> None:
    """叫号: her number is called; calling again is allowed."""
    row = _departments(actor, appointment_id)
    with ledger.act(Kind.APPOINTMENT_CALLED, actor, **_entry(row)):
        _change(row, AppointmentState.CALLED, AppointmentState.BOOKED, AppointmentState.CALLED)


def serve(*, actor: Actor, appointment_id: UUID) -> None:
    """She is there."""
    row = _departments(actor, appointment_id)
    with ledger.act(Kind.APPOINTMENT_SERVED, actor, **_entry(row)):
        _change(row, AppointmentState.SERVED, AppointmentState.BOOKED, AppointmentState.CALLED)


def miss(*, actor: Actor, appointment_id: UUID) -> None:
    """She did not come; not before her time has begun."""
    row = _departments(actor, appointment_id)
    if clock.now() < row.starts_at:
        raise WrongState("预约时间还没有到，不能登记为未到场", state=row.state)
    with ledger.act(Kind.APPOINTMENT_MISSED, actor, **_entry(row)):
        _change(row, AppointmentState.MISSED, AppointmentState.BOOKED, AppointmentState.CALLED)


def remind() -> int:
    """Remind of tomorrow's appointments, once each; returns how many. Safe to run twice."""
    tomorrow = clock.today() + timedelta(days=1)
    start = datetime.combine(tomorrow, time(), clock.SHANGHAI)
    span = (start, start + timedelta(days=1))
    waiting = Appointment.objects.filter(
        state=AppointmentState.BOOKED, starts_at__gte=span[0], starts_at__lt=span[1], reminded_at=None
    )
    rows = list(waiting[:500])
    if not rows:
        return 0
    with ledger.act(None, system_actor(label="预约提醒")) as act:
        for row in rows:
            fresh = waiting.filter(id=row.id, holder_id=row.holder_id).update(reminded_at=clock.now())
            act.enter(Kind.APPOINTMENT_REMINDED, **_entry(row, sent=bool(fresh)))
    return len(rows)


def _own(actor: Actor, appointment_id: UUID) -> Appointment:
    found = Appointment.objects.filter(id=appointment_id, holder_id__in=own_holders(actor)).first()
    if found is None:
        raise NotFound()
    return found


def _departments(actor: Actor, appointment_id: UUID) -> Appointment:
    actor.check(Permission.HANDLE)
    found = Appointment.objects.filter(
        id=appointment_id, department_code=actor.department_code or "-"
    ).first()
    if found is None:
        raise NotFound()
    return found


def _change(row: Appointment, after: AppointmentState, *before: AppointmentState) -> None:
    """Raises WrongState when somebody was quicker or it is too late."""
    changed = Appointment.objects.filter(id=row.id, holder_id=row.holder_id, state__in=before).update(
        state=after, changed_at=clock.now()
    )
    if not changed:
        raise WrongState(state=row.state)


def _entry(row: Appointment, **detail: object) -> dict[str, Any]:
    return {
        "object_kind": "appointment",
        "object_id": row.id,
        "holders": [row.holder_id],
        "purpose": f"办理事项:{row.item_code}",
        "detail": {"item": row.item_code, "window": str(row.window_id), **detail},
    }

"""Windows with what they offer, one's own appointments, a day's list at the desk."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from proofless.access.permits import own_holders
from proofless.counter.models import HELD, Appointment, AppointmentState, Window
from proofless.counter.rules.slots import OfferedDays, offered_days, parse_hours, slots_of
from proofless.items import queries as items
from proofless.items.queries import lists
from proofless.items.rules.elements import Window as Place
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

SIGHT = timedelta(days=366)
TAKEN = [*HELD, AppointmentState.SERVED.value]


@dataclass(frozen=True, slots=True)
class WindowView:
    id: UUID
    name: str
    address: str
    phone: str
    hours: str
    slot_minutes: int
    capacity: int
    days_ahead: int
    item_codes: tuple[str, ...]
    closed_on: tuple[date, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """``label`` is its time of day, such as 09:00-09:30."""

    starts_at: datetime
    label: str
    free: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Days with their slots. ``unknown_from``: the holidays of that year are not published yet."""

    days: tuple[tuple[date, tuple[Slot, ...]], ...]
    unknown_from: date | None


@dataclass(frozen=True, slots=True)
class AppointmentView:
    id: UUID
    holder_id: UUID
    number: str
    item_code: str
    item_name: str
    window_id: UUID
    window_name: str
    address: str
    phone: str
    starts_at: datetime
    state: AppointmentState

    @property
    def open(self) -> bool:
        return self.state.value in HELD

    @property
    def time(self) -> str:
        return f"{self.starts_at.astimezone(clock.SHANGHAI):%H:%M}"


def list_windows(item_code: str) -> list[WindowView]:
    """The open windows where an item can be booked."""
    found = items.find_item(item_code)
    if found is None:
        return []
    rows = Window.objects.filter(department_code=found.department_code, open=True).filter(
        Q(item_codes=[]) | Q(item_codes__contains=[item_code])
    )
    return [_window(row) for row in rows.order_by("name", "id")]


def get_window(item_code: str, window_id: UUID) -> WindowView:
    for one in list_windows(item_code):
        if one.id == window_id:
            return one
    raise NotFound()


def list_department_windows(actor: Actor) -> list[WindowView]:
    """Every window of the actor's department, open or not."""
    actor.check(Permission.HANDLE if actor.may(Permission.HANDLE) else Permission.COUNTER_MANAGE)
    rows = Window.objects.filter(department_code=actor.department_code or "-")
    return [_window(row) for row in rows.order_by("name", "id")]


def list_places(department_code: str) -> list[Place]:
    """Where the published lists say a department's items are handled: what a new window may begin with."""
    own = (item.code for item in items.list_items() if item.department_code == department_code)
    found = (place for code in own for one in lists.list_of_item(code) for place in one.elements.windows)
    return list(dict.fromkeys(found))[:20]


def offer(window: WindowView) -> Offer:
    """What of a window can be booked now: day by day, slot by slot, with the places left."""
    days = _days(window)
    spans = parse_hours(window.hours)
    slots = [(day, tuple(slots_of(day, spans, window.slot_minutes))) for day in days.days]
    every = [at for _, found in slots for at in found]
    taken = Counter(
        Appointment.objects.filter(window_id=window.id, state__in=TAKEN, starts_at__in=every).values_list(
            "starts_at", flat=True
        )
    )
    whole = tuple((day, tuple(_slot(window, at, taken[at]) for at in found)) for day, found in slots)
    return Offer(whole, days.unknown_from)


def _slot(window: WindowView, at: datetime, taken: int) -> Slot:
    ends_at = at + timedelta(minutes=window.slot_minutes)
    return Slot(at, f"{at:%H:%M}-{ends_at:%H:%M}", max(0, window.capacity - taken))


def _days(window: Window | WindowView) -> OfferedDays:
    return offered_days(clock.today(), window.days_ahead, window.closed_on, clock.is_working_day)


def is_offered(window: Window, starts_at: datetime) -> bool:
    """Whether the window has a slot that begins then, on a day that can be booked."""
    if starts_at.tzinfo is None or not timedelta() < starts_at - clock.now() < SIGHT:
        return False
    day = clock.day_of(starts_at)
    return day in _days(window).days and starts_at in set(
        slots_of(day, parse_hours(window.hours), window.slot_minutes)
    )


def list_own(actor: Actor, *, past: bool = False) -> list[AppointmentView]:
    """Appointments of the actor, her wards and her enterprise: those to come soonest first, or those past."""
    actor.check(Permission.APPLY)
    rows = Appointment.objects.filter(holder_id__in=own_holders(actor))
    rows = rows.exclude(state__in=HELD) if past else rows.filter(state__in=HELD)
    return _views(rows.order_by("-starts_at" if past else "starts_at")[:50])


def get_own(actor: Actor, appointment_id: UUID) -> AppointmentView:
    for one in _views(Appointment.objects.filter(id=appointment_id, holder_id__in=own_holders(actor))):
        return one
    raise NotFound()


@dataclass(frozen=True, slots=True)
class DayRow:
    """One place of the day's list. ``name`` is the holder's, to be shown masked."""

    appointment: AppointmentView
    name: str


def list_day(actor: Actor, day: date) -> list[DayRow]:
    """The appointments of the actor's department on a day, by time."""
    actor.check(Permission.HANDLE)
    start = datetime.combine(day, time(), clock.SHANGHAI)
    rows = (
        Appointment.objects.filter(
            department_code=actor.department_code or "-",
            starts_at__gte=start,
            starts_at__lt=start + timedelta(days=1),
        )
        .exclude(state=AppointmentState.CANCELLED)
        .order_by("starts_at", "number")
    )
    found = _views(rows)
    names = parties.holder_names({one.holder_id for one in found})
    return [DayRow(one, names.get(one.holder_id, "")) for one in found]


def _views(rows: QuerySet[Appointment]) -> list[AppointmentView]:
    found = list(rows)
    windows = {one.id: one for one in Window.objects.filter(id__in={row.window_id for row in found})}
    return [_view(row, windows[row.window_id]) for row in found]


def _view(row: Appointment, window: Window) -> AppointmentView:
    item = items.find_item(row.item_code)
    return AppointmentView(
        id=row.id,
        holder_id=row.holder_id,
        number=row.number,
        item_code=row.item_code,
        item_name=item.name if item else row.item_code,
        window_id=row.window_id,
        window_name=window.name,
        address=window.address,
        phone=window.phone,
        starts_at=row.starts_at,
        state=AppointmentState(row.state),
    )


def _window(row: Window) -> WindowView:
    return WindowView(
        id=row.id,
        name=row.name,
        address=row.address,
        phone=row.phone,
        hours=row.hours,
        slot_minutes=row.slot_minutes,
        capacity=row.capacity,
        days_ahead=row.days_ahead,
        item_codes=tuple(row.item_codes),
        closed_on=tuple(row.closed_on),
        open=row.open,
    )

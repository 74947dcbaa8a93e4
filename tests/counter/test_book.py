"""预约: a place is one person's, a person is in one place, and what is offered is what can be kept."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from proofless.access.actors import system_actor
from proofless.counter import services
from proofless.counter.errors import BookedAlready, SlotFull, WrongState
from proofless.counter.models import Appointment, AppointmentState
from proofless.counter.queries import appointments as queries
from proofless.counter.rules.slots import HoursUnreadable, offered_days, parse_hours, slots_of
from proofless.items.queries import get_item, lists
from proofless.items.rules.elements import Window as Place
from proofless.items.services import publish_list
from proofless.kit import clock
from proofless.kit.errors import Forbidden, InputInvalid, NotFound, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from tests.counter.scenes import MARRIAGE, MONDAY, TUESDAY, at, lead, opened
from tests.notices.test_read import browser
from tests.town import TestTown
from tests.verification.scenes import on

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)
NINE = at(TUESDAY, 9)


def book(town: TestTown, name: str, window: UUID, starts_at: datetime = NINE, **more: object) -> Appointment:
    made = services.book(
        actor=town.resident(name),
        window_id=window,
        item_code=MARRIAGE,
        starts_at=starts_at,
        **more,  # type: ignore[arg-type]
    )
    return Appointment.objects.get(id=made)


def test_a_place_is_taken_and_seen_by_both_sides(town: TestTown) -> None:
    with on(MONDAY):
        row = book(town, "张三", opened())
        (mine,) = queries.list_own(town.resident("张三"))
        (listed,) = queries.list_day(town.clerk("MZJ"), TUESDAY)
    assert (mine.number, mine.window_name) == ("1124-0900-01", "婚姻登记处")
    assert listed.appointment.id == row.id
    entry = LedgerEntry.objects.get(kind=Kind.APPOINTMENT_BOOKED)
    assert str(town["张三"]) in entry.holders and not queries.list_own(town.resident("王五"))


def test_a_full_slot_is_refused_and_given_back_when_somebody_cancels(town: TestTown) -> None:
    with on(MONDAY):
        window = opened(capacity=1)
        first = book(town, "张三", window)
        with pytest.raises(SlotFull):
            book(town, "王五", window)
        services.cancel(actor=town.resident("张三"), appointment_id=first.id)
        assert book(town, "王五", window).number == "1124-0900-02"


def test_one_person_one_place(town: TestTown) -> None:
    """Neither the same item twice nor two windows at one time."""
    with on(MONDAY):
        window = opened(item_codes=())
        book(town, "张三", window)
        with pytest.raises(BookedAlready):
            book(town, "张三", window, at(TUESDAY, 14))
        with pytest.raises(BookedAlready):
            services.book(actor=town.resident("张三"), window_id=window, item_code="I002", starts_at=NINE)


def test_moving_gives_the_old_place_back_only_with_the_new_one(town: TestTown) -> None:
    """A refused move must not cost her the place she has."""
    with on(MONDAY):
        window = opened(capacity=1)
        mine, other = book(town, "张三", window), book(town, "王五", window, at(TUESDAY, 14))
        with pytest.raises(SlotFull):
            book(town, "张三", window, other.starts_at, instead_of=mine.id)
        assert Appointment.objects.get(id=mine.id).state == AppointmentState.BOOKED
        book(town, "张三", window, at(TUESDAY, 14, 30), instead_of=mine.id)
    assert Appointment.objects.get(id=mine.id).state == AppointmentState.CANCELLED
    assert Appointment.objects.filter(holder_id=town["张三"], state="booked").count() == 1


@pytest.mark.parametrize("starts_at", [at(MONDAY, 9), at(date(2026, 11, 28), 9), at(TUESDAY, 9, 10)])
def test_only_offered_times_are_taken(town: TestTown, starts_at: datetime) -> None:
    """Not today, not a Saturday, not between two slots."""
    with on(MONDAY), pytest.raises(InputInvalid):
        book(town, "张三", opened(), starts_at)


def test_for_a_ward_yes_for_a_stranger_no(town: TestTown) -> None:
    with on(MONDAY):
        window = opened()
        with pytest.raises(NotFound):
            book(town, "王五", window, holder_id=town["张三"])
        row = book(town, "张三", window)
        with pytest.raises(NotFound):
            services.cancel(actor=town.resident("王五"), appointment_id=row.id)


def test_the_day_at_the_desk(town: TestTown) -> None:
    """Called, there or not there; not missed before her time; another department sees none of it."""
    clerk = town.clerk("MZJ")
    with on(MONDAY):
        window = opened()
        one, two = book(town, "张三", window), book(town, "王五", window)
        with pytest.raises(WrongState):
            services.miss(actor=clerk, appointment_id=one.id)
    with on(TUESDAY, 10):
        with pytest.raises(NotFound):
            services.call(actor=town.clerk("GAJ"), appointment_id=one.id)
        services.call(actor=clerk, appointment_id=one.id)
        services.serve(actor=clerk, appointment_id=one.id)
        services.miss(actor=clerk, appointment_id=two.id)
        with pytest.raises(WrongState):
            services.cancel(actor=town.resident("王五"), appointment_id=two.id)
    assert {row.state for row in Appointment.objects.all()} == {"served", "missed"}


def test_tomorrow_is_reminded_once(town: TestTown) -> None:
    with on(MONDAY):
        book(town, "张三", opened())
        assert (services.remind(), services.remind()) == (1, 0)
    assert LedgerEntry.objects.filter(kind=Kind.APPOINTMENT_REMINDED).count() == 1


def test_only_the_lead_sets_windows_up(town: TestTown) -> None:
    with pytest.raises(Forbidden):
        services.set_window(
            actor=town.clerk("MZJ"), new=services.NewWindow("窗口", "地点", "09:00-10:00", 30, 1)
        )
    with pytest.raises(InputInvalid) as refused:
        opened(hours="10:00-09:00", capacity=0, item_codes=("I076",))
    assert {"hours", "capacity"} <= refused.value.detail["fields"].keys()  # type: ignore[union-attr, attr-defined]
    window = opened()
    with pytest.raises(NotFound):
        services.set_window(
            actor=lead("GAJ"), window_id=window, new=services.NewWindow("窗口", "地点", "09:00-10:00", 30, 1)
        )


def test_a_new_window_begins_with_a_place_of_the_lists(town: TestTown) -> None:
    """The place, hours and telephone the city published are not typed again."""
    place = Place("政务服务中心三楼", "09:00-11:00", "0534-1234567")
    elements = replace(lists.template_of(get_item(MARRIAGE)), windows=(place,))
    bureau = system_actor(Permission.ITEMS_PUBLISH)
    publish_list(actor=bureau, draft=lists.Draft(MARRIAGE, "371400", elements, clock.today()))
    assert queries.list_places("MZJ") == [place]
    client = browser("lead-mzj")
    assert "政务服务中心三楼" in client.get("/desk/counter/windows/new").content.decode()
    chosen = {"address": place.address, "hours": place.hours, "phone": place.phone}
    page = client.get("/desk/counter/windows/new", chosen).content.decode()
    assert 'value="09:00-11:00"' in page and 'value="政务服务中心三楼"' in page
    odd = client.get("/desk/counter/windows/new", {"address": "某处", "hours": "工作日"}).content.decode()
    assert 'value="某处"' in odd and 'value="工作日"' not in odd


def test_days_whose_holidays_nobody_published_are_not_offered() -> None:
    """Nobody is sent to a closed door: from the first unknown day on nothing can be booked."""
    found = offered_days(date(2026, 12, 29), 10, (), lambda day: None if day.year > 2026 else True)
    assert found.days == (date(2026, 12, 30), date(2026, 12, 31))
    assert found.unknown_from == date(2027, 1, 1)


times = st.integers(0, 23 * 60 + 59)


@given(st.lists(times, min_size=2, max_size=8, unique=True), st.integers(5, 240))
def test_slots_lie_apart_and_inside_the_hours(points: list[int], minutes: int) -> None:
    marks = sorted(points)[: len(points) // 2 * 2]
    pairs = list(zip(marks[::2], marks[1::2], strict=True))
    text = "；".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in pairs)
    spans = parse_hours(text)
    found = list(slots_of(TUESDAY, spans, minutes))
    step = timedelta(minutes=minutes)
    assert all(b - a >= step for a, b in pairwise(found))
    for one in found:
        assert any(a <= one.time() and (one + step).time() <= b for a, b in spans)


@given(st.text(max_size=30))
def test_odd_hours_are_refused_in_words(text: str) -> None:
    try:
        assert 1 <= len(parse_hours(text)) <= 4
    except HoursUnreadable as refused:
        assert str(refused)


@committed
def test_the_last_place_goes_to_one(town: TestTown) -> None:
    """Two who press at the same moment: one has the place, the other is told, nobody is turned away at the door."""
    with on(MONDAY):
        window, said = opened(capacity=1), []
        gate = threading.Barrier(2)

        def press(name: str) -> None:
            try:
                gate.wait()
                book(town, name, window)
                said.append("")
            except Refusal as refused:
                said.append(refused.code.name)
            finally:
                connections.close_all()

        runs = [threading.Thread(target=press, args=(name,)) for name in ("张三", "王五")]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
    assert sorted(said) == ["", "APPOINTMENT_FULL"]
    assert Appointment.objects.filter(state="booked").count() == 1


def test_booked_and_cancelled_by_page(town: TestTown) -> None:
    client = browser("zhangsan")
    with on(MONDAY):
        window = opened()
        page = client.get(f"/appointments/book?item={MARRIAGE}").content.decode()
        assert "09:00-09:30" in page and "余2" in page
        given = {"item": MARRIAGE, "window": str(window), "starts_at": NINE.isoformat()}
        assert client.post("/appointments/book", given).status_code == 302
        assert client.post("/appointments/book", given).status_code == 409
        assert "1124-0900-01" in client.get("/appointments/").content.decode()
        row = Appointment.objects.get()
        clerk = browser("clerk-mzj")
        day = clerk.get("/desk/counter/day?on=2026-11-24").content.decode()
        assert "1124-0900-01" in day and "张三" not in day
        client.post(f"/appointments/{row.id}/cancel")
    assert Appointment.objects.get().state == "cancelled"


def test_slots_and_booking_by_api(town: TestTown) -> None:
    client = browser("zhangsan")
    token = {"Authorization": f"Bearer {client.session.session_key}"}
    with on(MONDAY):
        opened()
        (window,) = client.get(f"/api/v1/counter/items/{MARRIAGE}/slots", headers=token).json()["windows"]
        body = {
            "window_id": window["id"],
            "item_code": MARRIAGE,
            "starts_at": window["slots"][0]["starts_at"],
        }
        made = client.post("/api/v1/counter/appointments", body, "application/json", headers=token)
        assert made.status_code == 200, made.content
        (row,) = client.get("/api/v1/counter/appointments", headers=token).json()["rows"]
    assert datetime.fromisoformat(row["starts_at"]) == NINE

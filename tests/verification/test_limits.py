"""Two clocks of a real request: paused, extended, escalated, unknown; and how punctuality counts them."""

from datetime import date

import pytest

from proofless.access.actors import system_actor
from proofless.kit import clock
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.verification import queries, services
from proofless.verification.errors import WrongState
from proofless.verification.models import Request
from proofless.verification.queries import Filter
from proofless.verification.rules.clocks import Level, Urgency
from proofless.verification.rules.states import State
from tests.town import TestTown
from tests.verification.scenes import MONDAY, again, ask, clerk, entries, lead, on, yes

pytestmark = pytest.mark.django_db
POLICE = clerk("GAJ")
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


def taken(request: Request) -> Request:
    services.take(actor=POLICE, request_id=request.id, revision=request.revision)
    return again(request)


def view(request: Request) -> queries.RequestView:
    found = queries.answer_for(request.reference)
    assert found is not None
    return found


def test_both_clocks_run_on_working_days(town: TestTown) -> None:
    with on(MONDAY):
        request = ask(town["张三"])
    assert (request.promised_due_on, request.legal_due_on) == (THURSDAY, date(2026, 11, 30))


def test_a_pause_stops_both_clocks_and_they_go_on_from_there(town: TestTown) -> None:
    with on(MONDAY):
        request = taken(ask(town["张三"]))
        with pytest.raises(InputInvalid):
            services.pause(actor=POLICE, request_id=request.id, revision=request.revision, reason="等")
        services.pause(
            actor=POLICE, request_id=request.id, revision=request.revision, reason="等申请人补充驾驶证号"
        )
    with on(WEDNESDAY):
        assert view(request).promised.urgency is Urgency.PAUSED and not services.escalate()
        services.resume(actor=POLICE, request_id=request.id, revision=again(request).revision)
    held = again(request)
    assert (held.promised_due_on, held.legal_due_on) == (date(2026, 11, 30), date(2026, 12, 2))
    with on(date(2026, 11, 30)):
        services.answer(actor=POLICE, request_id=request.id, revision=held.revision, given=yes())
        assert view(request).in_limit


def test_an_answer_during_a_pause_ends_it(town: TestTown) -> None:
    with on(MONDAY):
        request = taken(ask(town["张三"]))
        services.pause(actor=POLICE, request_id=request.id, revision=request.revision, reason="等待现场核查")
    with on(FRIDAY):
        services.answer(actor=POLICE, request_id=request.id, revision=again(request).revision, given=yes())
        assert view(request).in_limit and again(request).legal_due_on == date(2026, 12, 4)


def test_an_extension_is_the_leads_and_moves_the_legal_limit_once(town: TestTown) -> None:
    """A promise made to 张三 stays made: only the legal limit moves, and not by the clerk's own hand."""
    with on(MONDAY):
        request = taken(ask(town["张三"]))
        extended = {
            "request_id": request.id,
            "revision": request.revision,
            "reason": "案卷在外地，调取需要时间",
        }
        with pytest.raises(Forbidden):
            services.extend(actor=POLICE, days=2, **extended)  # type: ignore[arg-type]
        with pytest.raises(InputInvalid):
            services.extend(actor=lead("GAJ"), days=9, **extended)  # type: ignore[arg-type]
        services.extend(actor=lead("GAJ"), days=3, **extended)  # type: ignore[arg-type]
        held = again(request)
        assert (held.promised_due_on, held.legal_due_on) == (THURSDAY, date(2026, 12, 3))
        with pytest.raises(WrongState):
            extended["revision"] = held.revision
            services.extend(actor=lead("GAJ"), days=1, **extended)  # type: ignore[arg-type]


def test_a_request_near_and_past_its_limits_rises(town: TestTown) -> None:
    with on(MONDAY):
        request = ask(town["张三"])
        assert services.escalate() == 0
    seen = []
    for day in (WEDNESDAY, WEDNESDAY, FRIDAY, date(2026, 12, 1)):
        with on(day):
            services.escalate()
            seen.append(Level(again(request).level))
    assert seen == [Level.REMIND, Level.REMIND, Level.URGE, Level.SUPERVISE]
    assert len(entries(Kind.REQUEST_ESCALATED, request)) == 3


def test_an_unpublished_year_is_shown_unknown_and_set_once_known(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No date is made up for 王五; when the State Council publishes the year, the limit is set."""
    with on(date(2026, 12, 30)):
        request = ask(town["王五"])
        assert request.due_unknown and view(request).promised.words == "期限未知"
        assert services.set_known_limits() == 0
        # The house asks the calendar at each call, so a newer one speaks at once.
        monkeypatch.setattr(
            clock, "is_working_day", lambda day: day.weekday() < 5 and day != date(2027, 1, 1)
        )
        monkeypatch.setattr(
            "proofless.verification.rules.clocks.deadline.__defaults__", ((), clock.is_working_day)
        )
        assert services.set_known_limits() == 1
    held = again(request)
    assert not held.due_unknown and held.promised_due_on == date(2027, 1, 5)
    assert entries(Kind.REQUEST_LIMIT_SET, request)


def test_two_clerks_do_not_take_the_same_request(town: TestTown) -> None:
    request = taken(ask(town["张三"]))
    with pytest.raises(WrongState):
        services.take(actor=clerk("GAJ", 3), request_id=request.id, revision=request.revision)
    services.release(actor=POLICE, request_id=request.id, revision=request.revision)
    assert again(request).state == State.ASKED and again(request).taken_by is None


def test_punctuality_counts_what_was_kept_and_what_was_not(town: TestTown) -> None:
    """市公安局: one in time, one late against the promise, one open past both limits: silence is not punctual."""
    with on(MONDAY):
        made = [
            ask(town[name], reference=f"application:{name == '张三'}/{n}")
            for n, name in enumerate(("张三", "李四", "王五"))
        ]
    with on(WEDNESDAY):
        services.answer(actor=POLICE, request_id=made[0].id, revision=1, given=yes())
    with on(FRIDAY):
        services.answer(actor=POLICE, request_id=made[1].id, revision=1, given=yes())
    supervisor = system_actor(Permission.SUPERVISE)
    with on(date(2026, 12, 1)):
        found = {p.department_code: p for p in queries.list_punctuality(supervisor, MONDAY, FRIDAY)}["GAJ"]
        assert (found.asked, found.answered, found.open, found.overdue_open) == (3, 2, 1, 1)
        assert (found.promise_rate, found.limit_rate, found.median_days) == (1 / 3, 2 / 3, 3.0)
        own = queries.list_punctuality(POLICE, MONDAY, FRIDAY)
        assert [one.department_code for one in own] == ["GAJ"]
        assert queries.list_punctuality(clerk("MZJ"), MONDAY, FRIDAY) == []
        assert queries.list_punctuality(supervisor, date(2026, 1, 1), date(2026, 1, 2)) == []
    with pytest.raises(Forbidden):
        queries.list_punctuality(system_actor(Permission.HANDLE), MONDAY, FRIDAY)


def test_soon_is_today_and_the_next_working_day(town: TestTown) -> None:
    with on(MONDAY):
        request = ask(town["张三"])
    for day, expected in ((MONDAY, 0), (WEDNESDAY, 1), (THURSDAY, 1), (FRIDAY, 0)):
        with on(day):
            rows = queries.list_queue(POLICE, Filter(urgency="soon")).rows
            assert len(rows) == expected, day
    assert request.number.startswith("XC20261123")

"""时钟: one source of time. Instants are aware UTC; days, ages and limits are in Asia/Shanghai."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_TERM = date(9999, 12, 31)
_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """The current instant, aware, UTC."""
    return _source()


def today() -> date:
    """The current day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def day_of(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


def full_years(born: date, on: date) -> int:
    """周岁: whole years lived on a day; someone born on 29 February turns on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class WorkingDayLimit:
    """A limit counted in working days. ``due_on`` is None while the year's holidays are not published."""

    due_on: date | None
    days: int
    counted_to: date

    @property
    def known(self) -> bool:
        return self.due_on is not None


def is_working_day(day: date) -> bool | None:
    """True or False by the State Council's published arrangement; None for a year not yet published."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def add_working_days(start: date, days: int) -> WorkingDayLimit:
    """The day on which ``days`` working days after ``start`` end (Civil Code art. 201: start day not counted)."""
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        working = is_working_day(day)
        if working is None:
            return WorkingDayLimit(None, days, day - timedelta(days=1))
        left -= working
    return WorkingDayLimit(day, days, day)

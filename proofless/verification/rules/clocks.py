"""时限: two limits counted in working days, stopped by pauses, and what is left of them. Pure.

The day of asking is not counted (民法典第201条). A pause ordered on one day and lifted on another takes out the days
after the first up to and including the second: what the law does not count (行政许可法第45条). A year whose holidays
are not published makes a limit *unknown*; it is never guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from proofless.kit import clock

Working = Callable[[date], bool | None]
SOON_DAYS = 1
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which the clocks stand. ``until`` None: they stand now."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return day > self.since and (self.until is None or day <= self.until)


class Known(StrEnum):
    """Whether a limit has a day: it may stand still, or the holidays of its year may not be published."""

    KNOWN = "known"
    PAUSED = "paused"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True, slots=True)
class Deadline:
    """``due_on`` is set when, and only when, the limit is KNOWN."""

    due_on: date | None
    known: Known


def deadline(
    started_on: date, days: int, pauses: Sequence[Pause] = (), working: Working = clock.is_working_day
) -> Deadline:
    """The day ``days`` working days after ``started_on``, pauses left out. ``days`` 0 is the same day."""
    if any(pause.until is None for pause in pauses):
        return Deadline(None, Known.PAUSED)
    day, left = started_on, days
    while left > 0:
        day += DAY
        counts = working(day)
        if counts is None:
            return Deadline(None, Known.UNPUBLISHED)
        left -= counts and not any(pause.covers(day) for pause in pauses)
    return Deadline(day, Known.KNOWN)


def days_used(
    started_on: date, ended_on: date, pauses: Sequence[Pause] = (), working: Working = clock.is_working_day
) -> int | None:
    """Working days that ran from the start to the end; None when a year in between is not published."""
    used, day = 0, started_on
    while day < ended_on:
        day += DAY
        counts = working(day)
        if counts is None:
            return None
        used += counts and not any(pause.covers(day) for pause in pauses)
    return used


def days_left(due_on: date, today: date, working: Working = clock.is_working_day) -> int | None:
    """Working days from today to the due day; negative when it has passed; None when a year is unpublished."""
    if today <= due_on:
        return days_used(today, due_on, (), working)
    # Passing the due day by a weekend is one day over, not none: the limit has run out.
    over = days_used(due_on, today, (), working)
    return None if over is None else -max(over, 1)


class Urgency(StrEnum):
    """How near a limit is. Each has a word and a tone: colour never speaks alone."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    IN_TIME = "in_time"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    DONE = "done"

    @property
    def tone(self) -> str:
        return _TONES[self]


_TONES = {
    Urgency.OVERDUE: "bad",
    Urgency.TODAY: "warn",
    Urgency.SOON: "warn",
    Urgency.IN_TIME: "ok",
    Urgency.PAUSED: "quiet",
    Urgency.UNKNOWN: "warn",
    Urgency.DONE: "quiet",
}


@dataclass(frozen=True, slots=True)
class Pressure:
    """An urgency with the working days behind it (negative: over), None where there is no count."""

    urgency: Urgency
    left: int | None = None

    @property
    def words(self) -> str:
        if self.urgency is Urgency.OVERDUE:
            return "已超期" if self.left is None else f"已超期{-self.left}个工作日"
        if self.urgency in {Urgency.SOON, Urgency.IN_TIME}:
            return f"剩{self.left}个工作日"
        return {
            Urgency.TODAY: "今天到期",
            Urgency.PAUSED: "已暂停计时",
            Urgency.UNKNOWN: "期限未知",
            Urgency.DONE: "已办结",
        }[self.urgency]


def pressure(limit: Deadline, today: date, working: Working = clock.is_working_day) -> Pressure:
    """How near an open request's limit is. An unpublished year is unknown, never on time by assumption."""
    if limit.known is Known.PAUSED:
        return Pressure(Urgency.PAUSED)
    if limit.due_on is None:
        return Pressure(Urgency.UNKNOWN)
    left = days_left(limit.due_on, today, working)
    if today > limit.due_on:
        return Pressure(Urgency.OVERDUE, left)
    if left is None:
        return Pressure(Urgency.UNKNOWN)
    if left == 0:
        return Pressure(Urgency.TODAY, 0)
    return Pressure(Urgency.SOON if left <= SOON_DAYS else Urgency.IN_TIME, left)


class Level(StrEnum):
    """催办: who hears of a request that nears or passes its limits."""

    NONE = "none"
    REMIND = "remind"
    URGE = "urge"
    SUPERVISE = "supervise"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    @property
    def words(self) -> str:
        return {"none": "", "remind": "到期提醒", "urge": "超承诺期限催办", "supervise": "超规定期限督办"}[
            self.value
        ]


def escalation(promised: Deadline, legal: Deadline, today: date) -> Level:
    """The level that today calls for: the clerk before the promise ends, her unit after it, the supervisor after
    the legal limit. A limit that stands still or is unknown calls for none by itself.
    """
    if legal.due_on and today > legal.due_on:
        return Level.SUPERVISE
    if promised.due_on and today > promised.due_on:
        return Level.URGE
    near = pressure(promised, today).urgency in {Urgency.SOON, Urgency.TODAY}
    return Level.REMIND if near else Level.NONE

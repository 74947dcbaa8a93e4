"""预约时段: which days and times a window offers. Times in Asia/Shanghai. Pure."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from proofless.kit.clock import SHANGHAI

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-－—~至]\s*([01]?\d|2[0-3]):([0-5]\d)\Z")
_SPLIT = re.compile(r"[;；,，、]")
SPANS_MOST = 4
SEARCHED_DAYS = 60
Span = tuple[time, time]


class HoursUnreadable(ValueError):
    """Opening hours that are not spans in order; the text says what is wrong, in Chinese."""


def parse_hours(text: str) -> tuple[Span, ...]:
    """``09:00-11:30；14:00-16:30`` as spans, in order and apart. Raises HoursUnreadable."""
    spans = tuple(_span(part.strip()) for part in _SPLIT.split(text) if part.strip())
    if not 1 <= len(spans) <= SPANS_MOST:
        raise HoursUnreadable("请写1至4段时间，例如 09:00-11:30；14:00-16:30")
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise HoursUnreadable("时间段应从早到晚、互不重叠")
    return spans


def _span(text: str) -> Span:
    found = _SPAN.match(text)
    if not found:
        raise HoursUnreadable(f"看不懂“{text[:20]}”，请写成 09:00-11:30")
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start >= end:
        raise HoursUnreadable(f"“{text[:20]}”的结束时间应晚于开始时间")
    return start, end


def slots_of(day: date, spans: Collection[Span], minutes: int) -> Iterator[datetime]:
    """The beginnings of the slots of a day that fit whole into the hours."""
    step = timedelta(minutes=minutes)
    for start, end in spans:
        at, until = datetime.combine(day, start, SHANGHAI), datetime.combine(day, end, SHANGHAI)
        while at + step <= until:
            yield at
            at += step


@dataclass(frozen=True, slots=True)
class OfferedDays:
    """``unknown_from``: the holidays of that day's year are not published, so nothing is offered from then on."""

    days: tuple[date, ...]
    unknown_from: date | None = None


def offered_days(
    today: date, ahead: int, closed: Collection[date], working: Callable[[date], bool | None]
) -> OfferedDays:
    """The next ``ahead`` working days after today on which the window is not closed."""
    days: list[date] = []
    day = today
    for _ in range(SEARCHED_DAYS):
        day += timedelta(days=1)
        open_on = working(day)
        if open_on is None:
            return OfferedDays(tuple(days), day)
        if open_on:
            days.append(day)
        if len(days) == ahead:
            break
    return OfferedDays(tuple(one for one in days if one not in set(closed)))

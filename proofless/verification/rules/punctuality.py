"""按时率: how a department keeps its limits, from the life of each request. Pure.

A share is None, not zero, where nothing was answered. A limit nobody can know yet is counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from proofless.verification.rules.states import State


@dataclass(frozen=True, slots=True)
class Life:
    """One request as statistics see it. ``used_days`` working days; None while open or unknown.

    ``in_promise``, ``in_limit``: None while it can still be kept, or is unknown; an open one past its day is not.
    """

    department_code: str
    state: State
    by_interface: bool
    used_days: int | None
    in_promise: bool | None
    in_limit: bool | None
    overdue: bool
    case_over: bool


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Counts of one department. The shares are of those decided: answered within a known limit or not, and open ones
    already past it, so that not answering never looks punctual.
    """

    department_code: str
    asked: int
    answered: int
    instant: int
    returned: int
    open: int
    overdue_open: int
    in_promise: int
    in_limit: int
    promise_judged: int
    limit_judged: int
    unknown: int
    after_case: int
    median_days: float | None

    @property
    def promise_rate(self) -> float | None:
        return self.in_promise / self.promise_judged if self.promise_judged else None

    @property
    def limit_rate(self) -> float | None:
        return self.in_limit / self.limit_judged if self.limit_judged else None


def punctuality_of(department_code: str, lives: Iterable[Life]) -> Punctuality:
    """The figures of the lives given, which the caller chose by department."""
    mine = list(lives)
    answered = [life for life in mine if life.state is State.ANSWERED]
    used = [life.used_days for life in answered if life.used_days is not None and not life.by_interface]
    return Punctuality(
        department_code=department_code,
        asked=len(mine),
        answered=len(answered),
        instant=sum(life.by_interface for life in answered),
        returned=sum(life.state is State.RETURNED for life in mine),
        open=sum(life.state.open for life in mine),
        overdue_open=sum(life.state.open and life.overdue for life in mine),
        in_promise=sum(life.in_promise is True for life in mine),
        in_limit=sum(life.in_limit is True for life in mine),
        promise_judged=sum(life.in_promise is not None for life in mine),
        limit_judged=sum(life.in_limit is not None for life in mine),
        unknown=sum(life.in_limit is None for life in answered),
        after_case=sum(life.case_over for life in answered),
        median_days=float(median(used)) if used else None,
    )

"""按时率: how a department keeps its limits, from the life of each request. Pure.

A share is None, not zero, where nothing was answered. A limit nobody can know yet is counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from proofless.verification.rules.states import State


@dataclass(frozen=True, slots=True)
class Life:
    """One request as statistics see it. ``used_days`` working days; None while open or unknown."""

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
    """Counts of one department; the shares are of answers whose limit is known."""

    department_code: str
    asked: int
    answered: int
    instant: int
    returned: int
    open: int
    overdue_open: int
    in_promise: int
    in_limit: int
    judged: int
    after_case: int
    median_days: float | None

    @property
    def promise_rate(self) -> float | None:
        return self.in_promise / self.judged if self.judged else None

    @property
    def limit_rate(self) -> float | None:
        return self.in_limit / self.judged if self.judged else None

    @property
    def unknown(self) -> int:
        """Answered, but the limit cannot be told."""
        return self.answered - self.judged


def punctuality_of(department_code: str, lives: Iterable[Life]) -> Punctuality:
    """The figures of the lives given, which the caller chose by department."""
    mine = list(lives)
    answered = [life for life in mine if life.state is State.ANSWERED]
    judged = [life for life in answered if life.in_limit is not None]
    used = [life.used_days for life in answered if life.used_days is not None and not life.by_interface]
    return Punctuality(
        department_code=department_code,
        asked=len(mine),
        answered=len(answered),
        instant=sum(life.by_interface for life in answered),
        returned=sum(life.state is State.RETURNED for life in mine),
        open=sum(life.state.open for life in mine),
        overdue_open=sum(life.state.open and life.overdue for life in mine),
        in_promise=sum(life.in_promise is True for life in judged),
        in_limit=sum(life.in_limit is True for life in judged),
        judged=len(judged),
        after_case=sum(life.case_over for life in answered),
        median_days=float(median(used)) if used else None,
    )

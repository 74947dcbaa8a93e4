"""容缺受理: a minor material may follow by a day of its own; the case goes on meanwhile. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from proofless.kit import clock

DEFAULT_DAYS, EXTENSION_DAYS = 10, 5


class DeferralState(StrEnum):
    OPEN = "open"
    SUPPLIED = "supplied"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        return {"open": "待补", "supplied": "已补齐", "lapsed": "逾期未补"}[self.value]


@dataclass(frozen=True, slots=True)
class Deferral:
    """``due_on`` None: the holidays of its year are not published, so it cannot have lapsed."""

    state: DeferralState
    due_on: date | None
    extended: bool = False

    def supplied(self) -> "Deferral | None":
        """Also a late one is taken: what was missing is there."""
        return (
            None
            if self.state is DeferralState.SUPPLIED
            else Deferral(DeferralState.SUPPLIED, self.due_on, self.extended)
        )

    def extended_from(self, today: date) -> "Deferral | None":
        """Once, before the day ends, by five working days from it."""
        if self.state is not DeferralState.OPEN or self.extended or (self.due_on and today > self.due_on):
            return None
        if self.due_on is None:
            return Deferral(self.state, None, True)
        return Deferral(self.state, clock.add_working_days(self.due_on, EXTENSION_DAYS).due_on, True)

    def after(self, today: date) -> "Deferral":
        """What a day's passing makes of it."""
        lapsed = self.state is DeferralState.OPEN and self.due_on is not None and today > self.due_on
        return Deferral(DeferralState.LAPSED, self.due_on, self.extended) if lapsed else self


def due_day(opened_on: date, days: int, extended: bool) -> date | None:
    """The day worked out anew: None while the holidays of a year in it are not published."""
    due_on = clock.add_working_days(opened_on, days).due_on
    return clock.add_working_days(due_on, EXTENSION_DAYS).due_on if due_on and extended else due_on


def open_deferral(opened_on: date, days: int = DEFAULT_DAYS) -> Deferral:
    """``days`` working days. Raises ValueError outside 1 to 60."""
    if not 1 <= days <= 60:
        raise ValueError(days)
    return Deferral(DeferralState.OPEN, clock.add_working_days(opened_on, days).due_on)

"""容缺受理: a minor material may follow by a day of its own; the case goes on meanwhile. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from proofless.kit import clock

DEFAULT_DAYS, EXTENSION_DAYS, MOST_DAYS = 10, 5, 60
COLUMNS = ("material_code", "days", "source")


class DeferralState(StrEnum):
    OPEN = "open"
    SUPPLIED = "supplied"
    LAPSED = "lapsed"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {"open": "待补", "supplied": "已补齐", "lapsed": "逾期未补", "ended": "办件已终止"}[self.value]


@dataclass(frozen=True, slots=True)
class Deferral:
    """``due_on`` None: the holidays of its year are not published, so it cannot have lapsed."""

    state: DeferralState
    due_on: date | None
    extended: bool = False

    def supplied(self) -> "Deferral | None":
        """Also a late one is taken: what was missing is there."""
        if self.state in {DeferralState.SUPPLIED, DeferralState.ENDED}:
            return None
        return Deferral(DeferralState.SUPPLIED, self.due_on, self.extended)

    def ended(self) -> "Deferral | None":
        """Its case came to nothing: nothing is missing any more, and nobody is held to it."""
        if self.state in {DeferralState.SUPPLIED, DeferralState.ENDED}:
            return None
        return Deferral(DeferralState.ENDED, self.due_on, self.extended)

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
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(days)
    return Deferral(DeferralState.OPEN, clock.add_working_days(opened_on, days).due_on)


def row_problems(rows: Sequence[Mapping[str, str]], brought: Collection[str]) -> Iterator[str]:
    """Complaints about ``deferral_materials.csv``. ``brought``: materials an applicant may have to bring herself."""
    seen: set[str] = set()
    for row in rows:
        code = row.get("material_code", "")
        where = f"deferral_materials.csv {code or '?'}:"
        if missing := [name for name in COLUMNS if not row.get(name)]:
            yield f"{where}没有填 {'、'.join(missing)}"
            continue
        if code in seen:
            yield f"{where}重复"
        seen.add(code)
        if code not in brought:
            yield f"{where}没有这份由申请人提交的材料"
        if not (row["days"].isascii() and row["days"].isdigit() and 1 <= int(row["days"]) <= MOST_DAYS):
            yield f"{where}days 应为1至{MOST_DAYS}"

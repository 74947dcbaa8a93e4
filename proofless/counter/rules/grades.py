"""好差评: five grades, of which the last two are bad (GB/T 39735-2020; 国办发〔2019〕51号). Pure.

How quickly a bad rating must be followed up is not confirmed by a text at hand: one working day to get in touch and
fifteen to put it right are defaults an operator may change (``PROOFLESS_RATING_DAYS``, such as ``1/15``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

TEXT_MOST = 500
DEFAULT_DAYS = (1, 15)


class Grade(IntEnum):
    VERY_GOOD = 5
    GOOD = 4
    FAIR = 3
    BAD = 2
    VERY_BAD = 1

    @property
    def label(self) -> str:
        return {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}[self.value]

    @property
    def bad(self) -> bool:
        """差评."""
        return self <= Grade.BAD


@dataclass(frozen=True, slots=True)
class FollowUpDays:
    """Working days after the rating: to get in touch, and after that to put it right."""

    contact: int = DEFAULT_DAYS[0]
    settle: int = DEFAULT_DAYS[1]

    @property
    def whole(self) -> int:
        return self.contact + self.settle


def follow_up_days(text: str) -> FollowUpDays:
    """``1/15`` as written by an operator; empty gives the default. Raises ValueError."""
    if not text:
        return FollowUpDays()
    contact, _, settle = text.partition("/")
    if not (contact.isdigit() and settle.isdigit() and 1 <= int(contact) <= 30 and 1 <= int(settle) <= 60):
        raise ValueError(f"PROOFLESS_RATING_DAYS should be like 1/15, not {text}")
    return FollowUpDays(int(contact), int(settle))


@dataclass(frozen=True, slots=True)
class GradeCounts:
    """How many ratings of each grade; rates are None without ratings."""

    counts: Mapping[Grade, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def bad(self) -> int:
        return sum(count for grade, count in self.counts.items() if grade.bad)

    @property
    def good_rate(self) -> float | None:
        """好评率: very satisfied, satisfied and fairly satisfied among all."""
        return (self.total - self.bad) / self.total if self.total else None

"""用证事项清单: what an edition lists, what it may not drop, and when the next is due. Pure.

Programme document 三(二): 只增不减, and published anew at least twice a year.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# No longer than this apart, any calendar year holds at least two publications, wherever they fall.
MOST_DAYS_APART = 182
SOON_DAYS = 30
LEAST_LAW = 6


@dataclass(frozen=True, slots=True)
class UseEntry:
    """In this item this material is not asked for; ``way`` is certificate, data or verification."""

    item_code: str
    material_code: str
    item_name: str
    material_name: str
    department_code: str
    way: str
    source_code: str
    source_name: str

    @property
    def key(self) -> tuple[str, str]:
        return self.item_code, self.material_code


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs between two editions; ``before`` or ``after`` is None when it came or went."""

    before: UseEntry | None
    after: UseEntry | None

    @property
    def entry(self) -> UseEntry:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def label(self) -> str:
        return "减少" if self.after is None else "新增" if self.before is None else "变更"


def compare(before: Iterable[UseEntry], after: Iterable[UseEntry]) -> tuple[Change, ...]:
    """What changed from one edition to another: gone, come, changed; each by item and material."""
    old, new = ({one.key: one for one in found} for found in (before, after))
    changes = [Change(old.get(key), new.get(key)) for key in {*old, *new} if old.get(key) != new.get(key)]
    order = ["减少", "新增", "变更"]
    return tuple(sorted(changes, key=lambda one: (order.index(one.label), one.entry.key)))


def unlawfully_dropped(
    before: Iterable[UseEntry], after: Iterable[UseEntry], endings: Mapping[str, str]
) -> tuple[UseEntry, ...]:
    """Entries that are gone although no law ended them. ``endings``: material code → the law, in words."""
    return tuple(
        change.before
        for change in compare(before, after)
        if change.before
        and not change.after
        and len(endings.get(change.before.material_code, "").strip()) < LEAST_LAW
    )


class Pace(StrEnum):
    NEVER = "never"
    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        return {"never": "尚未发布", "in_time": "按期", "soon": "即将到期", "overdue": "已超期"}[self.value]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the twice a year is kept: ``due_on`` is the last day of the next publication."""

    pace: Pace
    last_on: date | None
    due_on: date | None
    this_year: int
    days_over: int


def standing(published: Iterable[date], today: date) -> Standing:
    """Days of publication up to ``today`` → how it stands."""
    days = sorted(day for day in published if day <= today)
    count = sum(day.year == today.year for day in days)
    if not days:
        return Standing(Pace.NEVER, None, None, 0, 0)
    due = days[-1] + timedelta(days=MOST_DAYS_APART)
    over = max(0, (today - due).days)
    soon = due - timedelta(days=SOON_DAYS)
    pace = Pace.OVERDUE if over else Pace.SOON if today >= soon else Pace.IN_TIME
    return Standing(pace, days[-1], due, count, over)

"""告知承诺这一级: whether this person's promise may be taken for this material in this domain, and why not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proofless.applications.waterfall.outcome import Attempt, Mode
from proofless.applications.waterfall.records import Held
from proofless.commitments.queries.eligibility import ABNORMAL, DEBTORS, Bars, is_serious
from proofless.commitments.queries.templates import find_template
from proofless.commitments.rules.eligibility import Record, judge_eligibility
from proofless.items.queries import ItemView
from proofless.items.rules.sources import SourceKind
from proofless.kit import clock

CREDIT = frozenset({DEBTORS, ABNORMAL})
NO_TEMPLATE = Attempt(Mode.COMMITMENT, "这项材料没有承诺书模板，不适用告知承诺", "由承办部门制定承诺书模板")


def takes_promises(items: Iterable[ItemView]) -> bool:
    return any(SourceKind.COMMITMENT in m.sources for item in items for m in item.materials)


@dataclass(slots=True)
class Promises:
    """Looks into the credit registers once a plan, and only when a promise is next in turn.

    ``minor``: the promiser is one and acts himself. ``open_row`` opens a row as the department's statutory read.
    """

    held: tuple[Held, ...]
    down: frozenset[str]
    bars: Bars
    enterprise: bool
    minor: bool
    holder: UUID
    open_row: Callable[[Held], Mapping[str, Any]]
    _record: Record | None = None

    def barred(self, material_code: str) -> Attempt | None:
        """Every reason against the promise at once, or None when it may be taken."""
        template = find_template(material_code)
        if template is None:
            return NO_TEMPLATE
        found = judge_eligibility(template, self.record(), clock.today())
        if found.allowed:
            return None
        return Attempt(
            Mode.COMMITMENT,
            "；".join(reason.text for reason in found.reasons) + "，不能以承诺代替",
            "；".join(dict.fromkeys(reason.remedy for reason in found.reasons)),
        )

    def record(self) -> Record:
        if self._record is None:
            self._record = Record(
                serious_dishonesty=self._serious(),
                barred_until=self.bars.until,
                is_minor=self.minor,
                overdue_deferrals=self.bars.overdue_deferrals,
            )
        return self._record

    def _serious(self) -> bool | None:
        codes = CREDIT if self.enterprise else {DEBTORS}
        if codes & self.down:
            return None
        rows = [one for one in self.held if one.holder_id == self.holder and one.code in codes]
        return any(is_serious(one.code, self.open_row(one), clock.today()) for one in rows)

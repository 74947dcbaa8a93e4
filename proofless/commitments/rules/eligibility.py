"""适用条件: whether this person's promise may be taken here, with every reason that keeps it out. Pure.

Unknown credit fails closed: the person can still bring the material, and is told that this is why.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from proofless.commitments.rules.templates import Template


class Why(StrEnum):
    HIGH_RISK = "high_risk"
    SERIOUS_DISHONESTY = "serious_dishonesty"
    FALSE_PROMISE = "false_promise"
    CREDIT_UNKNOWN = "credit_unknown"
    MINOR = "minor"
    OVERDUE_DEFERRAL = "overdue_deferral"


@dataclass(frozen=True, slots=True)
class Reason:
    """``text`` says why, ``remedy`` what would restore it."""

    why: Why
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the promiser. ``serious_dishonesty`` None: the source does not answer.

    ``barred_until``: the end of the longest bar from an earlier false promise not yet repaired; ``date.max`` for one
    without end.
    """

    serious_dishonesty: bool | None
    barred_until: date | None = None
    is_minor: bool = False
    overdue_deferrals: int = 0


@dataclass(frozen=True, slots=True)
class Eligibility:
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return not self.reasons


def judge_eligibility(template: Template, record: Record, today: date) -> Eligibility:
    """Every reason at once, so that nobody mends one to learn of the next."""
    reasons = []
    if template.excluded:
        text = f"{template.excluded}，这项材料不适用告知承诺"
        reasons.append(Reason(Why.HIGH_RISK, text, "请提交材料，或由部门核验"))
    if record.serious_dishonesty is None:
        reasons.append(Reason(Why.CREDIT_UNKNOWN, "信用信息暂时查不到", "稍后重试，或直接提交材料"))
    elif record.serious_dishonesty:
        reasons.append(
            Reason(Why.SERIOUS_DISHONESTY, "在严重失信名单或失信被执行人名单中", "履行义务、移出名单后恢复")
        )
    if record.barred_until and record.barred_until >= today:
        reasons.append(Reason(Why.FALSE_PROMISE, "有查实的不实承诺，尚未修复", "改正后申请信用修复"))
    if record.is_minor:
        reasons.append(Reason(Why.MINOR, "未满十八周岁，不能独自承诺", "由监护人代为承诺"))
    if record.overdue_deferrals:
        reasons.append(Reason(Why.OVERDUE_DEFERRAL, "有超过期限未补的容缺材料", "补齐后恢复"))
    return Eligibility(tuple(reasons))

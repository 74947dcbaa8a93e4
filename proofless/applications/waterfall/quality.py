"""新鲜度与质量: whether a source is good enough for this use. Pure.

A register that promises to deliver every day and has not for months still tells who somebody is, but proves no
present state: it may fill a field, which the applicant then confirms, and may not replace a paper. The days allowed
are the city's own (``Limit.REGISTER_FRESH_DAYS``), or three of the register's own periods where those are longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from proofless.standards.rules import complain

THREE_PERIODS: Mapping[str, int] = {"每季度": 280, "每学期": 550, "每年": 1100}
SHAPED = frozenset({"date", "datetime", "integer", "decimal"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """When a register last delivered, and how often it says it does."""

    frequency: str
    delivered_on: date | None


def staleness(delivery: Delivery | None, today: date, fresh_days: int) -> str:
    """Why a register is too old to prove anything now, in Chinese; empty for one that is fresh or not followed."""
    if delivery is None or delivery.delivered_on is None:
        return ""
    days = (today - delivery.delivered_on).days
    if days <= max(fresh_days, THREE_PERIODS.get(delivery.frequency, 0)):
        return ""
    return f"已有{days}天没有更新（应{delivery.frequency}更新）"


def misshapen(value: Any, data_type: str) -> bool:
    """Whether a value read from a record is not even of its field's form: it is then not put into a form."""
    return data_type in SHAPED and bool(complain(value, data_type))


def to_confirm(*, differs: bool, stale: str) -> str:
    """Why the applicant must say herself that a filled value holds; empty when it may stand as it is."""
    if differs:
        return "两处记载不一致，请选对的填写或确认"
    if stale:
        return f"来源{stale}，请确认现在仍是这样"
    return ""


def own_word_old(said_on: date | None, today: date, days: int) -> str:
    """Why what she registered herself is asked again: what one lives with may have changed since."""
    if said_on is None or (today - said_on).days <= days:
        return ""
    return f"这是{said_on:%Y年%-m月%-d日}登记的，请确认现在仍是这样"

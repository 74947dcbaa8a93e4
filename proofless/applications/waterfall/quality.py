"""新鲜度与质量: whether a source is good enough for this use. Pure.

A register that promises to deliver every day and has not for months still tells who somebody is, but proves no
present state: it may fill a field, which the applicant then confirms, and may not replace a paper. The days allowed
are three of the register's own periods, at least a quarter (configurable: no standard fixes them).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from proofless.standards.rules import complain

DEFAULT_DAYS = 95
ALLOWED_DAYS: Mapping[str, int] = {
    "实时": 95,
    "每日": 95,
    "每周": 95,
    "每月": 95,
    "每季度": 280,
    "每学期": 550,
    "每年": 1100,
}
# Values she lives with and may have changed since: what she said herself is confirmed after this long.
CONFIRM_DAYS = 365
SHAPED = frozenset({"date", "datetime", "integer", "decimal"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """When a register last delivered, and how often it says it does."""

    frequency: str
    delivered_on: date | None


def staleness(delivery: Delivery | None, today: date) -> str:
    """Why a register is too old to prove anything now, in Chinese; empty for one that is fresh or not followed."""
    if delivery is None or delivery.delivered_on is None:
        return ""
    days = (today - delivery.delivered_on).days
    if days <= ALLOWED_DAYS.get(delivery.frequency, DEFAULT_DAYS):
        return ""
    return f"已有{days}天没有更新（应{delivery.frequency}更新）"


def misshapen(value: Any, data_type: str) -> bool:
    """Whether a value read from a record is not even of its field's form: it is then not put into a form."""
    return data_type in SHAPED and bool(complain(value, data_type))


def to_confirm(*, differs: bool, stale: str, as_of: str, account: bool, today: date) -> str:
    """Why the applicant must say herself that a filled value holds; empty when it may stand as it is."""
    if differs:
        return "两处记载不一致，请选对的填写或确认"
    if stale:
        return f"来源{stale}，请确认现在仍是这样"
    if account and as_of and (today - date.fromisoformat(as_of)).days > CONFIRM_DAYS:
        return "这是一年前登记的，请确认现在仍是这样"
    return ""

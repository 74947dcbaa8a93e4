"""要素: what the same item has in common everywhere, and what a lower list may change. Pure.

Programme document 四(一): 同要素管理、同标准办理. A lower list may shorten limits and add places; nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

import msgspec

LABELS = {
    "name": "事项名称",
    "item_type": "事项类型",
    "object_type": "服务对象",
    "conditions": "受理条件",
    "flow": "办理流程",
    "materials": "申请材料",
    "legal_days": "法定办结时限",
    "promised_days": "承诺办结时限",
    "result": "办理结果",
    "charged": "是否收费",
    "fees": "收费项目",
    "windows": "办理地点",
    "legal_basis": "设定依据",
}
LIMITS = frozenset({"legal_days", "promised_days"})
PLACES = "windows"


@dataclass(frozen=True, slots=True)
class MaterialElement:
    """``necessity`` as the catalogue spells it; ``basis`` is the law that lets it be asked for."""

    name: str
    necessity: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    name: str
    standard: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A place where the item is handled."""

    address: str
    hours: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of an item in one list. Days are working days."""

    name: str
    item_type: str
    object_type: str
    conditions: tuple[str, ...]
    flow: tuple[str, ...]
    materials: tuple[MaterialElement, ...]
    legal_days: int
    promised_days: int
    result: str
    charged: bool
    legal_basis: str
    fees: tuple[Fee, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that differs, from ``before`` to ``after`` in words. ``allowed``: a lower list may say so."""

    element: str
    before: str
    after: str
    allowed: bool = False
    label: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", LABELS[self.element])


def to_json(elements: Elements) -> dict[str, Any]:
    return asdict(elements)


def from_json(value: Mapping[str, Any]) -> Elements:
    """Raises msgspec.ValidationError for what ``to_json`` does not make."""
    return msgspec.convert(value, Elements)


def differences(upper: Elements, lower: Elements) -> tuple[Difference, ...]:
    """Everything in which ``lower`` differs from ``upper``, element by element, line by line."""
    found: list[Difference] = []
    for name in LABELS:
        one, other = getattr(upper, name), getattr(lower, name)
        if one == other:
            continue
        if name in LIMITS:
            found.append(Difference(name, _days(one), _days(other), allowed=0 <= other < one))
        elif isinstance(one, tuple):
            found += _lines(name, one, other)
        else:
            found.append(Difference(name, _words(one), _words(other)))
    return tuple(found)


def deviations(upper: Elements, lower: Elements) -> tuple[Difference, ...]:
    """The differences a lower list may not have."""
    return tuple(one for one in differences(upper, lower) if not one.allowed)


def _lines(name: str, upper: Sequence[Any], lower: Sequence[Any]) -> list[Difference]:
    """Lines dropped and added; where only their order differs, the order."""
    dropped = [line for line in upper if line not in lower]
    added = [line for line in lower if line not in upper]
    found = []
    for line in dropped:
        changed = next((other for other in added if _title(other) == _title(line)), None)
        if changed is not None:
            added.remove(changed)
        found.append(Difference(name, _words(line), _words(changed) if changed else ""))
    found += [Difference(name, "", _words(line), allowed=name == PLACES) for line in added]
    if not found and name != PLACES:
        found.append(Difference(name, "、".join(map(_title, upper)), "、".join(map(_title, lower))))
    return found


def _title(line: Any) -> str:
    if isinstance(line, Window):
        return line.address
    return line.name if isinstance(line, MaterialElement | Fee) else str(line)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, MaterialElement):
        return "，".join(part for part in (value.name, value.necessity, value.basis) if part)
    if isinstance(value, Fee):
        return "，".join(part for part in (value.name, value.standard, value.basis) if part)
    if isinstance(value, Window):
        return "，".join(part for part in (value.address, value.hours, value.phone) if part)
    return str(value)


def _days(days: int) -> str:
    return "即办" if days == 0 else f"{days}个工作日"


class Dated(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def effective_on(self) -> date: ...


D = TypeVar("D", bound=Dated)


def in_force(versions: Iterable[D], on: date) -> D | None:
    """The version that counts on a day: the one that began last; of one day, the higher number."""
    begun = [one for one in versions if one.effective_on <= on]
    return max(begun, key=lambda one: (one.effective_on, one.number), default=None)

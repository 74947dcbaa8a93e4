"""Transforms: from what a record says to what a form asks, named in ``catalog/field_roles.csv``.

A transform gets the value found (None when none) and returns (value, where it comes from if not the record found). It
never invents: an answer without a record is given only where a complete register proves absence.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proofless.applications.waterfall.facts import Facts
from proofless.applications.waterfall.records import Held
from proofless.applications.waterfall.sources import Context
from proofless.items.queries import FieldView
from proofless.standards import queries as standards

MARITAL_CODES = {"single": "10", "married": "20", "widowed": "30", "divorced": "40"}  # GB/T 2261.2
NONE_TEXT = "无"
# GA/T 16.4 vehicle type letters → JT/T 415 words
VEHICLES = {"H": "载货汽车", "K": "载客汽车", "Q": "牵引车", "B": "半挂车", "G": "全挂车", "Z": "专项作业车"}
_AGE = re.compile(r"\d+")
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Found:
    """A value with the record it was read from; ``record`` None when a register's silence is the source."""

    value: Any
    record: Held | None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a transform may look at besides the value."""

    field: FieldView
    context: Context
    facts: Facts
    kin: dict[UUID, tuple[str, bool]]
    code: str  # certificate type or dataset of the reference
    name: str  # bare field name of the reference

    @property
    def candidates(self) -> tuple[UUID, ...]:
        return self.context.roles.get(self.field.role, ())

    def silent(self) -> bool:
        """A complete register without a record about the role."""
        return self.context.records.is_complete(self.code) and bool(self.candidates)


Transform = Callable[[Setting, Found | None], Found | None]


def apply(setting: Setting, found: Found | None) -> Found | None:
    """The field's transform applied; fields without one keep what was found."""
    transform = TRANSFORMS.get(setting.field.transform)
    return transform(setting, found) if transform else found


def _marital(setting: Setting, found: Found | None) -> Found | None:
    status = setting.facts.get(f"{setting.field.role}.marital_status")
    if status is None or (found is None and not setting.silent()):
        return None
    return Found(MARITAL_CODES[str(status)], found.record if found else None)


def _residence(setting: Setting, found: Found | None) -> Found | None:
    return found or _read(setting, "DS_PERSON_BASE", "hukou_address")


def _own(name: str) -> Transform:
    """The person's own name or number, where the reference names the householder's."""

    def transform(setting: Setting, found: Found | None) -> Found | None:
        return _read(setting, setting.code, name)

    return transform


def _read(setting: Setting, code: str, name: str) -> Found | None:
    held = setting.context.records.find(setting.candidates, code)
    if held is None or not held.usable:
        return None
    value = setting.context.records.open(held).get(name)
    return Found(value, held) if value not in (None, "") else None


def _receiving(setting: Setting, found: Found | None) -> Found | None:
    receives = setting.facts.get("receives_pension")
    if receives is None or (found is None and not setting.silent()):
        return None
    return Found("是" if receives else "否", found.record if found else None)


def _code_name(setting: Setting, found: Found | None) -> Found | None:
    if found is None or not setting.field.code_list:
        return found
    code_list = standards.code_lists().get(setting.field.code_list)
    name = code_list.values.get(str(found.value), "") if code_list else ""
    return Found(name or found.value, found.record)


def _aid(setting: Setting, found: Found | None) -> Found | None:
    """The strongest category the registers show; without one the applicant says."""
    for fact, text in (
        ("is_tekun", "特困供养人员"),
        ("is_dibao", "最低生活保障对象"),
        ("is_dibao_edge", "最低生活保障边缘家庭成员"),
        ("is_poverty_monitor", "防止返贫监测对象"),
    ):
        if setting.facts.get(fact):
            return Found(text, found.record if found else None)
    return None


def _tier(setting: Setting, found: Found | None) -> Found | None:
    """The code of the highest age tier reached, in the field's code list (its names begin with the age)."""
    age = setting.facts.get(f"{setting.field.role}.age")
    tiers = standards.code_lists().get(setting.field.code_list)
    if found is None or tiers is None or not isinstance(age, int):
        return None
    ages = {int(match.group()): code for code, name in tiers.values.items() if (match := _AGE.match(name))}
    reached = [tier for tier in ages if age >= tier]
    return Found(ages[max(reached)], found.record) if reached else None


def _decimal(setting: Setting, found: Found | None) -> Found | None:
    """The number of a text such as ``120.50平方米``."""
    match = _DECIMAL.search(str(found.value)) if found else None
    return Found(match.group(), found.record) if found and match else None


def _vehicle(setting: Setting, found: Found | None) -> Found | None:
    return Found(VEHICLES.get(str(found.value)[:1], found.value), found.record) if found else None


def _kin_code(setting: Setting, of: UUID, speaker_is_older: bool) -> str:
    """GB/T 4761 code: 10 spouse, 20 son, 30 daughter, 50 parent, 90 other."""
    kind, forward = setting.kin.get(of, ("", True))
    if kind == "spouse":
        return "10"
    if kind in {"parent_of", "guardian_of"}:
        child = of if forward else setting.context.roles["applicant"][0]
        if forward == speaker_is_older:
            return "20" if setting.facts.sex_of(child) == "1" else "30"
        return "50"
    return "90"


def _kin_to_role(setting: Setting, found: Found | None) -> Found | None:
    """What the applicant is to the person the role names."""
    if not setting.candidates or setting.candidates[0] not in setting.kin:
        return None
    return Found(_kin_code(setting, setting.candidates[0], False), found.record if found else None)


def _kin_to_applicant(setting: Setting, found: Found | None) -> Found | None:
    """What the person the role names is to the applicant."""
    if not setting.candidates or setting.candidates[0] not in setting.kin:
        return None
    return Found(_kin_code(setting, setting.candidates[0], True), found.record if found else None)


def _listed(setting: Setting) -> list[Found]:
    found = []
    for candidate in setting.candidates:
        for held in setting.context.records.all((candidate,), setting.code):
            value = setting.context.records.open(held).get(setting.name)
            if value not in (None, ""):
                found.append(Found(value, held))
    return found


def _list_join(setting: Setting, found: Found | None) -> Found | None:
    every = _listed(setting)
    text = "、".join(dict.fromkeys(str(one.value) for one in every))
    return Found(text, every[0].record) if every else None


def _list_or_none(setting: Setting, found: Found | None) -> Found | None:
    joined = _list_join(setting, found)
    if joined is None and setting.silent():
        return Found(NONE_TEXT, None)
    return joined


def _date_part(setting: Setting, found: Found | None) -> Found | None:
    return Found(str(found.value)[:10], found.record) if found else None


TRANSFORMS: dict[str, Transform] = {
    "marital_code": _marital,
    "residence_or_hukou": _residence,
    "own_name": _own("name"),
    "own_id_no": _own("id_no"),
    "receiving_flag": _receiving,
    "code_name": _code_name,
    "aid_category": _aid,
    "age_tier": _tier,
    "to_decimal": _decimal,
    "ga_to_jt_vehicle_type": _vehicle,
    "kinship_to_role": _kin_to_role,
    "kinship_to_applicant": _kin_to_applicant,
    "list_join": _list_join,
    "list_or_none": _list_or_none,
    "date_part": _date_part,
}

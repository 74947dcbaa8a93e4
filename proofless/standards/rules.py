"""字段校验 and grading: what a value of a standard field must look like. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from proofless.kit import ids

Value = str | int | bool | None
MAX_STRING, MAX_TEXT = 500, 20_000
GRADES = ("L1", "L2", "L3", "L4")
_SENSITIVITY_GRADE = {"personal": "L3", "sensitive": "L4"}
_DIGITS = re.compile(r"-?\d{1,18}\Z")
_VIN = re.compile(r"[0-9A-HJ-NPR-Z]{17}\Z")
_ESTATE_UNIT = re.compile(r"[0-9A-Z]{28}\Z")
_HEALTH_ORGAN = re.compile(r"[0-9A-Z]{22}\Z")
_DISABLED = re.compile(r"([1-9]\d{16}[\dX])[1-7][1-4](?:B\d)?\Z")


@dataclass(frozen=True, slots=True)
class CodeListView:
    """A code list. ``values`` maps value → name for an enum and is empty otherwise."""

    code: str
    name: str
    kind: str
    rule: str
    values: Mapping[str, str] = field(default_factory=dict)


def stricter(*grades: str) -> str:
    """The strictest of some grades L1 to L4; blanks are skipped, nothing known is L4."""
    known = [grade for grade in grades if grade in GRADES]
    return max(known) if known else GRADES[-1]


def grade_of(sensitivity: str, owner_grade: str, *, of_dataset: bool) -> str:
    """The grade of a field: by its own sensitivity, else its certificate type's or dataset's grade.

    A dataset's grade is a floor for all its fields; a certificate's ``none`` fields keep the type's grade.
    """
    own = _SENSITIVITY_GRADE.get(sensitivity, "")
    if of_dataset:
        return stricter(own, owner_grade)
    return own or stricter(owner_grade)


def complain(
    value: Value, data_type: str, code_list: CodeListView | None = None, *, required: bool = False
) -> str:
    """A Chinese complaint about a value, or "" when it is good. Empty is good unless required."""
    if value is None or value == "":
        return "必填" if required else ""
    check = _TYPES.get(data_type)
    if check is None:
        return f"未知的数据类型 {data_type}"
    return check(value) or (_complain_of_list(value, code_list) if code_list else "")


def _complain_of_list(value: Value, code_list: CodeListView) -> str:
    if code_list.kind == "enum":
        return "" if str(value) in code_list.values else f"不在代码表“{code_list.name}”中"
    pattern = _PATTERNS.get(code_list.name)
    if pattern is not None and not pattern(str(value)):
        return f"不符合 {code_list.name} 的格式或校验位不正确"
    return ""


def _string(value: Value) -> str:
    if not isinstance(value, str):
        return "应为文字"
    return "" if len(value) <= MAX_STRING else f"不能超过{MAX_STRING}字"


def _text(value: Value) -> str:
    if not isinstance(value, str):
        return "应为文字"
    return "" if len(value) <= MAX_TEXT else f"不能超过{MAX_TEXT}字"


def _date(value: Value) -> str:
    return (
        "" if isinstance(value, str) and _parses(date.fromisoformat, value, 10) else "应为日期,如 2024-05-01"
    )


def _datetime(value: Value) -> str:
    good = isinstance(value, str) and _parses(datetime.fromisoformat, value, 35)
    return "" if good else "应为时间,如 2024-05-01T09:30:00"


def _parses(parse: object, text: str, longest: int) -> bool:
    if not callable(parse) or not 10 <= len(text) <= longest or text[4] != "-":
        return False
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _integer(value: Value) -> str:
    good = isinstance(value, int) and not isinstance(value, bool)
    return "" if good or (isinstance(value, str) and _DIGITS.match(value)) else "应为整数"


def _decimal(value: Value) -> str:
    if isinstance(value, bool):
        return "应为数字"
    try:
        return "" if Decimal(str(value)).is_finite() and len(str(value)) <= 32 else "应为数字"
    except InvalidOperation:
        return "应为数字"


def _bool(value: Value) -> str:
    return "" if isinstance(value, bool) or value in {"Y", "N", "true", "false"} else "应为是或否"


_TYPES = {
    "string": _string,
    "code": _string,
    "text": _text,
    "table": _text,
    "image": _text,
    "date": _date,
    "datetime": _datetime,
    "integer": _integer,
    "decimal": _decimal,
    "bool": _bool,
}
DATA_TYPES = frozenset(_TYPES)


def _is_disabled_number(number: str) -> bool:
    found = _DISABLED.match(number)
    return found is not None and ids.is_resident_number(found.group(1))


# Lists of kind ``pattern`` in the catalogue, by name. VIN: GB 16735 forbids I, O, Q.
_PATTERNS = {
    "GB 11643": ids.is_resident_number,
    "GB 32100": ids.is_uscc,
    "GB 16735": lambda text: _VIN.match(text) is not None,
    "GB/T 37346": lambda text: _ESTATE_UNIT.match(text) is not None,
    "WS 218 机构代码": lambda text: _HEALTH_ORGAN.match(text) is not None,
    "残疾人证号20位规则": _is_disabled_number,
}
PATTERN_LISTS = frozenset(_PATTERNS)

"""答复: what a template lets one answer, and what keeps an answer from being taken. Pure.

A verdict is one of three: unknown is an answer of its own and never counts as yes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from proofless.standards.rules import DATA_TYPES, Value, complain

NOTE_MAX = 1000
OLDEST = date(1949, 10, 1)


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    DENIED = "denied"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {"confirmed": "属实", "denied": "不属实", "unknown": "无法核实"}[self.value]


class Shape(StrEnum):
    """答复形式. VALUE: the fields are filled when confirmed. TEXT: words when confirmed."""

    YES_NO = "yes_no"
    VALUE = "value"
    TEXT = "text"

    @property
    def label(self) -> str:
        return {"yes_no": "是否", "value": "数值", "text": "文字说明"}[self.value]


@dataclass(frozen=True, slots=True)
class Blank:
    """A field of a question or an answer. ``data_type`` as in the standard fields."""

    name: str
    label: str
    data_type: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """``as_of``: the day on which what is said was true."""

    verdict: Verdict
    as_of: date
    values: Mapping[str, Value] = field(default_factory=dict)
    note: str = ""


def find_faults(
    shape: Shape,
    blanks: Sequence[Blank],
    given: AnswerGiven,
    today: date,
    *,
    evidence: int,
    needs_evidence: bool,
) -> dict[str, str]:
    """Complaints by field name; empty when the answer fits its template."""
    faults = dict(_value_faults(shape, blanks, given))
    if shape is Shape.TEXT and given.verdict is Verdict.CONFIRMED and not given.note.strip():
        faults["note"] = "请写明核验结果"
    if given.verdict is Verdict.UNKNOWN and len(given.note.strip()) < 4:
        faults["note"] = "请写明为什么无法核实"
    if len(given.note) > NOTE_MAX or any(ord(c) < 32 and c not in "\n\r\t" for c in given.note):
        faults["note"] = f"说明最多{NOTE_MAX}字，且不含特殊字符"
    if not OLDEST <= given.as_of <= today:
        faults["as_of"] = "核验日期不能晚于今天"
    if needs_evidence and not evidence and given.verdict is not Verdict.UNKNOWN:
        faults["evidence"] = "这类核验须附佐证材料"
    return faults


def _value_faults(shape: Shape, blanks: Sequence[Blank], given: AnswerGiven) -> Iterator[tuple[str, str]]:
    known = {blank.name: blank for blank in blanks} if shape is Shape.VALUE else {}
    for name in given.values:
        if name not in known:
            yield name, "模板中没有这一项"
    for name, blank in known.items():
        value = given.values.get(name)
        if value in (None, ""):
            if blank.required and given.verdict is Verdict.CONFIRMED:
                yield name, "请填写这一项"
        elif given.verdict is not Verdict.CONFIRMED:
            yield name, "不属实或无法核实时不填写"
        elif complaint := complain(value, blank.data_type):
            yield name, complaint


class SourceLied(ValueError):
    """What an interface sent is not what was agreed: the words say where, never a value."""


_REPLY_KEYS = {"request_id", "verdict", "as_of", "values", "note"}


def read_reply(
    reply: object, request_id: str, shape: Shape, blanks: Sequence[Blank], today: date
) -> AnswerGiven:
    """An interface's JSON as an answer. Raises SourceLied: keys nobody agreed on, another request's answer, a
    verdict or value of the wrong type, a day to come. Half a truth is not taken.
    """
    if not isinstance(reply, dict) or not reply.keys() <= _REPLY_KEYS:
        raise SourceLied("字段与约定不符")
    if reply.get("request_id") != request_id:
        raise SourceLied("答复的不是这项请求")
    values, note = reply.get("values", {}), reply.get("note", "")
    if not isinstance(values, dict) or not isinstance(note, str):
        raise SourceLied("内容类型与约定不符")
    if not all(isinstance(value, str | int | None) for value in values.values()):
        raise SourceLied("内容类型与约定不符")
    try:
        given = AnswerGiven(Verdict(str(reply.get("verdict"))), _day(reply.get("as_of")), values, note)
    except ValueError:
        raise SourceLied("结论或日期与约定不符") from None
    faults = find_faults(shape, blanks, given, today, evidence=0, needs_evidence=False)
    if faults:
        raise SourceLied(
            "与模板不符:" + "、".join(sorted(name for name in faults if name.isidentifier())[:5])
        )
    return given


def _day(text: object) -> date:
    found = parse_day(text)
    if found is None:
        raise ValueError
    return found


def parse_day(text: object) -> date | None:
    """YYYY-MM-DD and no other form."""
    if not isinstance(text, str) or len(text) != 10:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def blank_problems(blanks: Sequence[Blank]) -> Iterator[str]:
    """What is wrong with a template's list of fields."""
    names = [blank.name for blank in blanks]
    if len(set(names)) != len(names):
        yield "字段名重复"
    for blank in blanks:
        if not blank.name.isidentifier() or blank.name in {"verdict", "note", "as_of", "evidence"}:
            yield f"字段名 {blank.name} 不能使用"
        if blank.data_type not in DATA_TYPES:
            yield f"字段 {blank.name} 的类型 {blank.data_type} 不存在"

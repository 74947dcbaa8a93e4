"""What predicates may look at: records found for one holder, opened only when a predicate asks. Pure.

A predicate answers True, False, a value, or None for 未知: what cannot be known is never guessed. No record
means "no" only where this node holds the register (``complete``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Record:
    """A certificate or a row somebody holds, unopened. ``usable`` is None for rows."""

    code: str
    title: str
    as_of: str
    usable: bool | None
    valid_to: date | None
    public: bool
    handle: object


@dataclass(frozen=True, slots=True)
class Answer:
    """``source`` names the record kind in Chinese, ``as_of`` its day; both empty when nothing was found."""

    value: Value
    source: str = ""
    as_of: str = ""


UNKNOWN = Answer(None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """``complete`` are datasets whose register this node holds and whose source answers.

    ``scene_codes`` are the scene's certificate types, ``about`` the property the scanner asks about,
    ``authority`` the relation by which the code was shown.
    """

    records: Mapping[str, tuple[Record, ...]]
    complete: frozenset[str]
    open: Callable[[Record], Mapping[str, Value]]
    today: date
    scene_codes: frozenset[str] = frozenset()
    about: str = ""
    authority: str = ""

    def of(self, code: str) -> tuple[Record, ...]:
        """Records of a certificate type or dataset, best first."""
        return self.records.get(code, ())

    def value(self, record: Record, name: str) -> Value:
        value = self.open(record).get(name)
        return None if value == "" else value

    def first(self, *refs: str) -> tuple[Value, Record | None]:
        """The first known value among references, from usable certificates and rows."""
        for ref in refs:
            code, name = ref.split(".", 1)
            for record in self.of(code):
                if record.usable is False:
                    continue
                value = self.value(record, name)
                if value is not None:
                    return value, record
        return None, None

    def absent(self, dataset: str) -> bool:
        """True when the register is held here, answers, and has no row of the holder."""
        return dataset in self.complete and not self.of(dataset)


Decide = Callable[[Evidence], Answer]


@dataclass(frozen=True, slots=True)
class Predicate:
    """``refs`` are all field references it may open; ``codes`` those of which only the standing counts.

    ``list_name`` is the code list that names the value; ``*`` among the codes stands for every certificate
    held.
    """

    attribute: str
    label: str
    refs: tuple[str, ...]
    codes: tuple[str, ...]
    decide: Decide
    list_name: str = ""

    @property
    def all_codes(self) -> frozenset[str]:
        return frozenset(ref.split(".", 1)[0] for ref in self.refs) | frozenset(self.codes)


def answer(value: Value, record: Record | None) -> Answer:
    return Answer(value, record.title, record.as_of) if record else Answer(value)


def take(*refs: str) -> Decide:
    """The first known value of the references as it stands."""
    return lambda evidence: answer(*evidence.first(*refs))


def taken(attribute: str, label: str, *refs: str) -> Predicate:
    return Predicate(attribute, label, refs, (), take(*refs))


def never(attribute: str, label: str) -> Predicate:
    """An attribute no record here can answer: always 未知, so that nobody mistakes silence for yes."""
    return Predicate(attribute, label, (), (), lambda evidence: UNKNOWN)


IN_FORCE = frozenset(
    {"1", "01", "Y", "正常", "有效", "享受中", "在册", "在读", "注册", "存续", "在营", "有效期内", "现势"}
    | {"正常参保", "参保缴费", "正常缴费", "正常缴存"}
)
ENDED = frozenset(
    {
        "0",
        "2",
        "02",
        "3",
        "03",
        "4",
        "N",
        "注销",
        "停发",
        "终止",
        "暂停",
        "失效",
        "过期",
        "吊销",
        "撤销",
        "中止",
    }
    | {"暂停参保", "暂停缴费", "终止缴费", "毕业", "休学", "转学", "迁出", "死亡"}
)


def in_force(status: Value) -> bool | None:
    """What a status word of a dataset says; a word nobody defined is unknown."""
    text = str(status)
    return True if text in IN_FORCE else False if text in ENDED else None


def not_past(day: Value, today: date) -> bool | None:
    """Whether a last valid day lies ahead."""
    try:
        return date.fromisoformat(str(day)[:10]) >= today
    except ValueError:
        return None


def held(codes: Iterable[str], dataset: str, judge: Callable[[Evidence, Record], bool | None]) -> Decide:
    """Whether a valid certificate is held: by its standing, else by what ``judge`` reads in the dataset
    behind it.
    """
    wanted = tuple(codes)

    def decide(evidence: Evidence) -> Answer:
        certificates = [record for code in wanted for record in evidence.of(code)]
        for record in certificates:
            if record.usable:
                return answer(True, record)
        if certificates:
            return answer(False, certificates[0])
        rows = evidence.of(dataset)
        found = [(judge(evidence, row), row) for row in rows]
        for truth in (True, None, False):
            for judged, row in found:
                if judged is truth:
                    return answer(truth, row)
        return Answer(False) if dataset and evidence.absent(dataset) else UNKNOWN

    return decide

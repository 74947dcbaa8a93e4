"""核查: what a promise compiles to, and what the facts found say of it. Pure.

A promise says either that something *is* so (``present``) or that it *will be* by a day (``future``). Absence in
a register proves something only where the template says so: most registers are not complete, and nobody is called
a liar by a gap in a database.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from proofless.kit import clock

CHECK_AFTER_DAYS, CHECK_EVERY_DAYS = 1, 7
MAX_DAYS = 250


class CheckKind(StrEnum):
    CERTIFICATE = "certificate"
    ROW = "row"
    NO_ROW = "no_row"
    VALUE = "value"
    VERIFICATION = "verification"
    PERSON = "person"

    @property
    def label(self) -> str:
        return {
            "certificate": "查电子证照",
            "row": "查共享数据",
            "no_row": "查共享数据（应无记录）",
            "value": "比对共享数据",
            "verification": "请主管部门核验",
            "person": "人工核查",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Check:
    """``code`` names a certificate type, dataset or verification template; ``field`` and ``wanted`` for VALUE."""

    kind: CheckKind
    code: str = ""
    field: str = ""
    wanted: str = ""

    @property
    def text(self) -> str:
        """As ``read_check`` reads it."""
        if self.kind is CheckKind.PERSON:
            return self.kind.value
        tail = f".{self.field}={self.wanted}" if self.kind is CheckKind.VALUE else ""
        return f"{self.kind.value}:{self.code}{tail}"


def read_check(text: str) -> Check:
    """``certificate:elder_card``, ``row:DS_X``, ``no_row:DS_X``, ``value:DS_X.field=1``, ``verification:VT01``,
    ``person``. Raises ValueError.
    """
    kind_text, _, rest = text.partition(":")
    kind = CheckKind(kind_text)
    if kind is CheckKind.PERSON:
        if rest:
            raise ValueError(text)
        return Check(kind)
    if kind is CheckKind.VALUE:
        place, equals, wanted = rest.partition("=")
        code, dot, field = place.partition(".")
        if not (equals and dot and code and field and wanted):
            raise ValueError(text)
        return Check(kind, code, field, wanted)
    if not rest or "=" in rest or ":" in rest:
        raise ValueError(text)
    return Check(kind, rest)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a signed promise became: first look on ``first_on``, the last on ``due_on``.

    ``due_on`` None: the year's holidays are not published; it is set once they are.
    """

    check: Check
    first_on: date
    due_on: date | None


def compile_promise(check: Check, days: int, signed_on: date) -> Plan:
    """The check and its date. ``days`` are working days after signing. Raises ValueError outside 1 to 250."""
    if not 1 <= days <= MAX_DAYS:
        raise ValueError(days)
    limit = clock.add_working_days(signed_on, days)
    return Plan(check, signed_on + timedelta(days=CHECK_AFTER_DAYS), limit.due_on)


class Found(StrEnum):
    """What a look found. CONTRARY: a record says otherwise; UNREACHABLE: nobody answered."""

    MATCH = "match"
    CONTRARY = "contrary"
    NOTHING = "nothing"
    UNREACHABLE = "unreachable"


class Absence(StrEnum):
    """What no record by the last day means: breach (it was promised to be there), or nothing (a person looks)."""

    BREACH = "breach"
    NOTHING = "nothing"


class Outcome(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    WAIT = "wait"
    SAMPLE = "sample"


def judge(found: Found, *, absence: Absence, today: date, due_on: date | None) -> Outcome:
    """What becomes of a promise after a look. A match closes it at once; a contrary record breaks it at once; all else
    waits for its day, and then is for people unless its absence itself is the breach.
    """
    if found is Found.MATCH:
        return Outcome.KEPT
    if found is Found.CONTRARY:
        return Outcome.BROKEN
    if due_on is None or today < due_on:
        return Outcome.WAIT
    if found is Found.NOTHING and absence is Absence.BREACH:
        return Outcome.BROKEN
    return Outcome.SAMPLE


def next_look(today: date, due_on: date | None) -> date:
    """Weekly, and on the last day."""
    soon = today + timedelta(days=CHECK_EVERY_DAYS)
    return min(soon, due_on) if due_on and due_on > today else soon

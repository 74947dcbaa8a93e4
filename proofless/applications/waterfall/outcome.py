"""What a plan says: one outcome a material, one filling a field. Frozen values, no Django."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class Mode(StrEnum):
    """How a material is obtained; the values are the catalogue's ``preferred_obtain_mode`` spelt as codes."""

    CERTIFICATE = "certificate"
    DATA = "data"
    VERIFICATION = "verification"
    COMMITMENT = "commitment"
    REUSE = "reuse"
    FORM = "form"
    UPLOAD = "upload"
    CANCELLED = "cancelled"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def resolved(self) -> bool:
        """True when the applicant brings nothing."""
        return self is not Mode.UPLOAD

    @property
    def official(self) -> bool:
        """Counted by the share rate: obtained from another department's certificate, data or verification."""
        return self in {Mode.CERTIFICATE, Mode.DATA, Mode.VERIFICATION}


_LABELS = {
    Mode.CERTIFICATE: "证照调用",
    Mode.DATA: "数据共享",
    Mode.VERIFICATION: "部门核验",
    Mode.COMMITMENT: "告知承诺",
    Mode.REUSE: "沿用已核材料",
    Mode.FORM: "系统生成/在线填写",
    Mode.UPLOAD: "申请人提交",
    Mode.CANCELLED: "取消不再收取",
    Mode.NOT_APPLICABLE: "不适用",
}
MODE_OF_LABEL = {label: mode for mode, label in _LABELS.items()}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One official record a material rests on. ``checks`` are (what was checked, passed)."""

    holder_id: UUID
    role: str
    code: str  # certificate type or dataset
    source: str  # e.g. certificate:<id>, data:<row id>
    title: str
    provider_code: str
    as_of: str
    checks: tuple[tuple[str, bool | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A source that was tried and did not serve, and what would make it work."""

    mode: Mode
    why: str
    remedy: str = ""
    declined: bool = False  # it would have served, and the applicant did not agree


@dataclass(frozen=True, slots=True)
class Demanded:
    """A clerk asks for it all the same, on a law he names; ``open``: she must bring it or report the ask."""

    id: UUID
    law: str
    reason: str
    state: str
    asked_on: str

    @property
    def open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class MaterialOutcome:
    """``connect`` says, of what must be brought, what would have to be connected so that nobody is asked again."""

    code: str
    name: str
    mode: Mode
    sentence: str
    evidence: tuple[Evidence, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    awaiting: bool = False  # verification asked for, not yet answered
    question: str = ""  # the situation's question, for materials that depend on one
    situation: str = ""
    note: str = ""
    asked: bool = True  # False for rows no longer required
    expects: str = ""  # the certificate type a sister case of the theme will give
    connect: str = ""
    demand: Demanded | None = None
    file_address: str = ""  # of the paper a clerk checked before, for mode reuse

    @property
    def brought(self) -> bool:
        """Whether there is an upload box: nothing else served, or a clerk's open demand."""
        return self.mode is Mode.UPLOAD or (self.demand is not None and self.demand.open)


@dataclass(frozen=True, slots=True)
class Filled:
    """A field with its value and where it comes from. ``other`` is a second source's differing value.

    ``confirm`` is why she must say herself that a value still holds; ``connect`` what would fill an empty field.
    """

    name: str
    label: str
    value: Any
    origin: str  # certificate | dataset | account | manual
    reference: str  # e.g. id_card.name
    source: str
    holder_id: UUID | None
    as_of: str
    required: bool
    editable: bool
    data_type: str
    code_list: str = ""
    other: Any = None
    why: str = ""
    as_read: bool = True  # False: a transform made the value from what the reference says
    applies: bool = True  # False: optional, and the registers show there is nothing to say
    other_reference: str = ""
    other_as_of: str = ""
    confirm: str = ""
    connect: str = ""

    @property
    def filled(self) -> bool:
        return self.value not in (None, "")


@dataclass(frozen=True, slots=True)
class RuleResult:
    code: str
    text: str
    basis: str
    holds: bool | None
    hard: bool
    computed: bool  # False: only a person can judge it
    expects: str = ""  # holds as soon as a sister case of the theme has given this certificate type


@dataclass(frozen=True, slots=True)
class Situation:
    """A question the plan depends on. ``answer`` None: asked, not yet answered."""

    code: str
    question: str
    answer: bool | None
    automatic: bool
    group: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Fields that go from one department to another about one person, under one ground."""

    holder_id: UUID
    role: str
    provider_code: str
    recipient_code: str
    fields: tuple[str, ...]
    sensitive: bool

    @property
    def line(self) -> str:
        """Names who gives what of whom, whatever the fields: what is declined."""
        return line_of(self.role, self.provider_code, self.sensitive, self.holder_id)

    @property
    def key(self) -> str:
        """Names this transfer with its fields: a tick given for fewer fields than are moved is no consent."""
        told = hashlib.blake2s("\n".join(sorted(self.fields)).encode(), digest_size=5).hexdigest()
        return f"{self.line}:{told}"


def line_of(role: str, provider_code: str, sensitive: bool, holder_id: UUID) -> str:
    """Two people in one role are two lines: each is agreed to or declined by itself."""
    return f"{role}:{provider_code}:{'sensitive' if sensitive else 'plain'}:{holder_id.hex[-8:]}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Several people fit a role that means one of them. ``chosen`` None: the applicant has not said whom."""

    role: str
    options: tuple[UUID, ...]
    chosen: UUID | None


@dataclass(frozen=True, slots=True)
class RoleEvidence:
    """Why somebody stands in a role: ``text`` names the register or act the relation rests on."""

    role: str
    holder_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    item_code: str
    item_version: int
    rules: tuple[RuleResult, ...]
    situations: tuple[Situation, ...]
    materials: tuple[MaterialOutcome, ...]
    fields: tuple[Filled, ...]
    statutory: tuple[Transfer, ...] = ()
    consents: tuple[Transfer, ...] = ()
    roles: dict[str, tuple[UUID, ...]] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    declined: tuple[Transfer, ...] = ()  # what would have been asked for, and the applicant said no to
    relations: tuple["RoleEvidence", ...] = ()
    waiting: tuple[
        str, ...
    ] = ()  # names of sources that have not answered yet; their answers come in by themselves

    @property
    def expects(self) -> frozenset[str]:
        """Certificate types of sister cases this one must wait for before it can be handed in."""
        wanted = {m.expects for m in self.required} | {rule.expects for rule in self.rules if rule.hard}
        return frozenset(wanted - {""})

    @property
    def undecided(self) -> tuple[str, ...]:
        """Roles for which the applicant must first say whom she means."""
        return tuple(choice.role for choice in self.choices if choice.chosen is None)

    @property
    def refused(self) -> tuple[RuleResult, ...]:
        return tuple(rule for rule in self.rules if rule.hard and rule.holds is False)

    @property
    def unknown(self) -> tuple[RuleResult, ...]:
        """Hard rules that records should settle and did not: no refusal, but somebody must look."""
        return tuple(rule for rule in self.rules if rule.hard and rule.computed and rule.holds is None)

    @property
    def asked_fields(self) -> tuple[Filled, ...]:
        """The fields that count: those the form puts to this applicant."""
        return tuple(f for f in self.fields if f.applies)

    @property
    def eligible(self) -> bool:
        """True when every hard rule that can be computed is known to hold."""
        return all(rule.holds is True for rule in self.rules if rule.hard and rule.computed)

    @property
    def required(self) -> tuple[MaterialOutcome, ...]:
        """The materials that count: asked for, and applying to this applicant."""
        return tuple(m for m in self.materials if m.asked and m.mode is not Mode.NOT_APPLICABLE)

    @property
    def uploads(self) -> tuple[MaterialOutcome, ...]:
        """What she may bring: what nothing else gave, and what a clerk demands on a law."""
        return tuple(m for m in self.materials if m.brought and m.mode is not Mode.NOT_APPLICABLE)

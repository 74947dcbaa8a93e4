"""The fill page of one draft: its plan in words, what is left to write, what goes from whom to whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from proofless.applications import queries as applications
from proofless.applications.models import ApplicationMaterial
from proofless.applications.queries import ApplicationView, CaseView, InvitationView
from proofless.applications.uploads.bounds import bounds_now
from proofless.applications.uploads.keeping import current
from proofless.applications.uploads.rules import Bounds, hints_of
from proofless.applications.waterfall.outcome import (
    Choice,
    Filled,
    MaterialOutcome,
    Mode,
    Plan,
    RuleResult,
    Situation,
    Transfer,
)
from proofless.applications.waterfall.plan import make_plan
from proofless.commitments import queries as commitments
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit.actor import Actor
from proofless.kit.limits import Limit
from proofless.parties import queries as parties
from proofless.portal.queries.names import evidence_words, labels_of, title_of, value_words
from proofless.portal.queries.people import tell_apart
from proofless.standards import queries as standards
from proofless.standards.limits import limit_of
from proofless.web.filters import doubtful, source_words

BOXES = {
    "date": "date",
    "integer": "number",
    "text": "area",
    "table": "area",
    "bool": "select",
    "code": "select",
}
YES_NO = (("true", "是"), ("false", "否"))
PARTNER_LABELS = {"person:partner": "对方", "partner_name": "对方姓名", "partner_number": "对方公民身份号码"}
ORIGINS = {
    "certificate": "电子证照",
    "dataset": "共享数据",
    "verification": "部门核验答复",
    "account": "您的登记信息",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What the person has answered, written and ticked, saved or just posted, with complaints about it."""

    answers: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    agreed: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    disputed: Mapping[str, str] = field(default_factory=dict)
    field_errors: Mapping[str, str] = field(default_factory=dict)
    material_errors: Mapping[str, str] = field(default_factory=dict)
    consent_error: str = ""
    people_errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    later: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MaterialCard:
    """A material as the page shows it; ``paragraphs`` are a commitment's full text. ``later_days``: she may hand in
    without it and bring it within so many working days of acceptance (容缺); None for what must be there.
    """

    code: str
    outcome: MaterialOutcome
    providers: str
    as_of: str
    checks: tuple[tuple[str, bool | None], ...]
    attempts: tuple[tuple[str, str, str], ...]
    doubt_source: str
    upload: bool
    uploaded: bool
    paragraphs: tuple[str, ...]
    signed: bool
    error: str
    later_days: int | None = None
    later: bool = False
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldBox:
    """A form field: shown with its source, or a box to write in. ``kind`` "": one line of text."""

    name: str
    label: str
    value: str
    kind: str
    options: tuple[tuple[str, str], ...]
    source: str
    as_of: str
    required: bool
    editable: bool
    filled: bool
    other: str | None
    why: str
    error: str
    other_source: str = ""
    confirm: str = ""

    @property
    def spelt(self) -> str:
        """The value for reading: a code by its name."""
        return dict(self.options).get(self.value, self.value)


@dataclass(frozen=True, slots=True)
class TransferRow:
    """Which fields go from whom to whom for what, as ``ui.transfers`` takes it."""

    key: str
    line: str
    whose: str
    provider: str
    recipient: str
    purpose: str
    basis: str
    fields: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class ChoiceBox:
    """Of several people one is meant. ``options`` are (id, name, what tells him from the others)."""

    role: str
    question: str
    options: tuple[tuple[UUID, str, str], ...]
    chosen: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """What the fill pages of an item and of a theme share: the template's parts read these."""

    applicant: str
    enterprise: str
    open_rules: tuple[RuleResult, ...]
    questions: tuple[Situation, ...]
    materials: tuple[MaterialCard, ...]
    spared: tuple[MaterialCard, ...]
    to_write: tuple[FieldBox, ...]
    filled: tuple[FieldBox, ...]
    statutory: tuple[TransferRow, ...]
    consents: tuple[TransferRow, ...]
    declined: tuple[TransferRow, ...]
    choices: tuple[ChoiceBox, ...]
    written: Written
    refused: tuple[RuleResult, ...] = ()
    partner: bool = False
    bounds: Bounds = field(default_factory=bounds_now)
    reuse_days: int = field(default_factory=lambda: limit_of(Limit.PAPER_REUSE_DAYS))

    @property
    def unchosen(self) -> bool:
        return any(box.chosen is None for box in self.choices)

    @property
    def doubts(self) -> tuple[tuple[str, str], ...]:
        """Materials whose rule in the catalogue is not verified, with where it comes from."""
        return tuple((card.outcome.name, card.doubt_source) for card in self.materials if card.doubt_source)

    @property
    def brought(self) -> int:
        return sum(1 for card in self.materials if card.upload)

    @property
    def errors(self) -> dict[str, str]:
        """Every complaint with the anchor of its control, as ``ui.error_summary`` takes it."""
        found = {
            name if name.startswith("partner_") else f"value:{name}": text
            for name, text in self.written.field_errors.items()
        }
        found |= self.written.people_errors
        found |= {f"material:{code}": text for code, text in self.written.material_errors.items()}
        return found | ({"consents": self.written.consent_error} if self.written.consent_error else {})

    @property
    def labels(self) -> dict[str, str]:
        found = {f"value:{box.name}": box.label for box in (*self.to_write, *self.filled)}
        found |= {f"person:{box.role}": box.question for box in self.choices}
        found |= PARTNER_LABELS if self.partner else {}
        return found | {f"material:{card.code}": card.outcome.name for card in self.materials}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(FormSheet):
    """The whole fill page of one item. ``open_rules`` are conditions no record can settle.

    ``partner``: the item takes two; ``unmet_partner``: he is not found yet and must be invited and agree;
    ``invitation`` is the latest one sent.
    """

    head: ApplicationView
    item: ItemView
    unmet_partner: bool
    invitation: InvitationView | None
    waiting: tuple[str, ...] = ()
    relations: tuple[tuple[str, str, str], ...] = ()

    @property
    def departments(self) -> tuple[str, ...]:
        return (self.item.department_name,)

    @property
    def undecided(self) -> bool:
        """Before it is said who is meant there is nothing else to show."""
        return self.unmet_partner or self.unchosen


def saved(actor: Actor, application_id: UUID) -> Written:
    """What the draft holds."""
    answers, values = applications.draft_of(actor, application_id)
    return Written(answers=answers, values=values)


def plan_of(actor: Actor, head: ApplicationView, answers: Mapping[str, bool]) -> Plan:
    return make_plan(actor, items.get_item(head.item_code), applications.request_for(head, answers))


def get_sheet(actor: Actor, head: ApplicationView, written: Written) -> Sheet:
    """The page for what is written so far."""
    item, plan = items.get_item(head.item_code), plan_of(actor, head, written.answers)
    names = parties.holder_names([i for i in (head.holder_id, head.enterprise_id) if i])
    departments = {code: view.name for code, view in parties.list_departments().items()}
    uploaded = _uploaded(head)
    hints = {code: hints_of(one.checks) for code, one in current(head.holder_id, head.id).items()}
    cards = [
        replace(
            material_card(item, outcome, outcome.code in uploaded, written, departments),
            hints=hints.get(outcome.code, ()),
        )
        for outcome in plan.materials
    ]
    boxes = [field_box(item, one, written) for one in plan.fields]
    rows = _Transfers(actor, item, plan, departments)
    asked = {m.code for m in plan.required}
    return Sheet(
        head=head,
        item=item,
        applicant="您" if head.holder_id == actor.reader else names[head.holder_id],
        enterprise=names.get(head.enterprise_id, "") if head.enterprise_id else "",
        refused=plan.refused,
        open_rules=tuple(rule for rule in plan.rules if rule.holds is None),
        questions=plan.situations,
        materials=tuple(sorted((c for c in cards if c.code in asked), key=lambda card: not card.upload)),
        spared=tuple(c for c in cards if c.code not in asked),
        to_write=tuple(box for box in boxes if not box.filled),
        filled=tuple(box for box in boxes if box.filled),
        statutory=tuple(rows.row(one) for one in plan.statutory),
        consents=tuple(rows.row(one) for one in plan.consents),
        declined=tuple(rows.row(one) for one in plan.declined),
        choices=choice_boxes(actor, plan.choices, f"办理事项:{head.item_code}"),
        partner="partner" in item.used_roles,
        unmet_partner="partner" in plan.undecided,
        invitation=applications.find_invitation(head) if "partner" in item.used_roles else None,
        written=written,
        waiting=plan.waiting,
        relations=_relations(item, plan),
    )


def _relations(item: ItemView, plan: Plan) -> tuple[tuple[str, str, str], ...]:
    """(role, name, what it rests on) of everybody else concerned."""
    names = parties.holder_names({one.holder_id for one in plan.relations})
    return tuple(
        (item.role_names.get(one.role, one.role), names.get(one.holder_id, ""), evidence_words(one.text))
        for one in plan.relations
    )


QUESTIONS = {
    "child": "这件事为哪个孩子办？",
    "deceased": "这件事涉及哪位去世的亲属？",
    "staff": "这件事涉及哪位员工？",
}


def choice_boxes(actor: Actor, choices: Iterable[Choice], purpose: str) -> tuple[ChoiceBox, ...]:
    """Of several people one must be named: each with what tells him from the others."""
    found = [choice for choice in choices if choice.options]
    if not found:
        return ()
    people = [holder for choice in found for holder in choice.options]
    names, marks = parties.holder_names(people), tell_apart(actor, people, purpose)
    return tuple(
        ChoiceBox(
            role=choice.role,
            question=QUESTIONS[choice.role],
            options=tuple((one, names[one], marks.get(one, "")) for one in choice.options),
            chosen=choice.chosen,
        )
        for choice in found
    )


def _uploaded(head: ApplicationView) -> set[str]:
    rows = ApplicationMaterial.objects.filter(holder_id=head.holder_id, application_id=head.id)
    brought = rows.exclude(file_address="").exclude(mode=Mode.REUSE)
    return set(brought.values_list("material_code", flat=True))


def material_card(
    item: ItemView, outcome: MaterialOutcome, uploaded: bool, written: Written, departments: Mapping[str, str]
) -> MaterialCard:
    source = next((m.source for m in item.materials if m.code == outcome.code), "")
    commitment = outcome.mode is Mode.COMMITMENT
    providers = [departments[e.provider_code] for e in outcome.evidence if e.provider_code in departments]
    return MaterialCard(
        code=outcome.code,
        outcome=outcome,
        providers="、".join(dict.fromkeys(providers)),
        as_of=max((e.as_of for e in outcome.evidence), default=""),
        checks=tuple((f"{e.title}：{text}", good) for e in outcome.evidence for text, good in e.checks),
        attempts=tuple((a.mode.label, a.why, a.remedy) for a in outcome.attempts),
        doubt_source=source_words(source) if doubtful(source) else "",
        upload=outcome.brought,
        uploaded=uploaded,
        paragraphs=_promise_text(outcome.code) if commitment else (),
        signed=outcome.code in written.signed,
        error=written.material_errors.get(outcome.code, ""),
        later_days=commitments.deferrable_days(outcome.code) if outcome.mode is Mode.UPLOAD else None,
        later=outcome.code in written.later,
    )


def _promise_text(material_code: str) -> tuple[str, ...]:
    """Word for word what is kept when she signs."""
    template = commitments.find_template(material_code)
    return tuple(f"{heading}：{text}" for heading, text in template.lines) if template else ()


def field_box(item: ItemView, one: Filled, written: Written) -> FieldBox:
    mine = written.values.get(one.name) if one.editable else None
    value = one.value if mine is None else mine
    listed = standards.code_lists().get(one.code_list)
    options = tuple(listed.values.items()) if listed else ()
    kind = BOXES.get(one.data_type, "")
    if kind == "select" and not options:
        options, kind = (YES_NO, "select") if one.data_type == "bool" else ((), "")
    return FieldBox(
        name=one.name,
        label=one.label,
        value=_text(value, one.code_list, editable=one.editable),
        kind=kind,
        options=options,
        source=_source(item, one),
        as_of=one.as_of,
        required=one.required,
        editable=one.editable,
        filled=one.filled,
        other=_text(one.other, one.code_list, editable=False) if one.other is not None else None,
        why=f"{one.why}。{one.connect}" if one.connect and one.why else one.why,
        error=written.field_errors.get(one.name, ""),
        other_source=_other_source(item, one),
        confirm=one.confirm,
    )


def _text(value: Any, code_list: str, *, editable: bool) -> str:
    """A value for a box as it stands; for reading, with its code spelt out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("true" if value else "false") if editable else ("是" if value else "否")
    return str(value) if editable else value_words(code_list, value)


def _other_source(item: ItemView, one: Filled) -> str:
    """The second source of a value, with its date."""
    if one.other is None or not one.other_reference:
        return ""
    owner = one.other_reference.split(".", 1)[0]
    return f"{item.titles.get(owner) or title_of(owner)}（截至{one.other_as_of}）"


def _source(item: ItemView, one: Filled) -> str:
    if not one.filled or one.origin not in ORIGINS:
        return ""
    if one.origin == "account":
        return ORIGINS["account"]
    owner = one.reference.split(".", 1)[0]
    if one.origin == "dataset":
        owner = item.backing.get(owner, owner)
    return f"{item.titles.get(owner) or title_of(owner)}（{ORIGINS[one.origin]}）"


class _Transfers:
    """Transfers in words; the names of people are read once."""

    def __init__(self, actor: Actor, item: ItemView, plan: Plan, departments: Mapping[str, str]) -> None:
        self._actor, self._item, self._departments = actor, item, departments
        self._names = applications.transfer_names(plan)

    def row(self, one: Transfer) -> TransferRow:
        whose, groups = self._whose(one), labels_of(one.fields)
        return TransferRow(
            key=one.key,
            line=one.line,
            whose=f"{whose}的“{groups[0][0]}”" if len(groups) == 1 else whose,
            provider=self._departments.get(one.provider_code, one.provider_code or "数据提供部门"),
            recipient=self._departments.get(one.recipient_code, self._item.department_name),
            purpose=f"办理“{self._item.name}”",
            basis=self._item.legal_basis,
            fields=field_tags(groups),
            sensitive=one.sensitive,
        )

    def _whose(self, one: Transfer) -> str:
        if one.holder_id == self._actor.reader:
            return "您"
        label = self._item.role_names.get(one.role, "")
        name = self._names.get(one.holder_id, "")
        return f"{name}（{label}）" if label else name


def field_tags(groups: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    if len(groups) == 1:
        return groups[0][1]
    return tuple(f"{title}·{name}" for title, names in groups for name in names)


def read_fields(case: CaseView) -> tuple[FieldBox, ...]:
    """The fields of a submitted application as they were handed in."""
    item = items.get_item(case.head.item_code)
    boxes = []
    for one in case.plan.fields:
        value = case.field_value(one)
        changed = value != one.value
        shown = replace(one, value=value, editable=False, origin="manual" if changed else one.origin)
        boxes.append(field_box(item, shown, Written()))
    return tuple(boxes)

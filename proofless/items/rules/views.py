"""What an item is to the rooms above: frozen values, deep. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from proofless.items.rules.expression import Expression
from proofless.items.rules.sources import CANCELLED_NECESSITY, SourceKind


@dataclass(frozen=True, slots=True)
class SituationView:
    """A question a material depends on. ``expression`` answers it from records; None: the applicant does."""

    code: str
    question: str
    expression: Expression | None
    group: str
    source: str


@dataclass(frozen=True, slots=True)
class MaterialView:
    """``sources`` are tried in order. ``mode_note`` refines ``roles``: any, absence_ok, if_any:<role>."""

    code: str
    seq: int
    name: str
    necessity: str
    issuer: str
    cert_code: str
    dataset_code: str
    preferred: SourceKind
    sources: tuple[SourceKind, ...]
    roles: tuple[str, ...]
    mode_note: str
    situation: SituationView | None
    can_commit: bool
    submission_free: bool
    note: str
    source: str

    @property
    def abolished(self) -> bool:
        """Kept only to show and to block that it is asked for."""
        return self.necessity == CANCELLED_NECESSITY


@dataclass(frozen=True, slots=True)
class FieldView:
    """A form field. ``origin`` is certificate, dataset, account or manual; ``reference`` is empty for manual
    ones.

    ``editable``: the applicant may change a filled value; values of record are corrected by objection
    instead.
    """

    name: str
    seq: int
    label: str
    data_type: str
    code_list: str
    required: bool
    origin: str
    reference: str
    role: str
    side: str
    multi: bool
    transform: str
    editable: bool
    source: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A condition of acceptance; ``hard`` ones refuse. Without an expression it is only shown."""

    code: str
    expression: Expression | None
    text: str
    basis: str
    hard: bool
    source: str


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a source's values go to the item's department."""

    provider_code: str
    sensitive: bool
    needs_consent: bool
    condition: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with everything a plan needs.

    ``titles``, ``providers`` and ``terms`` are by certificate type or dataset code; ``providers`` are names
    of departments. ``backing`` leads from a certificate type to the dataset it is made from. ``references``
    are the field references a plan may read; ``roles`` are all roles there are, in the order they are found.
    """

    code: str
    version: int
    name: str
    item_type: str
    domain: str
    department_code: str
    department_name: str
    levels: tuple[str, ...]
    object_type: str
    legal_days: int
    promised_days: int
    case_type: str
    accept_conditions: tuple[str, ...]
    result_cert_code: str
    online_depth: str
    charged: bool
    legal_basis: str
    source: str
    theme_codes: tuple[str, ...]
    materials: tuple[MaterialView, ...]
    fields: tuple[FieldView, ...]
    rules: tuple[RuleView, ...]
    certificate_codes: frozenset[str]
    dataset_codes: frozenset[str]
    references: frozenset[str]
    titles: Mapping[str, str]
    providers: Mapping[str, str]
    backing: Mapping[str, str]
    terms: Mapping[str, Terms]
    roles: tuple["RoleView", ...]
    role_names: Mapping[str, str]

    @property
    def on_the_spot(self) -> bool:
        return self.promised_days == 0

    @property
    def used_roles(self) -> frozenset[str]:
        """The roles materials, fields or conditions of this item speak of."""
        facts = [fact for rule in self.rules if rule.expression for fact in rule.expression.facts]
        named = {fact.rpartition(".")[0] for fact in facts} | {field.role for field in self.fields}
        return frozenset(named.union(*(material.roles for material in self.materials)))


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact rules may use, with how it is derived. ``ref`` is ``role.fact`` of its default role."""

    name: str
    data_type: str
    role_default: str
    derivation: str
    source_refs: tuple[str, ...]
    expr_kind: str
    source: str

    @property
    def ref(self) -> str:
        return f"{self.role_default}.{self.name}" if self.role_default else self.name


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role in an item and the (relation kind, direction) pairs that lead to it from its ``anchor``."""

    code: str
    label: str
    subject_type: str
    how_found: str
    links: tuple[tuple[str, str], ...]
    anchor: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class ThemeView:
    """一件事 with its items in order. ``batch_confidence`` marks how sure the list is."""

    code: str
    name: str
    subject_type: str
    life_stage: str
    list_batch: str
    batch_confidence: str
    lead_department_code: str
    partner_codes: tuple[str, ...]
    item_codes: tuple[str, ...]
    other_items: tuple[str, ...]
    proactive_trigger: str
    source: str


@dataclass(frozen=True, slots=True)
class ItemHit:
    """A line of a list of items. ``materials`` counts those still asked for, ``uploads`` those the applicant
    brings.
    """

    code: str
    name: str
    domain: str
    object_type: str
    department_code: str
    department_name: str
    promised_days: int
    online_depth: str
    materials: int
    uploads: int


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof that was cleaned up: what became of it and what stands in its place."""

    code: str
    name: str
    category: str
    domain: str
    requesting_scene: str
    former_issuer: str
    department_code: str
    action: str
    replacement: str
    cert_code: str
    dataset_code: str
    year: str
    source: str

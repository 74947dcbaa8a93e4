"""Assembling items: the catalogue's tables, read once per loaded version, become frozen deep values.

Lies below ``queries``, which answers from what is assembled here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from proofless.certificates.queries import types as certificate_types
from proofless.data import queries as data
from proofless.items import editions, models
from proofless.items.rules.expression import Expression, parse_expression
from proofless.items.rules.search import Document, Index
from proofless.items.rules.sources import (
    ANY_ROLE,
    APPLICANT,
    CANCELLED_NECESSITY,
    EDITABLE_PREFILLS,
    KIND_OF_TEXT,
    code_of_fact,
    default_role,
    order_sources,
    reroute,
)
from proofless.items.rules.views import (
    FactView,
    FieldView,
    ItemHit,
    ItemView,
    MaterialView,
    ProofView,
    RoleView,
    RuleView,
    SituationView,
    Terms,
    ThemeView,
)
from proofless.parties import queries as parties
from proofless.standards.rules import GRADES
from proofless.standards.versions import Versioned

M = TypeVar("M", models.ItemMaterial, models.ItemField, models.Rule)
CONSENT_GRADE, SENSITIVE_GRADE = "L3", "L4"
CERTIFICATE_CONDITION = "按事项用证清单与持证人授权调用"  # datasets.csv, DS_ELICENSE
CONSENT_WORD = "授权"


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything about items at one version."""

    version: int
    items: Mapping[str, ItemView]
    themes: tuple[ThemeView, ...]
    facts: Mapping[str, FactView]
    roles: tuple[RoleView, ...]
    proofs: tuple[ProofView, ...]
    hits: Mapping[str, ItemHit]
    index: Index


@dataclass(frozen=True, slots=True)
class _Sources:
    """Names and terms of every certificate type and dataset, by code."""

    titles: Mapping[str, str]
    terms: Mapping[str, Terms]
    backing: Mapping[str, str]
    departments: Mapping[str, str]


def assemble(version: int) -> Assembly:
    """Read all tables of items and put them together."""
    facts = {row.name: _fact(row) for row in models.Fact.objects.order_by("name")}
    roles = tuple(_role(row) for row in models.Role.objects.order_by("seq"))
    themes = _themes()
    assembler = _Assembler(version, facts, roles, themes, _loaded_rows())
    items = {row.code: assembler.item(row) for row in models.Item.objects.order_by("code")}
    hits = {item.code: _hit(item) for item in items.values()}
    proofs = tuple(_proof(row) for row in models.ProofCleanup.objects.order_by("code"))
    theme_names = {theme.code: theme.name for theme in themes}
    index = Index(_document(item, theme_names) for item in items.values())
    return Assembly(version, items, themes, facts, roles, proofs, hits, index)


def assemble_edition(code: str, version: int) -> ItemView | None:
    """An item as it counted at an older version; the roles, facts and titles it speaks of are today's."""
    held = assembled.get()
    if not editions.changed_since(code, version):
        return held.items.get(code)
    rows = editions.find(code, version)
    if rows is None:
        return None
    children = _Rows(
        rows.materials, rows.fields, rows.rules, rows.material_roles, rows.field_roles, rows.situations
    )
    return _Assembler(version, held.facts, held.roles, held.themes, children).item(rows.item)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The children of items, as loaded or as kept in an edition."""

    materials: Iterable[models.ItemMaterial]
    fields: Iterable[models.ItemField]
    rules: Iterable[models.Rule]
    material_roles: Iterable[models.MaterialRole]
    field_roles: Iterable[models.FieldRole]
    situations: Iterable[models.Situation]


def _loaded_rows() -> _Rows:
    return _Rows(
        models.ItemMaterial.objects.all(),
        models.ItemField.objects.all(),
        models.Rule.objects.all(),
        models.MaterialRole.objects.all(),
        models.FieldRole.objects.all(),
        models.Situation.objects.all(),
    )


class _Assembler:
    """Holds the children of all items, grouped, while items are put together."""

    def __init__(
        self,
        version: int,
        facts: Mapping[str, FactView],
        roles: tuple[RoleView, ...],
        themes: Iterable[ThemeView],
        rows: "_Rows",
    ) -> None:
        self._version = version
        self._facts = facts
        self._roles = roles
        self._default_roles = {
            fact.name: fact.role_default for fact in facts.values() if fact.role_default not in {"", ANY_ROLE}
        }
        self._sources = _sources()
        self._themes: dict[str, list[str]] = defaultdict(list)
        for theme in themes:
            for code in theme.item_codes:
                self._themes[code].append(theme.code)
        self._materials = _grouped(sorted(rows.materials, key=lambda row: row.seq))
        self._fields = _grouped(sorted(rows.fields, key=lambda row: row.seq))
        self._rules = _grouped(sorted(rows.rules, key=lambda row: row.seq))
        self._material_roles = {row.material_code: row for row in rows.material_roles}
        self._field_roles = {row.code: row for row in rows.field_roles}
        self._situations = {row.material_code: row for row in rows.situations}
        # The latest decision of the cleaning up counts.
        self._decided = {
            row.material_code: row for row in models.ProofDecision.objects.order_by("decided_at")
        }

    def item(self, row: models.Item) -> ItemView:
        materials = tuple(self._material(m, row.object_type) for m in self._materials[row.code])
        fields = tuple(self._field(f, row.object_type) for f in self._fields[row.code])
        rules = tuple(self._rule(r) for r in self._rules[row.code])
        certificates, datasets = self._codes(materials, fields, rules)
        codes = certificates | datasets
        sources = self._sources
        return ItemView(
            code=row.code,
            version=self._version,
            name=row.name,
            item_type=row.item_type,
            domain=row.domain,
            department_code=row.department_code,
            department_name=sources.departments.get(row.department_code, row.department_code),
            levels=tuple(row.levels),
            object_type=row.object_type,
            legal_days=row.legal_days,
            promised_days=row.promised_days,
            case_type=row.case_type,
            accept_conditions=tuple(part for part in row.accept_conditions.split(";") if part),
            result_cert_code=row.result_cert_code,
            online_depth=row.online_depth,
            charged=row.charged,
            legal_basis=row.legal_basis,
            source=row.source,
            theme_codes=tuple(self._themes[row.code]),
            materials=materials,
            fields=fields,
            rules=rules,
            certificate_codes=certificates,
            dataset_codes=datasets,
            references=frozenset({f"{code}.*" for code in codes} | {"account.*"}),
            titles={code: sources.titles.get(code, code) for code in codes | {row.result_cert_code} - {""}},
            providers={code: self._provider(code) for code in codes},
            backing={code: sources.backing[code] for code in certificates if sources.backing.get(code)},
            terms={code: sources.terms[code] for code in codes if code in sources.terms},
            roles=self._roles,
            role_names={role.code: role.label for role in self._roles},
        )

    def _provider(self, code: str) -> str:
        terms = self._sources.terms.get(code)
        return self._sources.departments.get(terms.provider_code, terms.provider_code) if terms else ""

    def _material(self, row: models.ItemMaterial, object_type: str) -> MaterialView:
        role = self._material_roles.get(row.code)
        situation = self._situations.get(row.code)
        decided = self._decided.get(row.code)
        route = decided.route if decided else ""
        sources = order_sources(row.preferred_mode, row.replaceable_by, row.necessity)
        return MaterialView(
            code=row.code,
            seq=row.seq,
            name=row.name,
            necessity=CANCELLED_NECESSITY if route == "cancel" else row.necessity,
            issuer=row.issuer,
            cert_code=row.cert_code,
            dataset_code=row.dataset_code,
            preferred=KIND_OF_TEXT[row.preferred_mode],
            sources=reroute(sources, route, certificate=bool(row.cert_code), dataset=bool(row.dataset_code))
            if route
            else sources,
            roles=tuple(role.roles) if role else (default_role(object_type),),
            mode_note=role.mode_note if role else "",
            situation=self._situation(situation) if situation else None,
            can_commit=row.can_commit or route == "commit",
            submission_free=row.submission_free,
            note=decided.reason if decided else row.note,
            source=row.source,
        )

    def _situation(self, row: models.Situation) -> SituationView:
        return SituationView(
            row.situation_code, row.question, self._expression(row.auto_expr), row.exclusive_group, row.source
        )

    def _field(self, row: models.ItemField, object_type: str) -> FieldView:
        role = self._field_roles.get(row.code)
        return FieldView(
            name=row.name_en,
            seq=row.seq,
            label=row.name_cn,
            data_type=row.data_type,
            code_list=row.list_name,
            required=row.required,
            origin=row.prefill,
            reference=row.ref,
            role=role.role if role else default_role(object_type),
            side=role.side if role else "",
            multi=role.multi if role else False,
            transform=role.transform if role else "",
            editable=row.prefill in EDITABLE_PREFILLS,
            source=row.source,
        )

    def _rule(self, row: models.Rule) -> RuleView:
        return RuleView(row.rule_code, self._expression(row.expr), row.text, row.basis, row.hard, row.source)

    def _expression(self, text: str) -> Expression | None:
        return parse_expression(text, roles=self._default_roles, default_role=APPLICANT) if text else None

    def _codes(
        self, materials: Iterable[MaterialView], fields: Iterable[FieldView], rules: Iterable[RuleView]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Certificate types and datasets that materials, fields and facts rest on, with what backs the
        certificates.
        """
        codes = {code for m in materials for code in (m.cert_code, m.dataset_code)}
        codes |= {f.reference.split(".", 1)[0] for f in fields if f.origin in {"certificate", "dataset"}}
        expressions = [rule.expression for rule in rules]
        expressions += [m.situation.expression for m in materials if m.situation]
        for expression in expressions:
            for ref in expression.facts if expression else ():
                name = ref.rsplit(".", 1)[-1]
                fact = self._facts.get(name)
                codes |= {s.split(".", 1)[0] for s in fact.source_refs} if fact else {code_of_fact(name)}
        codes |= {self._sources.backing.get(code, "") for code in codes}
        types = certificate_types.all_types()
        return frozenset(code for code in codes if code in types), frozenset(
            code for code in codes if code in self._sources.titles and code not in types
        )


def _sources() -> _Sources:
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    titles: dict[str, str] = {}
    terms: dict[str, Terms] = {}
    backing: dict[str, str] = {}
    for kind in certificate_types.all_types().values():
        titles[kind.code] = kind.name
        backing[kind.code] = kind.backing_dataset_code
        asked = kind.security_grade >= CONSENT_GRADE
        condition = CERTIFICATE_CONDITION if asked else ""
        terms[kind.code] = Terms(
            kind.issuing_dept_code, kind.security_grade == SENSITIVE_GRADE, asked, condition
        )
    for dataset in data.list_datasets():
        titles[dataset.code] = dataset.name
        terms[dataset.code] = Terms(
            provider_code=dataset.provider_code,
            sensitive=dataset.grade == GRADES[-1],
            needs_consent=CONSENT_WORD in dataset.share_condition,
            condition=dataset.share_condition,
        )
    return _Sources(titles, terms, backing, departments)


def _grouped(rows: Iterable[M]) -> dict[str, list[M]]:
    groups: dict[str, list[M]] = defaultdict(list)
    for row in rows:
        groups[row.item_code].append(row)
    return groups


def _fact(row: models.Fact) -> FactView:
    return FactView(
        row.name,
        row.data_type,
        row.role_default,
        row.derivation,
        tuple(row.source_refs),
        row.expr_kind,
        row.source,
    )


def _role(row: models.Role) -> RoleView:
    return RoleView(
        code=row.code,
        label=row.label,
        subject_type=row.subject_type,
        how_found=row.how_found,
        links=tuple(zip(row.relation_kinds, row.directions, strict=True)),
        anchor=row.anchor,
        note=row.note,
        source=row.source,
    )


def _themes() -> tuple[ThemeView, ...]:
    members: dict[str, list[str]] = defaultdict(list)
    for link in models.ThemeItem.objects.order_by("theme_code", "seq"):
        members[link.theme_code].append(link.item_code)
    return tuple(
        ThemeView(
            code=row.code,
            name=row.name,
            subject_type=row.subject_type,
            life_stage=row.life_stage,
            list_batch=row.list_batch,
            batch_confidence=row.batch_confidence,
            lead_department_code=row.lead_department_code,
            partner_codes=tuple(row.partner_codes),
            item_codes=tuple(members[row.code]),
            other_items=tuple(part for part in row.other_items.split(";") if part),
            proactive_trigger=row.proactive_trigger,
            source=row.source,
        )
        for row in models.Theme.objects.order_by("code")
    )


def _proof(row: models.ProofCleanup) -> ProofView:
    return ProofView(**{name: getattr(row, name) for name in ProofView.__dataclass_fields__})


def _hit(item: ItemView) -> ItemHit:
    asked = [material for material in item.materials if not material.abolished]
    return ItemHit(
        code=item.code,
        name=item.name,
        domain=item.domain,
        object_type=item.object_type,
        department_code=item.department_code,
        department_name=item.department_name,
        promised_days=item.promised_days,
        online_depth=item.online_depth,
        materials=len(asked),
        uploads=sum(not material.submission_free for material in asked),
    )


def _document(item: ItemView, themes: Mapping[str, str]) -> Document:
    texts = [(item.domain, 2.0), *((material.name, 1.0) for material in item.materials)]
    texts += [(material.situation.question, 0.5) for material in item.materials if material.situation]
    texts += [(themes[code], 1.5) for code in item.theme_codes]
    return Document(item.code, item.name, tuple(texts))


assembled = Versioned(models.ROOM, assemble, "certificates", "data")

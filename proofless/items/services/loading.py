"""Bring in the catalogue of items, conditions and themes, and keep every item as it stood."""

from collections.abc import Mapping, Sequence

from proofless import ledger
from proofless.items import editions
from proofless.items.errors import ProofCycle
from proofless.items.models import (
    ROOM,
    Fact,
    FieldRole,
    Item,
    ItemField,
    ItemMaterial,
    MappingChange,
    MaterialRole,
    NextStep,
    ProofCleanup,
    Role,
    Rule,
    Situation,
    Theme,
    ThemeItem,
)
from proofless.items.queries import cleanup
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.standards.loading import Change, Target, compare, load_tables
from proofless.standards.versions import forget

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]  # file name without .csv → its rows


def load_items(*, actor: Actor, tables: Tables) -> list[Change]:
    """Bring items to the state of the catalogue's tables (checked by the caller); absent optional tables are
    empty.

    Idempotent: one entry with the counts of what was added, changed and removed, none when nothing was. Items
    that changed are kept as editions, for the cases begun under them. Raises PROOF_CYCLE, and changes nothing,
    for a catalogue that brings a ring of proofs in.
    """
    actor.check(Permission.CATALOG_LOAD)
    targets = _targets(tables)
    changes = [compare(target) for target in targets]
    if not any(change.any for change in changes):
        return changes
    before = cleanup.cycles()
    try:
        with ledger.act(None, actor) as act:
            changes = load_tables(actor=actor, room=ROOM, kind=Kind.ITEMS_LOADED, targets=targets, within=act)
            editions.keep()
            rings = [list(ring) for ring in cleanup.cycles() if ring not in before]
            if rings:
                raise ProofCycle(cycles=rings)
    except ProofCycle:
        forget()  # what was read inside the act never came to be
        raise
    return changes


def _targets(tables: Tables) -> list[Target]:
    return [
        Target(Role, [_role(n, row) for n, row in enumerate(tables.get("relations", ()), 1)]),
        Target(Fact, [_fact(row) for row in tables.get("item_facts", ())]),
        Target(Item, [_item(row) for row in tables["items"]]),
        Target(ItemMaterial, [_material(row) for row in tables["item_materials"]]),
        Target(MaterialRole, [_material_role(row) for row in tables.get("material_roles", ())]),
        Target(ItemField, [_field(row) for row in tables["item_form_fields"]]),
        Target(FieldRole, [_field_role(row) for row in tables.get("field_roles", ())]),
        Target(Situation, [_situation(row) for row in tables.get("item_situations", ())]),
        Target(Rule, [_rule(n, row) for n, row in enumerate(tables.get("item_rules", ()), 1)]),
        Target(Theme, [_theme(row) for row in tables["themes"]]),
        Target(ThemeItem, [_theme_item(row) for row in tables["theme_items"]]),
        Target(ProofCleanup, [_proof(row) for row in tables["proofs_cleanup"]]),
        Target(NextStep, [_next_step(row) for row in tables.get("gap_steps", ())]),
        Target(MappingChange, [_mapping_change(row) for row in tables.get("mapping_changes", ())]),
    ]


def _list(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def _item(row: Row) -> Item:
    return Item(
        code=row["item_code"],
        name=row["item_name"],
        item_type=row["item_type"],
        domain=row["domain"],
        department_code=row["dept_code"],
        levels=_list(row["levels"]),
        object_type=row["object_type"],
        legal_days=int(row["legal_days"] or 0),
        promised_days=int(row["promised_days"] or 0),
        case_type=row["case_type"],
        accept_conditions=row["accept_conditions"],
        result_cert_code=row["result_cert_code"],
        online_depth=row["online_depth"],
        charged=row["charged"] == "是",
        legal_basis=row["legal_basis"],
        national_item_code=row["national_item_code"],
        source=row["source"],
    )


def _material(row: Row) -> ItemMaterial:
    return ItemMaterial(
        code=row["material_code"],
        item_code=row["item_code"],
        seq=int(row["seq"]),
        name=row["material_name"],
        necessity=row["necessity"],
        issuer=row["issuer"],
        cert_code=row["cert_code"],
        dataset_code=row["dataset_code"],
        preferred_mode=row["preferred_obtain_mode"],
        replaceable_by=_list(row["replaceable_by"]),
        can_commit=row["can_commit"] == "Y",
        submission_free=row["submission_free"] == "Y",
        note=row["note"],
        source=row["source"],
    )


def _field(row: Row) -> ItemField:
    return ItemField(
        code=f"{row['item_code']}.{row['field_name_en']}",
        item_code=row["item_code"],
        seq=int(row["seq"]),
        name_en=row["field_name_en"],
        name_cn=row["field_name_cn"],
        data_type=row["data_type"],
        list_name=row["standard_code_list"],
        required=row["required"] == "Y",
        prefill=row["prefill_source_type"],
        ref=row["prefill_ref"],
        source=row["source"],
    )


def _material_role(row: Row) -> MaterialRole:
    return MaterialRole(
        material_code=row["material_code"],
        roles=_list(row["roles"]),
        mode_note=row["mode_note"],
        source=row["source"],
    )


def _field_role(row: Row) -> FieldRole:
    return FieldRole(
        code=f"{row['item_code']}.{row['field_name_en']}",
        item_code=row["item_code"],
        name_en=row["field_name_en"],
        role=row["role"],
        side=row["side"],
        multi=row["multi"] == "Y",
        transform=row["transform"],
        source=row["source"],
    )


def _situation(row: Row) -> Situation:
    return Situation(
        code=f"{row['material_code']}.{row['situation_code']}",
        item_code=row["item_code"],
        material_code=row["material_code"],
        question=row["question_cn"],
        situation_code=row["situation_code"],
        auto_expr=row["auto_expr"],
        exclusive_group=row["exclusive_group"],
        source=row["source"],
    )


def _rule(number: int, row: Row) -> Rule:
    return Rule(
        code=f"{row['item_code']}.{row['rule_code']}",
        item_code=row["item_code"],
        rule_code=row["rule_code"],
        seq=number,
        expr=row["expr"],
        text=row["text_cn"],
        basis=row["basis"],
        hard=row["hard"] == "Y",
        source=row["source"],
    )


def _fact(row: Row) -> Fact:
    return Fact(
        name=row["fact"],
        data_type=row["data_type"],
        role_default=row["role_default"],
        derivation=row["derivation_cn"],
        source_refs=_list(row["source_refs"]),
        expr_kind=row["expr_kind"],
        source=row.get("source", ""),
    )


def _role(number: int, row: Row) -> Role:
    return Role(
        code=row["role"],
        seq=number,
        label=row["label_cn"],
        subject_type=row["subject_type"],
        how_found=row["how_found"],
        relation_kinds=_list(row["relation_kind"]),
        directions=_list(row["direction"]),
        anchor=row.get("anchor", ""),
        note=row["note"],
        source=row["source"],
    )


def _theme(row: Row) -> Theme:
    return Theme(
        code=row["theme_code"],
        name=row["theme_name"],
        subject_type=row["subject_type"],
        life_stage=row["life_stage"],
        list_batch=row["list_batch"],
        batch_confidence=row["batch_confidence"],
        lead_department_code=row["lead_dept_code"],
        partner_codes=_list(row["coop_dept_codes"]),
        other_items=row["other_items_not_in_catalogue"],
        proactive_trigger=row["proactive_trigger"],
        source=row["source"],
    )


def _theme_item(row: Row) -> ThemeItem:
    return ThemeItem(
        code=f"{row['theme_code']}.{row['item_code']}",
        theme_code=row["theme_code"],
        seq=int(row["seq"]),
        item_code=row["item_code"],
        source=row["source"],
    )


def _next_step(row: Row) -> NextStep:
    return NextStep(
        code=row["row_code"],
        step=row["step"],
        what=row["what_cn"],
        holder=row["holder_cn"],
        held_in=_list(row["held_in"]),
        reason=row["reason_cn"],
        source=row["source"],
    )


def _mapping_change(row: Row) -> MappingChange:
    return MappingChange(code=row["row_code"], before=row["before"], after=row["after"], source=row["source"])


def _proof(row: Row) -> ProofCleanup:
    return ProofCleanup(
        code=row["proof_code"],
        name=row["proof_name"],
        category=row["category"],
        domain=row["domain"],
        requesting_scene=row["requesting_scene"],
        former_issuer=row["former_issuer"],
        department_code=row["dept_code"],
        action=row["action"],
        replacement=row["replacement"],
        cert_code=row["cert_code"],
        dataset_code=row["dataset_code"],
        year=row["year"],
        source=row["source"],
    )

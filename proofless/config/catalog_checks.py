"""Checks of a whole catalogue before any of it is brought in: columns, keys, references, expressions. Pure.

Each check adds lines in Chinese naming file, row and value; the catalogue holds no personal value.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from proofless.codes.rules import PREDICATES
from proofless.config.asked_again import find_asked_again
from proofless.config.contradictions import find_contradictions
from proofless.items.rules.expression import ExpressionInvalid, parse_expression
from proofless.items.rules.sources import ANY_ROLE, APPLICANT, KIND_OF_TEXT, code_of_fact
from proofless.kit.ids import is_uscc
from proofless.standards.rules import DATA_TYPES, GRADES, PATTERN_LISTS

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
Problems = Iterator[str]

# file → its key and the columns that must be there (besides source)
REQUIRED: dict[str, tuple[str, str]] = {
    "divisions": ("code", "name short_name level division_type parent_code tags"),
    "departments": ("dept_code", "name short_name level category programme_role"),
    "code_lists": ("code_list_id", "code_list_name kind rule_or_note"),
    "code_list_values": ("code_list_id value_code", "code_list_name seq value_name"),
    "datasets": (
        "dataset_code",
        "dataset_name provider_dept_code base_library update_frequency share_type share_condition"
        " open_type data_grade service_form response_target",
    ),
    "dataset_fields": ("dataset_code field_name_en", "seq field_name_cn data_type sensitivity is_query_key"),
    "certificates": (
        "cert_code",
        "cert_name kind holder_type initial_list named_in_document freq_rank rollout_phase"
        " issuing_dept_code issuing_authority define_authority national_type_code"
        " national_type_code_source validity_type validity_months validity_rule security_grade"
        " issue_mode backing_dataset_code typical_fields legal_basis",
    ),
    "certificate_fields": (
        "cert_code field_name_en",
        "seq field_name_cn data_type standard_code_list required sensitivity is_key",
    ),
    "items": (
        "item_code",
        "item_name item_type domain dept_code levels object_type legal_days promised_days"
        " case_type accept_conditions result_cert_code online_depth charged legal_basis"
        " national_item_code",
    ),
    "item_materials": (
        "material_code",
        "item_code seq material_name necessity issuer cert_code preferred_obtain_mode"
        " dataset_code replaceable_by can_commit submission_free note",
    ),
    "item_form_fields": (
        "item_code field_name_en",
        "seq field_name_cn data_type standard_code_list required prefill_source_type prefill_ref",
    ),
    "themes": (
        "theme_code",
        "theme_name subject_type life_stage list_batch batch_confidence lead_dept_code"
        " coop_dept_codes item_codes other_items_not_in_catalogue proactive_trigger",
    ),
    "theme_items": ("theme_code item_code", "seq"),
    "proofs_cleanup": (
        "proof_code",
        "proof_name category domain requesting_scene former_issuer dept_code action replacement"
        " cert_code dataset_code year",
    ),
    "scenes": (
        "scene_code",
        "scene_name domain relying_party supervising_dept_code code_type purpose"
        " minimal_attributes cert_codes attributes_not_disclosed retention_rule verify_mode"
        " channel",
    ),
}
OPTIONAL: dict[str, tuple[str, str]] = {
    "relations": ("role", "label_cn subject_type how_found relation_kind direction anchor note"),
    "item_facts": ("fact", "data_type role_default derivation_cn source_refs expr_kind"),
    "material_roles": ("material_code", "roles mode_note"),
    "field_roles": ("item_code field_name_en", "role side multi transform"),
    "item_situations": ("material_code", "item_code question_cn situation_code auto_expr exclusive_group"),
    "item_rules": ("item_code rule_code", "expr text_cn basis hard"),
    "gap_steps": ("row_code", "step what_cn holder_cn held_in reason_cn"),
    "mapping_changes": ("row_code", "before after"),
    "benefits": ("benefit_code", "subject_type dept_code condition_expr amount_expr item_code"),
    "benefit_facts": ("fact", "data_type subject_type dataset_code dataset_field"),
}
# (file, column, target file, target column, multi-valued)
REFERENCES: tuple[tuple[str, str, str, str, bool], ...] = (
    ("divisions", "parent_code", "divisions", "code", False),
    ("code_list_values", "code_list_id", "code_lists", "code_list_id", False),
    ("datasets", "provider_dept_code", "departments", "dept_code", False),
    ("dataset_fields", "dataset_code", "datasets", "dataset_code", False),
    ("certificates", "issuing_dept_code", "departments", "dept_code", False),
    ("certificates", "backing_dataset_code", "datasets", "dataset_code", False),
    ("certificate_fields", "cert_code", "certificates", "cert_code", False),
    ("certificate_fields", "standard_code_list", "code_lists", "code_list_name", False),
    ("items", "dept_code", "departments", "dept_code", False),
    ("items", "result_cert_code", "certificates", "cert_code", False),
    ("item_materials", "item_code", "items", "item_code", False),
    ("item_materials", "cert_code", "certificates", "cert_code", False),
    ("item_materials", "dataset_code", "datasets", "dataset_code", False),
    ("item_form_fields", "item_code", "items", "item_code", False),
    ("item_form_fields", "standard_code_list", "code_lists", "code_list_name", False),
    ("themes", "lead_dept_code", "departments", "dept_code", False),
    ("themes", "coop_dept_codes", "departments", "dept_code", True),
    ("themes", "item_codes", "items", "item_code", True),
    ("theme_items", "theme_code", "themes", "theme_code", False),
    ("theme_items", "item_code", "items", "item_code", False),
    ("proofs_cleanup", "dept_code", "departments", "dept_code", False),
    ("proofs_cleanup", "cert_code", "certificates", "cert_code", False),
    ("proofs_cleanup", "dataset_code", "datasets", "dataset_code", False),
    ("scenes", "supervising_dept_code", "departments", "dept_code", False),
    ("scenes", "cert_codes", "certificates", "cert_code", True),
    ("material_roles", "material_code", "item_materials", "material_code", False),
    ("material_roles", "roles", "relations", "role", True),
    ("field_roles", "item_code", "items", "item_code", False),
    ("field_roles", "role", "relations", "role", False),
    ("item_situations", "material_code", "item_materials", "material_code", False),
    ("item_situations", "item_code", "items", "item_code", False),
    ("item_rules", "item_code", "items", "item_code", False),
    ("benefits", "dept_code", "departments", "dept_code", False),
    ("benefits", "item_code", "items", "item_code", False),
)
NUMBERS = frozenset({"seq", "legal_days", "promised_days", "validity_months", "freq_rank"})
CHOICES: dict[tuple[str, str], frozenset[str]] = {
    ("dataset_fields", "data_type"): DATA_TYPES,
    ("certificate_fields", "data_type"): DATA_TYPES,
    ("item_form_fields", "data_type"): DATA_TYPES,
    ("datasets", "data_grade"): frozenset(GRADES),
    ("certificates", "security_grade"): frozenset(GRADES),
    ("code_lists", "kind"): frozenset({"enum", "pattern", "external_standard"}),
    ("items", "object_type"): frozenset({"person", "enterprise", "both"}),
    ("item_materials", "necessity"): frozenset({"必要", "情形必要", "不再提供"}),
    ("item_materials", "preferred_obtain_mode"): frozenset(KIND_OF_TEXT),
    ("item_form_fields", "prefill_source_type"): frozenset({"certificate", "dataset", "account", "manual"}),
    ("item_rules", "hard"): frozenset({"Y", "N"}),
    ("gap_steps", "step"): frozenset({"connect", "capture", "choice", "handback"}),
    ("field_roles", "side"): frozenset({"", "other"}),
    ("scenes", "code_type"): frozenset({"居民码", "企业码"}),
}
ACCOUNT_REFS = frozenset(
    f"account.{name}" for name in ("name", "mobile", "address", "bank_name", "bank_account")
)
# Longest text a column's table holds, by column name; texts without a limit stop at LONGEST.
LONGEST = 4000
LENGTHS: dict[str, int] = {
    **dict.fromkeys(("scene_code", "theme_code", "year"), 8),
    "code": 12,
    **dict.fromkeys(("dept_code", "item_code", "material_code", "code_list_id", "proof_code"), 16),
    **dict.fromkeys(
        ("level", "category", "division_type", "subject_type", "life_stage", "batch_confidence"), 16
    ),
    **dict.fromkeys(
        ("item_type", "case_type", "holder_type", "validity_type", "issue_mode", "rollout_phase"), 16
    ),
    **dict.fromkeys(("open_type", "share_type", "update_frequency", "sensitivity"), 16),
    **dict.fromkeys(
        ("dataset_code", "role", "transform", "base_library", "channel", "verify_mode", "domain"), 32
    ),
    **dict.fromkeys(
        ("service_form", "response_target", "initial_list", "online_depth", "action", "expr_kind"), 32
    ),
    **dict.fromkeys(("role_default", "value_code", "anchor"), 32),
    **dict.fromkeys(
        ("cert_code", "field_name_en", "field_name_cn", "code_list_name", "short_name", "fact"), 64
    ),
    **dict.fromkeys(
        ("issuer", "situation_code", "exclusive_group", "rule_code", "relying_party", "mode_note"), 64
    ),
    **dict.fromkeys(("name", "dataset_name", "item_name", "material_name", "proof_name", "theme_name"), 64),
    **dict.fromkeys(("scene_name", "label_cn", "list_batch", "national_item_code", "define_authority"), 64),
    **dict.fromkeys(("purpose", "retention_rule", "former_issuer", "value_name"), 100),
    **dict.fromkeys(("cert_name", "issuing_authority"), 128),
    **dict.fromkeys(("share_condition", "question_cn", "tags"), 200),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def find_problems(tables: Tables) -> list[str]:
    """Everything wrong with a catalogue, in Chinese; empty when it may be brought in.

    Later checks read columns the first one requires, so a missing file or column is reported alone.
    """
    missing = list(_missing(tables))
    if missing:
        return missing
    checks: tuple[Callable[[Tables], Problems], ...] = (
        _keys,
        _cells,
        _references,
        _prefills,
        _modes,
        _national_codes,
        _lists,
        _facts,
        _expressions,
        _benefits,
        _roles,
        _scenes,
        find_contradictions,
        find_asked_again,
    )
    return [problem for check in checks for problem in check(tables)]


def _missing(tables: Tables) -> Problems:
    for name, (key, columns) in (REQUIRED | OPTIONAL).items():
        rows = tables.get(name)
        if not rows:
            if name in REQUIRED:
                yield f"{name}.csv 不存在或没有内容"
            continue
        lost = [c for c in (*key.split(), *columns.split(), "source") if c not in rows[0]]
        if lost:
            yield f"{name}.csv 缺少列:{'、'.join(lost)}"


def _keys(tables: Tables) -> Problems:
    for name, (key, _) in (REQUIRED | OPTIONAL).items():
        seen: set[tuple[str, ...]] = set()
        for number, row in enumerate(tables.get(name, ()), 2):
            value = tuple(row[column] for column in key.split())
            if not all(value):
                yield f"{name}.csv 第{number}行:主键为空"
            if value in seen:
                yield f"{name}.csv 第{number}行:主键重复 {'/'.join(value)}"
            seen.add(value)


def _cells(tables: Tables) -> Problems:
    for name in (REQUIRED | OPTIONAL).keys() & tables.keys():
        for number, row in enumerate(tables[name], 2):
            where = f"{name}.csv 第{number}行"
            if not row["source"].strip():
                yield f"{where}:没有注明来源 source"
            for column, value in row.items():
                complaint = _complain_of_cell(name, column, value)
                if complaint:
                    yield f"{where} {column}:{complaint}"


def _complain_of_cell(name: str, column: str, value: str) -> str:
    if value != value.strip() or _CONTROL.search(value):
        return "首尾有空白或含控制字符"
    longest = LENGTHS.get(column, LONGEST)
    if len(value) > longest:
        return f"超过{longest}字"
    allowed = CHOICES.get((name, column))
    if allowed is not None and value not in allowed:
        return f"不允许的取值 {value}"
    if column in NUMBERS and value and not (value.isascii() and value.isdigit() and int(value) < 32768):
        return f"应为整数 {value}"
    return "应填写序号" if column == "seq" and not value else ""


def _references(tables: Tables) -> Problems:
    targets: dict[tuple[str, str], set[str]] = {}
    for name, column, target, target_column, multi in REFERENCES:
        known = targets.setdefault(
            (target, target_column), {row[target_column] for row in tables.get(target, ())}
        )
        for number, row in enumerate(tables.get(name, ()), 2):
            for value in _list(row[column]) if multi else [row[column]]:
                if value and value not in known:
                    yield f"{name}.csv 第{number}行 {column}:{value} 不在 {target}.csv 中"


def _list(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def standard_refs(tables: Tables) -> set[str]:
    """``<cert_code|DATASET>.<field>`` of every standard field."""
    refs = {f"{row['cert_code']}.{row['field_name_en']}" for row in tables["certificate_fields"]}
    return refs | {f"{row['dataset_code']}.{row['field_name_en']}" for row in tables["dataset_fields"]}


def _prefills(tables: Tables) -> Problems:
    refs, datasets = standard_refs(tables), {row["dataset_code"] for row in tables["datasets"]}
    for number, row in enumerate(tables["item_form_fields"], 2):
        kind, ref = row["prefill_source_type"], row["prefill_ref"]
        owner = ref.split(".", 1)[0]
        good = {
            "manual": not ref,
            "account": ref in ACCOUNT_REFS,
            "dataset": ref in refs and owner in datasets,
            "certificate": ref in refs and owner not in datasets,
        }.get(kind, True)
        if not good:
            yield f"item_form_fields.csv 第{number}行 prefill_ref:{ref or '空'} 与来源 {kind} 不符"
    fields = {(row["item_code"], row["field_name_en"]) for row in tables["item_form_fields"]}
    for number, row in enumerate(tables.get("field_roles", ()), 2):
        if (row["item_code"], row["field_name_en"]) not in fields:
            yield f"field_roles.csv 第{number}行:{row['item_code']} 没有字段 {row['field_name_en']}"


def _modes(tables: Tables) -> Problems:
    for number, row in enumerate(tables["item_materials"], 2):
        for text in _list(row["replaceable_by"]):
            if text not in KIND_OF_TEXT:
                yield f"item_materials.csv 第{number}行 replaceable_by:不允许的取值 {text}"
    items = {row["material_code"]: row["item_code"] for row in tables["item_materials"]}
    for number, row in enumerate(tables.get("item_situations", ()), 2):
        if items.get(row["material_code"], row["item_code"]) != row["item_code"]:
            yield f"item_situations.csv 第{number}行:材料 {row['material_code']} 不属于 {row['item_code']}"


def _national_codes(tables: Tables) -> Problems:
    for number, row in enumerate(tables["certificates"], 2):
        code = row["national_type_code"]
        if code and not (len(code) == 21 and code[18:].isdigit() and is_uscc(code[:18])):
            yield f"certificates.csv 第{number}行 national_type_code:{code} 校验位不正确"
        if code and not row["national_type_code_source"]:
            yield f"certificates.csv 第{number}行:国家类型代码没有注明出处"


def _lists(tables: Tables) -> Problems:
    for number, row in enumerate(tables["code_lists"], 2):
        if row["kind"] == "pattern" and row["code_list_name"] not in PATTERN_LISTS:
            yield f"code_lists.csv 第{number}行:格式规则 {row['code_list_name']} 没有对应的校验"


def _facts(tables: Tables) -> Problems:
    refs = standard_refs(tables)
    for number, row in enumerate(tables.get("item_facts", ()), 2):
        for ref in _list(row["source_refs"]):
            if row["expr_kind"] != "pattern" and ref not in refs:
                yield f"item_facts.csv 第{number}行 source_refs:{ref} 不存在"


def _expressions(tables: Tables) -> Problems:
    facts = {row["fact"] for row in tables.get("item_facts", ())}
    roles = {row["role"] for row in tables.get("relations", ())} | {APPLICANT}
    codes = {row["cert_code"] for row in tables["certificates"]} | {
        row["dataset_code"] for row in tables["datasets"]
    }

    def complain(ref: str) -> str:
        role, _, fact = ref.rpartition(".")
        if role not in roles:
            return f"没有角色 {role}"
        return "" if fact in facts or code_of_fact(fact) in codes else f"没有事实 {fact}"

    defaults = {
        r["fact"]: r["role_default"] for r in tables.get("item_facts", ()) if r["role_default"] != ANY_ROLE
    }
    for name, column in (("item_rules", "expr"), ("item_situations", "auto_expr")):
        for number, row in enumerate(tables.get(name, ()), 2):
            where = f"{name}.csv 第{number}行 {column}"
            yield from _complain_of_expression(where, row[column], complain, defaults, APPLICANT)


def _complain_of_expression(
    where: str, text: str, complain: Callable[[str], str], defaults: Mapping[str, str], role: str
) -> Problems:
    if not text:
        return
    try:
        expression = parse_expression(text, roles=defaults, default_role=role)
    except ExpressionInvalid as error:
        yield f"{where}:{error}"
        return
    for ref in sorted(expression.facts):
        if complaint := complain(ref):
            yield f"{where}:{complaint}"


def _benefits(tables: Tables) -> Problems:
    """Benefits are checked with the rest and used by the proactive room."""
    refs = standard_refs(tables)
    facts = {row["fact"]: row["subject_type"] for row in tables.get("benefit_facts", ())}
    for number, row in enumerate(tables.get("benefit_facts", ()), 2):
        if f"{row['dataset_code']}.{row['dataset_field']}" not in refs:
            yield f"benefit_facts.csv 第{number}行:{row['dataset_code']}.{row['dataset_field']} 不存在"
    for number, row in enumerate(tables.get("benefits", ()), 2):
        subject = row["subject_type"]

        def complain(fact: str, subject: str = subject) -> str:
            return "" if facts.get(fact) == subject else f"没有适用于 {subject} 的事实 {fact}"

        for column in ("condition_expr", "amount_expr"):
            yield from _complain_of_expression(
                f"benefits.csv 第{number}行 {column}", row[column], complain, {}, ""
            )


def _roles(tables: Tables) -> Problems:
    for number, row in enumerate(tables.get("relations", ()), 2):
        kinds, directions = _list(row["relation_kind"]), _list(row["direction"])
        if len(kinds) != len(directions):
            yield f"relations.csv 第{number}行:关系与方向的个数不一致"
        if set(directions) - {"forward", "backward", "both"}:
            yield f"relations.csv 第{number}行 direction:不允许的取值 {row['direction']}"


def _scenes(tables: Tables) -> Problems:
    for number, row in enumerate(tables["scenes"], 2):
        for attribute in _list(row["minimal_attributes"]):
            if attribute not in PREDICATES:
                yield f"scenes.csv 第{number}行 minimal_attributes:没有 {attribute} 的判断方法"

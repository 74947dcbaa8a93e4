"""What the catalogue says of one thing in two places must agree: mappings, promises, themes. Pure.

Adds to ``catalog_checks``: lines in Chinese naming file, row and value.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from proofless.applications.themes.rules import circle_of, is_open
from proofless.items.rules.sources import CANCELLED_NECESSITY, KIND_OF_TEXT, SourceKind

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]


def find_contradictions(tables: Tables) -> Iterator[str]:
    """Everything that says yes here and no there; nothing for a sound catalogue."""
    yield from _materials(tables["item_materials"])
    yield from _themes(tables)
    yield from _gaps_and_changes(tables)


def _gaps_and_changes(tables: Tables) -> Iterator[str]:
    """A next step or a change of mapping that is about nothing, or says otherwise than the row it is about."""
    now = {row["material_code"]: row["preferred_obtain_mode"] for row in tables["item_materials"]}
    for row in tables["item_form_fields"]:
        reference = f":{row['prefill_ref']}" if row["prefill_ref"] else ""
        now[f"{row['item_code']}.{row['field_name_en']}"] = f"{row['prefill_source_type']}{reference}"
    for number, row in enumerate(tables.get("gap_steps", ()), 2):
        where = f"gap_steps.csv 第{number}行 {row['row_code']}"
        if row["row_code"] not in now:
            yield f"{where}:没有这份材料或这个字段"
        if not row["what_cn"] or (row["step"] == "connect") != bool(row["holder_cn"]):
            yield f"{where}:要写明做什么；接入的要写明由谁提供，其他的不写"
    for number, row in enumerate(tables.get("mapping_changes", ()), 2):
        if now.get(row["row_code"]) != row["after"] or row["before"] == row["after"]:
            yield f"mapping_changes.csv 第{number}行 {row['row_code']}:与目录中现在的取得方式不一致"


def _materials(rows: Sequence[Row]) -> Iterator[str]:
    asked = Counter((row["item_code"], row["material_name"]) for row in rows)
    for number, row in enumerate(rows, 2):
        where = f"item_materials.csv 第{number}行 {row['material_code']}"
        if asked[row["item_code"], row["material_name"]] > 1:
            yield f"{where}:同一事项里“{row['material_name']}”列了两次"
        yield from (f"{where}:{complaint}" for complaint in _mapping(row))


def _mapping(row: Row) -> Iterator[str]:
    kinds = {KIND_OF_TEXT.get(text) for text in (row["preferred_obtain_mode"], *_list(row["replaceable_by"]))}
    if row["necessity"] == CANCELLED_NECESSITY or SourceKind.CANCELLED in kinds:
        return
    if SourceKind.CERTIFICATE in kinds and not row["cert_code"]:
        yield "取得方式含证照调用，却没有对应的证照"
    if (SourceKind.COMMITMENT in kinds) != (row["can_commit"] == "Y"):
        yield "取得方式与是否可承诺 can_commit 相互矛盾"
    brought = KIND_OF_TEXT.get(row["preferred_obtain_mode"]) is SourceKind.UPLOAD
    if brought == (row["submission_free"] == "Y"):
        yield "取得方式与是否免提交 submission_free 相互矛盾"


def _themes(tables: Tables) -> Iterator[str]:
    gives = {row["item_code"]: row["result_cert_code"] for row in tables["items"]}
    needs: dict[str, set[str]] = {code: set() for code in gives}
    for row in tables["item_materials"]:
        if row["necessity"] != CANCELLED_NECESSITY and row["cert_code"]:
            needs.setdefault(row["item_code"], set()).add(row["cert_code"])
    held = {code: frozenset(found) for code, found in needs.items()}
    members: dict[str, list[tuple[int, str]]] = {}
    for row in tables["theme_items"]:
        if row["seq"].isascii() and row["seq"].isdigit():
            members.setdefault(row["theme_code"], []).append((int(row["seq"]), row["item_code"]))
    for number, row in enumerate(tables["themes"], 2):
        where = f"themes.csv 第{number}行 {row['theme_code']}"
        codes = [code for _, code in sorted(members.get(row["theme_code"], []))]
        if codes != _list(row["item_codes"]):
            yield f"{where}:item_codes 与 theme_items.csv 不一致"
        # A circle in a theme not yet open is known and keeps its listed order; the public meets none.
        if is_open(row["batch_confidence"]) and (
            ring := circle_of([c for c in codes if c in held], gives, held)
        ):
            yield f"{where}:{'、'.join(ring)} 互为前置，这件一件事办不成"


def _list(text: str) -> list[str]:
    return [part for part in text.split(";") if part]

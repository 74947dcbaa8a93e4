"""已有的不再问: an item that asks the applicant for what a source it reads anyway gives is not published. Pure.

Adds to ``catalog_checks``: a form field to be typed that a certificate type or dataset the item reads holds under that
name, or fills on another item's form; a material to be brought though the catalogue names a certificate type or dataset
for it. Where that is right all the same (the scope applied for is not the scope of the licence), ``gap_steps.csv``
names the source and the reason, which the list of gaps shows.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from proofless.items.rules.sources import CANCELLED_NECESSITY, KIND_OF_TEXT, SourceKind

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
MANUAL, READ = "manual", frozenset({"certificate", "dataset"})


def find_asked_again(tables: Tables) -> Iterator[str]:
    """Lines in Chinese naming the row and who holds what it asks for; nothing for a sound catalogue."""
    kept = {row["row_code"]: row for row in tables.get("gap_steps", ())}
    asked = dict([*_typed(tables), *_brought(tables)])
    titles = _titles(tables)
    for code, (where, name, held) in asked.items():
        row = kept.get(code)
        if row is None or not row["reason_cn"] or not held <= set(_list(row["held_in"])):
            holders = "、".join(f"“{titles.get(one, one)}”" for one in sorted(held))
            yield (
                f"{where} {code}:要申请人提供“{name}”，而{holders}里已经有；请改为预填或共享，"
                "确需再问的，在 gap_steps.csv 写明 held_in 和 reason_cn"
            )
    yield from _twice(tables)
    for code, row in kept.items():
        if row["held_in"] and code not in asked:
            yield f"gap_steps.csv {code}:写了再问的理由，但已有来源里没有同名的项，或已不再向申请人索要"


def _twice(tables: Tables) -> Iterator[str]:
    """One form that asks to type of one person what another box of it already says or asks."""
    roles = {(row["item_code"], row["field_name_en"]): row["role"] for row in tables.get("field_roles", ())}
    seen: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in tables["item_form_fields"]:
        role = roles.get((row["item_code"], row["field_name_en"]), "")
        seen[row["item_code"], role, row["field_name_cn"]].append(row)
    for (item, _, name), rows in seen.items():
        if len(rows) > 1 and any(row["prefill_source_type"] == MANUAL for row in rows):
            yield f"item_form_fields.csv {item}:同一个人的“{name}”在一张表里问了两次"


def _typed(tables: Tables) -> Iterator[tuple[str, tuple[str, str, frozenset[str]]]]:
    """Fields to be typed whose name a source of the item holds; not what the item is about to make."""
    owners, reads = _owners(tables), _reads(tables)
    made = {row["item_code"]: row["result_cert_code"] for row in tables["items"]}
    for number, row in enumerate(tables["item_form_fields"], 2):
        item, name = row["item_code"], row["field_name_cn"]
        held = frozenset(owners[name] & reads[item] - {made.get(item, "")})
        if row["prefill_source_type"] == MANUAL and held:
            where = f"item_form_fields.csv 第{number}行"
            yield f"{item}.{row['field_name_en']}", (where, name, held)


def _brought(tables: Tables) -> Iterator[tuple[str, tuple[str, str, frozenset[str]]]]:
    for number, row in enumerate(tables["item_materials"], 2):
        held = frozenset({row["cert_code"], row["dataset_code"]} - {""})
        brought = KIND_OF_TEXT.get(row["preferred_obtain_mode"]) is SourceKind.UPLOAD
        if brought and held and row["necessity"] != CANCELLED_NECESSITY:
            where = f"item_materials.csv 第{number}行"
            yield row["material_code"], (where, row["material_name"], held)


def _owners(tables: Tables) -> Mapping[str, set[str]]:
    """What a field is called → the certificate types and datasets that hold one of that name, or fill it elsewhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for table, column in (("certificate_fields", "cert_code"), ("dataset_fields", "dataset_code")):
        for row in tables[table]:
            found[row["field_name_cn"]].add(row[column])
    for row in tables["item_form_fields"]:
        if row["prefill_source_type"] in READ:
            found[row["field_name_cn"]].add(row["prefill_ref"].split(".", 1)[0])
    return found


def _reads(tables: Tables) -> Mapping[str, set[str]]:
    """Item → the certificate types and datasets its materials and fields rest on."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in tables["item_materials"]:
        found[row["item_code"]] |= {row["cert_code"], row["dataset_code"]}
    for row in tables["item_form_fields"]:
        if row["prefill_source_type"] in READ:
            found[row["item_code"]].add(row["prefill_ref"].split(".", 1)[0])
    return found


def _titles(tables: Tables) -> Mapping[str, str]:
    titles = {row["cert_code"]: row["cert_name"] for row in tables["certificates"]}
    return titles | {row["dataset_code"]: row["dataset_name"] for row in tables["datasets"]}


def _list(text: str) -> list[str]:
    return [part for part in text.split(";") if part]

"""Chinese names of what entries, consents and plans name by code."""

import re
from collections.abc import Iterable

from proofless.certificates import queries as certificates
from proofless.data import queries as data
from proofless.data.errors import DatasetUnknown
from proofless.items import queries as items
from proofless.parties import queries as parties
from proofless.portal.rules import ACCOUNT_LABELS, item_of_purpose, reference_of
from proofless.standards import queries as standards
from proofless.verification.queries import templates as verification

DIVISIONS = "GB/T 2260"
_FILLING = re.compile(r"[（(][^（()）]*填[^（()）]*[)）]")
OTHER_RECORDS = {
    "account": "登记信息",
    "application": "办件",
    "document": "交过并核对过原件的材料",
    "answer": "部门核验的答复",
}


def title_of(owner: str) -> str:
    """The Chinese name of a certificate type, a dataset or the other records fields stand in."""
    if owner in OTHER_RECORDS:
        return OTHER_RECORDS[owner]
    view = certificates.all_types().get(owner)
    if view is not None:
        return view.name
    if template := verification.find_template(owner):
        return template.title
    try:
        return data.get_dataset(owner).name
    except DatasetUnknown:
        return owner


def label_of(ref: str) -> str:
    """The Chinese name of a field, without its record."""
    at = reference_of(ref)
    if at.name == "*":
        return "全部内容"
    if at.owner == "document":
        return _material_name(at.name)
    if at.owner == "answer":
        return _answer_labels().get(at.name, at.name)
    if at.owner == "account":
        return ACCOUNT_LABELS.get(at.name, at.name)
    found = standards.fields_by_ref().get(ref)
    return plain_label(found.name_cn) if found else at.name


def _answer_labels() -> dict[str, str]:
    fields = (field for template in verification.list_templates() for field in template.fields)
    return {"verdict": "结论", "as_of": "截至日期", "note": "说明"} | {one.name: one.label for one in fields}


def _material_name(code: str) -> str:
    item = items.find_item(code.partition("-")[0])
    return next((one.name for one in item.materials if one.code == code), code) if item else code


def plain_label(name: str) -> str:
    """A field's name without what it tells the one who fills in the register (``长期填99991231``)."""
    return _FILLING.sub("", name)


def value_words(list_name: str, value: object) -> str:
    """A value with its code spelt out; division codes by the directory, as no code list holds them."""
    if list_name != DIVISIONS:
        return standards.code_name(list_name, value)
    names, code = {row.code: row.name for row in parties.list_divisions()}, str(value)
    return names.get(code) or names.get(code[:6]) or code


def labels_of(refs: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """References grouped by record: (title, labels); a whole record is spelt out field by field."""
    grouped: dict[str, dict[str, None]] = {}
    for ref in refs:
        at = reference_of(ref)
        names = [label_of(ref)]
        if at.name == "*":
            names = [plain_label(field.name_cn) for field in standards.fields_of(at.owner)] or names
        grouped.setdefault(title_of(at.owner), {}).update(dict.fromkeys(names))
    return tuple((title, tuple(names)) for title, names in grouped.items())


def evidence_words(text: str) -> str:
    """What a relation rests on: a register or certificate by its name, else as the register recorded it."""
    return title_of(text) if text.isascii() else text


def purpose_words(purpose: str) -> str:
    item = items.find_item(item_of_purpose(purpose))
    if item:
        return f"办理“{item.name}”"
    head, _, code = purpose.partition(":")
    return f"制发“{title_of(code)}”" if head == "制发证照" else purpose

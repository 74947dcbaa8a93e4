"""Reads of standards: fields by reference, code lists, names of codes. Cached per loaded version."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from proofless.standards.models import ROOM, CodeList, CodeValue, StandardField
from proofless.standards.rules import CodeListView, Value, complain
from proofless.standards.versions import Versioned


@dataclass(frozen=True, slots=True)
class FieldView:
    """A standard field. ``ref`` names where it stands; equal ``key`` means the same thing in two places."""

    ref: str
    key: str
    origin: str
    owner_code: str
    name_en: str
    name_cn: str
    data_type: str
    list_name: str
    required: bool
    is_key: bool
    sensitivity: str
    grade: str
    source: str

    @property
    def sensitive(self) -> bool:
        """Needs a separate tick when asked by consent (个人信息保护法 art. 29)."""
        return self.sensitivity == "sensitive"


def fields_by_ref() -> Mapping[str, FieldView]:
    """Every standard field, by reference."""
    return _fields.get()


def fields_of(owner_code: str) -> tuple[FieldView, ...]:
    """The fields of a certificate type or dataset, in face order; empty when it has none."""
    return _owners.get().get(owner_code, ())


def code_lists() -> Mapping[str, CodeListView]:
    """Every code list, by name."""
    return _lists.get()


def code_name(list_name: str, value: object) -> str:
    """The Chinese name of a code; the value itself when the list does not hold it (external standards)."""
    found = _lists.get().get(list_name)
    return found.values.get(str(value), str(value)) if found else str(value)


def complain_of(ref: str, value: Value, *, required: bool | None = None) -> str:
    """A Chinese complaint about a value of a standard field, or "". KeyError for an unknown reference."""
    field = _fields.get()[ref]
    must = field.required if required is None else required
    return complain(value, field.data_type, _lists.get().get(field.list_name), required=must)


def _build_fields(_: int) -> dict[str, FieldView]:
    names = FieldView.__dataclass_fields__
    rows = StandardField.objects.order_by("owner_code", "seq")
    return {row.ref: FieldView(**{name: getattr(row, name) for name in names}) for row in rows}


def _build_owners(_: int) -> dict[str, tuple[FieldView, ...]]:
    owners: dict[str, list[FieldView]] = defaultdict(list)
    for field in _fields.get().values():
        owners[field.owner_code].append(field)
    return {owner: tuple(fields) for owner, fields in owners.items()}


def _build_lists(_: int) -> dict[str, CodeListView]:
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for row in CodeValue.objects.order_by("list_code", "seq"):
        values[row.list_code][row.value] = row.name
    rows = CodeList.objects.order_by("code")
    return {row.name: CodeListView(row.code, row.name, row.kind, row.rule, values[row.code]) for row in rows}


_fields = Versioned(ROOM, _build_fields)
_owners = Versioned(ROOM, _build_owners)
_lists = Versioned(ROOM, _build_lists)

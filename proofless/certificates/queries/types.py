"""Certificate types: cached per loaded version, paged and searched for pages."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from proofless.certificates.errors import CertificateTypeUnknown
from proofless.certificates.models import CertificateType, CertificateTypeField
from proofless.certificates.rules import FieldRule
from proofless.kit.paging import Page, page_of
from proofless.standards.versions import Versioned

ROOM = "certificates"


@dataclass(frozen=True, slots=True)
class TypeView:
    """证照类型 with its face fields in order. ``type_code21`` is "" when the type cannot be issued."""

    code: str
    name: str
    kind: str
    holder_type: str
    issuing_dept_code: str
    issuing_authority: str
    define_authority: str
    national_type_code: str
    national_type_code_source: str
    type_code21: str
    provisional: bool
    validity_type: str
    validity_months: int | None
    validity_rule: str
    security_grade: str
    issue_mode: str
    backing_dataset_code: str
    legal_basis: str
    initial_list: str
    freq_rank: int | None
    rollout_phase: str
    source: str
    fields: tuple[FieldRule, ...]

    def field_name(self, name_en: str) -> str:
        return next((f.name_cn for f in self.fields if f.name_en == name_en), name_en)


def all_types() -> Mapping[str, TypeView]:
    """Every type by code, most used first."""
    return _types.get()


def get_type(code: str) -> TypeView:
    """Raises CertificateTypeUnknown."""
    found = _types.get().get(code)
    if found is None:
        raise CertificateTypeUnknown(type_code=code)
    return found


def list_types(
    *, text: str = "", holder_type: str = "", kind: str = "", department_code: str = "", page: int = 1
) -> Page[TypeView]:
    """Types whose name, code or authority contains the text, most used first."""
    needle = text.strip().lower()
    rows = [
        view
        for view in _types.get().values()
        if needle in f"{view.name}\n{view.code}\n{view.issuing_authority}\n{view.define_authority}".lower()
        and holder_type in {"", view.holder_type}
        and kind in {"", view.kind}
        and department_code in {"", view.issuing_dept_code}
    ]
    return page_of(rows, page)


def _build(_: int) -> dict[str, TypeView]:
    fields: dict[str, list[FieldRule]] = defaultdict(list)
    rule_names = FieldRule.__dataclass_fields__
    for row in CertificateTypeField.objects.order_by("type_code", "seq"):
        fields[row.type_code].append(FieldRule(**{name: getattr(row, name) for name in rule_names}))
    names = [name for name in TypeView.__dataclass_fields__ if name != "fields"]
    rows = CertificateType.objects.order_by("freq_rank", "code")
    return {
        row.code: TypeView(**{name: getattr(row, name) for name in names}, fields=tuple(fields[row.code]))
        for row in rows
    }


_types = Versioned(ROOM, _build)

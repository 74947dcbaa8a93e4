"""The templates in force, made from the items' materials and the catalogue's rows, once per loaded version."""

from typing import Any

from proofless.commitments.models import ROOM, DeferrableRow, TemplateRow
from proofless.commitments.rules.templates import COLUMNS, Material, Template, template_of
from proofless.items import queries as items
from proofless.items.models import ROOM as ITEMS
from proofless.items.queries import ItemView, MaterialView
from proofless.items.rules.sources import SourceKind
from proofless.kit.errors import NotFound
from proofless.standards.versions import Versioned


def list_templates() -> tuple[Template, ...]:
    """Every material that may be promised, by code."""
    return tuple(_templates.get().values())


def find_template(material_code: str) -> Template | None:
    return _templates.get().get(material_code)


def get_template(material_code: str) -> Template:
    """Raises NotFound for a material that may not be promised."""
    found = find_template(material_code)
    if found is None:
        raise NotFound()
    return found


def material_name(code: str) -> str:
    """Of any material, promised or not; the code itself for one no item has any more."""
    return _names.get().get(code, code)


def deferrable_days(material_code: str) -> int | None:
    """In how many working days it may follow; None for what no case is accepted without."""
    return _deferrable.get().get(material_code)


def _build_deferrable(_: int) -> dict[str, int]:
    return dict(DeferrableRow.objects.values_list("material_code", "days"))


def _build(_: int) -> dict[str, Template]:
    rows = {
        row.material_code: {name: getattr(row, "check_text" if name == "check" else name) for name in COLUMNS}
        for row in TemplateRow.objects.all()
    }
    found = [
        template_of(_material(item, material), rows.get(material.code))
        for item in items.list_items()
        for material in item.materials
        if SourceKind.COMMITMENT in material.sources
    ]
    return {one.material_code: one for one in sorted(found, key=lambda one: one.material_code)}


def _material(item: ItemView, material: MaterialView) -> Material:
    shared: dict[str, Any] = {
        "domain": item.domain,
        "department_code": item.department_code,
        "department_name": item.department_name,
        "legal_basis": item.legal_basis,
    }
    return Material(
        code=material.code,
        name=material.name,
        item_code=item.code,
        item_name=item.name,
        cert_code=material.cert_code,
        dataset_code=material.dataset_code,
        **shared,
    )


_templates = Versioned(ROOM, _build, ITEMS)
_deferrable = Versioned(ROOM, _build_deferrable)
_names = Versioned(ITEMS, lambda _: {m.code: m.name for item in items.list_items() for m in item.materials})

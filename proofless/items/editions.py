"""事项版本: the catalogue's rows of each item as they stood, so that a case ends under the item it began with.

Lies below ``services``, which keeps them, and ``assembly``, which puts an old one together again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import Model

from proofless.gm import sm3
from proofless.items import models
from proofless.kit.ids import new_id
from proofless.standards import versions

_TABLES: Mapping[str, type[Model]] = {
    "material": models.ItemMaterial,
    "field": models.ItemField,
    "rule": models.Rule,
    "situation": models.Situation,
    "field_role": models.FieldRole,
}


@dataclass(frozen=True, slots=True)
class ItemRows:
    """An item's own row and its rows in the other tables, unsaved."""

    item: models.Item
    materials: list[models.ItemMaterial]
    fields: list[models.ItemField]
    rules: list[models.Rule]
    situations: list[models.Situation]
    field_roles: list[models.FieldRole]
    material_roles: list[models.MaterialRole]


def keep() -> None:
    """Keep every item whose rows differ from its last edition. Inside the act that loaded them."""
    version = versions.version_number(models.ROOM)
    last = dict(
        models.ItemEdition.objects.order_by("item_code", "-version")
        .distinct("item_code")
        .values_list("item_code", "digest")
    )
    made = [
        models.ItemEdition(id=new_id(), item_code=code, version=version, digest=digest, rows=rows)
        for code, rows, digest in _current()
        if last.get(code) != digest
    ]
    models.ItemEdition.objects.bulk_create(made)


def changed_since(code: str, version: int) -> bool:
    return models.ItemEdition.objects.filter(item_code=code, version__gt=version).exists()


def find(code: str, version: int) -> ItemRows | None:
    """The rows of an item as they counted at a version; None before its first."""
    found = (
        models.ItemEdition.objects.filter(item_code=code, version__lte=version).order_by("-version").first()
    )
    if found is None:
        return None
    rows = found.rows
    return ItemRows(
        item=models.Item(**rows["item"]),
        materials=[models.ItemMaterial(**row) for row in rows["material"]],
        fields=[models.ItemField(**row) for row in rows["field"]],
        rules=[models.Rule(**row) for row in rows["rule"]],
        situations=[models.Situation(**row) for row in rows["situation"]],
        field_roles=[models.FieldRole(**row) for row in rows["field_role"]],
        material_roles=[models.MaterialRole(**row) for row in rows["material_role"]],
    )


def _current() -> Iterable[tuple[str, dict[str, Any], str]]:
    """(item code, rows, digest) of every item as loaded."""
    rows: dict[str, dict[str, Any]] = {
        item.code: {"item": _plain(item), **{name: [] for name in (*_TABLES, "material_role")}}
        for item in models.Item.objects.order_by("code")
    }
    items_of: dict[str, str] = defaultdict(str)
    for name, table in _TABLES.items():
        for row in table._default_manager.order_by("pk"):
            plain = _plain(row)
            if plain["item_code"] in rows:
                rows[plain["item_code"]][name].append(plain)
            if name == "material":
                items_of[plain["code"]] = plain["item_code"]
    for role in models.MaterialRole.objects.order_by("pk"):
        if items_of[role.material_code] in rows:
            rows[items_of[role.material_code]]["material_role"].append(_plain(role))
    for code, found in rows.items():
        yield code, found, sm3.digest(msgspec.json.encode(found, order="deterministic")).hex()


def _plain(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}

"""Tables of items: the catalogue as loaded, and what is published and decided about it."""

from proofless.items.models.catalogue import (
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
from proofless.items.models.lists import (
    ItemEdition,
    ItemList,
    LibraryDecision,
    ListFile,
    ListUnit,
    ProofDecision,
    UseEntry,
    UseList,
)

ROOM = "items"

__all__ = [
    "ROOM",
    "Fact",
    "FieldRole",
    "Item",
    "ItemEdition",
    "ItemField",
    "ItemList",
    "ItemMaterial",
    "LibraryDecision",
    "ListFile",
    "ListUnit",
    "MappingChange",
    "MaterialRole",
    "NextStep",
    "ProofCleanup",
    "ProofDecision",
    "Role",
    "Rule",
    "Situation",
    "Theme",
    "ThemeItem",
    "UseEntry",
    "UseList",
]

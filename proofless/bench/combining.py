"""Plans as large as 一件事 makes them: neighbouring items of residents as one item of many materials."""

from collections.abc import Sequence
from dataclasses import replace

from proofless.items import queries as items
from proofless.items.queries import ItemView


def items_of(materials: int) -> list[ItemView]:
    """Neighbouring items of residents as single ones of exactly so many materials each."""
    made, group = [], list[ItemView]()
    for item in items.list_items():
        if item.object_type == "enterprise":
            continue
        group.append(item)
        if _materials(group) >= materials:
            whole = combine("items", group)
            made.append(replace(whole, materials=whole.materials[:materials]))
            group = []
    return made


def _materials(group: Sequence[ItemView]) -> int:
    return sum(len(item.materials) for item in group)


def combine(theme_code: str, group: Sequence[ItemView]) -> ItemView:
    """The group as one item under its first item's department, each field once.

    Its conditions are computed but none refuses: a refused plan is short, and whole plans are to be measured.
    """
    fields = {field.name: field for item in reversed(group) for field in item.fields}
    first = group[0]
    return replace(
        first,
        code=first.code,
        name=f"{theme_code}:{'+'.join(item.code for item in group)}",
        materials=tuple(m for item in group for m in item.materials),
        fields=tuple(fields.values()),
        rules=tuple(replace(rule, hard=False) for item in group for rule in item.rules),
        certificate_codes=frozenset().union(*(item.certificate_codes for item in group)),
        dataset_codes=frozenset().union(*(item.dataset_codes for item in group)),
        references=frozenset().union(*(item.references for item in group)),
        titles={code: name for item in group for code, name in item.titles.items()},
        providers={code: name for item in group for code, name in item.providers.items()},
        backing={code: name for item in group for code, name in item.backing.items()},
        terms={code: terms for item in reversed(group) for code, terms in item.terms.items()},
    )

"""Plans as large as 一件事 makes them: neighbouring items of a theme as one item of ten to twenty materials."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from proofless.items import queries as items
from proofless.items.queries import ItemView

LEAST, MOST = 10, 20


def combined_items() -> list[ItemView]:
    """One or more combinations of every theme of residents whose items have enough materials together."""
    made = []
    for theme in items.list_themes(subject_type="person"):
        of_persons = [
            item for code in theme.item_codes if (item := items.get_item(code)).object_type != "enterprise"
        ]
        made += [combine(theme.code, chosen) for chosen in _groups(of_persons)]
    return made


def _groups(every: Sequence[ItemView]) -> Iterator[list[ItemView]]:
    """Items in order, as many together as stay within MOST materials; groups under LEAST are left out."""
    group: list[ItemView] = []
    for item in every:
        if group and _materials([*group, item]) > MOST:
            yield from [group] if _materials(group) >= LEAST else []
            group = []
        group.append(item)
    if group and LEAST <= _materials(group) <= MOST:
        yield group


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

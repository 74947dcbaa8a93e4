"""核验答复: what another department answered about somebody before fills the fields it is about, with its day.

Only answers the item's own department asked for: nothing moves anew, so nobody is asked to agree again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proofless.access import Permit, open_records
from proofless.items.queries import ItemView
from proofless.standards import queries as standards
from proofless.verification.queries.answers import FoundAnswer, find_answers
from proofless.verification.queries.templates import fillings

ANSWERS = "answer.*"


@dataclass(frozen=True, slots=True)
class Said:
    """A value of an answer; ``as_of`` is the day it holds for, ISO."""

    value: Any
    reference: str
    source: str
    holder_id: UUID
    as_of: str


def templates_of(items: Iterable[ItemView]) -> frozenset[str]:
    """The templates whose answers may fill a field of the items."""
    filled = fillings()
    asked = (f"{item.code}.{field.name}" for item in items for field in item.fields)
    return frozenset(filled[name][0] for name in asked if name in filled)


def find(holders: Iterable[UUID], items: Sequence[ItemView]) -> tuple[FoundAnswer, ...]:
    """One statement, and only for items an answer could fill."""
    templates = templates_of(items)
    return find_answers(holders, templates) if templates else ()


class Answers:
    """Opens what an item's fields may rest on, each answer once."""

    def __init__(self, item: ItemView, found: Iterable[FoundAnswer], permits: Mapping[UUID, Permit]) -> None:
        self._item, self._permits = item, permits
        mine = [one for one in found if one.asker_code == item.department_code and one.holder_id in permits]
        self._newest = {(one.holder_id, one.template_code): one for one in reversed(mine)}
        self._opened: dict[str, dict[str, Any]] = {}

    def say(self, field: str, code_list: str, candidates: Iterable[UUID]) -> Said | None:
        """What an answer says of a form field, in the field's own code; None when none does."""
        template, name = fillings().get(f"{self._item.code}.{field}", ("", ""))
        for holder in candidates if template else ():
            found = self._newest.get((holder, template))
            values = self._open(found) if found else {}
            value = coded(values.get(name), code_list)
            if found and value not in (None, ""):
                as_of = str(values.get("as_of", ""))
                return Said(value, f"{template}.{name}", found.record.source, holder, as_of)
        return None

    def _open(self, found: FoundAnswer) -> dict[str, Any]:
        source = found.record.source
        if source not in self._opened:
            self._opened[source] = open_records(self._permits[found.holder_id], [found.record])[0]
        return self._opened[source]


def coded(value: Any, code_list: str) -> Any:
    """A person answers in words where a form has a code; what is in no code of the list fills nothing."""
    found = standards.code_lists().get(code_list)
    if value in (None, "") or found is None or not found.values or str(value) in found.values:
        return value
    return next((code for code, name in found.values.items() if name == str(value)), None)

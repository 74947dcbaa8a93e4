"""Records a plan may rest on: found without being opened, opened only when used, each opening a read line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proofless.access import Permit, SealedRecord, open_records


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate or a row of shared data somebody holds. ``why`` says why it is not usable."""

    holder_id: UUID
    code: str
    source: str
    title: str
    provider_code: str
    as_of: str
    usable: bool
    why: str
    side: str
    record: SealedRecord
    checks: tuple[tuple[str, bool | None], ...] = ()


class Records:
    """All records found for a case, by holder and code (certificate type or dataset), best first."""

    def __init__(
        self,
        held: Iterable[Held],
        down: frozenset[str],
        loaded: frozenset[str],
        permits: Mapping[UUID, Permit],
        declined: frozenset[tuple[UUID, str]] = frozenset(),
    ) -> None:
        self._held: dict[tuple[UUID, str], list[Held]] = {}
        for one in held:
            if (one.holder_id, one.code) not in declined:
                self._held.setdefault((one.holder_id, one.code), []).append(one)
        self._declined = declined
        self.missed = False  # whether something was looked for that is there and declined
        self._down = down
        self._loaded = loaded
        self._permits = permits
        self._opened: dict[str, dict[str, Any]] = {}

    def is_down(self, code: str) -> bool:
        """True while the source did not answer: unknown, not absent."""
        return code in self._down

    def is_complete(self, code: str) -> bool:
        """True where the node holds the dataset and its source answers: there, no row means no record."""
        hidden = any(code == one for _, one in self._declined)
        return code in self._loaded and code not in self._down and not hidden

    def is_declined(self, candidates: Iterable[UUID], code: str) -> bool:
        """True when the applicant does not agree that a record which is there is read: unknown, not absent."""
        found = any((holder_id, code) in self._declined for holder_id in candidates)
        self.missed = self.missed or found
        return found

    def find(self, candidates: Iterable[UUID], code: str) -> Held | None:
        """The first usable record among the candidates, else the first unusable one."""
        spare, candidates = None, tuple(candidates)
        self.is_declined(candidates, code)
        for holder_id in candidates:
            for one in self._held.get((holder_id, code), ()):
                if one.usable:
                    return one
                spare = spare or one
        return spare

    def all(self, candidates: Iterable[UUID], code: str) -> list[Held]:
        """Every usable record of the candidates, best first."""
        candidates = tuple(candidates)
        self.is_declined(candidates, code)
        return [
            one for holder_id in candidates for one in self._held.get((holder_id, code), ()) if one.usable
        ]

    def open(self, held: Held) -> dict[str, Any]:
        """The permitted fields of a record. Opening twice reads once."""
        if held.source not in self._opened:
            permit = self._permits[held.holder_id]
            self._opened[held.source] = open_records(permit, [held.record])[0]
        return self._opened[held.source]


def sided(name: str, side: str) -> str:
    """``man_name`` → ``woman_name`` and ``name_man`` → ``name_woman`` for side ``woman``; other names unchanged."""
    if not side:
        return name
    for one in ("woman", "man"):
        if name.startswith(one + "_"):
            return side + name[len(one) :]
        if name.endswith("_" + one):
            return name[: -len(one)] + side
    return name

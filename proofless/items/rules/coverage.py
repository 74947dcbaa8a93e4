"""映射覆盖: how much of what items ask for comes from an official source, and what to connect next. Pure.

A need is one material or one form field of one item. It is met when its first source is official (certificate,
data, verification; docs/kpi.md). An unmet need names the connections any of which would meet it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MATERIAL, FIELD = "material", "field"


@dataclass(frozen=True, slots=True)
class Need:
    """``connections`` are keys of what would meet it; none: ``step`` says what is done instead, or why nothing can be
    connected. ``people`` are the cases of its item; ``kept`` is why it is asked though a source of the item has it;
    ``elsewhere`` holds a field of that name in the city: people look whether it is the same fact.
    """

    item: str
    code: str
    name: str
    kind: str
    met: bool
    connections: tuple[str, ...] = ()
    people: int = 0
    step: str = ""
    kept: str = ""
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    materials: int
    materials_met: int
    fields: int
    fields_met: int

    @property
    def material_rate(self) -> float | None:
        return self.materials_met / self.materials if self.materials else None

    @property
    def field_rate(self) -> float | None:
        return self.fields_met / self.fields if self.fields else None


@dataclass(frozen=True, slots=True)
class Step:
    """One connection of the order to connect in: what it alone would still spare, and the coverage after it.

    ``people`` counts a case once for each material and field it would be spared.
    """

    connection: str
    materials: tuple[Need, ...]
    fields: tuple[Need, ...]
    people: int
    after: Coverage

    @property
    def spared(self) -> int:
        return len(self.materials) + len(self.fields)

    @property
    def items(self) -> frozenset[str]:
        return frozenset(need.item for need in (*self.materials, *self.fields))


def measure(needs: Iterable[Need], weights: Mapping[str, int] | None = None) -> Coverage:
    """Coverage of some needs; with ``weights`` (item → cases) each counts as often as it is really asked."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for need in needs:
        counts[need.kind, need.met] += 1 if weights is None else weights.get(need.item, 0)
    return Coverage(
        counts[MATERIAL, True] + counts[MATERIAL, False],
        counts[MATERIAL, True],
        counts[FIELD, True] + counts[FIELD, False],
        counts[FIELD, True],
    )


def connect_next(needs: Sequence[Need], *, most: int = 20) -> tuple[Step, ...]:
    """The connections that spare most, each counted after the ones before it (greedy, 1 − 1/e of the best).

    By people, then by materials, then by fields; a need two connections could meet is spared once.
    """
    open_needs: dict[str, set[Need]] = defaultdict(set)
    for need in needs:
        for key in () if need.met else need.connections:
            open_needs[key].add(need)
    met = [need for need in needs if need.met]
    rest = {need for need in needs if not need.met}
    steps: list[Step] = []
    while len(steps) < most and (key := _best(open_needs)):
        spared = open_needs.pop(key)
        for others in open_needs.values():
            others -= spared
        rest -= spared
        met += spared
        steps.append(_step(key, spared, met, rest))
    return tuple(steps)


def _best(open_needs: Mapping[str, set[Need]]) -> str:
    """The key that spares most; "" when nothing is left to spare."""
    ranked = [(*_worth(found), key) for key, found in open_needs.items() if found]
    return min(ranked, key=lambda one: (-one[0], -one[1], -one[2], one[3]))[3] if ranked else ""


def _worth(found: Iterable[Need]) -> tuple[int, int, int]:
    """People first, then materials, then fields: a paper is a way to an office, a field a line to write."""
    kinds = Counter(need.kind for need in found)
    return sum(need.people for need in found), kinds[MATERIAL], kinds[FIELD]


def _step(key: str, spared: Iterable[Need], met: Sequence[Need], rest: Iterable[Need]) -> Step:
    ordered = sorted(spared, key=lambda need: (-need.people, need.code))
    counts = measure([*met, *rest])
    met_now = measure(met)
    return Step(
        connection=key,
        materials=tuple(need for need in ordered if need.kind == MATERIAL),
        fields=tuple(need for need in ordered if need.kind == FIELD),
        people=sum(need.people for need in ordered),
        after=Coverage(counts.materials, met_now.materials, counts.fields, met_now.fields),
    )

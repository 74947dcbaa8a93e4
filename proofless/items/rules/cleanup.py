"""证明清理: proofs that should not be asked for, found over the graph item → material → issuing item → materials. Pure.

Programme document 三(一): what an office added by itself is cancelled, 奇葩证明 and 循环证明 are ended; what can be
checked otherwise is promised, shared or verified. Only what the applicant herself has to bring is judged: what the
city obtains by itself sends nobody anywhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from proofless.items.rules.library import normal_name

NAMES_ALIKE = 0.7
# Words for the paper rather than for what it proves.
_PAPER = re.compile("证明|证书|凭证|材料|文件|副本|信息|情况|表|书|证|单")


class Route(StrEnum):
    """How a proof stops being asked for."""

    CANCEL = "cancel"
    COMMIT = "commit"
    SHARE = "share"
    VERIFY = "verify"

    @property
    def label(self) -> str:
        return {
            Route.CANCEL: "直接取消",
            Route.COMMIT: "告知承诺",
            Route.SHARE: "证照与数据共享",
            Route.VERIFY: "部门核验",
        }[self]


class Defect(StrEnum):
    CYCLE = "cycle"
    NOBODY = "nobody"
    SELF_ISSUED = "self_issued"
    SAME_FACT = "same_fact"
    NO_BASIS = "no_basis"
    LOCAL = "local"

    @property
    def label(self) -> str:
        return _DEFECTS[self]


_DEFECTS = {
    Defect.CYCLE: "循环证明",
    Defect.NOBODY: "无处可开",
    Defect.SELF_ISSUED: "本部门自己出具",
    Defect.SAME_FACT: "同一事实重复证明",
    Defect.NO_BASIS: "没有法律依据",
    Defect.LOCAL: "下级自行增设",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One proof an item asks for.

    ``makers`` are the items whose result it is, ``issuers`` the departments that could answer for it; ``own``: the
    applicant writes it herself. ``returned``: the old document goes back for the new one. ``sources`` are codes of
    certificate types and datasets that hold the fact, ``fact`` its standard name, ``roles`` whose fact it is.
    ``local`` is the division that added it. ``brought``: nothing obtains it for the applicant.
    """

    item: str
    code: str
    name: str
    department: str
    issuer: str = ""
    issuers: frozenset[str] = frozenset()
    makers: tuple[str, ...] = ()
    required: bool = True
    brought: bool = True
    own: bool = False
    returned: bool = False
    sources: tuple[str, ...] = ()
    fact: str = ""
    roles: tuple[str, ...] = ()
    can_commit: bool = False
    basis: str = ""
    local: str = ""
    ended: bool = False
    people: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect with the asks it is about, the route proposed for ``cut``, and the cases it would spare."""

    defect: Defect
    asks: tuple[Ask, ...]
    cut: Ask
    route: Route
    people: int
    text: str

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ask.item for ask in self.asks))


def detect(asks: Sequence[Ask]) -> tuple[Finding, ...]:
    """Every finding, those that spare most first. An ask may be in several."""
    brought = [ask for ask in asks if ask.brought and not ask.own]
    found = [*_cycles(brought), *_same_facts(brought)]
    for ask in brought:
        found += _single(ask)
    order = list(Defect)
    return tuple(sorted(found, key=lambda one: (-one.people, order.index(one.defect), one.cut.code)))


def _single(ask: Ask) -> Iterable[Finding]:
    if ask.local:
        yield _finding(Defect.LOCAL, ask, Route.CANCEL, f"“{ask.name}”不在市级清单中,是下级自行增设的")
    if not ask.basis.strip():
        yield _finding(Defect.NO_BASIS, ask, Route.CANCEL, f"没有写明要求“{ask.name}”的法律依据")
    if ask.ended or not (ask.makers or ask.issuers or ask.sources):
        why = "原出具单位已不再出具" if ask.ended else "没有单位负责出具"
        route = Route.COMMIT if ask.can_commit else Route.CANCEL
        yield _finding(Defect.NOBODY, ask, route, f"“{ask.name}”{why}")
    elif ask.department in ask.issuers and not ask.returned:
        yield _finding(
            Defect.SELF_ISSUED, ask, Route.SHARE, f"“{ask.name}”就是受理部门自己出具的,内部即可查得"
        )


def _finding(defect: Defect, ask: Ask, route: Route, text: str) -> Finding:
    return Finding(defect, (ask,), ask, route, ask.people, text)


def _same_facts(asks: Sequence[Ask]) -> Iterable[Finding]:
    """Two proofs of one fact about the same people in one item: the one asked second is cancelled."""
    by_item: dict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        by_item[ask.item].append(ask)
    for found in by_item.values():
        seen: set[str] = set()
        for one, other in combinations(found, 2):
            if other.code not in seen and one.roles == other.roles and _same_fact(one, other):
                seen.add(other.code)
                text = f"“{one.name}”与“{other.name}”证明的是同一事实,只需其一"
                yield Finding(Defect.SAME_FACT, (one, other), other, Route.CANCEL, other.people, text)


def _same_fact(one: Ask, other: Ask) -> bool:
    if one.fact and one.fact == other.fact:
        return True
    a, b = (normal_name(ask.name) for ask in (one, other))
    shared = bool(set(one.sources) & set(other.sources))
    alike = _alike(a, b)
    core = _PAPER.sub("", a)
    same_core = len(core) > 1 and core == _PAPER.sub("", b)
    return a == b or same_core or alike >= NAMES_ALIKE or (shared and alike >= NAMES_ALIKE / 2)


def _alike(a: str, b: str) -> float:
    """Dice coefficient of bigrams; a negation or another number in one of them makes them different."""
    one, other = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (a, b))
    if not one or not other or any((mark in a) != (mark in b) for mark in "无未非不离"):
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def cycles(asks: Iterable[Ask]) -> tuple[tuple[str, ...], ...]:
    """Rings of items none of which can ever be begun, each as its sorted item codes.

    An item can be had when every required proof can; a proof, when nobody here issues it or one of its makers can be
    had (the least such set). So another way in, or a proof only some have to bring, is no ring. A document handed
    back for its successor is none either.
    """
    needs: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for ask in asks:
        if ask.brought and ask.required and ask.makers and not ask.returned:
            needs[ask.item].append(ask.makers)
    stuck = set(needs)
    while free := {
        item for item in stuck if all(any(m not in stuck for m in makers) for makers in needs[item])
    }:
        stuck -= free
    edges = {
        item: sorted({m for makers in needs[item] if stuck.issuperset(makers) for m in makers})
        for item in stuck
    }
    return tuple(sorted(tuple(sorted(ring)) for ring in _rings(edges)))


def _rings(edges: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Strongly connected components that hold an edge (Tarjan 1972, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    rings: list[list[str]] = []
    for start in sorted(edges):
        if start in number:
            continue
        number[start] = low[start] = len(number)
        path.append(start)
        todo = [(start, iter(edges[start]))]
        while todo:
            node, rest = todo[-1]
            following = next(rest, None)
            if following is None:
                todo.pop()
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[node])
                if low[node] == number[node]:
                    rings.append(_pop(path, node, low, len(edges)))
            elif following not in number:
                number[following] = low[following] = len(number)
                path.append(following)
                todo.append((following, iter(edges[following])))
            else:
                low[node] = min(low[node], low[following])
    return [ring for ring in rings if len(ring) > 1 or ring[0] in edges[ring[0]]]


def _pop(path: list[str], node: str, low: dict[str, int], done: int) -> list[str]:
    """Take a finished component off the path; ``done`` keeps later nodes from reaching back into it."""
    ring: list[str] = []
    while not ring or ring[-1] != node:
        ring.append(path.pop())
        low[ring[-1]] = done
    return ring


def _cycles(asks: Sequence[Ask]) -> Iterable[Finding]:
    for ring in cycles(asks):
        members = set(ring)
        on_ring = tuple(
            ask for ask in asks if ask.item in members and ask.required and members & set(ask.makers)
        )
        cut = min(on_ring, key=lambda ask: (not ask.sources, not ask.can_commit, -ask.people, ask.code))
        route = Route.SHARE if cut.sources else Route.COMMIT if cut.can_commit else Route.VERIFY
        names = "、".join(f"“{ask.name}”" for ask in on_ring)
        yield Finding(
            Defect.CYCLE,
            on_ring,
            cut,
            route,
            sum(ask.people for ask in on_ring),
            f"{names}互为前置,谁也办不成第一件",
        )


def proposed_route(ask: Ask) -> Route | None:
    """The route for a proof without a defect: share what is held, verify with who issues, promise what may be.

    None: nothing could take its place.
    """
    if ask.own:
        return None
    if ask.sources:
        return Route.SHARE
    if ask.issuers or ask.makers:
        return Route.VERIFY
    return Route.COMMIT if ask.can_commit else None

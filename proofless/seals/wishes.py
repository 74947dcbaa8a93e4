"""盖章要求: where on a document a seal goes. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AtPoint:
    """The picture's middle at (x, y) mm on a page from 1."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class AtWords:
    """Over the ``nth`` place (from 1; -1 the last) where the words stand."""

    words: str
    nth: int = -1


@dataclass(frozen=True, slots=True)
class AcrossEdges:
    """骑缝: a slice on every page, its middle at this share of the height."""

    at: float = 0.5


@dataclass(frozen=True, slots=True)
class InBox:
    """In the middle of a box on a page from 1, as large as it allows; mm from the page's top left corner."""

    page: int
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class SealWish:
    """How a document is to be sealed. ``side`` is the picture's size in mm; ``close`` admits no further seal."""

    where: AtPoint | AtWords | AcrossEdges | InBox
    side: float = 42.0
    close: bool = True


def pack_wish(wish: SealWish) -> dict[str, Any]:
    """As a batch keeps it."""
    tag = next(name for name, kind in _WHERE.items() if isinstance(wish.where, kind))
    return {"where": tag, "at": asdict(wish.where), "side": wish.side, "close": wish.close}


def read_wish(kept: Mapping[str, Any]) -> SealWish:
    return SealWish(_WHERE[kept["where"]](**kept["at"]), kept["side"], kept["close"])


_WHERE: dict[str, type[AtPoint] | type[AtWords] | type[AcrossEdges] | type[InBox]] = {
    "point": AtPoint,
    "words": AtWords,
    "edges": AcrossEdges,
    "box": InBox,
}

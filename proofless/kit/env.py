"""环境: the state folder of a node (PROOFLESS_HOME) and what kind of home it is."""

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HomePaths:
    """Where a node keeps its state. ``kind`` is demo or production, chosen once at its making."""

    root: Path
    kind: str
    city: str

    @property
    def demo(self) -> bool:
        return self.kind == "demo"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def pg(self) -> Path:
        return self.root / "pg"

    @property
    def trust(self) -> Path:
        return self.root / "trust"


def home_root() -> Path:
    return Path(os.environ.get("PROOFLESS_HOME", "var")).absolute()


@lru_cache(maxsize=8)
def _read(root: Path) -> HomePaths:
    meta = json.loads((root / "home.json").read_text(encoding="utf-8"))
    return HomePaths(root=root, kind=meta["kind"], city=meta["city"])


@lru_cache(maxsize=8)
def _named(given: str) -> HomePaths:
    return _read(Path(given).absolute())


def home() -> HomePaths:
    """The home of this process. Raises FileNotFoundError before one is made."""
    return _named(os.environ.get("PROOFLESS_HOME", "var"))

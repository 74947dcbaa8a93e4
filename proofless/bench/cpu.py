"""Processor time of process trees: what a figure costs, however busy the machine is."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree_seconds(root: int) -> float:
    """Seconds of processor time of a process, its living descendants and the dead ones they have waited for."""
    stats = _read_all()
    return sum(stats[pid][1] for pid in _descend(root, stats)) / TICKS


def pids_of(root: int) -> list[int]:
    """A process and its descendants."""
    return _descend(root, _read_all())


def _descend(root: int, stats: dict[int, tuple[int, int]]) -> list[int]:
    found, queue = [], [root] if root in stats else []
    while queue:
        found.append(queue.pop())
        queue += [child for child, (parent, _) in stats.items() if parent == found[-1]]
    return found


def _read_all() -> dict[int, tuple[int, int]]:
    """Process id → (parent, ticks of its own and of waited-for children)."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(folder.name)] = int(words[1]), sum(map(int, words[11:15]))
    return found

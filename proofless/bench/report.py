"""What a benchmark found, as a table for people and one JSON object for machines."""

import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

Number = float | int


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``key`` names it in JSON, ``label`` on the table."""

    key: str
    label: str
    value: Number | str | bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """``limit`` is what the limit program reached and ``ratio`` ours to it; None where nothing is compared."""

    name: str
    figures: tuple[Figure, ...]
    limit: Number | None
    ratio: float | None
    target: dict[str, Number]
    met: bool
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "figures": {figure.key: figure.value for figure in self.figures},
            "limit": self.limit,
            "ratio": self.ratio,
            "target": self.target,
            "met": self.met,
        }


def print_result(result: Result, as_json: bool) -> int:
    """The table (on stderr with ``as_json``), then one JSON object as the last line. Returns the exit code."""
    table = sys.stderr if as_json else sys.stdout
    for figure in result.figures:
        print(f"  {figure.label}:{_shown(figure.value)}{figure.unit}", file=table)
    for note in result.notes:
        print(f"  {note}", file=table)
    print(f"{result.name}:{'达标' if result.met else '未达标'}", file=table, flush=True)
    print(json.dumps(result.as_json(), ensure_ascii=False), flush=True)
    return 0 if result.met else 1


def _shown(value: Number | str | bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and abs(value) < 10:
        return f"{value:.3g}"
    return value if isinstance(value, str) else f"{value:,.0f}"


def spread(values: Sequence[Number], key: str, label: str, unit: str = "") -> list[Figure]:
    """Median, least and greatest of repeated runs."""
    return [
        Figure(key, f"{label}(中位数)", round(statistics.median(values), 3), unit),
        Figure(f"{key}_min", f"{label}(最低)", round(min(values), 3), unit),
        Figure(f"{key}_max", f"{label}(最高)", round(max(values), 3), unit),
    ]


def percentile(values: Sequence[Number], share: float) -> float:
    """The value below which ``share`` (0–1) of the values lie; 0 when there are none."""
    ordered = sorted(values)
    return float(ordered[min(int(len(ordered) * share), len(ordered) - 1)]) if ordered else 0.0


def machine() -> list[Figure]:
    """What else the machine is doing, without which no figure means anything."""
    return [
        Figure("cores", "处理器", os.cpu_count() or 1),
        Figure("load_average", "机器负载(一分钟)", round(os.getloadavg()[0], 2)),
    ]

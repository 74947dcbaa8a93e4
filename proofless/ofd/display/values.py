"""取值: attributes and texts of received pages as numbers (GB/T 33190 clause 7.3). Every refusal is `NotOfd`."""

import math
import re
from functools import lru_cache

from lxml import etree

from proofless.ofd import drawing
from proofless.ofd.drawing import Box, Matrix
from proofless.ofd.errors import NotOfd

MAX_COORDINATE = 1e6

_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0, "Z": 0}
_SVG = {"S": "M", "B": "C", "C": "Z"}
_GLUED = re.compile(r"(?<=[MSLQBACZ])(?=[-+.\d])|(?<=[\d.])(?=[MSLQBACZ])")
_MAX_PATH_WORDS = 400_000

Bounds = tuple[float, float, float, float]


def numbers(text: str | None, count: int | None = None) -> list[float]:
    """Finite numbers of a space-separated list (commas are met in the wild)."""
    try:
        values = [float(word) for word in (text or "").replace(",", " ").split()]
    except ValueError as error:
        raise NotOfd("数值不合法") from error
    if not all(map(_is_small, values)) or (count is not None and len(values) != count):
        raise NotOfd("数值不合法")
    return values


def _is_small(value: float) -> bool:
    return math.isfinite(value) and abs(value) <= MAX_COORDINATE


def number(node: etree._Element, attribute: str, default: float) -> float:
    text = node.get(attribute)
    return numbers(text, 1)[0] if text else default


def flag(node: etree._Element, attribute: str, default: bool) -> bool:
    text = node.get(attribute)
    return default if text is None else text.strip() in ("true", "1")


def box(text: str | None) -> Box:
    x, y, w, h = numbers(text, 4)
    return Box(x, y, w, h)


def matrix(text: str | None) -> Matrix | None:
    if not text:
        return None
    a, b, c, d, e, f = numbers(text, 6)
    return (a, b, c, d, e, f)


@lru_cache(maxsize=512)
def path(data: str) -> tuple[str, Bounds | None]:
    """SVG path data and the box of its control points (None for an empty path)."""
    out: list[str] = []
    xs: list[float] = []
    ys: list[float] = []
    words = _GLUED.sub(" ", data).replace(",", " ").split()
    if len(words) > _MAX_PATH_WORDS:
        raise NotOfd("路径过长")
    at = 0
    while at < len(words):
        operator = words[at]
        count = _OPERANDS.get(operator)
        if count is None or at + count >= len(words):
            raise NotOfd("路径操作符不合法")
        operands = [_operand(word) for word in words[at + 1 : at + 1 + count]]
        points = operands if operator != "A" else operands[5:]
        if operator == "A":
            reach = 2 * max(abs(operands[0]), abs(operands[1]))
            xs += (points[0] - reach, points[0] + reach)
            ys += (points[1] - reach, points[1] + reach)
        xs += points[0::2]
        ys += points[1::2]
        out.append(_SVG.get(operator, operator))
        out += _arc_words(operands) if operator == "A" else map(drawing.n, operands)
        at += 1 + count
    return " ".join(out), (min(xs), min(ys), max(xs), max(ys)) if xs else None


def _arc_words(operands: list[float]) -> list[str]:
    # SVG's flags are 0 or 1 and nothing else.
    rx, ry, turn, large, sweep, x, y = operands
    return [
        *map(drawing.n, (abs(rx), abs(ry), turn)), str(int(large != 0)), str(int(sweep != 0)), drawing.n(x),
        drawing.n(y),
    ]  # fmt: skip


def _operand(word: str) -> float:
    try:
        value = float(word)
    except ValueError as error:
        raise NotOfd("数值不合法") from error
    if not _is_small(value):
        raise NotOfd("数值不合法")
    return value


def bounds_through(matrix: Matrix, bounds: Bounds) -> Bounds:
    """The box around a box taken through a matrix."""
    a, b, c, d, e, f = matrix
    left, top, right, bottom = bounds
    corners = [(x, y) for x in (left, right) for y in (top, bottom)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return (min(xs), min(ys), max(xs), max(ys))

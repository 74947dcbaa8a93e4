"""OFD path operators (GB/T 33190 9.3) as PDF operators (ISO 32000-1 8.5.2): M L Q B A C → m l c c c h."""

import math
from collections.abc import Iterator
from functools import lru_cache

from proofless.ofd.drawing import n

_QUARTER = math.pi / 2
_Point = tuple[float, float]


@lru_cache(maxsize=8192)
def operators(path: str) -> str:
    """The path in the same coordinates. Quadratic curves and arcs become cubic ones."""
    out: list[str] = []
    at: _Point = (0.0, 0.0)
    start = at
    words = iter(path.split())
    for word in words:
        match word:
            case "M" | "L":
                at = _point(words)
                start = at if word == "M" else start
                out.append(f"{_n(at)} {word.lower()}")
            case "Q":
                middle, end = _point(words), _point(words)
                out.append(_cubic(_towards(at, middle), _towards(end, middle), end))
                at = end
            case "B":
                first, second, end = _point(words), _point(words), _point(words)
                out.append(_cubic(first, second, end))
                at = end
            case "A":
                radii, turn, large, sweep = _point(words), float(next(words)), next(words), next(words)
                end = _point(words)
                out += _arc(at, radii, math.radians(turn), float(large) != 0, float(sweep) != 0, end)
                at = end
            case "C":
                out.append("h")
                at = start
    return " ".join(out)


def _point(words: Iterator[str]) -> _Point:
    return float(next(words)), float(next(words))


def _n(point: _Point) -> str:
    return f"{n(point[0])} {n(point[1])}"


def _cubic(first: _Point, second: _Point, end: _Point) -> str:
    return f"{_n(first)} {_n(second)} {_n(end)} c"


def _towards(end: _Point, middle: _Point) -> _Point:
    """The cubic handle that a quadratic curve's middle point gives at one end."""
    return end[0] + (middle[0] - end[0]) * 2 / 3, end[1] + (middle[1] - end[1]) * 2 / 3


def _arc(start: _Point, radii: _Point, turn: float, large: bool, sweep: bool, end: _Point) -> list[str]:
    """An elliptic arc by its end points, as quarter curves at most (SVG 1.1 F.6.5 has the same arc)."""
    rx, ry = abs(radii[0]), abs(radii[1])
    if rx == 0 or ry == 0 or start == end:
        return [f"{_n(end)} l"]
    c, s = math.cos(turn), math.sin(turn)
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    px, py = c * dx + s * dy, -s * dx + c * dy
    stretch = max(1.0, math.sqrt((px / rx) ** 2 + (py / ry) ** 2))
    rx, ry = rx * stretch, ry * stretch
    shared = (rx * py) ** 2 + (ry * px) ** 2
    off = math.sqrt(max(0.0, (rx * ry) ** 2 / shared - 1)) * (1 if large != sweep else -1)
    qx, qy = off * rx * py / ry, -off * ry * px / rx
    cx, cy = c * qx - s * qy + (start[0] + end[0]) / 2, s * qx + c * qy + (start[1] + end[1]) / 2
    first = math.atan2((py - qy) / ry, (px - qx) / rx)
    span = math.atan2((-py - qy) / ry, (-px - qx) / rx) - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    return _quarters((cx, cy), (rx, ry), (c, s), first, span)


def _quarters(centre: _Point, radii: _Point, turn: _Point, first: float, span: float) -> list[str]:
    pieces = max(1, math.ceil(abs(span) / _QUARTER - 1e-9))
    step = span / pieces
    reach = 4 / 3 * math.tan(step / 4)

    def place(x: float, y: float) -> _Point:
        x, y = x * radii[0], y * radii[1]
        return centre[0] + turn[0] * x - turn[1] * y, centre[1] + turn[1] * x + turn[0] * y

    out = []
    for index in range(pieces):
        a, b = first + index * step, first + (index + 1) * step
        ca, sa, cb, sb = math.cos(a), math.sin(a), math.cos(b), math.sin(b)
        handles = place(ca - reach * sa, sa + reach * ca), place(cb + reach * sb, sb - reach * cb)
        out.append(_cubic(*handles, place(cb, sb)))
    return out

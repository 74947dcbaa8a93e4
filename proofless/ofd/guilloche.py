"""Guilloche (扭索纹): the fine interlaced curves of a certificate's border and ground, made by formula."""

import math
from collections.abc import Callable
from itertools import pairwise

from proofless.ofd.drawing import Box, Color, Shape

# An arch of a parabola between two zeros of a sine, as high as the sine, meets the next arch without a kink.
_ARCH = 2.0


def curve(point: Callable[[float, float], tuple[float, float]], waves: int, phase: float = 0.0) -> str:
    """A closed curve that swings `waves` times as t runs over [0, 2π): two quadratic arches a wave.

    `point(t, swing)` is the place at t, `swing` of the amplitude off the middle line.
    """
    half = math.pi / waves
    zeros = [(math.pi * (i + 0.5) - phase) / waves for i in range(2 * waves)]
    parts = [f"M {_short(point(zeros[0], 0.0))}"]
    for index, t in enumerate(zeros):
        side = _ARCH if index % 2 else -_ARCH
        parts.append(f"Q {_short(point(t + half / 2, side))} {_short(point(t + half, 0.0))}")
    return " ".join(parts) + " C"


def _short(point: tuple[float, float]) -> str:
    return f"{round(point[0], 2):g} {round(point[1], 2):g}"


def rosette(
    x: float, y: float, radius: float, color: Color, *, petals: int = 24, rings: int = 2
) -> tuple[Shape, ...]:
    """A rosette about (x, y): in each ring three circles of `petals` waves, shifted against each other."""
    shapes = []
    for ring in range(rings):
        middle, swing = radius * (0.84 - 0.36 * ring), radius * 0.16
        for phase in (0.0, 2 * math.pi / 3, 4 * math.pi / 3):

            def point(
                t: float, out: float, middle: float = middle, swing: float = swing
            ) -> tuple[float, float]:
                r = middle + swing * out
                return x + r * math.cos(t), y + r * math.sin(t)

            shapes.append(Shape(curve(point, petals, phase), stroke=color, width=0.12))
    return tuple(shapes)


def border(
    box: Box, color: Color, *, depth: float = 3.0, pitch: float = 8.0, strands: int = 3
) -> tuple[Shape, ...]:
    """Waves that run round a rectangle, `depth` mm deep, one about every `pitch` mm."""
    waves = max(4, round(2 * (box.w + box.h) / pitch))
    shapes = []
    for strand in range(strands):
        phase = 2 * math.pi * strand / strands

        def point(t: float, out: float) -> tuple[float, float]:
            return _on_rectangle(box, t / (2 * math.pi) % 1.0, depth / 2 * (1 + out))

        shapes.append(Shape(curve(point, waves, phase), stroke=color, width=0.14))
    return tuple(shapes)


def _on_rectangle(box: Box, part: float, inset: float) -> tuple[float, float]:
    """The point `part` (0 to 1) of the way round a rectangle from its top left, `inset` mm inside."""
    inner = box.inset(inset)
    left, top, right, bottom = inner.x, inner.y, inner.x + inner.w, inner.y + inner.h
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    along = part * 2 * (box.w + box.h)
    for side, ((ax, ay), (bx, by)) in zip((box.w, box.h) * 2, pairwise(corners), strict=True):
        if along <= side:
            share = along / side
            return ax + (bx - ax) * share, ay + (by - ay) * share
        along -= side
    return left, top

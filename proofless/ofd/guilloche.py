"""Guilloche (扭索纹): the fine interlaced curves of a certificate's border and ground, made by formula."""

import math
from collections.abc import Callable
from itertools import pairwise

from proofless.ofd.drawing import Box, Color, Shape

# A cubic segment with handles of this share of its parameter range follows half a wave of a sine closely.
_HANDLE = 0.3642
_EPSILON = 1e-5


def curve(point: Callable[[float], tuple[float, float]], waves: int, phase: float = 0.0) -> str:
    """A closed curve that swings `waves` times as t runs over [0, 2π), one cubic for each half wave.

    `point` must turn back (be farthest from its middle) where waves * t + phase is a multiple of π.
    """
    half = math.pi / waves
    turns = [(math.pi * i - phase) / waves for i in range(2 * waves + 1)]
    nodes = [(point(t), _slope(point, t)) for t in turns]
    parts = [f"M {_short(nodes[0][0])}"]
    for ((ax, ay), (adx, ady)), ((bx, by), (bdx, bdy)) in pairwise(nodes):
        h = half * _HANDLE
        handles = ((ax + adx * h, ay + ady * h), (bx - bdx * h, by - bdy * h), (bx, by))
        parts.append(f"B {' '.join(_short(handle) for handle in handles)}")
    return " ".join(parts) + " C"


def _slope(point: Callable[[float], tuple[float, float]], t: float) -> tuple[float, float]:
    (ax, ay), (bx, by) = point(t - _EPSILON), point(t + _EPSILON)
    return (bx - ax) / (2 * _EPSILON), (by - ay) / (2 * _EPSILON)


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
                t: float, middle: float = middle, swing: float = swing, phase: float = phase
            ) -> tuple[float, float]:
                r = middle + swing * math.cos(petals * t + phase)
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

        def point(t: float, phase: float = phase) -> tuple[float, float]:
            inset = depth / 2 * (1 + math.cos(waves * t + phase))
            return _on_rectangle(box, t / (2 * math.pi) % 1.0, inset)

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

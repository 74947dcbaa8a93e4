"""文字对象: characters and glyph numbers of a text object, placed (GB/T 33190 clause 11)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from proofless.ofd.display import glyphs, values
from proofless.ofd.display.glyphs import Outlines
from proofless.ofd.display.model import Glyph
from proofless.ofd.display.resources import FontEntry
from proofless.ofd.errors import NotOfd
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.package import tag

_MAX_GLYPHS = 100_000
_TURNS = {"90": (0.0, 1.0), "180": (-1.0, 0.0), "270": (0.0, -1.0)}
_NO_FONT = FontEntry("", None)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One thing to draw: a glyph of a font, or nothing (a blank)."""

    font: Outlines
    glyph: int | None

    @property
    def advance(self) -> float:
        return 0.5 if self.glyph is None else self.font.advance(self.glyph)


@dataclass(frozen=True, slots=True)
class _Transform:
    """CGTransform: `count` characters from `start` are drawn as these glyph numbers."""

    start: int
    count: int
    glyphs: tuple[int, ...]


def place(node: etree._Element, font: FontEntry | None, library: FontLibrary) -> Iterator[Glyph]:
    """The glyphs of a TextObject in its own coordinates."""
    size = values.number(node, "Size", 0.0)
    along = _TURNS.get(node.get("ReadDirection", "0"), (1.0, 0.0))
    turned = (
        float(node.get("CharDirection", "0")) if node.get("CharDirection") in ("90", "180", "270") else 0.0
    )
    step = size * values.number(node, "HScale", 1.0)
    x = y = 0.0
    transforms: list[_Transform] = []
    for child in node:
        if child.tag == tag("CGTransform"):
            transforms.append(_transform(child))
        elif child.tag == tag("TextCode"):
            # X and Y keep their last value when absent.
            x, y = values.number(child, "X", x), values.number(child, "Y", y)
            signs = list(_signs(_words(child), transforms, font or _NO_FONT, library))
            transforms = []
            for sign, (left, top) in zip(signs, _places(signs, (x, y), child, along, step), strict=True):
                if sign.glyph is not None and (outline := sign.font.outline(sign.glyph)):
                    yield Glyph(outline, sign.font.units, left, top, turned)


def _words(code: etree._Element) -> str:
    text = code.text or ""
    if len(text) > _MAX_GLYPHS:
        raise NotOfd("文字过多")
    return text.strip("\r\n") if "\n" in text or "\r" in text else text


def _transform(node: etree._Element) -> _Transform:
    numbers = [int(value) for value in values.numbers(node.findtext(tag("Glyphs")))]
    start, count = int(values.number(node, "CodePosition", 0)), int(values.number(node, "CodeCount", 1))
    if start < 0 or count < 1 or len(numbers) > _MAX_GLYPHS or any(n < 0 for n in numbers):
        raise NotOfd("字形变换不合法")
    return _Transform(start, count, tuple(numbers))


def _signs(
    text: str, transforms: Sequence[_Transform], font: FontEntry, library: FontLibrary
) -> Iterator[_Sign]:
    own = glyphs.embedded(font.data) if font.data is not None else None
    changed = {transform.start: transform for transform in transforms} if own is not None else {}
    at = 0
    while at < len(text):
        transform = changed.get(at)
        if transform is not None and own is not None:
            yield from (_Sign(own, glyph) for glyph in transform.glyphs)
            at += transform.count
        else:
            yield _sign(text[at], own, font, library)
            at += 1


def _sign(character: str, own: Outlines | None, font: FontEntry, library: FontLibrary) -> _Sign:
    glyph = own.glyph_of(character) if own is not None else None
    if own is not None and glyph is not None:
        return _Sign(own, glyph)
    if character.isspace() or (not character.isprintable() and character < "\ue000"):
        return _Sign(glyphs.MISSING, None)
    other = glyphs.stand_in(library, font, character)
    return _Sign(other, other.glyph_of(character))


def _places(
    signs: Sequence[_Sign], start: tuple[float, float], code: etree._Element, along: tuple[float, float],
    step: float,
) -> Iterator[tuple[float, float]]:  # fmt: skip
    """Where each glyph stands: by the steps given, else by the fonts' own advances along the reading direction."""
    dx, dy = steps(code.get("DeltaX"), len(signs)), steps(code.get("DeltaY"), len(signs))
    x, y = start
    for index, sign in enumerate(signs):
        yield x, y
        if dx is None and dy is None:
            x, y = x + along[0] * sign.advance * step, y + along[1] * sign.advance * step
        # A list that ends too early is met in the wild; the font's own advance is what its writer meant, along the
        # reading direction where both lists are given (DeltaY="0" of many invoices).
        advance = sign.advance * step
        if dx is not None:
            x += dx[index] if index < len(dx) else advance * (1.0 if dy is None else along[0])
        if dy is not None:
            y += dy[index] if index < len(dy) else advance * (1.0 if dx is None else along[1])


def steps(text: str | None, count: int) -> list[float] | None:
    """The steps after the first of `count` glyphs, the form `g count value` spread out; None when none are given."""
    if not text or not text.strip():
        return None
    found: list[float] = []
    words = iter(text.replace(",", " ").split())
    for word in words:
        times = _count(next(words, ""), count) if word == "g" else 1
        found += values.numbers(next(words, "") if word == "g" else word, 1) * times
        if len(found) > count + _MAX_GLYPHS:
            raise NotOfd("字距不合法")
    return found[:count]


def _count(word: str, most: int) -> int:
    """How often a step is repeated, as far as there are glyphs: real invoices ask for more than they have."""
    value = values.numbers(word, 1)[0]
    if value < 0 or not math.floor(value) == value:
        raise NotOfd("字距不合法")
    return min(int(value), most + 1)

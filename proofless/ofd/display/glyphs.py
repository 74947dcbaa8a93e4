"""字形: outlines of embedded fonts (TrueType, OpenType, bare CFF) and of ours where none is embedded.

Embedded fonts come from strangers: they are read by HarfBuzz, bare CFF by fontTools, and whatever these refuse
counts as not embedded.
"""

from functools import cache, lru_cache
from io import BytesIO
from typing import Any, Protocol

import uharfbuzz as hb

from proofless.ofd.display.resources import FontEntry
from proofless.ofd.errors import MissingGlyph
from proofless.ofd.fonts import Family, FontFace, FontLibrary, Style, draw_functions

MAX_FONT_BYTES = 32 << 20
# What one outline may run through with its subroutines; the specification ends a charstring at 65 535 bytes
# (Adobe Technical Note 5177, appendix B).
MAX_OUTLINE_BYTES = 1 << 18
# Units an em: what TrueType allows (OpenType `head`); a bare CFF may claim anything.
_LEAST_UNITS, _MOST_UNITS = 16, 16_384

_SERIF_WORDS = ("宋", "仿", "楷", "Song", "SimSun", "FangSong", "Kai", "Serif", "Times", "Roman")
_BOLD_WORDS = ("黑体", "SimHei", "Bold", "Heavy", "粗")
_BLANK = ("", 1.0)
_MISSING = "M50 0 L950 0 L950 900 L50 900 Z M110 60 L110 840 L890 840 L890 60 Z"


class Outlines(Protocol):
    """A font: characters to glyph numbers, glyph numbers to outlines."""

    units: int

    def glyph_of(self, character: str) -> int | None: ...

    def advance(self, glyph: int) -> float:
        """In em."""
        ...

    def outline(self, glyph: int) -> str:
        """SVG path in font units, y upwards; empty for a blank."""
        ...


class _Sfnt:
    """A TrueType or OpenType font through HarfBuzz."""

    def __init__(self, data: bytes) -> None:
        face = hb.Face(hb.Blob(data))
        self._font = hb.Font(face)
        self.units: int = face.upem
        self.count: int = face.glyph_count
        self._known: dict[int, str] = {}

    def glyph_of(self, character: str) -> int | None:
        return self._font.get_nominal_glyph(ord(character)) or None

    def advance(self, glyph: int) -> float:
        return int(self._font.get_glyph_h_advance(glyph)) / self.units

    def outline(self, glyph: int) -> str:
        found = self._known.get(glyph)
        if found is None:
            pen: list[str] = []
            if glyph < self.count:
                self._font.draw_glyph(glyph, draw_functions(), pen)
            found = self._known[glyph] = "".join(pen)
        return found


@cache
def _bounded_extractor() -> type[Any]:
    from fontTools.misc.psCharStrings import T2OutlineExtractor  # type: ignore[import-untyped]

    class Bounded(T2OutlineExtractor):  # type: ignore[misc]
        """Subroutines may call each other: ten levels of ten calls are ten thousand million steps."""

        spent = 0

        def execute(self, charString: Any) -> None:
            self.spent += 1 + len(charString.bytecode or charString.program or ())
            if self.spent > MAX_OUTLINE_BYTES:
                raise ValueError("outline longer than any glyph's")
            super().execute(charString)

    return Bounded


class _BareCff:
    """A CFF font without its OpenType wrapping, as programs that made OFD from PDF embed it."""

    def __init__(self, data: bytes) -> None:
        # Imported here: few files need it, and it takes a tenth of a second to load.
        from fontTools.agl import toUnicode  # type: ignore[import-untyped]
        from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]

        fonts = CFFFontSet()
        fonts.decompile(BytesIO(data), None)
        self._top: Any = fonts[fonts.fontNames[0]]
        self._names = list(self._top.charset)
        self.units = round(1 / (self._top.FontMatrix[0] or 0.001))
        if not _LEAST_UNITS <= self.units <= _MOST_UNITS:
            raise ValueError("impossible units an em")
        self._by_character = {toUnicode(name): index for index, name in enumerate(self._names)}
        self._known: dict[int, tuple[str, float]] = {}

    def glyph_of(self, character: str) -> int | None:
        return self._by_character.get(character)

    def advance(self, glyph: int) -> float:
        return self._drawn(glyph)[1]

    def outline(self, glyph: int) -> str:
        return self._drawn(glyph)[0]

    def _drawn(self, glyph: int) -> tuple[str, float]:
        if not 0 <= glyph < len(self._names):
            return _BLANK
        found = self._known.get(glyph)
        if found is None:
            try:
                found = self._draw(glyph)
            except Exception:
                # fontTools raises nearly anything over a broken outline; the others of the font are still good.
                found = _BLANK
            self._known[glyph] = found
        return found

    def _draw(self, glyph: int) -> tuple[str, float]:
        from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]

        pen = SVGPathPen(None, ntos=lambda value: f"{value:g}")
        char_string = self._top.CharStrings[self._names[glyph]]
        char_string.outlineExtractor = _bounded_extractor()
        char_string.draw(pen)
        return pen.getCommands(), (char_string.width or 0) / self.units


class _Own:
    """One of our fonts, its glyphs numbered by character."""

    def __init__(self, face: FontFace) -> None:
        self._face, self.units = face, face.units

    def glyph_of(self, character: str) -> int | None:
        return None if self._face.advance(character) is None else ord(character)

    def advance(self, glyph: int) -> float:
        return self._face.advance(chr(glyph)) or 0.0

    def outline(self, glyph: int) -> str:
        return self._face.outline(chr(glyph))


class _Missing:
    """A box for what no font draws: better than nothing at all on a page somebody relies on."""

    units = 1000

    def glyph_of(self, character: str) -> int | None:
        return 0

    def advance(self, glyph: int) -> float:
        return 1.0

    def outline(self, glyph: int) -> str:
        return _MISSING


MISSING: Outlines = _Missing()


@lru_cache(maxsize=256)
def embedded(data: bytes) -> Outlines | None:
    """The font in these bytes; None when it cannot be read. Kept: a type's texts share one subset."""
    if not 4 <= len(data) <= MAX_FONT_BYTES:
        return None
    try:
        # A CFF header begins with its version, 1.0; a TrueType one with 0.1, `true` or `OTTO`.
        found: Outlines = (_BareCff if data[:2] == b"\1\0" else _Sfnt)(data)
        found.outline(0)
    except Exception:
        # fontTools raises nearly anything over broken fonts.
        return None
    return found if not isinstance(found, _Sfnt) or found.count else None


@lru_cache(maxsize=64)
def _own(face: FontFace) -> Outlines:
    return _Own(face)


def stand_in(library: FontLibrary, font: FontEntry, character: str) -> Outlines:
    """One of our fonts for a character whose font is not embedded or lacks it; a box where none draws it."""
    serif = font.serif or any(word in font.name for word in _SERIF_WORDS)
    bold = font.bold or any(word in font.name for word in _BOLD_WORDS)
    style = Style(Family.SERIF if serif else Family.SANS, bold)
    try:
        return _own(library.measure(style, character)[0][0])
    except MissingGlyph:
        return MISSING

"""Fonts: where they lie, what they cover, subsets to embed, outlines to draw.

Text is set in Noto Sans SC and Noto Serif SC (OFL-1.1, TrueType). What they lack (most of CJK Extension B
to F, such as 𠮷) comes from Hanazono Mincho (花園明朝; Hanazono font licence or OFL-1.1), which the npm
package `hanamin` carries as WOFF2 blocks; a block is unpacked when a name first needs it and kept in a
cache beside the fonts. Only TrueType outlines are embedded: several readers garble CFF.

`PROOFLESS_FONTS` names the directory of fonts: a `node_modules`, or a flat folder of the same file names.
"""

import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

import uharfbuzz as hb

from proofless.ofd.errors import FontsNotInstalled, MissingGlyph


class Family(StrEnum):
    SANS = "sans"
    SERIF = "serif"


@dataclass(frozen=True, slots=True)
class Style:
    """A look that a template asks for; which file draws a character is the library's affair."""

    family: Family
    bold: bool = False


_FILES = {
    Style(Family.SANS): ("Noto Sans SC", "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"),
    Style(Family.SANS, bold=True): ("Noto Sans SC Bold", "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf"),
    Style(Family.SERIF): ("Noto Serif SC", "noto-serif-sc/500Medium/NotoSerifSC_500Medium.ttf"),
    Style(Family.SERIF, bold=True): ("Noto Serif SC Bold", "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf"),
}
_DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "STAT", "vhea", "vmtx", "gasp", "cvt ", "fpgm", "prep")
_CACHE_FOLDER = ".cache/proofless-fonts"


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")


class _Advances(dict[str, float]):
    """Widths in em by character, looked up when first asked for; as a dict, so that a text is measured at C's pace.

    A character the font has no glyph for is a KeyError.
    """

    def __init__(self, look_up: Callable[[str], float | None]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, character: str) -> float:
        width = self._look_up(character)
        if width is None:
            raise KeyError(character)
        self[character] = width
        return width


class FontFace:
    """One font file: coverage, advances, outlines, subsets. Safe to share between threads."""

    def __init__(self, name: str, blob: hb.Blob) -> None:
        self.name = name
        self._face = hb.Face(blob)
        self._font = hb.Font(self._face)
        self.units = self._face.upem
        self.is_empty = self._face.glyph_count == 0
        self.advances = _Advances(self._look_up)
        self._outlines: dict[str, str] = {}
        self._prepared: tuple[hb.Face, hb.Face, frozenset[int]] | None = None
        self._lock = threading.Lock()

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> "FontFace":
        return cls(name, hb.Blob(data))

    def advance(self, character: str) -> float | None:
        """Width in em, or None when the font has no such glyph."""
        try:
            return self.advances[character]
        except KeyError:
            return None

    def _look_up(self, character: str) -> float | None:
        with self._lock:
            glyph = self._font.get_nominal_glyph(ord(character))
            return None if glyph is None else self._font.get_glyph_h_advance(glyph) / self.units

    def outline(self, character: str) -> str:
        """SVG path of the glyph in font units, y upwards; empty for a blank or an absent glyph."""
        try:
            return self._outlines[character]
        except KeyError:
            with self._lock:
                glyph = self._font.get_nominal_glyph(ord(character))
                pen: list[str] = []
                if glyph is not None:
                    self._font.draw_glyph(glyph, draw_functions(), pen)
                return self._outlines.setdefault(character, "".join(pen))

    def subset(self, characters: Iterable[str]) -> bytes:
        """A TrueType file with these characters only; the same characters give the same bytes."""
        wanted = frozenset(map(ord, characters))
        if self._prepared is None:
            with self._lock:
                self._prepared = self._prepared or _prepare(self._face)
        whole, everyday, covered = self._prepared
        return bytes(_cut(everyday if wanted <= covered else whole, wanted).blob.data)


_FLAGS = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
_DROPPED_TAGS = frozenset(_tag(name) for name in _DROPPED)


def _cut(face: hb.Face, wanted: frozenset[int]) -> hb.Face:
    given = hb.SubsetInput()
    given.unicode_set.update(wanted)
    given.flags = _FLAGS
    given.drop_table_tag_set.update(_DROPPED_TAGS)
    return hb.subset(face, given)


def _prepare(face: hb.Face) -> tuple[hb.Face, hb.Face, frozenset[int]]:
    """The font ready to be cut, its everyday part, and what that part covers.

    Cutting takes time in proportion to the font it is cut from; the same characters give the same bytes from both.
    """
    covered = _everyday() & frozenset(face.unicodes)
    return hb.subset_preprocess(face), hb.subset_preprocess(_cut(face, covered)), covered


@cache
def _everyday() -> frozenset[int]:
    """ASCII and the rows 1 to 55 of GB/T 2312-1980: its marks and the 3 755 commonest characters."""
    rows = (bytes((0xA0 + row, 0xA1 + cell)) for row in range(1, 56) for cell in range(94))
    return frozenset(range(0x20, 0x7F)) | frozenset(map(ord, b"".join(rows).decode("gb2312", "ignore")))


@cache
def draw_functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(lambda x, y, pen: pen.append(f"M{x:g} {y:g}"))
    functions.set_line_to_func(lambda x, y, pen: pen.append(f"L{x:g} {y:g}"))
    functions.set_quadratic_to_func(lambda a, b, x, y, pen: pen.append(f"Q{a:g} {b:g} {x:g} {y:g}"))
    functions.set_cubic_to_func(lambda *p: p[-1].append("C" + " ".join(f"{v:g}" for v in p[:-1])))
    functions.set_close_path_func(lambda pen: pen.append("Z"))
    return functions


class FontLibrary:
    """The fonts under one or more directories. Raises `FontsNotInstalled` when a needed file is absent."""

    def __init__(self, *roots: Path) -> None:
        self.roots = roots
        self._faces: dict[Style, FontFace] = {}
        self._rare: dict[str, FontFace | None] = {}
        self._lock = threading.Lock()

    def face(self, style: Style) -> FontFace:
        """The font of a style, before any fallback."""
        found = self._faces.get(style)
        if found is None:
            name, relative = _FILES[style]
            path = self._find(f"@expo-google-fonts/{relative}")
            if path is None:
                raise FontsNotInstalled(name, "、".join(str(root) for root in self.roots))
            found = FontFace(name, hb.Blob.from_file_path(str(path)))
            found = self._faces.setdefault(style, found)
        return found

    def measure(self, style: Style, text: str) -> tuple[Sequence[FontFace], Sequence[float]]:
        """For each character the font that draws it and its advance in em. Raises `MissingGlyph`."""
        main = self.face(style)
        try:
            return [main] * len(text), list(map(main.advances.__getitem__, text))
        except KeyError:
            faces = [
                main if c in main.advances or main.advance(c) is not None else self._fallback(c) for c in text
            ]
            return faces, [face.advances[c] for face, c in zip(faces, text, strict=True)]

    def covers(self, text: str) -> bool:
        """Whether every character can be drawn in the sans style."""
        try:
            self.measure(Style(Family.SANS), text)
        except MissingGlyph:
            return False
        return True

    def _find(self, relative: str) -> Path | None:
        candidates = (root / part for root in self.roots for part in (relative, Path(relative).name))
        return next((path for path in candidates if path.is_file()), None)

    def _fallback(self, character: str) -> FontFace:
        if character not in self._rare:
            with self._lock:
                self._rare[character] = self._find_rare(character)
        face = self._rare[character]
        if face is None or face.advance(character) is None:
            raise MissingGlyph(character)
        return face

    def _find_rare(self, character: str) -> FontFace | None:
        index = self._find("hanamin/HanaMin.css")
        if index is None or not character.isprintable():
            return None
        for first, last, name in _blocks(index):
            if first <= ord(character) <= last:
                return _rare_face(index.parent / name)
        return None


@lru_cache(maxsize=4)
def _blocks(index: Path) -> tuple[tuple[int, int, str], ...]:
    """(first, last, file name) of each block the split font's style sheet lists."""
    entry = re.compile(r"url\(([\w.-]+\.woff2)\)[^}]*?unicode-range:\s*([^;}]+)")
    found = []
    for name, ranges in entry.findall(index.read_text("utf-8")):
        for item in ranges.split(","):
            first, _, last = item.strip().removeprefix("U+").partition("-")
            found.append((int(first, 16), int(last or first, 16), name))
    return tuple(found)


@lru_cache(maxsize=64)
def _rare_face(packed: Path) -> FontFace:
    """The TrueType form of a WOFF2 block (about half a second the first time, then read from the cache)."""
    name = packed.stem.replace(".", " ")
    cached = packed.parent.parent / _CACHE_FOLDER / packed.with_suffix(".ttf").name
    if cached.is_file():
        return FontFace(name, hb.Blob.from_file_path(str(cached)))
    data = _unpack(packed)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        draft = cached.with_suffix(f".{os.getpid()}")
        draft.write_bytes(data)
        draft.replace(cached)
    except OSError:
        # A read-only installation has no cache; the block is then unpacked once in each process.
        pass
    return FontFace.from_bytes(name, data)


def _unpack(packed: Path) -> bytes:
    # Imported here: only a rare character needs it, and it takes a tenth of a second to load.
    from fontTools.ttLib import woff2  # type: ignore[import-untyped]

    unpacked = BytesIO()
    woff2.decompress(str(packed), unpacked)
    return unpacked.getvalue()


@cache
def default_library() -> FontLibrary:
    """Fonts of `PROOFLESS_FONTS`, else of `node_modules` beside the package."""
    given = os.environ.get("PROOFLESS_FONTS")
    return FontLibrary(Path(given) if given else Path(__file__).parents[2] / "node_modules")

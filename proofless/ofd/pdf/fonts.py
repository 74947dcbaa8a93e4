"""Fonts of one PDF: what each has drawn so far, and its objects (ISO 32000-1 9.7: Type 0 over CIDFontType2).

Characters are numbered in the order they come up (CID); CIDToGIDMap takes them to the glyphs of the subset. Two
characters that share a glyph so keep numbers of their own, and the text reads back as it was put in.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb

from proofless.gm import sm3
from proofless.ofd.drawing import GlyphLine
from proofless.ofd.fonts import FontFace

_SYMBOLIC = 4  # glyphs are chosen by number, not by a Latin encoding
_EM = 1000
_STEM_V = 80
_MAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo "
    "<</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def "
    "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
)
_MAP_FOOT = "endcmap CMapName currentdict /CMap defineresource pop end end"
_MAP_BLOCK = 100
AddObject = Callable[[str, bytes | None], int]


class PdfFont:
    """One font face in one file."""

    def __init__(self, face: FontFace, name: str) -> None:
        self.face, self.name = face, name
        self._numbers: dict[str, int] = {}

    def show(self, line: GlyphLine, size: float) -> str:
        """`[…] TJ` for a line: glyphs, and what each advance differs from the font's own, in 1/1000 em."""
        out, codes = [], []
        for character, advance in zip(line.text, line.advances, strict=True):
            codes.append(f"{self._number(character):04X}")
            extra = round((self._width(character) - advance / size) * _EM)
            if extra:
                out.append(f"<{''.join(codes)}>{extra}")
                codes = []
        if codes:
            out.append(f"<{''.join(codes)}>")
        return f"[{''.join(out)}] TJ"

    def write(self, add: AddObject) -> int:
        """Adds the font's objects; the number of the Type 0 font."""
        characters = "".join(self._numbers)
        streams = _streams(self.face, characters)
        name = streams.name
        file = add(f"/Length1 {streams.length}", streams.file)
        descriptor = add(
            f"<</Type/FontDescriptor /FontName/{name} /Flags {_SYMBOLIC} "
            f"/FontBBox[-1000 {streams.descent} 2000 {streams.ascent}] /ItalicAngle 0 /Ascent {streams.ascent} "
            f"/Descent {streams.descent} /CapHeight {streams.ascent} /StemV {_STEM_V} /FontFile2 {file} 0 R>>",
            None,
        )
        gids = add("", streams.glyphs)
        widths = " ".join(f"{self._width(c) * _EM:.7g}" for c in characters)
        descendant = add(
            f"<</Type/Font /Subtype/CIDFontType2 /BaseFont/{name} /CIDSystemInfo<</Registry(Adobe)"
            f"/Ordering(Identity)/Supplement 0>> /FontDescriptor {descriptor} 0 R /DW 1000 /W[1[{widths}]] "
            f"/CIDToGIDMap {gids} 0 R>>",
            None,
        )
        unicode = add("", streams.unicode)
        return add(
            f"<</Type/Font /Subtype/Type0 /BaseFont/{name} /Encoding/Identity-H "
            f"/DescendantFonts[{descendant} 0 R] /ToUnicode {unicode} 0 R>>",
            None,
        )

    def _number(self, character: str) -> int:
        return self._numbers.setdefault(character, len(self._numbers) + 1)

    def _width(self, character: str) -> float:
        return self.face.advance(character) or 0.0


@dataclass(frozen=True, slots=True)
class _Streams:
    """The data of a subset: font file, glyph numbers and characters by CID, each deflated; heights in 1/1000 em."""

    name: str
    length: int
    file: bytes
    glyphs: bytes
    unicode: bytes
    ascent: int
    descent: int


@lru_cache(maxsize=256)
def _streams(face: FontFace, characters: str) -> _Streams:
    """Kept, as the fixed texts of a template need the same subset in every file."""
    data = face.subset(characters)
    subset = hb.Font(hb.Face(hb.Blob(data)))
    glyphs = b"".join((subset.get_nominal_glyph(ord(c)) or 0).to_bytes(2, "big") for c in characters)
    extents = subset.get_font_extents("ltr")
    plain = "".join(c for c in face.name if c.isascii() and c.isalnum()) or "Font"
    return _Streams(
        name=f"{_tag(data)}+{plain}",
        length=len(data),
        file=zlib.compress(data, 1),
        glyphs=zlib.compress(b"\0\0" + glyphs),
        unicode=zlib.compress(_to_unicode(characters).encode()),
        ascent=round(extents.ascender * _EM / face.units),
        descent=round(extents.descender * _EM / face.units),
    )


def _tag(data: bytes) -> str:
    """Six capitals that tell one subset from another."""
    number = int.from_bytes(sm3.digest(data)[:8], "big")
    return "".join(chr(65 + number // 26**i % 26) for i in range(6))


def _to_unicode(characters: str) -> str:
    lines = [f"<{i:04X}> <{c.encode('utf-16-be').hex().upper()}>" for i, c in enumerate(characters, 1)]
    blocks = [lines[i : i + _MAP_BLOCK] for i in range(0, len(lines), _MAP_BLOCK)]
    text = "".join(f"{len(b)} beginbfchar\n{chr(10).join(b)}\nendbfchar\n" for b in blocks)
    return _MAP_HEAD + text + _MAP_FOOT

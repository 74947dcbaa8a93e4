"""The ZIP container of an OFD document: parts with cached digests and packed forms, written reproducibly.

A part that many documents share (a template's page, a seal) is deflated and digested once. Every entry
carries the same fixed time, so the same parts give the same bytes.
"""

import base64
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType

from proofless.gm import sm3
from proofless.ofd import container
from proofless.ofd.container import NAMESPACE as NAMESPACE
from proofless.ofd.container import parse_xml, resolve
from proofless.ofd.errors import BadText, NotOfd

ENTRY = "OFD.xml"
SIGNATURES = "Doc_0/Signs/Signatures.xml"

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TO_ESCAPE = re.compile(r"[\x00-\x1f&<>\"\ufffe\uffff\ud800-\udfff]")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_STORED = (".png", ".jpg", ".jpeg", ".esl", ".dat")
_DEFLATE, _STORE = 8, 0
_SMALL = 8192
_WORTH_SHARING, _SEAL = 2048, "/Seal.esl"
_LEAST_PAGE_MM, _MAX_PAGE_MM = 0.1, 20_000.0
_UTF8_NAMES = 1 << 11
_DOS_DATE, _DOS_TIME = (2020 - 1980) << 9 | 1 << 5 | 1, 0
_SIZES = struct.Struct("<HHHHHIII")
_NAME_LENGTH = struct.Struct("<HH")
_PLACE = struct.Struct("<HHHHHII")
_END = struct.Struct("<IHHHHIIH")


class Packing(IntEnum):
    """How an entry lies in the file; the numbers are zlib's levels."""

    STORED = (
        0  # pictures, signatures, fonts: little to gain; what is made for one document: packing costs more
    )
    QUICK = 1  # received, and written again
    TIGHT = 9  # made once, used by many


class Part:
    """The bytes of one entry. Digest, checksum and packed form are made when first asked for, and kept."""

    __slots__ = ("_check_value", "_crc", "_digest", "_packed", "_sizes", "data", "packing")

    def __init__(self, data: bytes, packing: Packing = Packing.QUICK) -> None:
        self.data, self.packing = data, packing
        self._packed: bytes | None = None
        self._digest: bytes | None = None
        self._check_value: str | None = None
        self._crc: int | None = None
        self._sizes: bytes | None = None

    @property
    def packed(self) -> bytes:
        """The bytes as they lie in the file."""
        if self._packed is None:
            self._packed = _deflate(self.data, self.packing) if self.packing else self.data
        return self._packed

    @property
    def digest(self) -> bytes:
        """SM3, 32 bytes, of the unpacked bytes."""
        if self._digest is None:
            self._digest = sm3.digest(self.data)
        return self._digest

    @property
    def check_value(self) -> str:
        """The digest as a signature's description writes it (GB/T 33190 18.2.2): base64."""
        if self._check_value is None:
            self._check_value = base64.b64encode(self.digest).decode()
        return self._check_value

    @property
    def crc(self) -> int:
        if self._crc is None:
            self._crc = zlib.crc32(self.data)
        return self._crc

    @property
    def sizes(self) -> bytes:
        """How it is packed, when, its checksum and its two sizes, as both records of the entry have them."""
        if self._sizes is None:
            method = _DEFLATE if self.packing else _STORE
            self._sizes = _SIZES.pack(
                20, _UTF8_NAMES, method, _DOS_TIME, _DOS_DATE, self.crc, len(self.packed), len(self.data)
            )
        return self._sizes


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page's unit id and its size in mm."""

    id: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a document by entry name (no leading slash), in the order they are written."""

    parts: Mapping[str, Part]
    pages: tuple[PageRef, ...] = field(default=())

    def with_parts(self, parts: Mapping[str, Part]) -> "Package":
        """The package with these parts added or replaced."""
        return Package(MappingProxyType({**self.parts, **parts}), self.pages)


def pack(package: Package) -> bytes:
    """The ZIP file (ISO/IEC 21320-1 without data descriptors)."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, part in package.parts.items():
        raw, packed, sizes = name.encode(), part.packed, part.sizes
        length = len(raw)
        body += (b"PK\3\4", sizes, _NAME_LENGTH.pack(length, 0), raw, packed)
        directory += (b"PK\1\2\24\0", sizes, _PLACE.pack(length, 0, 0, 0, 0, 0o644 << 16, offset), raw)
        offset += 30 + length + len(packed)
    table = b"".join(directory)
    count = len(package.parts)
    return b"".join((*body, table, _END.pack(0x06054B50, 0, 0, count, count, len(table), offset, 0)))


def common(package: Package) -> bytes:
    """What `pack` gives every document of this template under this seal: nothing of one document is in it."""
    return _joined(
        tuple(
            part
            for name, part in package.parts.items()
            if len(part.data) >= _WORTH_SHARING and (part.packing is Packing.TIGHT or name.endswith(_SEAL))
        )
    )


@lru_cache(maxsize=256)
def _joined(parts: tuple[Part, ...]) -> bytes:
    return b"".join(part.packed for part in parts)


def unpack(data: bytes) -> Package:
    """The parts of a received file. Raises `NotOfd` for an archive `container.unpack` refuses."""
    contents = container.unpack(data)
    parts = {
        name: Part(content, Packing.STORED if name.endswith(_STORED) else Packing.QUICK)
        for name, content in contents.items()
    }
    if ENTRY not in parts:
        raise NotOfd("缺少 OFD.xml")
    return Package(MappingProxyType(parts), _pages(parts))


def escape(value: str) -> str:
    """Text for an element or an attribute. Refuses what XML 1.0 cannot carry (`BadText`)."""
    if not _TO_ESCAPE.search(value):
        return value
    if _NOT_XML.search(value):
        raise BadText("文本含有控制字符")
    return value.translate(_ESCAPES)


def tag(name: str) -> str:
    """The qualified name of an OFD element, as lxml writes it."""
    return f"{{{NAMESPACE}}}{name}"


def document_entry(parts: Mapping[str, Part]) -> str:
    """The entry name of the first document's Document.xml."""
    location = parse_xml(parts[ENTRY].data, ENTRY).findtext(f"{tag('DocBody')}/{tag('DocRoot')}")
    name = resolve(location, ENTRY)
    if name not in parts:
        raise NotOfd("缺少文档根节点")
    return name


def _pages(parts: Mapping[str, Part]) -> tuple[PageRef, ...]:
    name = document_entry(parts)
    document = parse_xml(parts[name].data, name)
    common = document.findtext(f"{tag('CommonData')}/{tag('PageArea')}/{tag('PhysicalBox')}")
    found = []
    boxes: dict[str, str | None] = {}
    pages = document.findall(f"{tag('Pages')}/{tag('Page')}")
    if len(pages) > container.MAX_ENTRIES:
        raise NotOfd("页数过多")
    for page in pages:
        location = resolve(page.get("BaseLoc"), name)
        content = parts.get(location)
        # A file may name one page a hundred thousand times; it is parsed once.
        if content is not None and location not in boxes:
            boxes[location] = parse_xml(content.data, location).findtext(
                f"{tag('Area')}/{tag('PhysicalBox')}"
            )
        own = boxes.get(location)
        try:
            _, _, width, height = (float(number) for number in (own or common or "").split())
            found.append(PageRef(int(page.get("ID", "")), width, height))
        except ValueError as error:
            raise NotOfd("页面尺寸或标识不合法") from error
        if not (_LEAST_PAGE_MM <= width <= _MAX_PAGE_MM and _LEAST_PAGE_MM <= height <= _MAX_PAGE_MM):
            raise NotOfd("页面尺寸不合法")
    return tuple(found)


def _deflate(data: bytes, level: int) -> bytes:
    # A small window is much cheaper to set up, and nearly all of a document's own parts fit into it.
    small = len(data) <= _SMALL
    packer = zlib.compressobj(level, zlib.DEFLATED, -13 if small else -15, 6 if small else 9)
    return packer.compress(data) + packer.flush()


@lru_cache(maxsize=4096)
def shared(data: bytes) -> Part:
    """One part for equal bytes: for small parts that many documents have in common."""
    return Part(data, Packing.TIGHT)

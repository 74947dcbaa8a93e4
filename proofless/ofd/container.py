"""The ZIP container of an OFD file, read so that every reader of the file must see the same parts.

Archives in which two programs could see different contents are refused: entries that appear twice (also
by case or by Unicode form), local headers that disagree with the directory, bytes between, before or
after the entries, encrypted, split or 64-bit archives, paths with `.`, `..`, backslashes or drive
letters. Sizes are bounded before unpacking. Every refusal is `NotOfd` with a Chinese sentence.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree

from proofless.gm import sm3
from proofless.ofd.errors import NotOfd

NAMESPACE = "http://www.ofdspec.org/2016"
# Files made before the standard's year was added to it (Suwell's among them), and what careless writers make of it.
_OLD_NAMESPACES = frozenset({"http://www.ofdspec.org", "http://www.ofdspec.org/"})

MAX_FILE_BYTES = 64 << 20
MAX_ENTRIES = 2000
MAX_ENTRY_BYTES = 64 << 20
MAX_TOTAL_BYTES = 128 << 20
MAX_DEPTH = 12
MAX_NAME_BYTES = 255
MAX_XML_BYTES = 16 << 20
MAX_RATIO = 250
_RATIO_FREE_BYTES = 256 << 10
_KEPT_BYTES = 256 << 10
_KEPT_PARTS, _SEEN_PARTS = 128, 4096

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_DESCRIPTOR, _UTF8 = 0x0008, 0x0800
_WIDE, _WIDE_HEAD, _TWO_SIZES = 0xFFFFFFFF, struct.pack("<2H", 1, 16), struct.Struct("<2Q")
# Extra fields that give an entry another name or size: Unicode path and comment, 64-bit sizes, AES.
_REFUSED_EXTRAS = frozenset({0x7075, 0x6375, 0x0001, 0x9901})
_KNOWN_FLAGS = _DESCRIPTOR | _UTF8 | 0x0006  # 1 and 2: how hard the writer compressed

_XML_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")

_XML_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
    remove_comments=True, remove_pis=True,
)  # fmt: skip


class _Entry(NamedTuple):
    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size: int
    offset: int


def unpack(data: bytes) -> Mapping[str, bytes]:
    """Path (no leading slash) to content of every part. Raises `NotOfd`."""
    if len(data) > MAX_FILE_BYTES:
        raise NotOfd("文件过大")
    entries, directory_offset = _directory(data)
    _check_names(tuple([entry.name for entry in entries]))
    if sum(entry.size for entry in entries) > MAX_TOTAL_BYTES:
        raise NotOfd("解压后的内容过大")
    parts, at = {}, 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset != at:
            raise NotOfd("压缩包的条目之间有多余或重叠的内容")
        content, at = _content(data, entry, directory_offset)
        if not entry.name.endswith("/"):
            parts[entry.name] = content
        elif content:
            raise NotOfd(f"目录条目带有内容：{entry.name}")
    if at != directory_offset:
        raise NotOfd("压缩包的条目之后有多余的内容")
    return MappingProxyType(parts)


def _directory(data: bytes) -> tuple[list[_Entry], int]:
    """The central directory, which must end exactly where the end record begins, itself the file's last
    bytes."""
    at = len(data) - _END.size
    if at < 0 or data[:4] != b"PK\x03\x04":
        raise NotOfd("不是 OFD 文件（不是 ZIP 包）")
    magic, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(data, at)
    if magic != b"PK\x05\x06" or comment:
        raise NotOfd("压缩包不完整，或末尾有多余的内容")
    if disk or first_disk or here != count or count > MAX_ENTRIES or offset + size != at:
        raise NotOfd("压缩包的目录不正确，或条目过多")
    entries, position = [], offset
    for _ in range(count):
        entry, position = _central_entry(data, position, at)
        entries.append(entry)
    if position != at:
        raise NotOfd("压缩包的目录不正确")
    return entries, offset


def _central_entry(data: bytes, at: int, end: int) -> tuple[_Entry, int]:
    if at + _CENTRAL.size > end:
        raise NotOfd("压缩包的目录不完整")
    fields = _CENTRAL.unpack_from(data, at)
    magic, flags, method, crc, packed, size = fields[0], fields[3], fields[4], *fields[7:10]
    name_bytes, extra_bytes, comment_bytes, disk, offset = *fields[10:14], fields[16]
    start = at + _CENTRAL.size
    after = start + name_bytes + extra_bytes + comment_bytes
    if magic != b"PK\x01\x02" or disk or after > end:
        raise NotOfd("压缩包的目录不正确")
    if flags & ~_KNOWN_FLAGS or method not in (_STORED, _DEFLATED):
        raise NotOfd("压缩包使用了加密或不支持的压缩方法")
    raw_name = data[start : start + name_bytes]
    if extra_bytes:
        _check_extra(data[start + name_bytes : after - comment_bytes])
    return _Entry(_decode_name(raw_name, flags), raw_name, flags, method, crc, packed, size, offset), after


def _check_extra(extra: bytes) -> None:
    at = 0
    while at < len(extra):
        if at + 4 > len(extra):
            raise NotOfd("压缩包的附加字段不正确")
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind in _REFUSED_EXTRAS:
            raise NotOfd("压缩包使用了不支持的附加字段")
        at += 4 + size


def _decode_name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise NotOfd("压缩包内的文件名无法识别") from error


@lru_cache(maxsize=32)
def _check_names(names: tuple[str, ...]) -> None:
    """Refuse paths that another system could read as another path, and two entries that could be one."""
    seen: set[str] = set()
    files: list[str] = []
    folders: set[str] = set()
    for name in names:
        _check_name(name)
        # What ASCII says needs no Unicode form.
        plain = name.removesuffix("/")
        key = plain.lower() if plain.isascii() else unicodedata.normalize("NFKC", plain).casefold()
        if key in seen:
            raise NotOfd(f"压缩包内有重复的条目：{name}")
        seen.add(key)
        if plain == name:
            files.append(key)
        at = key.find("/")
        while at >= 0:
            folders.add(key[:at])
            at = key.find("/", at + 1)
    if not folders.isdisjoint(files):
        raise NotOfd("压缩包内有文件与目录同名")


def _check_name(name: str) -> None:
    segments = name.removesuffix("/").split("/")
    odd = any(segment in ("", ".", "..") or segment != segment.strip(" .") for segment in segments)
    if odd or len(segments) > MAX_DEPTH or not 0 < len(name.encode()) <= MAX_NAME_BYTES:
        raise NotOfd("压缩包内有不安全的路径")
    if not name.isprintable() or any(character in '\\:*?"<>|' for character in name):
        raise NotOfd("压缩包内有不安全的路径")


def _content(data: bytes, entry: _Entry, limit: int) -> tuple[bytes, int]:
    """The entry's content and the offset after it; the local header must agree with the directory."""
    start = entry.offset + _LOCAL.size
    if start > limit:
        raise NotOfd("压缩包的条目不完整")
    magic, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = _LOCAL.unpack_from(
        data, entry.offset
    )
    extra = data[start + name_bytes : start + name_bytes + extra_bytes] if extra_bytes else b""
    if packed == size == _WIDE:
        packed, size, extra = _narrowed(extra)
    later = flags & _DESCRIPTOR
    same = magic == b"PK\x03\x04" and method == entry.method and _same_flags(flags, entry)
    agree = crc == entry.crc and packed == entry.packed_bytes and size == entry.size
    if not same or not (agree or (later and not crc and not packed and not size)):
        raise NotOfd(f"压缩包的条目与目录不一致：{entry.name}")
    if data[start : start + name_bytes] != entry.raw_name:
        raise NotOfd(f"压缩包的条目与目录不一致：{entry.name}")
    start += name_bytes + extra_bytes
    if extra:
        _check_extra(extra)
    end = start + entry.packed_bytes
    if end > limit:
        raise NotOfd("压缩包的条目不完整")
    content = _inflate(data[start:end], entry)
    if not later:
        return content, end
    return content, _skip_descriptor(data, end, (entry.crc, entry.packed_bytes, entry.size))


def _narrowed(extra: bytes) -> tuple[int, int, bytes]:
    """(packed, size, further extra fields) of a header with 64-bit sizes, written before it was known that they would
    not be needed: Java's writers leave that room."""
    if len(extra) < len(_WIDE_HEAD) + _TWO_SIZES.size or not extra.startswith(_WIDE_HEAD):
        return _WIDE, _WIDE, extra
    size, packed = _TWO_SIZES.unpack_from(extra, len(_WIDE_HEAD))
    return packed, size, extra[len(_WIDE_HEAD) + _TWO_SIZES.size :]


def _same_flags(flags: int, entry: _Entry) -> bool:
    """Java's writers call a name UTF-8 in one of the two places: in ASCII that says nothing."""
    return flags == entry.flags or (flags ^ entry.flags == _UTF8 and entry.raw_name.isascii())


def _inflate(packed: bytes, entry: _Entry) -> bytes:
    if entry.size > MAX_ENTRY_BYTES or entry.size > max(_RATIO_FREE_BYTES, len(packed) * MAX_RATIO):
        raise NotOfd(f"压缩包内的条目过大或压缩比异常：{entry.name}")
    content = _RECURRING.unpack(packed, entry)
    if content is None:
        raise NotOfd(f"压缩包内的条目已损坏：{entry.name}")
    return content


def _unpacked(packed: bytes, entry: _Entry) -> bytes | None:
    """The content, or None when it is not exactly what the directory says."""
    method, size, crc = entry.method, entry.size, entry.crc
    if method == _DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, size + 1)
        except zlib.error:
            return None
        # Bytes after the end of the stream would be seen by some readers and not by others.
        complete = inflater.eof and not inflater.unused_data and not inflater.unconsumed_tail
    else:
        content, complete = packed, True
    return content if complete and len(content) == size and zlib.crc32(content) == crc else None


class _Recurring:
    """Unpacked parts and their digests, remembered from their second sight on.

    A type's fonts and background, a seal, lists: most parts of a certificate stand in all others of its type. What
    is seen once, above all whatever is about a person, is not kept.
    """

    def __init__(self) -> None:
        self._once: set[tuple[int, int, int]] = set()
        self._kept: dict[tuple[int, int, int, bytes], bytes] = {}
        self._digests: dict[int, tuple[bytes, bytes]] = {}

    def unpack(self, packed: bytes, entry: _Entry) -> bytes | None:
        """The content, the same object for the same bytes; None when it is damaged."""
        mark = entry.method, entry.size, entry.crc
        if mark not in self._once:
            self._forget_some()
            self._once.add(mark)
            return _unpacked(packed, entry)
        found = self._kept.get((*mark, packed))
        if found is None:
            found = _unpacked(packed, entry)
            if found is not None and len(found) <= _KEPT_BYTES:
                self._kept[*mark, packed] = found
                self._digests[id(found)] = found, sm3.digest(found)
        return found

    def digest(self, content: bytes) -> bytes:
        """SM3 of a part."""
        found = self._digests.get(id(content))
        return found[1] if found is not None and found[0] is content else sm3.digest(content)

    def _forget_some(self) -> None:
        if len(self._once) >= _SEEN_PARTS:
            self._once.clear()
        if len(self._kept) >= _KEPT_PARTS:
            self.forget()

    def forget(self) -> None:
        """Remember nothing."""
        self._once, self._kept, self._digests = set(), {}, {}


_RECURRING = _Recurring()
digest, forget_parts = _RECURRING.digest, _RECURRING.forget


def _skip_descriptor(data: bytes, at: int, expected: tuple[int, int, int]) -> int:
    """The offset after a data descriptor, whose leading magic is optional."""
    plain = struct.pack("<3L", *expected)
    for descriptor in (b"PK\x07\x08" + plain, plain):
        if data.startswith(descriptor, at):
            return at + len(descriptor)
    raise NotOfd("压缩包的条目与目录不一致")


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root of a part. UTF-8 only; document types and entities are refused. Raises `NotOfd`."""
    check_xml(data, name)
    try:
        root = etree.fromstring(data, _XML_PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotOfd(f"XML 无法解析：{name}") from error
    if b"www.ofdspec.org/2016" not in data:
        _bring_up_to_date(root)
    return root


def _bring_up_to_date(root: etree._Element) -> None:
    """Elements under the old names of the namespace as under its own."""
    for node in root.iter():
        namespace, _, local = node.tag[1:].partition("}")
        if namespace in _OLD_NAMESPACES:
            node.tag = f"{{{NAMESPACE}}}{local}"


def check_xml(data: bytes, name: str) -> None:
    """Refuse XML whose meaning could depend on anything but its own bytes."""
    if len(data) > MAX_XML_BYTES:
        raise NotOfd(f"XML 过大：{name}")
    # A NUL betrays UTF-16 and UTF-32, in which the two words below would go unseen.
    if b"\0" in data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise NotOfd(f"XML 含有不允许的文档类型或实体声明：{name}")
    declared = _XML_ENCODING.match(data)
    if declared and declared[1].lower() != b"utf-8":
        raise NotOfd(f"XML 不是 UTF-8 编码：{name}")


@lru_cache(maxsize=4096)
def resolve(location: str | None, base: str) -> str:
    """The part an ST_Loc names (GB/T 33190 clause 7.3): absolute with a slash, else beside `base`. Raises
    `NotOfd`."""
    text = (location or "").strip()
    folder = base.rpartition("/")[0]
    path = text[1:] if text.startswith("/") else f"{folder}/{text}" if folder else text
    if (
        not path
        or len(path) > MAX_NAME_BYTES
        or "\\" in path
        or any(segment in ("", ".", "..") for segment in path.split("/"))
    ):
        raise NotOfd(f"不安全的部件路径：{text[:100]}")
    return path

"""Strict DER for our own structures: a reader over received bytes and the few writers a seal needs.

Reader: definite minimal lengths, minimal integers, no trailing bytes; each element keeps its raw slice, so
signatures are checked over what was received, never over a re-encoding. Every refusal is `Malformed`.
Times are aware UTC.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from proofless.gm.errors import Malformed

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x01, 0x02, 0x03, 0x04, 0x06
UTF8_STRING, PRINTABLE_STRING, IA5_STRING = 0x0C, 0x13, 0x16
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
NULL = b"\x05\x00"

_MAX_DEPTH = 32


def _header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """(tag, start of content, end of content) of the element at `at`; the length is definite and minimal."""
    if at + 2 > end:
        raise Malformed("DER: truncated element")
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise Malformed("DER: multi-byte tag")
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > end:
            raise Malformed("DER: bad length")
        length = int.from_bytes(data[start : start + count], "big")
        if length < 0x80 or length >> (8 * (count - 1)) == 0:
            raise Malformed("DER: length not minimal")
        start += count
    if start + length > end:
        raise Malformed("DER: element longer than its surroundings")
    return tag, start, start + length


class Reader:
    """Walks the elements of one constructed value in order. `finish()` refuses leftovers."""

    __slots__ = ("_at", "_data", "_end")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._data, self._at, self._end = data, start, len(data) if end is None else end

    @property
    def at_end(self) -> bool:
        return self._at >= self._end

    def peek(self) -> int | None:
        """The next tag, or None at the end."""
        return None if self.at_end else self._data[self._at]

    def _take(self, tag: int) -> tuple[int, int, int]:
        begin = self._at
        found, start, end = _header(self._data, begin, self._end)
        if found != tag:
            raise Malformed(f"DER: expected tag {tag:#04x}, found {found:#04x}")
        self._at = end
        return begin, start, end

    def content(self, tag: int) -> bytes:
        """The content bytes of the next element, which must have this tag."""
        _, start, end = self._take(tag)
        return self._data[start:end]

    def enter(self, tag: int = SEQUENCE) -> "Reader":
        """A reader over the inside of the next constructed element."""
        _, start, end = self._take(tag)
        return Reader(self._data, start, end)

    def enter_raw(self, tag: int = SEQUENCE) -> "tuple[Reader, bytes]":
        """Like `enter`, together with the element's own bytes (what a signature covers)."""
        begin, start, end = self._take(tag)
        return Reader(self._data, start, end), self._data[begin:end]

    def element(self) -> bytes:
        """The next element whole, whatever its tag."""
        begin, (_, _, end) = self._at, _header(self._data, self._at, self._end)
        self._at = end
        return self._data[begin:end]

    def algorithm(self) -> str:
        """The OID of an AlgorithmIdentifier whose parameters are absent or NULL."""
        body = self.enter()
        identifier = body.oid()
        if not body.at_end and body.element() != NULL:
            raise Malformed(f"DER: unexpected parameters for algorithm {identifier}")
        body.finish()
        return identifier

    def integer(self, tag: int = INTEGER) -> int:
        content = self.content(tag)
        if not content or (len(content) > 1 and content[0] in (0, 0xFF) and (content[0] ^ content[1]) < 0x80):
            raise Malformed("DER: integer not minimal")
        return int.from_bytes(content, "big", signed=True)

    def boolean(self) -> bool:
        content = self.content(BOOLEAN)
        if content not in (b"\x00", b"\xff"):
            raise Malformed("DER: bad boolean")
        return content == b"\xff"

    def octets(self) -> bytes:
        return self.content(OCTET_STRING)

    def bits(self) -> bytes:
        """A BIT STRING of whole bytes."""
        content = self.content(BIT_STRING)
        if not content or content[0] != 0:
            raise Malformed("DER: bit string is not whole bytes")
        return content[1:]

    def oid(self) -> str:
        return _decode_oid(self.content(OID))

    def text(self, tag: int) -> str:
        """A string of the given type: UTF-8 for UTF8String, ASCII for the others."""
        try:
            return self.content(tag).decode("utf-8" if tag == UTF8_STRING else "ascii")
        except UnicodeDecodeError as error:
            raise Malformed("DER: bad text") from error

    def generalized_time(self) -> datetime:
        """`YYYYMMDDHHMMSSZ`, optionally with a fraction that has no trailing zero (X.690 11.7)."""
        text = self.text(GENERALIZED_TIME)
        body, dot, fraction = text[:-1].partition(".")
        plain = len(body) == 14 and body.isascii() and body.isdigit() and text[-1:] == "Z"
        if not plain or (dot and not (fraction.isdigit() and len(fraction) <= 6 and fraction[-1] != "0")):
            raise Malformed("DER: time is not a UTC GeneralizedTime")
        moment = _moment(body)
        return moment.replace(microsecond=int(fraction.ljust(6, "0"))) if dot else moment

    def utc_time(self) -> datetime:
        """`YYMMDDHHMMSSZ`, years 1950 to 2049 (RFC 5280 clause 4.1.2.5.1)."""
        text = self.text(UTC_TIME)
        if len(text) != 13 or not text[:12].isdigit() or text[12] != "Z":
            raise Malformed("DER: time is not a UTC UTCTime")
        return _moment(("20" if text[:2] < "50" else "19") + text[:12])

    def finish(self) -> None:
        if not self.at_end:
            raise Malformed("DER: trailing bytes")


def _moment(digits: str) -> datetime:
    try:
        year, month, day, hour, minute, second = (
            int(digits[start:end]) for start, end in pairwise((0, 4, 6, 8, 10, 12, 14))
        )
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise Malformed("DER: no such time") from error


def _decode_oid(content: bytes) -> str:
    if not content or content[-1] & 0x80 or len(content) > 64:
        raise Malformed("DER: bad object identifier")
    arcs, value, fresh = [], 0, True
    for byte in content:
        if fresh and byte == 0x80:
            raise Malformed("DER: object identifier not minimal")
        value, fresh = value << 7 | byte & 0x7F, not byte & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def check(data: bytes) -> None:
    """Refuse bytes that are not exactly one element, well nested, of minimal lengths, nothing after it."""
    if _header(data, 0, len(data))[2] != len(data):
        raise Malformed("DER: trailing bytes")
    _check_range(data, 0, len(data), 0)


def _check_range(data: bytes, at: int, end: int, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise Malformed("DER: nested too deeply")
    while at < end:
        tag, start, stop = _header(data, at, end)
        if tag & 0x20:
            _check_range(data, start, stop, depth + 1)
        at = stop


def signed_parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """(what is signed, algorithm, signature) of an X.509 SIGNED structure; nothing may stand after or between."""
    check(data)
    outer = Reader(data)
    body = outer.enter()
    outer.finish()
    signed, algorithm = body.enter_raw()[1], body.enter_raw()[1]
    signature = body.bits()
    body.finish()
    return signed, algorithm, signature


def element(tag: int, content: bytes) -> bytes:
    """One DER element."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    return element(SEQUENCE, b"".join(parts))


def integer(value: int) -> bytes:
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def boolean(value: bool) -> bytes:
    return element(BOOLEAN, b"\xff" if value else b"\x00")


def algorithm(dotted: str) -> bytes:
    """An AlgorithmIdentifier without parameters."""
    return sequence(oid(dotted))


def set_of(parts: Iterable[bytes]) -> bytes:
    """A SET OF in DER's order (X.690 11.6)."""
    return element(SET, b"".join(sorted(parts)))


def octets(value: bytes) -> bytes:
    return element(OCTET_STRING, value)


def bits(value: bytes) -> bytes:
    return element(BIT_STRING, b"\x00" + value)


def text(tag: int, value: str) -> bytes:
    try:
        return element(tag, value.encode("utf-8" if tag == UTF8_STRING else "ascii"))
    except UnicodeEncodeError as error:
        raise Malformed(f"{value!r} does not fit its ASN.1 string type") from error


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        chunk = [arc & 0x7F]
        while arc := arc >> 7:
            chunk.append(arc & 0x7F | 0x80)
        out += bytes(reversed(chunk))
    return element(OID, bytes(out))


def generalized_time(moment: datetime) -> bytes:
    """Whole seconds, UTC. `moment` must be aware."""
    if moment.tzinfo is None:
        raise Malformed("a time without a time zone")
    return element(GENERALIZED_TIME, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def utc_time(moment: datetime) -> bytes:
    """Whole seconds, UTC, years 1950 to 2049. `moment` must be aware."""
    if moment.tzinfo is None or not 1950 <= moment.astimezone(UTC).year < 2050:
        raise Malformed("a time without a time zone, or of a year UTCTime cannot write")
    return element(UTC_TIME, moment.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode())

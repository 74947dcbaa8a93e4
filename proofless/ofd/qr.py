"""QR symbols (ISO/IEC 18004, level M) as small PNG pictures."""

import struct
import zlib
from functools import lru_cache
from math import isqrt

import zxingcpp

from proofless.ofd.drawing import Box, Color, Picture
from proofless.ofd.elements import Qr
from proofless.ofd.errors import TextOverflow

_QUIET_MODULES = 2
_DOTS = 8
# Every mask can be read; choosing the best of the eight would take four fifths of the time.
_MASK = 3
_HEADER = struct.Struct(">IIBBBBB")


def qr_picture(element: Qr, content: str) -> Picture:
    """The symbol, with two quiet modules round it inside the element's box; black bars as paths would be ten times as
    long. Raises `TextOverflow` for more than a symbol holds (about two thousand bytes)."""
    # zxing-cpp makes a symbol in a tenth of a millisecond; segno, in Python, takes twelve.
    try:
        symbol = zxingcpp.create_barcode(
            content, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=_MASK
        )
    except ValueError as error:
        raise TextOverflow(element.field, len(content)) from error
    data = bytes(symbol.to_image(add_quiet_zones=False))  # type: ignore[call-overload]  # it has the buffer protocol
    modules = isqrt(len(data))
    module = min(element.box.w, element.box.h) / (modules + 2 * _QUIET_MODULES)
    offset, side = _QUIET_MODULES * module, modules * module
    box = Box(element.box.x + offset, element.box.y + offset, side, side)
    return Picture(box, _png(data, modules, element.color), "PNG")


def _png(data: bytes, modules: int, color: Color) -> bytes:
    """Eight dots a module and a bit a dot: a module's byte, 0 or 255, is its eight dots as they lie in the file."""
    rows = [(b"\0" + data[start : start + modules]) * _DOTS for start in range(0, len(data), modules)]
    return b"".join(
        (_start(modules * _DOTS, color), _chunk(b"IDAT", zlib.compress(b"".join(rows), 1)), _end())
    )


@lru_cache(maxsize=64)
def _start(side: int, color: Color) -> bytes:
    palette = bytes((color.red, color.green, color.blue, 255, 255, 255))
    header = _chunk(b"IHDR", _HEADER.pack(side, side, 1, 3, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"PLTE", palette)


@lru_cache(maxsize=1)
def _end() -> bytes:
    return _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

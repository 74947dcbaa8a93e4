"""QR symbols (ISO/IEC 18004, level M) as one path."""

import math
import re
from functools import lru_cache

import zxingcpp

from proofless.ofd.drawing import Shape
from proofless.ofd.elements import Qr
from proofless.ofd.errors import TextOverflow

_QUIET_MODULES = 2
# Every mask can be read; choosing the best of the eight would take four fifths of the time.
_MASK = 3
_DARK = re.compile(rb"\0+")
_CELL = 8


def qr_shape(element: Qr, content: str) -> Shape:
    """The dark modules in module units, with two quiet ones round them inside the element's box.

    Raises `TextOverflow` for more than a symbol holds (about two thousand bytes).
    """
    # zxing-cpp makes a symbol in a tenth of a millisecond; segno, in Python, takes twelve.
    try:
        symbol = zxingcpp.create_barcode(
            content, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=_MASK
        )
    except ValueError as error:
        raise TextOverflow(element.field, len(content)) from error
    data = bytes(symbol.to_image(add_quiet_zones=False))  # type: ignore[call-overload]  # it has the buffer protocol
    modules = math.isqrt(len(data))
    scale = min(element.box.w, element.box.h) / (modules + 2 * _QUIET_MODULES)
    offset = _QUIET_MODULES * scale
    matrix = (scale, 0.0, 0.0, scale, element.box.x + offset, element.box.y + offset)
    return Shape(_bars(data, modules), fill=element.color, matrix=matrix)


def _bars(data: bytes, modules: int) -> str:
    return "".join([cell[data[start:stop]] for start, stop, cell in _plan(modules)]).rstrip()


class _Cell(dict[bytes, str]):
    """The path of any eight modules at one place, made when first met: there are but 256."""

    def __init__(self, x: int, y: int) -> None:
        super().__init__()
        self._x, self._y = x, y

    def __missing__(self, row: bytes) -> str:
        y, bars = self._y, []
        for match in _DARK.finditer(row):
            left, right = self._x + match.start(), self._x + match.end()
            bars.append(f"M {left} {y} L {right} {y} L {right} {y + 1} L {left} {y + 1} C ")
        path = self[row] = "".join(bars)
        return path


@lru_cache(maxsize=40)
def _plan(modules: int) -> list[tuple[int, int, _Cell]]:
    """Where the cells of a symbol lie in its bytes."""
    return [
        (y * modules + x, y * modules + min(x + _CELL, modules), _Cell(x, y))
        for y in range(modules)
        for x in range(0, modules, _CELL)
    ]

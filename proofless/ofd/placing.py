"""落章位置: where a seal goes when nobody measured it: by a word on the page, or across the edges of pages."""

from proofless.ofd.drawing import Box
from proofless.ofd.errors import SealRefused
from proofless.ofd.package import Package
from proofless.ofd.reader import Spot
from proofless.ofd.sealing import Place

_LEAST_SLICE = 4.0  # mm of a picture that still can be recognised


def over(spot: Spot, side: float, package: Package) -> Place:
    """A square picture of ``side`` mm centred over a found word, moved back into the page where it would leave it."""
    page = package.pages[spot.page - 1]
    x = spot.box.x + spot.box.w / 2 - side / 2
    y = spot.box.y + spot.box.h / 2 - side / 2
    return Place(spot.page, Box(_within(x, side, page.width), _within(y, side, page.height), side, side))


def across_edges(package: Package, side: float, *, at: float = 0.5) -> tuple[Place, ...]:
    """骑缝章: every page carries one slice of the picture at its right edge, so that a page exchanged shows.

    ``side`` is the whole picture's width and height in mm, ``at`` its middle as a share of the page's height.
    Raises `SealRefused` for a single page, and when the slices would be too narrow to recognise.
    """
    count = len(package.pages)
    if count < 2:
        raise SealRefused("骑缝章至少要有两页")
    width = side / count
    if width < _LEAST_SLICE:
        raise SealRefused(f"页数太多，骑缝章每页不足 {_LEAST_SLICE:.0f} 毫米，请分册盖章")
    places = []
    for number, page in enumerate(package.pages):
        y = _within(page.height * at - side / 2, side, page.height)
        # The picture begins to the left of the edge by what earlier pages and this one show of it.
        box = Box(page.width - (number + 1) * width, y, side, side)
        places.append(Place(number + 1, box, Box(number * width, 0.0, width, side)))
    return tuple(places)


def _within(value: float, side: float, room: float) -> float:
    return min(max(value, 0.0), max(room - side, 0.0))

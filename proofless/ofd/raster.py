"""栅格化: pages as PNG, by way of their SVG (resvg: no fonts, no network, no browser)."""

import resvg_py

from proofless.ofd.drawing import Drawing
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.package import Package
from proofless.ofd.svg import render_svg

_MM_PER_INCH = 25.4


def svg_to_png(svg: str, width: int) -> bytes:
    """An RGBA PNG `width` pixels wide of an SVG of ours, which names no file and no font."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True))


def render_png(
    source: Drawing | Package | bytes,
    page: int = 1,
    dpi: float = 150.0,
    stamps: bool = True,
    *,
    library: FontLibrary | None = None,
) -> bytes:
    """The page (from 1) on white, `dpi` pixels an inch. Raises `NotOfd` for a bad file."""
    svg = render_svg(source, page, stamps, library=library)
    width = float(svg.partition('viewBox="0 0 ')[2].partition(" ")[0])
    pixels = max(1, round(width / _MM_PER_INCH * dpi))
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=pixels, background="white", skip_system_fonts=True)
    )

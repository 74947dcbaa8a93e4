"""栅格化: pages as PNG, by way of their SVG (resvg: no fonts, no network, no browser)."""

import resvg_py

from proofless.ofd.drawing import Drawing
from proofless.ofd.errors import BadPicture
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.package import Package
from proofless.ofd.svg import render_svg

_MM_PER_INCH = 25.4
_MAX_PIXELS = 160_000_000
# resvg paints every clipped group over the whole page: some 60 million pixels a second.
_MAX_CLIPPED_PIXELS = 1_500_000_000


def clips_in(svg: str) -> int:
    """How many groups of an SVG of ours are clipped or masked."""
    return svg.count(' clip-path="') + svg.count(' mask="')


def svg_to_png(svg: str, width: int, *, background: str | None = None) -> bytes:
    """An RGBA PNG `width` pixels wide of an SVG of ours, which names no file and no font; transparent unless a
    `background` is named."""
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=width, background=background, skip_system_fonts=True)
    )


def render_png(
    source: Drawing | Package | bytes,
    page: int = 1,
    dpi: float = 150.0,
    stamps: bool = True,
    *,
    library: FontLibrary | None = None,
) -> bytes:
    """The page (from 1) on white, `dpi` pixels an inch. Raises `NotOfd` for a bad file, `BadPicture` for more pixels
    than anybody needs."""
    svg = render_svg(source, page, stamps, library=library)
    width, height = (float(n) for n in svg.partition('viewBox="0 0 ')[2].partition('"')[0].split())
    pixels = max(1, round(width / _MM_PER_INCH * dpi))
    area = pixels * (pixels * height / width)
    if area > _MAX_PIXELS or area * clips_in(svg) > _MAX_CLIPPED_PIXELS:
        raise BadPicture("图片过大，请降低每英寸的点数")
    return svg_to_png(svg, pixels, background="white")

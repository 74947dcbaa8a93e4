"""二维码: a QR symbol as inline SVG without style attributes, so a strict CSP lets it draw."""

import segno
from markupsafe import Markup


def qr_svg(text: str, label: str = "二维码") -> Markup:
    """Error correction M, four modules of quiet zone (ISO/IEC 18004), dark on white whatever the theme."""
    made = segno.make(text, error="m", boost_error=False, micro=False)
    svg = made.svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="pf-qr-svg", lineclass=None
    )
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{Markup.escape(label)}" ', 1))

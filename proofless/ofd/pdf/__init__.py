"""PDF 副本: a drawing or an OFD file as PDF/A-2b, signing such copies (PAdES), verifying signed PDFs of others.

The pages come from the same primitives as OFD and SVG, so the three are one picture. Fonts are embedded as TrueType
subsets with their characters, so text stays text. Nothing depends on the hour: the same input gives the same bytes.
"""

from proofless.ofd.pdf.document import About
from proofless.ofd.pdf.rendering import render_pdf

# Signing and checking load pyHanko, which takes half a second: `ofd.pdf.signing`, `ofd.pdf.checking`.
__all__ = ["About", "render_pdf"]

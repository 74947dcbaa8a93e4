"""One certificate, one picture: what 张三 sees in the browser, in the OFD file and in the PDF copy is the same.

Ink of one picture must lie within a fifth of a millimetre of ink in the other, both ways. That this finds a line that
moved half a millimetre and one missing glyph is tested too.
"""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from proofless.gm import ses
from proofless.ofd import sealing, stamp
from proofless.ofd.drawing import Background, Drawing, Shape, TextRun
from proofless.ofd.faces import FaceField, FaceSpec, FieldKind, Look, face_of
from proofless.ofd.pdf import render_pdf
from proofless.ofd.raster import render_png
from proofless.ofd.writer import write

from .test_compose import SPEC, VALUES, about

DPI = 127  # five dots a millimetre: every page is whole dots wide
INK, NEAR = 205, 238
NOISE = 12
LOOKS = {
    "licence": SPEC,
    "proof": replace(SPEC, look=Look.PROOF),
    "photo": replace(SPEC, fields=(*SPEC.fields, FaceField("photo", "照片", FieldKind.PICTURE))),
}


def png(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as picture:
        return picture.convert("L")


def pdf(data: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(data)[0].render(scale=DPI / 72 - 1e-6).to_pil().convert("L")


def stray(one: Image.Image, other: Image.Image) -> int:
    """Pixels of clear ink in one picture with none beside them in the other."""
    ink = one.point([255 if level < INK else 0 for level in range(256)])
    assert one.size == other.size
    far = other.point([0 if level < NEAR else 255 for level in range(256)])
    return sum(ImageChops.darker(ink, far.filter(ImageFilter.MinFilter(3))).histogram()[255:])


def differences(one: Image.Image, other: Image.Image) -> int:
    return stray(one, other) + stray(other, one)


def page_of(spec: FaceSpec) -> Drawing:
    photo = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(photo, "PNG")
    values = VALUES | {"holder": "张三𠮷"}
    face = face_of(spec)
    return face.compose(values, about(values, spec), "https://example.cn/v/1", {"photo": photo.getvalue()})


@pytest.mark.parametrize("look", LOOKS)
def test_the_same_picture_in_ofd_svg_and_pdf(look: str, city: Any) -> None:
    page = page_of(LOOKS[look])
    package = write(page, about(VALUES, LOOKS[look]))
    shown = png(render_png(page, dpi=DPI))
    assert differences(shown, png(render_png(package, dpi=DPI))) <= NOISE, "OFD and SVG"
    assert differences(shown, pdf(render_pdf(page))) <= NOISE, "PDF and SVG"
    picture = ses.Picture("png", stamp.round_seal("某市民政局").png(), 42, 42)
    box = face_of(LOOKS[look]).seal_box
    sealed = sealing.seal(
        package, city.make_seal(picture=picture), city.signer, 1, box, city.now - timedelta(1)
    )
    assert differences(png(render_png(sealed, dpi=DPI)), pdf(render_pdf(sealed))) <= NOISE, "with its seal"


def moved(page: Drawing) -> Drawing:
    """A text half a millimetre too low."""
    index, run = next(
        (i, p) for i, p in enumerate(page.body) if isinstance(p, TextRun) and p.field == "address"
    )
    lower = replace(run, lines=tuple(line._replace(baseline=line.baseline + 0.5) for line in run.lines))
    return replace(page, body=(*page.body[:index], lower, *page.body[index + 1 :]))


def bent(page: Drawing) -> Drawing:
    """A rule half a millimetre too low."""
    fixed = list(page.background.primitives)
    index = max(i for i, p in enumerate(fixed) if isinstance(p, Shape) and p.path.count("L") == 1)
    rule = fixed[index]
    assert isinstance(rule, Shape)
    fixed[index] = replace(rule, matrix=(1, 0, 0, 1, 0, 0.5))
    return replace(page, background=Background(tuple(fixed)))


def without_glyph(page: Drawing) -> Drawing:
    """One 号 of an address missing."""
    index, run = next(
        (i, p) for i, p in enumerate(page.body) if isinstance(p, TextRun) and p.field == "address"
    )
    line = run.lines[0]
    at = line.text.index("号")
    rest = line._replace(
        x=line.x + sum(line.advances[: at + 1]),
        text=line.text[at + 1 :],
        advances=line.advances[at + 1 :],
    )
    first = line._replace(text=line.text[:at], advances=line.advances[:at])
    spoilt = replace(run, lines=(first, rest, *run.lines[1:]))
    return replace(page, body=(*page.body[:index], spoilt, *page.body[index + 1 :]))


@pytest.mark.parametrize("spoil", [moved, bent, without_glyph])
def test_the_comparison_finds_what_it_is_for(spoil: Any) -> None:
    page = page_of(SPEC)
    assert differences(png(render_png(page, dpi=DPI)), pdf(render_pdf(spoil(page)))) > 3 * NOISE

"""JBIG2 scans in other makers' invoices: shown, or said to be missing; never a crash of the checking page."""

import struct
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from proofless.ofd.display import jbig2, pictures
from proofless.ofd.svg import render_svg
from tests.ofd import foreign


def drawing() -> Image.Image:
    image = Image.new("1", (64, 48), 1)
    ImageDraw.Draw(image).rectangle((8, 8, 40, 20), fill=0)
    return image


def fax_data(image: Image.Image) -> bytes:
    """The picture in ITU-T T.6, which a generic region of JBIG2 may hold as it is."""
    out = BytesIO()
    # In TIFF as Pillow writes it a one is white, in JBIG2 black.
    ImageChops.invert(image.convert("L")).convert("1").save(out, "TIFF", compression="group4")
    stored = Image.open(BytesIO(out.getvalue()))
    (start,), (size,) = stored.tag_v2[273], stored.tag_v2[279]
    return out.getvalue()[start : start + size]


def segment(number: int, kind: int, page: int, body: bytes) -> tuple[bytes, bytes]:
    return struct.pack(">LBBBL", number, kind, 0, page, len(body)), body


def jbig2_file(image: Image.Image, *, sequential: bool = True) -> bytes:
    page = struct.pack(">4LBH", image.width, image.height, 0, 0, 0, 0)
    region = struct.pack(">4LBB", image.width, image.height, 0, 0, 0, 1) + fax_data(image)
    segments = [
        segment(0, 48, 1, page),
        segment(1, 38, 1, region),
        segment(2, 49, 1, b""),
        segment(3, 51, 0, b""),
    ]
    head = jbig2.MAGIC + bytes((1 if sequential else 0,)) + struct.pack(">L", 1)
    if sequential:
        return head + b"".join(header + body for header, body in segments)
    return head + b"".join(header for header, _ in segments) + b"".join(body for _, body in segments)


@pytest.mark.parametrize("sequential", [True, False])
def test_a_scan_is_shown_as_it_was_scanned(sequential: bool) -> None:
    found = pictures.raster(jbig2_file(drawing(), sequential=sequential))
    assert found is not None and found.kind == "PNG"
    assert Image.open(BytesIO(found.data)).convert("1").tobytes() == drawing().tobytes()


def test_on_a_page(pack: Any) -> None:
    shown = render_svg(pack(foreign.parts() | {"Doc_0/Res/a.jb2": jbig2_file(drawing())}))
    assert "无法显示的图像" not in shown


def test_a_scan_nobody_can_decode_is_missing_not_blank() -> None:
    """PDFium leaves the page white without a word: a clerk would take a lost scan for an empty sheet."""
    whole = bytearray(jbig2_file(drawing()))
    whole[whole.index(struct.pack(">LB", 1, 38)) + 11] ^= 0xFF
    assert pictures.raster(bytes(whole)) is None


def test_a_scan_of_impossible_size_is_not_decoded() -> None:
    whole = jbig2_file(drawing())
    at = whole.index(struct.pack(">2L", 64, 48))
    assert pictures.raster(whole[:at] + struct.pack(">2L", 90_000, 90_000) + whole[at + 8 :]) is None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_scan_is_shown_or_missing(data: st.DataObject) -> None:
    raw = bytearray(jbig2_file(drawing()))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(8, len(raw) - 1))] = data.draw(st.integers(0, 255))
    found = pictures.raster(bytes(raw))
    assert found is None or found.data.startswith(b"\x89PNG")

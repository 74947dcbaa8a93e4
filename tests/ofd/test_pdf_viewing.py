"""Other people's PDFs on the page of a check: pictures, words, places of signatures; and files that mean harm."""

import io
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest

from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotPdf, SealRefused
from proofless.ofd.layout import Template, Text, fill
from proofless.ofd.pdf import About, render_pdf, viewing
from proofless.ofd.pdf.signing import Shown, sign_pdf
from proofless.ofd.pdf.stamping import stamp_across_edges
from proofless.ofd.stamp import round_seal

PICTURE = round_seal("某市民政局").png()
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def contract() -> bytes:
    pages = [
        fill(Template(210, 297, (Text(Box(30, 40, 150, 12), f"第{n}页 甲方（盖章）"),)), {}) for n in (1, 2)
    ]
    return render_pdf(pages, About("合同", "某单位", NOW))


def changed(pdf: bytes, **keys: Any) -> bytes:
    """The file with keys of its first page set."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for name, value in keys.items():
            document.pages[0].obj[f"/{name}"] = value
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def test_words_and_signatures_are_found_where_they_stand(contract: bytes, city: Any) -> None:
    box = Box(100, 200, 42, 42)
    signed = sign_pdf(contract, city.signer, NOW, shown=Shown(PICTURE, 2, box))
    first, second = viewing.draw_pages(signed)
    assert (first.width, first.height, first.upright, first.signatures) == (210, 297, True, ())
    ((name, place),) = second.signatures
    assert name == "Signature1" and place.x == pytest.approx(box.x, abs=0.5)
    assert place.y == pytest.approx(box.y, abs=0.5) and place.h == pytest.approx(42, abs=0.5)
    spots = viewing.find((first, second), "甲方 （盖章）")
    assert [spot.page for spot in spots] == [1, 2] and 40 < spots[0].box.y < 50
    svg = second.svg({name: 3}, "<合同>")
    assert 'data-seal="3"' in svg and "&lt;合同&gt;" in svg and "<script" not in svg


def test_pages_are_read_without_pictures_when_only_words_are_wanted(contract: bytes) -> None:
    pages = viewing.read_pages(contract)
    assert [page.picture for page in pages] == [b"", b""] and pages[0].lines[0].text == "第1页甲方（盖章）"


def test_what_is_turned_or_cut_offers_no_places(contract: bytes) -> None:
    """A seal would otherwise land somewhere else than it was pointed at."""
    turned = viewing.read_pages(changed(contract, Rotate=90))[0]
    assert not turned.upright and not turned.lines and turned.width == 297
    cut = viewing.read_pages(changed(contract, CropBox=pikepdf.Array([20, 20, 400, 600])))[0]
    assert not cut.upright and cut.width == pytest.approx(134, abs=0.1)


@pytest.mark.parametrize("size", [(1, 1), (100_000, 100_000)])
def test_a_page_of_no_sensible_size_is_not_drawn(contract: bytes, size: tuple[int, int]) -> None:
    with pytest.raises(NotPdf):
        viewing.draw_pages(changed(contract, MediaBox=pikepdf.Array([0, 0, *size])))


def test_what_takes_too_long_or_is_no_pdf_is_given_up(
    contract: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rubbish in (
        b"",
        b"%PDF-1.7 nothing",
        contract[: len(contract) // 3],
        b"%PDF-" + bytes(range(256)) * 9,
    ):
        with pytest.raises(NotPdf):
            viewing.draw_pages(rubbish)
    monkeypatch.setattr(viewing, "SECONDS", 0.01)
    with pytest.raises(NotPdf):
        viewing.draw_pages(contract)


def test_slices_stand_at_the_edge_of_every_page_and_nowhere_else(contract: bytes) -> None:
    stamped = viewing.draw_pages(stamp_across_edges(contract, PICTURE, 42, at=0.5))
    for before, after in zip(viewing.draw_pages(contract), stamped, strict=True):
        assert before.picture != after.picture and before.lines == after.lines
    with pytest.raises(SealRefused, match="分册"):
        many = [fill(Template(210, 297, ()), {})] * 12
        stamp_across_edges(render_pdf(many, About("厚", "某", NOW)), PICTURE, 42)
    with pytest.raises(NotPdf):
        stamp_across_edges(b"PK", PICTURE, 42)

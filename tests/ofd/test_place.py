"""Placing seals nobody measured: over a word, and across the edges of pages, where an exchanged page shows."""

from datetime import date, timedelta
from typing import Any

import pytest

from proofless.ofd import placing, sealing, writer
from proofless.ofd.drawing import Box
from proofless.ofd.elements import Text
from proofless.ofd.errors import SealRefused
from proofless.ofd.layout import Template, fill
from proofless.ofd.metadata import Holder, Metadata
from proofless.ofd.package import Package, pack
from proofless.ofd.reader import Reader
from proofless.ofd.verify import Verdict, verify

METADATA = Metadata("租赁合同", "", "0001", "", "某公司", "", date(2026, 3, 5), (Holder("张三", "", "", ""),))


def contract(pages: int) -> Package:
    """A contract of some pages; the last one says where the parties sign."""
    texts = [f"第{number}条 双方约定如下。" for number in range(1, pages)] + ["甲 方 （盖章） 某公司"]
    drawings = [fill(Template(210, 297, (Text(Box(20, 200, 160, 8), text, size=4.2),)), {}) for text in texts]
    return writer.write(drawings, METADATA)


def test_a_word_is_found_where_it_stands(city: Any) -> None:
    """The seal would otherwise land on somebody else's line."""
    (spot,) = Reader(pack(contract(3))).find("甲方（盖章）")
    assert spot.page == 3
    assert 19 < spot.box.x < 22 and 195 < spot.box.y < 210
    assert Reader(pack(contract(3))).find("乙方") == () == Reader(pack(contract(3))).find("  ")


def test_a_seal_over_a_word_stays_on_the_page_and_verifies(city: Any) -> None:
    package = contract(2)
    (spot,) = Reader(pack(package)).find("甲方")
    place = placing.over(spot, 42, package)
    assert place.page == 2 and place.box.x >= 0
    at = city.now - timedelta(hours=1)
    sealed = pack(sealing.affix(package, city.seal_der, city.signer, place, at, close=True))
    assert verify(sealed, city.trust(), now=city.now).verdict is Verdict.VALID


def test_every_page_carries_its_slice_and_the_slices_make_the_seal(city: Any) -> None:
    package = contract(4)
    places = placing.across_edges(package, 42)
    assert [place.page for place in places] == [1, 2, 3, 4]
    for number, place in enumerate(places):
        assert place.clip is not None
        assert place.clip == Box(number * 10.5, 0.0, 10.5, 42)
        assert place.box.x + place.clip.x + place.clip.w == pytest.approx(210), "it ends at the edge"
    at = city.now - timedelta(hours=1)
    sealed = pack(sealing.affix(package, city.seal_der, city.signer, places, at, close=True))
    assert verify(sealed, city.trust(), now=city.now).verdict is Verdict.VALID
    assert all("<image" in page.svg() or "<g" in page.svg() for page in Reader(sealed).pages)
    without = [page.svg(stamps=False) for page in Reader(sealed).pages]
    assert all(page.svg() != bare for page, bare in zip(Reader(sealed).pages, without, strict=True))


@pytest.mark.parametrize("pages", [1, 11])
def test_slices_nobody_could_recognise_are_refused(pages: int) -> None:
    with pytest.raises(SealRefused):
        placing.across_edges(contract(pages), 42)

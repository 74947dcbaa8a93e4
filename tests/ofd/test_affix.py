"""Sealing: one seal that closes, several in order, and the seals that must not be affixed."""

from datetime import date, timedelta
from typing import Any

import pytest

from proofless.gm import ses, sm3
from proofless.ofd import sealing, stamp, writer
from proofless.ofd.drawing import Box
from proofless.ofd.errors import DocumentClosed, NotOfd, SealRefused
from proofless.ofd.faces import FaceField, FaceSpec, face_of
from proofless.ofd.metadata import Holder, Metadata
from proofless.ofd.package import Package, Part, pack, unpack
from proofless.ofd.sealing import Place
from proofless.ofd.verify import Verdict, verify
from tests.ofd import foreign

from .conftest import describe

BOX = Box(120, 200, 42, 42)


@pytest.fixture
def unsealed() -> Package:
    face = face_of(FaceSpec("某许可证", (FaceField("holder", "持证人"),)))
    values = {"holder": "张三"}
    metadata = Metadata(
        "某许可证", "", "0001", "1.2.156.3005.2.X", "某市民政局", "", date(2026, 3, 5),
        (Holder("张三", "371402198703052724", "公民身份号码", "111"),), face=face.data(values),
    )  # fmt: skip
    return writer.write(face.compose(values, metadata, "QR"), metadata)


def sealed_once(package: Package, city: Any) -> bytes:
    return sealing.seal(package, city.seal_der, city.signer, 1, BOX, city.now - timedelta(hours=1))


def test_a_sealed_certificate_verifies_with_every_fact_true(unsealed: Package, city: Any) -> None:
    result = verify(sealed_once(unsealed, city), city.trust(), now=city.now)
    assert result.verdict is Verdict.VALID, result.problems


def test_two_departments_seal_in_order_and_both_verify(unsealed: Package, city: Any) -> None:
    """The second office would break the first one's seal if sealing touched what it covers."""
    at = city.now - timedelta(hours=2)
    once = sealing.affix(unsealed, city.seal_der, city.signer, Place(1, BOX), at, close=False)
    received = unpack(pack(once))
    second = city.make_seal(name="某市住房局公章", signer_certificates=[city.colleague.certificate])
    twice = sealing.seal(received, second, city.colleague, 1, Box(60, 200, 42, 42), at + timedelta(hours=1))
    result = verify(twice, city.trust(), now=city.now)
    assert result.verdict is Verdict.VALID, result.problems
    assert len(result.signatures) == 2


def test_a_file_of_other_makers_habits_is_sealed_and_sealed_again(city: Any, pack: Any) -> None:
    """No prefix, the list of signatures elsewhere, counted from 1: a contract somebody brings to be sealed."""
    at = city.now - timedelta(hours=2)
    once = sealing.affix(
        unpack(pack(foreign.parts())), city.seal_der, city.signer, Place(1, BOX), at, close=False
    )
    parts = {name: part.data for name, part in once.parts.items()}
    folder = "Doc_0/Signs/Sign_0/"
    theirs = {name: data for name, data in parts.items() if "/Signs/" not in name}
    theirs["OFD.xml"] = theirs["OFD.xml"].replace(b"/Doc_0/Signs/Signatures.xml", b"Doc_0/Sealed/List.xml")
    covered = theirs | {"Doc_0/Sealed/Sign_1/Seal.esl": parts[folder + "Seal.esl"]}
    description = describe(covered, "Doc_0/Sealed/Sign_1/")
    value = ses.build_signature(
        seal=city.seal_der, data_hash=sm3.digest(description), signed_at=at, signer=city.signer,
        property_info="/Doc_0/Sealed/Sign_1/Signature.xml",
    )  # fmt: skip
    listed = (
        f"<Signatures xmlns='{foreign.NS}'><Signature ID='7' BaseLoc='Sign_1/Signature.xml'/></Signatures>"
    )
    theirs = covered | {
        "Doc_0/Sealed/List.xml": listed.encode(),
        "Doc_0/Sealed/Sign_1/Signature.xml": description,
        "Doc_0/Sealed/Sign_1/SignedValue.dat": value,
    }
    for package in (once, unpack(pack(theirs))):
        twice = sealing.seal(package, city.seal_der, city.signer, 1, BOX, city.now - timedelta(hours=1))
        result = verify(twice, city.trust(), now=city.now)
        assert result.verdict is Verdict.VALID and len(result.signatures) == 2, result.problems


@pytest.mark.parametrize("number", [0, 1])
def test_a_broken_list_of_signatures_is_refused_not_sealed_over(
    unsealed: Package, city: Any, number: int
) -> None:
    once = sealing.affix(unsealed, city.seal_der, city.signer, Place(1, BOX), city.now, close=False)
    path = ("Doc_0/Signs/Signatures.xml", "Doc_0/Signs/Sign_0/Signature.xml")[number]
    broken = once.with_parts({path: Part(once.parts[path].data[:-5])})
    with pytest.raises(NotOfd):
        sealing.affix(broken, city.seal_der, city.signer, Place(1, BOX), city.now, close=True)


def test_nobody_can_add_a_seal_to_a_closed_certificate(unsealed: Package, city: Any) -> None:
    closed = unpack(sealed_once(unsealed, city))
    with pytest.raises(DocumentClosed):
        sealing.affix(closed, city.seal_der, city.signer, Place(1, BOX), city.now, close=True)


def test_a_colleague_who_is_not_on_the_list_cannot_use_the_seal(unsealed: Package, city: Any) -> None:
    with pytest.raises(SealRefused):
        sealing.affix(unsealed, city.seal_der, city.colleague, Place(1, BOX), city.now, close=True)


def test_a_seal_out_of_its_period_is_not_affixed(unsealed: Package, city: Any) -> None:
    for at in (city.now - timedelta(days=4000), city.now + timedelta(days=4000)):
        with pytest.raises(SealRefused):
            sealing.affix(unsealed, city.seal_der, city.signer, Place(1, BOX), at, close=True)


def test_a_seal_on_a_page_that_is_not_there_is_refused(unsealed: Package, city: Any) -> None:
    for page in (0, 2):
        with pytest.raises(SealRefused):
            sealing.affix(unsealed, city.seal_der, city.signer, Place(page, BOX), city.now, close=True)


def test_the_page_and_the_metadata_are_the_same_before_and_after(unsealed: Package, city: Any) -> None:
    after = unpack(sealed_once(unsealed, city))
    changed = [name for name, part in unsealed.parts.items() if after.parts[name].data != part.data]
    assert changed == ["OFD.xml"], "only the pointer to the signatures is added"


def test_a_changed_character_is_noticed(unsealed: Package, city: Any) -> None:
    """王五 puts his own name on 张三's certificate."""
    forged = unpack(sealed_once(unsealed, city))
    name = "Doc_0/Pages/Page_0/Content.xml"
    page = type(forged.parts[name])(forged.parts[name].data.replace("张三".encode(), "王五".encode()))
    result = verify(pack(forged.with_parts({name: page})), city.trust(), now=city.now)
    assert result.verdict is Verdict.INVALID


def test_the_seal_carries_the_departments_round_picture(city: Any) -> None:
    picture = stamp.round_seal("某市民政局", "婚姻登记专用章").png()
    seal = city.make_seal(picture=ses.Picture("png", picture, 42, 42))
    assert ses.parse_seal(seal).picture.data == picture
    assert len(picture) < 20_000, "every sealed file carries it twice"

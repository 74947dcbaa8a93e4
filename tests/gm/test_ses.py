"""Seals of GB/T 38540: if these break, outside readers refuse our seals, or we accept changed ones."""

from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, UnsupportedVersion, der, ses, sm3, x509

PICTURE = ses.Picture("png", b"\x89PNG picture", 40, 40)


def make_seal(city: Any, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "seal_id": "50011200000323",
        "name": "某市住房局电子证照专用章",
        "signer_certificates": [city.signer.certificate],
        "picture": PICTURE,
        "created_at": city.now,
        "valid_from": city.now,
        "valid_until": city.now + timedelta(days=100),
        "maker": city.maker,
    }
    return ses.build_seal(**values | changes)


def sign(city: Any, seal: bytes) -> bytes:
    path = "/Doc_0/Signs/Sign_0/Signature.xml"
    digest = sm3.digest(b"Signature.xml")
    return ses.build_signature(
        seal=seal, data_hash=digest, property_info=path, signed_at=city.now, signer=city.signer
    )


def test_what_was_built_reads_back_and_both_signatures_hold(city: Any) -> None:
    signature = ses.parse_signature(sign(city, make_seal(city)))
    seal, maker = signature.seal, x509.load_certificate(city.maker.certificate)
    assert (seal.name, seal.seal_id, seal.picture) == ("某市住房局电子证照专用章", "50011200000323", PICTURE)
    assert seal.lists(city.signer.certificate) and not seal.lists(city.maker.certificate)
    assert maker.public_key.verify(seal.info_raw, seal.maker_signature)
    assert not maker.public_key.verify(seal.raw, seal.maker_signature)
    signer = x509.load_certificate(signature.signer_certificate)
    assert signer.public_key.verify(signature.tbs_raw, signature.value)
    assert ses.parse_seal(seal.raw) == seal and signature.signed_at == city.now


def test_another_asn1_library_reads_the_same_structure(city: Any) -> None:
    outer = core.Sequence.load(sign(city, make_seal(city)), strict=True)
    tbs = outer[0].parse(core.Sequence) if isinstance(outer[0], core.Any) else outer[0]
    assert tbs[0].native == 4 and tbs[3].native and outer[2].native == ses.SM2_WITH_SM3
    header = tbs[1][0][0]
    assert [header[index].native for index in range(3)] == ["ES", 4, "Proofless"]


@pytest.mark.parametrize("version", [0, 2, 3, 6])
def test_other_generations_are_refused_by_name(city: Any, version: int) -> None:
    """An official must read "version 6", not "broken file"."""
    seal = make_seal(city)
    other = seal.replace(b"\x16\x02ES\x02\x01\x04", b"\x16\x02ES\x02\x01" + bytes((version,)))
    for read in (lambda: ses.parse_seal(other), lambda: ses.parse_signature(sign(city, other))):
        with pytest.raises(UnsupportedVersion, match=str(version)):
            read()


def test_seal_extensions_both_ways_and_critical_ones_named(city: Any) -> None:
    def sealed(extensions: bytes) -> bytes:
        seal = ses.parse_seal(make_seal(city))
        info = der.sequence(der.Reader(seal.info_raw).content(der.SEQUENCE) + extensions)
        return der.sequence(info, der.octets(b"c"), der.oid(ses.SM2_WITH_SM3), der.bits(b"s"))

    plain = der.sequence(der.sequence(der.oid("1.2.3"), der.octets(b"x")))
    spelled_false = der.sequence(der.sequence(der.oid("1.2.3"), b"\x01\x01\x00", der.octets(b"x")))
    critical = der.sequence(der.sequence(der.oid("1.2.3"), b"\x01\x01\xff", der.octets(b"x")))
    for extensions in (plain, spelled_false, der.element(0xA0, plain)):
        assert ses.parse_seal(sealed(extensions)).critical == ()
    assert ses.parse_seal(sealed(critical)).critical == ("1.2.3",)
    with pytest.raises(Malformed):
        ses.parse_seal(sealed(plain + plain))


def test_impossible_seals_are_not_built(city: Any) -> None:
    day = timedelta(days=1)
    changes: tuple[dict[str, Any], ...] = (
        {"signer_certificates": []},
        {"valid_until": city.now - day},
        {"seal_id": "章"},
    )
    for change in changes:
        with pytest.raises(Malformed):
            make_seal(city, **change)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_mutated_signatures_never_crash_nor_hold(city: Any, data: st.DataObject) -> None:
    good = sign(city, make_seal(city))
    raw = bytearray(good)
    raw[data.draw(st.integers(0, 2**16)) % len(raw)] ^= data.draw(st.integers(1, 255))
    signer, maker = (
        x509.load_certificate(city.signer.certificate),
        x509.load_certificate(city.maker.certificate),
    )
    try:
        found = ses.parse_signature(bytes(raw))
    except Malformed:
        return
    holds = signer.public_key.verify(found.tbs_raw, found.value)
    made = maker.public_key.verify(found.seal.info_raw, found.seal.maker_signature)
    same = found.signer_certificate == city.signer.certificate and found.algorithm == ses.SM2_WITH_SM3
    assert not (holds and made and same)


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_not_fatal(data: bytes) -> None:
    for parse in (ses.parse_seal, ses.parse_signature):
        with pytest.raises(Malformed):
            parse(data)

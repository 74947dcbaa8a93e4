"""Signed data: if it breaks, a message between departments passes changed, or from nobody."""

from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, UnsupportedAlgorithm, der, signed_data, sm3, x509
from proofless.gm.signed_data import SignerFacts
from proofless.gm.trust import PathReason, TrustStore

CONTENT = "某公司的申请".encode()
OID_DATA = bytes.fromhex("060a2a811ccf5506010402 01".replace(" ", ""))


def check(city: Any, raw: bytes, trust: TrustStore | None = None, **options: Any) -> SignerFacts:
    return signed_data.verify(raw, trust or city.trust(), at=city.now, **options)[0]


def is_good(facts: SignerFacts) -> bool:
    path = facts.path
    return bool(facts.intact and facts.signature_holds and path and path.reason is PathReason.NONE)


def test_attached_and_detached_hold(city: Any) -> None:
    attached = signed_data.sign(CONTENT, city.signer, signed_at=city.now)
    facts = check(city, attached)
    assert is_good(facts) and facts.claimed_at == city.now and facts.signer == "某市住房局"
    detached = signed_data.sign(CONTENT, city.signer, detached=True)
    assert CONTENT not in detached and is_good(check(city, detached, content=CONTENT))
    assert not is_good(check(city, detached, content=CONTENT + b"!"))
    for raw, content in ((attached, CONTENT), (detached, None)):
        with pytest.raises(Malformed, match="exactly once"):
            check(city, raw, content=content)


def test_it_carries_the_standards_identifiers(city: Any) -> None:
    """GB/T 35275-2017: other readers find the message by 1.2.156.10197.6.1.4.2."""
    raw = signed_data.sign(CONTENT, city.signer)
    parsed = signed_data.parse(raw)
    assert (parsed.container, parsed.content_type) == (signed_data.SIGNED_DATA, signed_data.DATA)
    assert raw.startswith(b"\x30\x82") and OID_DATA in raw and der.oid("1.2.156.10197.1.301.1") in raw


def test_another_library_reads_the_same_structure(city: Any) -> None:
    raw = signed_data.build(
        signed_data.CMS_SIGNED_DATA, "1.2.840.113549.1.7.1", CONTENT, city.signer, attributes={}
    )
    body = cms.ContentInfo.load(raw, strict=True)["content"]
    signer = body["signer_infos"][0]
    assert body["encap_content_info"]["content"].native == CONTENT
    assert signer["signed_attrs"][1]["values"].native == [sm3.digest(CONTENT)]
    assert signer["signature_algorithm"]["algorithm"].dotted == "1.2.156.10197.1.501"
    assert body["certificates"][0].chosen.serial_number == signer["sid"].chosen["serial_number"].native


def test_changed_content_is_not_intact(city: Any) -> None:
    raw = signed_data.sign(CONTENT, city.signer).replace(CONTENT, CONTENT[::-1])
    assert check(city, raw).intact is False


def test_a_strangers_signature_is_not_the_departments(city: Any) -> None:
    """王五 signs with his key and sends the department's certificate along."""
    forged = x509.KeySigner(city.signer.certificate, city.maker.key)
    assert check(city, signed_data.sign(CONTENT, forged)).signature_holds is False
    nobody = signed_data.sign(CONTENT, city.signer).replace(city.signer.certificate[-20:], bytes(20), 1)
    assert not is_good(check(city, nobody))


def test_without_its_certificate_nothing_is_known(city: Any) -> None:
    raw = signed_data.build(
        signed_data.SIGNED_DATA,
        signed_data.DATA,
        CONTENT,
        city.signer,
        attributes={},
        with_certificates=False,
    )
    facts = check(city, raw)
    assert facts.certificate is None and facts.signature_holds is None and facts.path is None
    known = TrustStore(
        [city.root.certificate.der], [city.authority.certificate.der, city.signer.certificate], city.crls()
    )
    assert is_good(check(city, raw, known))


def without_attributes(city: Any, signature: bytes, content: bytes, algorithm: str) -> bytes:
    certificate = x509.load_certificate(city.signer.certificate)
    info = der.sequence(
        der.integer(1),
        der.sequence(certificate.asn1.issuer.dump(), der.integer(certificate.serial_number)),
        der.algorithm(sm3.OID),
        der.algorithm(algorithm),
        der.octets(signature),
    )
    body = der.sequence(
        der.integer(1),
        der.set_of([der.algorithm(sm3.OID)]),
        der.sequence(der.oid(signed_data.DATA), der.element(0xA0, der.octets(content))),
        der.element(0xA0, certificate.der),
        der.set_of([info]),
    )
    return der.sequence(der.oid(signed_data.SIGNED_DATA), der.element(0xA0, body))


def test_a_bare_signature_of_others_is_read(city: Any) -> None:
    for algorithm in ("1.2.156.10197.1.301.1", "1.2.156.10197.1.501"):
        raw = without_attributes(city, city.signer.sign(CONTENT), CONTENT, algorithm)
        assert is_good(check(city, raw))
    with pytest.raises(UnsupportedAlgorithm):
        check(city, without_attributes(city, b"", CONTENT, "1.2.840.113549.1.1.11"))


def test_signed_attributes_are_not_passed_off_as_content(city: Any) -> None:
    """The value over attributes is also a value over those bytes as content: nobody signed such content."""
    signer = signed_data.parse(signed_data.sign(CONTENT, city.signer)).signers[0]
    assert signer.signed_raw is not None
    raw = without_attributes(city, signer.value, signer.signed_raw, "1.2.156.10197.1.301.1")
    assert check(city, raw).signature_holds is True and check(city, raw).intact is False


def test_late_years_are_written_as_they_must_be(city: Any) -> None:
    late = city.now.replace(year=2051)
    assert check(city, signed_data.sign(CONTENT, city.signer, signed_at=late)).claimed_at == late
    with pytest.raises(Malformed):
        signed_data.sign(CONTENT, city.signer, signed_at=city.now.replace(tzinfo=None) - timedelta(1))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_mutated_messages_never_crash_nor_change_what_was_said(city: Any, data: st.DataObject) -> None:
    raw = bytearray(signed_data.sign(CONTENT, city.signer))
    raw[data.draw(st.integers(0, 2**16)) % len(raw)] ^= data.draw(st.integers(1, 255))
    try:
        parsed, facts = signed_data.parse(bytes(raw)), check(city, bytes(raw))
    except Malformed:
        return
    assert not is_good(facts) or parsed.content == CONTENT


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_not_fatal(data: bytes) -> None:
    with pytest.raises(Malformed):
        signed_data.parse(data)

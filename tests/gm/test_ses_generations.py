"""Seals of 2014 and 2025: if reading breaks, a firm's old seal is called broken, or a false one passes.

Built here by hand: we write version 4 only.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, der, ses, sm3, timestamp, x509
from proofless.gm.timestamp import LocalTsa

PATH = "/Doc_0/Signs/Sign_0/Signature.xml"
DIGEST = sm3.digest(b"Signature.xml")


def seal_parts(city: Any, version: int, moments: list[bytes], list_type: bytes) -> bytes:
    return der.sequence(
        der.sequence(der.text(der.IA5_STRING, "ES"), der.integer(version), der.text(der.IA5_STRING, "V")),
        der.text(der.IA5_STRING, "50011200000323"),
        der.sequence(
            der.integer(1),
            der.text(der.UTF8_STRING, "某公司公章"),
            list_type,
            der.sequence(der.octets(city.signer.certificate)),
            *moments,
        ),
        der.sequence(der.text(der.IA5_STRING, "png"), der.octets(b"x"), der.integer(40), der.integer(40)),
    )


def moments(city: Any, write: Any) -> list[bytes]:
    return [write(city.now), write(city.now), write(city.now + timedelta(days=365))]


def seal_2014(city: Any, version: int = 1, write: Any = der.utc_time) -> bytes:
    info = seal_parts(city, version, moments(city, write), b"")
    names = der.octets(city.maker.certificate) + der.oid(ses.SM2_WITH_SM3)
    value = city.maker.sign(der.sequence(info, names))
    return der.sequence(info, der.sequence(names, der.bits(value)))


def sign_2014(city: Any, seal: bytes, time_info: bytes | None = None) -> bytes:
    tbs = der.sequence(
        der.integer(1),
        seal,
        der.bits(der.utc_time(city.now) if time_info is None else time_info),
        der.bits(DIGEST),
        der.text(der.IA5_STRING, PATH),
        der.octets(city.signer.certificate),
        der.oid(ses.SM2_WITH_SM3),
    )
    return der.sequence(tbs, der.bits(city.signer.sign(tbs)))


def token(city: Any, digest: bytes, at: datetime | None = None) -> bytes:
    return LocalTsa(city.clock, clock=lambda: at or city.now).stamp(timestamp.request(digest))


def wrapped(raw: bytes) -> bytes:
    return der.element(0xA0, der.bits(raw))


def seal_2025(city: Any, *, stamped: bool = True) -> bytes:
    info = seal_parts(city, 5, moments(city, der.generalized_time), der.integer(1))
    value = city.maker.sign(info)
    stamp = wrapped(token(city, sm3.digest(value))) if stamped else b""
    return der.sequence(
        info, der.octets(city.maker.certificate), der.oid(ses.SM2_WITH_SM3), der.bits(value), stamp
    )


def sign_2025(city: Any, seal: bytes, version: int = 5) -> bytes:
    tbs = der.sequence(
        der.integer(version),
        seal,
        der.generalized_time(city.now),
        der.bits(DIGEST),
        der.text(der.IA5_STRING, PATH),
    )
    value = city.signer.sign(tbs)
    names = der.octets(city.signer.certificate), der.oid(ses.SM2_WITH_SM3)
    return der.sequence(tbs, *names, der.bits(value), wrapped(token(city, sm3.digest(value))))


def check_facts(city: Any, signature: ses.Signature, version: int) -> None:
    """The same facts, whatever the generation."""
    seal = signature.seal
    maker, signer = (x509.load_certificate(one.certificate).public_key for one in (city.maker, city.signer))
    assert (signature.version, seal.version) == (version, version)
    assert maker.verify(seal.info_raw, seal.maker_signature)
    assert signer.verify(signature.tbs_raw, signature.value)
    assert seal.lists(city.signer.certificate) and not seal.lists(city.maker.certificate)
    assert (signature.signed_at, seal.created_at, signature.data_hash) == (city.now, city.now, DIGEST)
    assert (seal.name, signature.property_info) == ("某公司公章", PATH)
    assert signature.signer_certificate == city.signer.certificate
    assert (seal.algorithm, signature.algorithm) == (ses.SM2_WITH_SM3, ses.SM2_WITH_SM3)


def test_a_seal_of_2014_gives_the_same_facts(city: Any) -> None:
    signature = ses.parse_signature(sign_2014(city, seal_2014(city)))
    check_facts(city, signature, 1)
    assert signature.time_stamp is None and ses.parse_seal(signature.seal.raw) == signature.seal


def test_a_stamped_time_of_2014_is_a_claim(city: Any) -> None:
    """What its token covers is nowhere said: it must not count as a checked time stamp."""
    stamped = token(city, DIGEST, city.now)
    signature = ses.parse_signature(sign_2014(city, seal_2014(city), stamped))
    check_facts(city, signature, 1)
    assert signature.time_stamp is None


def test_the_maker_of_2014_signed_more_than_the_picture(city: Any) -> None:
    seal = ses.parse_seal(seal_2014(city))
    maker = x509.load_certificate(city.maker.certificate).public_key
    info_only = der.Reader(seal.raw).enter().element()
    assert not maker.verify(info_only, seal.maker_signature)


@pytest.mark.parametrize("stamped", [True, False])
def test_a_seal_of_2025_gives_the_same_facts(city: Any, stamped: bool) -> None:
    signature = ses.parse_signature(sign_2025(city, seal_2025(city, stamped=stamped)))
    check_facts(city, signature, 5)
    assert signature.time_stamp is not None
    facts = timestamp.verify(signature.time_stamp, signature.stamped_digest, city.trust())
    assert facts.holds is True and (signature.seal.time_stamp is not None) == stamped


def test_generations_are_not_mixed(city: Any) -> None:
    """A seal lifted from a signature of another generation must not find a reader that takes both."""
    old, new = seal_2014(city), seal_2025(city)
    for bad in (
        sign_2014(city, new),
        sign_2025(city, old),
        sign_2025(city, old, version=1),
        sign_2025(city, new, version=4),
        sign_2014(city, seal_2014(city, version=4)),
        sign_2014(city, seal_2014(city, version=5)),
    ):
        with pytest.raises(Malformed):
            ses.parse_signature(bad)


@pytest.mark.parametrize(
    "time_info", [b"", b"2026-11-23 09:00:00", der.utc_time(datetime(2026, 11, 23, 9, tzinfo=UTC)) * 2]
)
def test_a_time_without_a_zone_is_no_time(city: Any, time_info: bytes) -> None:
    """A widespread program writes local time as text; which hour that is, nobody can say."""
    with pytest.raises(Malformed):
        ses.parse_signature(sign_2014(city, seal_2014(city), time_info))


def test_what_is_not_confirmed_is_refused(city: Any) -> None:
    for seal in (seal_2014(city, write=der.generalized_time), seal_2014(city, version=2)):
        with pytest.raises(Malformed):
            ses.parse_seal(seal)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), version=st.sampled_from([1, 5]))
def test_mutated_signatures_never_crash_nor_hold(city: Any, data: st.DataObject, version: int) -> None:
    good = sign_2014(city, seal_2014(city)) if version == 1 else sign_2025(city, seal_2025(city))
    raw = bytearray(good)
    raw[data.draw(st.integers(0, 2**16)) % len(raw)] ^= data.draw(st.integers(1, 255))
    try:
        found = ses.parse_signature(bytes(raw))
        before = ses.parse_signature(good)
        check_facts(city, found, version)
    except (Malformed, AssertionError):
        return
    # Only what stands beside the signatures may differ: the time stamps, judged by themselves.
    assert found.tbs_raw == before.tbs_raw or found.seal.time_stamp != before.seal.time_stamp

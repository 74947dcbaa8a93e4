"""Agreement with a second, independent implementation (the pure Python package gmssl): what two programs of
different origin call the same, an outside reader will too."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms, crl, tsp
from asn1crypto import x509 as asn1
from gmssl import sm2 as theirs_sm2
from gmssl import sm3 as theirs_sm3
from gmssl import sm4 as theirs_sm4

from proofless.gm import der, signed_data, sm2, sm3, sm4, timestamp, x509

# GB/T 32918.5-2017 Annex A.2: the package mangles keys whose hexadecimal begins with 04, this one does not.
PRIVATE = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
OURS = sm2.PrivateKey.from_raw(bytes.fromhex(PRIVATE))
THEIRS = theirs_sm2.CryptSM2(PRIVATE, OURS.public_key.raw[1:].hex(), mode=1)
SIZES = [1, 15, 16, 17, 55, 56, 63, 64, 65, 300]


def test_signatures_both_ways() -> None:
    for message in (b"m", b"", secrets.token_bytes(200)):
        assert THEIRS.verify_with_sm3(sm2.decode_der(OURS.sign(message)).hex(), message)
        signature = sm2.encode_der(bytes.fromhex(THEIRS.sign_with_sm3(message)))
        assert OURS.public_key.verify(message, signature)
        assert not OURS.public_key.verify(message + b"!", signature)


@pytest.mark.parametrize("size", [2, 19, 64])
def test_encryption_both_ways(size: int) -> None:
    message = secrets.token_bytes(size)
    assert THEIRS.decrypt(sm2.decode_cipher(OURS.public_key.encrypt(message))[1:]) == message
    assert OURS.decrypt(sm2.encode_cipher(b"\x04" + THEIRS.encrypt(message))) == message


@pytest.mark.parametrize("size", SIZES)
def test_digests(size: int) -> None:
    data = secrets.token_bytes(size)
    assert theirs_sm3.sm3_hash(list(data)) == sm3.digest(data).hex()


@pytest.mark.parametrize("size", SIZES)
def test_cipher_both_ways(size: int) -> None:
    key, iv, data = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(size)
    cipher = theirs_sm4.CryptSM4()
    cipher.set_key(key, theirs_sm4.SM4_ENCRYPT)
    assert cipher.crypt_cbc(iv, data) == sm4.cbc_encrypt(key, iv, data)
    cipher.set_key(key, theirs_sm4.SM4_DECRYPT)
    assert cipher.crypt_cbc(iv, sm4.cbc_encrypt(key, iv, data)) == data


def they_verify(covered: bytes, signature: bytes) -> bool:
    return bool(THEIRS.verify_with_sm3(sm2.decode_der(signature).hex(), covered))


def their_digest(data: bytes) -> bytes:
    return bytes.fromhex(theirs_sm3.sm3_hash(list(data)))


@pytest.fixture(scope="module")
def authority(city: Any) -> x509.Authority:
    """A root whose key is the one they can read."""
    return x509.Authority.root(x509.name("某市根"), OURS, city.now, city.now + timedelta(days=9))


def test_certificates_and_lists(city: Any, authority: x509.Authority) -> None:
    parsed = asn1.Certificate.load(authority.certificate.der, strict=True)
    assert they_verify(parsed["tbs_certificate"].dump(), parsed["signature_value"].native)
    listed = authority.crl([x509.Revocation(7, city.now)], city.now, city.now + timedelta(days=1))
    found = crl.CertificateList.load(listed, strict=True)
    assert they_verify(found["tbs_cert_list"].dump(), found["signature"].native)


def check_signer(signer: Any, content: bytes) -> None:
    """As RFC 5652 clause 5.4 tells it, with their tools only."""
    attributes = {one["type"].dotted: one["values"] for one in signer["signed_attrs"]}
    assert attributes["1.2.840.113549.1.9.4"].native == [their_digest(content)]
    assert they_verify(signer["signed_attrs"].untag().dump(force=True), signer["signature"].native)


def test_time_stamps(city: Any, authority: x509.Authority) -> None:
    raw = authority.issue(
        x509.name("钟"), OURS.public_key, city.now, city.now + timedelta(days=9), x509.Usage.TIME_STAMPING
    )
    tsa = timestamp.LocalTsa(x509.KeySigner(raw, OURS), clock=lambda: city.now)
    body = cms.ContentInfo.load(tsa.stamp(timestamp.request(their_digest(b"m"), nonce=5)), strict=True)[
        "content"
    ]
    info = body["encap_content_info"]["content"].parsed
    assert isinstance(info, tsp.TSTInfo) and info["gen_time"].native == city.now and info["nonce"].native == 5
    assert info["message_imprint"]["hashed_message"].native == their_digest(b"m")
    check_signer(body["signer_infos"][0], bytes(body["encap_content_info"]["content"]))
    named = {one["type"].native: one["values"] for one in body["signer_infos"][0]["signed_attrs"]}
    assert named["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native == their_digest(raw)


def test_messages(city: Any, authority: x509.Authority) -> None:
    """GB/T 35275 differs from RFC 5652 in its identifiers: with those exchanged, theirs reads it."""
    raw = authority.issue(x509.name("局"), OURS.public_key, city.now, city.now + timedelta(days=9))
    message = signed_data.sign(b"content", x509.KeySigner(raw, OURS), signed_at=city.now)
    outer = der.Reader(message).enter()
    assert outer.oid() == signed_data.SIGNED_DATA
    body = cms.SignedData.load(outer.enter(0xA0).element(), strict=True)
    assert body["version"].native == "v1" and body["digest_algorithms"][0]["algorithm"].dotted == sm3.OID
    check_signer(body["signer_infos"][0], b"content")

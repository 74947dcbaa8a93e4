"""SM2 signatures: if these break, every seal of the city is worthless, or cannot be checked outside."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, Unavailable, libcrypto, sm2, sm3

# GB/T 32918.5-2017 Annex A.2
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
ZA = bytes.fromhex("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3")
E = bytes.fromhex("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640")
RAW = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
MESSAGE = b"message digest"
KEY = sm2.PrivateKey.generate()


def test_published_signature_verifies_on_every_path() -> None:
    key, signature = sm2.PublicKey.from_raw(PUBLIC), sm2.encode_der(RAW)
    libcrypto.self_check()
    assert sm2.za(PUBLIC) == ZA and sm3.digest(ZA + MESSAGE) == E
    assert key.verify(MESSAGE, signature) and key.verify_digest(E, signature)
    assert sm2.PublicKey.from_spki(key.to_spki()) == key


def test_a_machine_without_sm2_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    libcrypto.library.cache_clear()
    monkeypatch.setattr(libcrypto, "SONAME", "libcrypto-absent.so.3")
    with pytest.raises(Unavailable, match=r"缺少系统密码库.*cannot be loaded"):
        libcrypto.self_check()
    monkeypatch.undo()
    libcrypto.library.cache_clear()
    libcrypto.self_check()


def test_published_private_key_gives_the_published_public_key() -> None:
    der = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
    key = sm2.PrivateKey.from_pkcs8(der + PRIVATE + bytes.fromhex("a144034200") + PUBLIC)
    assert key.public_key.raw == PUBLIC and key.to_pkcs8()[36:68] == PRIVATE


def test_halves_of_two_keys_are_no_key() -> None:
    other = sm2.PrivateKey.generate().public_key.raw
    with pytest.raises(Malformed):
        sm2.PrivateKey.from_pkcs8(KEY.to_pkcs8().replace(KEY.public_key.raw, other))


def test_another_user_id_is_another_signature() -> None:
    signature = KEY.sign(MESSAGE, b"ALICE123@YAHOO.COM")
    assert KEY.public_key.verify(MESSAGE, signature, b"ALICE123@YAHOO.COM")
    assert not KEY.public_key.verify(MESSAGE, signature)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2399))
def test_signature_holds_for_its_message_and_no_changed_one(message: bytes, bit: int) -> None:
    signature = KEY.sign(message)
    digest = sm3.digest(sm2.za(KEY.public_key.raw) + message)
    assert KEY.public_key.verify(message, signature) and KEY.public_key.verify_digest(digest, signature)
    assert KEY.public_key.verify(message, KEY.sign_digest(digest))
    assert sm2.encode_der(sm2.decode_der(signature)) == signature
    assert not KEY.public_key.verify(message + b"\0", signature)
    at = bit % (len(signature) * 8)
    forged = bytearray(signature)
    forged[at // 8] ^= 1 << at % 8
    assert not KEY.public_key.verify(message, bytes(forged))


def test_only_one_encoding_of_a_signature_is_accepted() -> None:
    """A second spelling of the same signature would make two different files of one sealed certificate."""
    order = sm2.ORDER.to_bytes(32, "big")
    good = sm2.encode_der(RAW)
    padded = bytes((0x30, good[1] + 1, 2, 0x22, 0)) + good[4:]
    long_form = bytes((0x30, 0x81, good[1])) + good[2:]
    key = sm2.PublicKey.from_raw(PUBLIC)
    for bad in (good + b"\0", padded, long_form, b"", b"0\x80" + good[2:] + b"\0\0", RAW):
        assert not key.verify(MESSAGE, bad) and not key.verify_digest(E, bad)
    for raw in (order + RAW[32:], RAW[:32] + order, bytes(32) + RAW[32:], RAW[:32] + bytes(32), RAW[1:]):
        with pytest.raises(Malformed):
            sm2.encode_der(raw)


@pytest.mark.parametrize(
    "raw", [b"", bytes(65), b"\x04" + bytes(64), b"\x02" + PUBLIC[1:33], PUBLIC[:-1] + b"\0"]
)
def test_a_point_off_the_curve_is_no_key(raw: bytes) -> None:
    with pytest.raises(Malformed):
        sm2.PublicKey.from_raw(raw)


def test_openssl_agrees_both_ways(tmp_path: Path) -> None:
    """An outside verifier with the command line must reach the same answer as we do."""
    (tmp_path / "key.der").write_bytes(KEY.to_pkcs8())
    (tmp_path / "pub.der").write_bytes(KEY.public_key.to_spki())
    (tmp_path / "m").write_bytes(MESSAGE)
    (tmp_path / "ours").write_bytes(KEY.sign(MESSAGE))
    options = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-in", "m"]
    sign = ["openssl", "pkeyutl", "-sign", "-inkey", "key.der", "-keyform", "DER", *options, "-out", "theirs"]
    check = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "pub.der", "-keyform", "DER", *options]
    subprocess.run(sign, cwd=tmp_path, check=True, capture_output=True)
    subprocess.run([*check, "-sigfile", "ours"], cwd=tmp_path, check=True, capture_output=True)
    assert KEY.public_key.verify(MESSAGE, (tmp_path / "theirs").read_bytes())

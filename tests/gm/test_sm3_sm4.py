"""Digests and ciphers: if these break, stored personal data cannot be read back, or was never hidden."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, sm3, sm4

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
NONCE = bytes.fromhex("00001234567800000000abcd")


def test_published_digests() -> None:
    """GB/T 32905-2016 Annex A."""
    assert sm3.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    long = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert sm3.digest(b"abcd" * 16).hex() == long


def test_hmac_agrees_with_openssl() -> None:
    command = ["openssl", "dgst", "-sm3", "-mac", "HMAC", "-macopt", f"hexkey:{KEY.hex()}", "-binary"]
    theirs = subprocess.run(command, input=b"data", capture_output=True, check=True).stdout
    assert sm3.hmac(KEY, b"data") == theirs


def test_published_gcm_vector() -> None:
    """RFC 8998 Appendix A.1."""
    plaintext = b"".join(bytes((byte,)) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert sm4.gcm_seal(KEY, NONCE, plaintext, aad) == sealed
    assert sm4.gcm_open(KEY, NONCE, sealed, aad) == plaintext


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=50), st.integers(min_value=0))
def test_a_changed_sealed_value_does_not_open(plaintext: bytes, aad: bytes, bit: int) -> None:
    sealed = sm4.gcm_seal(KEY, NONCE, plaintext, aad)
    assert sm4.gcm_open(KEY, NONCE, sealed, aad) == plaintext
    forged = bytearray(sealed)
    forged[bit // 8 % len(sealed)] ^= 1 << bit % 8
    for wrong, wrong_aad in ((bytes(forged), aad), (sealed, aad + b"x"), (sealed[:15], aad)):
        with pytest.raises(Malformed):
            sm4.gcm_open(KEY, NONCE, wrong, wrong_aad)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=100))
def test_cbc_round_trip(plaintext: bytes) -> None:
    assert sm4.cbc_decrypt(KEY, KEY, sm4.cbc_encrypt(KEY, KEY, plaintext)) == plaintext


def test_cbc_agrees_with_openssl() -> None:
    command = ["openssl", "enc", "-sm4-cbc", "-K", KEY.hex(), "-iv", KEY.hex()]
    theirs = subprocess.run(command, input=b"abc" * 20, capture_output=True, check=True).stdout
    assert sm4.cbc_encrypt(KEY, KEY, b"abc" * 20) == theirs
    for bad in (b"", theirs[:-1], theirs[:-16]):
        with pytest.raises(Malformed):
            sm4.cbc_decrypt(KEY, KEY, bad)


def test_wrong_sizes_are_refused() -> None:
    for key, nonce in ((KEY[:8], NONCE), (KEY, KEY)):
        with pytest.raises(Malformed):
            sm4.gcm_seal(key, nonce, b"", b"")


def test_published_cbc_vector() -> None:
    """draft-ribose-cfrg-sm4 appendix A.2.2.1."""
    plaintext = b"".join(bytes((byte,)) * 4 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xAA, 0xBB))
    expected = "78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d"
    assert sm4.cbc_encrypt(KEY, bytes(range(16)), plaintext)[:32].hex() == expected


def test_published_block() -> None:
    """GB/T 32907-2016 Annex A.1, as the first block of CBC under an IV of zeros."""
    assert sm4.cbc_encrypt(KEY, bytes(16), KEY)[:16].hex() == "681edf34d206965e86b3e94f536e4246"

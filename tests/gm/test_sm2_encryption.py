"""SM2 encryption: if it breaks, a key sent to another department cannot be opened, or anyone may read it."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, libcrypto, sm2

# GB/T 32918.5-2017 Annex C.2
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
MESSAGE = b"encryption standard"
RAW = bytes.fromhex(
    "0404EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
    "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
    "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
    "21886CA989CA9C7D58087307CA93092D651EFA"
)
KEY = sm2.PrivateKey.generate()


def test_published_ciphertext_opens() -> None:
    key = sm2.PrivateKey.from_raw(PRIVATE)
    assert key.decrypt(sm2.encode_cipher(RAW)) == MESSAGE
    assert sm2.decode_cipher(sm2.encode_cipher(RAW)) == RAW


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.integers(min_value=0))
def test_only_the_addressee_reads_and_only_the_unchanged(message: bytes, bit: int) -> None:
    cipher = KEY.public_key.encrypt(message)
    assert KEY.decrypt(cipher) == message
    with pytest.raises(Malformed):
        sm2.PrivateKey.generate().decrypt(cipher)
    forged = bytearray(sm2.decode_cipher(cipher))
    at = 8 + bit % (len(forged) * 8 - 8)
    forged[at // 8] ^= 1 << at % 8
    with pytest.raises(Malformed):
        KEY.decrypt(sm2.encode_cipher(bytes(forged)))


def test_a_single_byte_never_stands_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """One mask in 256 is zero for one byte; a library that does not look must not give the byte away."""
    bare = sm2.encode_cipher(RAW[:97] + b"A")
    answers = iter([bare, bare, KEY.public_key.encrypt(b"A")])
    monkeypatch.setattr(libcrypto.Key, "encrypt", lambda self, plaintext: next(answers))
    assert KEY.decrypt(KEY.public_key.encrypt(b"A")) == b"A" and not list(answers)


@pytest.mark.parametrize("size", [0, 1 << 16])
def test_impossible_sizes_are_refused(size: int) -> None:
    with pytest.raises(Malformed):
        KEY.public_key.encrypt(bytes(size))


def test_other_shapes_are_no_ciphertext() -> None:
    good = sm2.encode_cipher(RAW)
    for bad in (good + b"\0", good[:-1], b"", b"0\0", RAW):
        with pytest.raises(Malformed):
            KEY.decrypt(bad)
    for raw in (RAW[2:], RAW[:97], b"\x02" + RAW[1:]):
        with pytest.raises(Malformed):
            sm2.encode_cipher(raw)


def test_openssl_agrees_both_ways(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY.to_pkcs8())
    (tmp_path / "ours").write_bytes(KEY.public_key.encrypt(MESSAGE))
    command = ["openssl", "pkeyutl", "-inkey", "key", "-keyform", "DER"]

    def run(*arguments: str, data: bytes = b"") -> bytes:
        done = subprocess.run(
            [*command, *arguments], cwd=tmp_path, input=data, check=True, capture_output=True
        )
        return done.stdout

    assert run("-decrypt", "-in", "ours") == MESSAGE
    assert KEY.decrypt(run("-encrypt", data=MESSAGE)) == MESSAGE


def test_a_private_number_gives_its_point() -> None:
    key = sm2.PrivateKey.from_raw(PRIVATE)
    assert key.to_raw() == PRIVATE
    assert sm2.PrivateKey.from_pkcs8(key.to_pkcs8()).public_key == key.public_key
    for bad in (bytes(32), (sm2.ORDER - 1).to_bytes(32, "big"), PRIVATE[1:], b"\xff" * 32):
        with pytest.raises(Malformed):
            sm2.PrivateKey.from_raw(bad)

"""Keys as files: if these break, a CA's key file does not open, or opens for whoever finds it."""

import subprocess
from pathlib import Path

import pytest
from asn1crypto import pem
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Locked, Malformed, UnsupportedAlgorithm, der, keyfile, sm2

KEY = sm2.PrivateKey.generate()


def openssl(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True).stdout


def test_plain_keys_read_back_in_every_shape(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(keyfile.dump_private(KEY))
    shapes = [keyfile.dump_private(KEY), KEY.to_pkcs8(), openssl(tmp_path, "ec", "-in", "key.pem")]
    for data in shapes:
        assert keyfile.load_private(data).public_key == KEY.public_key
    for data in (keyfile.dump_public(KEY.public_key), KEY.public_key.to_spki(), KEY.public_key.raw):
        assert keyfile.load_public(data) == KEY.public_key


def test_bytes_behind_a_key_are_not_passed_over() -> None:
    """Two readers of one key file must read the same key."""
    for raw in (KEY.to_pkcs8() + b"\0", KEY.to_pkcs8() * 2):
        with pytest.raises(Malformed):
            keyfile.load_private(raw)


def test_openssl_opens_our_sealed_key(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(keyfile.dump_private(KEY, "口令"))
    public = openssl(tmp_path, "pkey", "-in", "key.pem", "-passin", "pass:口令", "-pubout")
    assert keyfile.load_public(public) == KEY.public_key
    assert KEY.to_raw() not in pem.unarmor(keyfile.dump_private(KEY, "口令"))[2]


@pytest.mark.parametrize(
    "options",
    ["-v2 sm4-cbc", "-v2 aes-256-cbc -v2prf hmacWithSHA1", "-v2 aes-128-cbc -scrypt", "-v2 aes-192-cbc"],
)
def test_we_open_what_openssl_sealed(tmp_path: Path, options: str) -> None:
    (tmp_path / "key.pem").write_bytes(keyfile.dump_private(KEY))
    sealed = openssl(
        tmp_path, *["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:abc"], *options.split()
    )
    assert keyfile.load_private(sealed, "abc").public_key == KEY.public_key
    assert keyfile.load_private(pem.unarmor(sealed)[2], "abc").public_key == KEY.public_key
    for password in ("abd", "", None):
        with pytest.raises(Locked, match="口令"):
            keyfile.load_private(sealed, password)


def test_generated_on_the_command_line(tmp_path: Path) -> None:
    openssl(tmp_path, "ecparam", "-genkey", "-name", "SM2", "-out", "with-parameters.pem")
    assert keyfile.load_private((tmp_path / "with-parameters.pem").read_bytes())


def test_a_file_cannot_ask_for_endless_work() -> None:
    """A hostile upload must not occupy a worker for an hour."""
    raw = pem.unarmor(keyfile.dump_private(KEY, "a"))[2]
    huge = raw.replace(der.integer(600_000), der.integer(0x7FFFFF))
    assert huge != raw and len(huge) == len(raw)
    with pytest.raises(Locked):
        keyfile.load_private(huge, "a")
    scrypt = der.sequence(
        der.sequence(
            der.oid("1.2.840.113549.1.5.13"),
            der.sequence(
                der.sequence(
                    der.oid("1.3.6.1.4.1.11591.4.11"),
                    der.sequence(der.octets(b"s" * 8), *map(der.integer, (1 << 30, 8, 1))),
                ),
                der.sequence(der.oid("1.2.156.10197.1.104.2"), der.octets(bytes(16))),
            ),
        ),
        der.octets(bytes(16)),
    )
    with pytest.raises(Locked):
        keyfile.load_private(scrypt, "a")


def test_other_keys_and_other_seals_are_named(tmp_path: Path) -> None:
    p256 = openssl(tmp_path, *["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    (tmp_path / "key.pem").write_bytes(keyfile.dump_private(KEY))
    old = openssl(
        tmp_path, *["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:abc", "-v1", "PBE-SHA1-3DES"]
    )
    for bad in (p256, keyfile.dump_public(KEY.public_key), b"", b"\x30\x00", b"-----BEGIN KEY-----\n"):
        with pytest.raises(Malformed):
            keyfile.load_private(bad)
    with pytest.raises(UnsupportedAlgorithm):
        keyfile.load_private(old, "abc")
    for bad in (p256, keyfile.dump_private(KEY), b"", KEY.public_key.raw[:-1]):
        with pytest.raises(Malformed):
            keyfile.load_public(bad)
    with pytest.raises(Malformed):
        keyfile.dump_private(KEY, "")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_refused_not_fatal(data: bytes) -> None:
    for load in (keyfile.load_private, keyfile.load_public):
        with pytest.raises((Malformed, Locked)):
            load(data)

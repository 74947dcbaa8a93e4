"""Certificate requests: if these break, a CA certifies a key its sender does not have."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, keyfile, request, sm2, x509

KEY = sm2.PrivateKey.generate()
NAME = x509.name("某市卫生健康委", organization="某市")


def test_a_request_becomes_a_certificate(city: Any) -> None:
    asked = request.load_request(request.make_request(NAME, KEY))
    assert asked.subject == "Common Name: 某市卫生健康委, Organization: 某市, Country: CN"
    raw = city.authority.issue(asked.name, asked.public_key, city.now, city.now + timedelta(days=1))
    assert x509.load_certificate(raw).public_key == KEY.public_key


def test_a_request_for_another_ones_key_is_refused() -> None:
    """王五 asks for a certificate over the department's public key with a signature of his own."""
    stolen, own = request.make_request(NAME, KEY), sm2.PrivateKey.generate()
    forged = request.make_request(NAME, own).replace(own.public_key.raw, KEY.public_key.raw)
    for bad in (forged, stolen + b"\0", stolen[:-1], b""):
        with pytest.raises(Malformed):
            request.load_request(bad)


def test_openssl_agrees_both_ways(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(keyfile.dump_private(KEY))
    (tmp_path / "ours.pem").write_bytes(request.to_pem(request.make_request(NAME, KEY)))
    distid = "distid:1234567812345678"
    check = ["openssl", "req", "-in", "ours.pem", "-verify", "-vfyopt", distid, "-noout"]
    done = subprocess.run(check, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "verify OK" in done.stdout + done.stderr
    make = ["openssl", "req", "-new", "-key", "key.pem", "-sm3", "-sigopt", distid, "-subj", "/C=CN/CN=x"]
    theirs = subprocess.run(make, cwd=tmp_path, check=True, capture_output=True).stdout
    assert request.load_request(theirs).public_key == KEY.public_key


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_mutated_requests_never_crash_nor_pass(data: st.DataObject) -> None:
    raw = bytearray(request.make_request(NAME, KEY))
    raw[data.draw(st.integers(0, 2**16)) % len(raw)] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Malformed):
        request.load_request(bytes(raw))

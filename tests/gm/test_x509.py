"""Certificates and paths: if these break, an outsider's key counts as a department's."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, sm2, x509
from proofless.gm.revocation import load_crl
from proofless.gm.trust import PathFacts, PathReason, TrustStore, check_path
from proofless.gm.x509 import Revocation, Usage

DAY = timedelta(days=1)
GOOD = PathFacts(True, False, PathReason.NONE)


def facts(city: Any, certificate: bytes, trust: TrustStore | None = None, **options: Any) -> PathFacts:
    at, usage = options.get("at", city.now), options.get("usage", Usage.SIGNING)
    return check_path(x509.load_certificate(certificate), at, trust or city.trust(), usage)


def test_departments_certificate_holds(city: Any) -> None:
    trust = city.trust()
    assert facts(city, city.signer.certificate, trust) == GOOD
    assert facts(city, city.signer.certificate, trust) == GOOD, "the same from the cache"
    assert facts(city, city.maker.certificate, usage=Usage.SEAL_MAKING) == GOOD


def test_tampered_certificate_fails(city: Any) -> None:
    raw = bytearray(city.signer.certificate)
    raw[raw.index("某市住房局".encode()) + 2] ^= 1
    assert facts(city, bytes(raw)) == PathFacts(False, None, PathReason.INVALID)


def test_missing_intermediate_fails(city: Any) -> None:
    trust = TrustStore([city.root.certificate.der], [], city.crls())
    assert facts(city, city.signer.certificate, trust).reason is PathReason.NO_PATH


def test_a_department_cannot_make_its_own_seal(city: Any) -> None:
    """王五 works in a department with a signing key: it must not make him the city's seal office."""
    facts_found = facts(city, city.signer.certificate, usage=Usage.SEAL_MAKING)
    assert facts_found == PathFacts(False, None, PathReason.WRONG_USAGE)
    pinned = TrustStore(
        [city.root.certificate.der],
        [city.authority.certificate.der],
        city.crls(),
        [city.signer.certificate],
    )
    assert facts(city, city.signer.certificate, pinned, usage=Usage.SEAL_MAKING) == GOOD


def test_authority_may_not_seal_documents(city: Any) -> None:
    assert facts(city, city.authority.certificate.der).reason is PathReason.WRONG_USAGE


@pytest.mark.parametrize("days, reason", [(301, "expired"), (-101, "not_yet_valid"), (2500, "expired")])
def test_outside_its_period_it_fails(city: Any, days: int, reason: str) -> None:
    trust = city.trust()
    assert facts(city, city.signer.certificate, trust) == GOOD
    assert facts(city, city.signer.certificate, trust, at=city.now + days * DAY).reason == reason


def test_revoked_from_its_date_on(city: Any) -> None:
    serial = x509.load_certificate(city.signer.certificate).serial_number
    trust = city.trust(city.crls(Revocation(serial, city.now - 2 * DAY, "superseded")))
    assert facts(city, city.signer.certificate, trust).revoked is True
    assert facts(city, city.signer.certificate, trust, at=city.now - 3 * DAY) == GOOD


def test_a_stolen_key_is_revoked_for_every_claimed_time(city: Any) -> None:
    """Whoever stole the key can write any signing time."""
    serial = x509.load_certificate(city.signer.certificate).serial_number
    trust = city.trust(city.crls(Revocation(serial, city.now - 2 * DAY, "key_compromise")))
    assert facts(city, city.signer.certificate, trust, at=city.now - 3 * DAY).revoked is True


def test_revoked_intermediate_revokes_all_below(city: Any) -> None:
    line = Revocation(city.authority.certificate.serial_number, city.now - DAY)
    crls = [city.root.crl([line], city.now - DAY, city.now + DAY), city.crls()[1]]
    assert facts(city, city.signer.certificate, city.trust(crls)).revoked is True


def test_without_a_list_for_the_time_revocation_is_unknown(city: Any) -> None:
    unknown = PathFacts(True, None, PathReason.REVOCATION_UNKNOWN)
    old, forged = city.crls(issued_at=city.now - 30 * DAY), bytearray(city.crls()[1])
    forged[-1] ^= 1
    for crls in ([], city.crls()[:1], old, [city.crls()[0], bytes(forged)]):
        assert facts(city, city.signer.certificate, city.trust(crls)) == unknown


def test_a_new_trust_forgets_what_the_old_one_cached(city: Any) -> None:
    assert facts(city, city.signer.certificate, city.trust()) == GOOD
    stranger = x509.Authority.root(
        x509.name("外地根"), sm2.PrivateKey.generate(), city.now - DAY, city.now + DAY
    )
    other = TrustStore([stranger.certificate.der])
    assert facts(city, city.signer.certificate, other).chain is False
    assert facts(city, city.signer.certificate, TrustStore([])).chain is None
    assert city.trust().digest != other.digest


def test_self_signed_stranger_fails(city: Any) -> None:
    """王五 signs a certificate in the department's name with his own key."""
    stranger = x509.Authority.root(
        x509.name("某市住房局"), sm2.PrivateKey.generate(), city.now - DAY, city.now + DAY
    )
    assert facts(city, stranger.certificate.der) == PathFacts(False, None, PathReason.NO_PATH)


def test_a_signer_cannot_issue_certificates(city: Any) -> None:
    key = sm2.PrivateKey.generate()
    end = x509.Authority(city.signer.certificate, city.signer.key)
    forged = end.issue(x509.name("冒名机关"), key.public_key, city.now - DAY, city.now + DAY)
    trust = TrustStore(
        [city.root.certificate.der],
        [city.authority.certificate.der, city.signer.certificate],
        city.crls(),
    )
    assert facts(city, forged, trust).chain is False


def test_openssl_accepts_each_link_and_the_list(city: Any, tmp_path: Path) -> None:
    files = {
        "root": city.root.certificate.der,
        "sub": city.authority.certificate.der,
        "leaf": city.signer.certificate,
    }
    for stem, raw in files.items():
        (tmp_path / f"{stem}.pem").write_bytes(x509.to_pem(raw))
    (tmp_path / "crl.der").write_bytes(city.crls()[1])
    # The command line applies the id to the target only, so each link is checked alone.
    base = ["openssl", "verify", "-vfyopt", "distid:1234567812345678", "-partial_chain", "-no_check_time"]
    for issuer, target in (("root", "sub"), ("sub", "leaf")):
        command = [*base, "-trusted", f"{issuer}.pem", f"{target}.pem"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    listed = ["openssl", "crl", "-inform", "DER", "-in", "crl.der", "-noout", "-issuer", "-nextupdate"]
    assert b"nextUpdate=" in subprocess.run(listed, cwd=tmp_path, check=True, capture_output=True).stdout


def test_trust_folder_is_read_and_a_bad_file_named(city: Any, tmp_path: Path) -> None:
    for part in ("anchors", "intermediates", "crls"):
        (tmp_path / part).mkdir()
    with pytest.raises(Malformed, match="no trust anchor"):
        TrustStore.load(tmp_path)
    (tmp_path / "anchors" / "root.cer").write_bytes(city.root.certificate.der)
    (tmp_path / "intermediates" / "sub.pem").write_bytes(x509.to_pem(city.authority.certificate.der))
    crls = city.crls()
    for index, raw in enumerate(crls):
        (tmp_path / "crls" / f"{index}.crl").write_bytes(raw)
    trust = TrustStore.load(tmp_path)
    assert facts(city, city.signer.certificate, trust) == GOOD and trust.digest == city.trust(crls).digest
    (tmp_path / "crls" / "bad.crl").write_bytes(b"0\x00")
    with pytest.raises(Malformed, match=r"bad\.crl"):
        TrustStore.load(tmp_path)
    (tmp_path / "anchors" / "cut.pem").write_bytes(x509.to_pem(city.root.certificate.der)[:80])
    with pytest.raises(Malformed, match=r"cut\.pem"):
        TrustStore.load(tmp_path)


def test_trailing_bytes_and_other_keys_are_no_certificate(city: Any) -> None:
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=x"
    )
    p256 = subprocess.run(command.split(), capture_output=True, check=True).stdout
    for bad in (city.signer.certificate + b"\0", p256, b"", b"0\x00", city.crls()[0]):
        with pytest.raises(Malformed):
            x509.load_certificate(bad)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_mutated_certificates_never_crash_nor_pass(city: Any, data: st.DataObject) -> None:
    raw = bytearray(city.signer.certificate)
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, 2**16)) % len(raw)] = data.draw(st.integers(0, 255))
    if bytes(raw) == city.signer.certificate:
        return
    try:
        found = facts(city, bytes(raw))
    except Malformed:
        return
    assert found.chain is False


@pytest.mark.parametrize("change", [0x01, 0x80])
def test_every_single_byte_of_a_certificate_counts(city: Any, change: int) -> None:
    trust = city.trust()
    for at in range(len(city.signer.certificate)):
        raw = bytearray(city.signer.certificate)
        raw[at] ^= change
        with suppress(Malformed):
            assert facts(city, bytes(raw), trust).chain is False


def test_a_name_that_cannot_be_compared_is_refused_not_fatal(city: Any) -> None:
    """Private-use characters in a name once stopped the whole verification."""
    raw = city.signer.certificate.replace("某市住房局".encode(), "\ue000市住房局".encode())
    with pytest.raises(Malformed):
        x509.load_certificate(raw)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_mutated_lists_never_crash_nor_clear_the_revoked(city: Any, data: st.DataObject) -> None:
    certificate = x509.load_certificate(city.signer.certificate)
    lists = city.crls(Revocation(certificate.serial_number, city.now - DAY))
    raw = bytearray(lists[1])
    raw[data.draw(st.integers(0, 2**16)) % len(raw)] ^= data.draw(st.integers(1, 255))
    try:
        load_crl(bytes(raw))
    except Malformed:
        return
    assert facts(city, city.signer.certificate, city.trust([lists[0], bytes(raw)])).revoked is None


def test_threads_asking_at_once_get_the_same_answer(city: Any) -> None:
    """The verification counter answers many visitors at once, each with the same fresh store."""
    for _ in range(10):
        x509.load_certificate.cache_clear()
        trust = city.trust()
        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(facts, city, city.signer.certificate, trust) for _ in range(16)]
            assert {answer.result() for answer in asked} == {GOOD}

"""Time stamps: if these break, a department can claim any hour for a seal, or an honest hour is refused."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Any

import pytest
from asn1crypto import core, tsp
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import Malformed, UnsupportedAlgorithm, ses, signed_data, sm2, sm3, timestamp, x509
from proofless.gm.timestamp import LocalTsa, NotStamped, RemoteTsa
from proofless.gm.trust import PathReason, TrustStore

DIGEST = sm3.digest(b"signature value")
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def tsa(city: Any) -> LocalTsa:
    return LocalTsa(city.clock, clock=lambda: city.now)


def test_a_stamp_proves_the_digest_at_its_time(city: Any, tsa: LocalTsa) -> None:
    token = tsa.stamp(timestamp.request(DIGEST))
    facts = timestamp.verify(token, DIGEST, city.trust())
    assert facts.holds is True and facts.stamped_at == city.now and facts.authority == "某市授时中心"
    assert facts.stamp.accuracy == timedelta(seconds=1) and facts.stamp.policy == timestamp.LOCAL_POLICY
    again = timestamp.verify(tsa.stamp(timestamp.request(DIGEST)), DIGEST, city.trust())
    assert again.stamp.serial_number != facts.stamp.serial_number


def test_a_stamp_of_another_document_does_not_cover_this_one(city: Any, tsa: LocalTsa) -> None:
    token = tsa.stamp(timestamp.request(sm3.digest(b"another")))
    facts = timestamp.verify(token, DIGEST, city.trust())
    assert facts.covers_digest is False and facts.signature_holds is True and facts.holds is False


def test_only_a_time_stamping_certificate_stamps(city: Any) -> None:
    """A department's own signing key must not make its own hours."""
    with pytest.raises(Malformed):
        LocalTsa(city.signer)
    forged = LocalTsa(city.clock, clock=lambda: city.now)
    forged._signer = city.signer
    facts = timestamp.verify(forged.stamp(timestamp.request(DIGEST)), DIGEST, city.trust())
    assert facts.path is not None and facts.path.reason is PathReason.WRONG_USAGE and facts.holds is False


def test_a_strangers_clock_is_not_trusted(city: Any) -> None:
    key = sm2.PrivateKey.generate()
    root = x509.Authority.root(x509.name("外地根"), key, city.now - DAY, city.now + DAY)
    own = sm2.PrivateKey.generate()
    raw = root.issue(
        x509.name("钟"), own.public_key, city.now - DAY, city.now + DAY, x509.Usage.TIME_STAMPING
    )
    stranger = LocalTsa(x509.KeySigner(raw, own), clock=lambda: city.now, chain=[root.certificate.der])
    facts = timestamp.verify(stranger.stamp(timestamp.request(DIGEST)), DIGEST, city.trust())
    assert facts.signature_holds is True and facts.holds is False


def test_unknown_revocation_and_absent_certificate_are_not_taken_for_good(city: Any, tsa: LocalTsa) -> None:
    token = tsa.stamp(timestamp.request(DIGEST))
    assert timestamp.verify(token, DIGEST, city.trust([])).holds is None
    without = tsa.stamp(timestamp.request(DIGEST, with_certificate=False))
    assert city.clock.certificate not in without
    assert timestamp.verify(without, DIGEST, city.trust()).holds is None
    known = TrustStore(
        [city.root.certificate.der], [city.authority.certificate.der, city.clock.certificate], city.crls()
    )
    assert timestamp.verify(without, DIGEST, known).holds is True


def test_the_chain_may_travel_in_the_token(city: Any) -> None:
    tsa = LocalTsa(city.clock, clock=lambda: city.now, chain=[city.authority.certificate.der])
    trust = TrustStore([city.root.certificate.der], [], city.crls())
    assert timestamp.verify(tsa.stamp(timestamp.request(DIGEST)), DIGEST, trust).holds is True


def test_a_token_in_the_national_container_holds_too(city: Any, tsa: LocalTsa) -> None:
    """GB/T 20520 authorities may wrap the same content by GB/T 35275."""
    content = timestamp.parse_token(tsa.stamp(timestamp.request(DIGEST)))[0].content
    assert content is not None
    token = signed_data.build(
        signed_data.SIGNED_DATA, timestamp.TST_INFO, content, city.clock, attributes=tsa._named
    )
    assert timestamp.verify(token, DIGEST, city.trust()).holds is True
    unnamed = signed_data.build(
        signed_data.SIGNED_DATA, timestamp.TST_INFO, content, city.clock, attributes={}
    )
    assert timestamp.verify(unnamed, DIGEST, city.trust()).holds is None


def test_a_stolen_clock_key_is_worth_nothing_afterwards(city: Any, tsa: LocalTsa) -> None:
    serial = x509.load_certificate(city.clock.certificate).serial_number
    crls = city.crls(x509.Revocation(serial, city.now - DAY, "key_compromise"))
    token = tsa.stamp(timestamp.request(DIGEST))
    assert timestamp.verify(token, DIGEST, city.trust(crls)).holds is False


def test_the_seal_signature_carries_its_stamp(city: Any, tsa: LocalTsa) -> None:
    seal = ses.build_seal(
        seal_id="1", name="章", signer_certificates=[city.signer.certificate], maker=city.maker,
        picture=ses.Picture("png", b"x", 40, 40), created_at=city.now, valid_from=city.now,
        valid_until=city.now + DAY,
    )  # fmt: skip
    raw = ses.build_signature(
        seal=seal, data_hash=DIGEST, property_info="/s", signed_at=city.now, signer=city.signer,
        stamp=lambda digest: tsa.stamp(timestamp.request(digest)),
    )  # fmt: skip
    signature = ses.parse_signature(raw)
    assert signature.time_stamp is not None
    facts = timestamp.verify(signature.time_stamp, signature.stamped_digest, city.trust())
    assert facts.holds is True


def test_refusals_say_why_in_the_answer(tsa: LocalTsa) -> None:
    sha256 = timestamp.request(DIGEST).replace(
        bytes.fromhex("300a06082a811ccf55018311"), bytes.fromhex("300a06086086480165030402")
    )
    for asked, failure in (
        (timestamp.request(DIGEST, policy="1.2.3"), "unaccepted_policy"),
        (b"\x30\x00", "bad_data_format"),
        (sha256, "bad_alg"),
    ):
        answer = tsa.respond(asked)
        status = tsp.PKIStatusInfo.load(core.SequenceOf.load(answer, strict=True, spec=core.Any)[0].dump())
        assert status["status"].native == "rejection" and status["fail_info"].native == {failure}
        with pytest.raises(NotStamped):
            timestamp.read_response(answer, timestamp.request(DIGEST))


def test_an_answer_to_another_question_is_refused(tsa: LocalTsa) -> None:
    """A replayed answer would give this document an earlier document's hour."""
    asked = timestamp.request(DIGEST, nonce=7)
    for other in (timestamp.request(DIGEST, nonce=8), timestamp.request(sm3.digest(b"x"), nonce=7)):
        with pytest.raises(NotStamped):
            timestamp.read_response(tsa.respond(other), asked)
    assert timestamp.read_response(tsa.respond(asked), asked)


def test_openssl_reads_question_and_answer(tsa: LocalTsa, tmp_path: Path) -> None:
    """Structure only: OpenSSL 3.0 checks SM2 in a token over the bare SM3, without ZA, and so nobody's."""
    asked = timestamp.request(DIGEST)
    (tmp_path / "q").write_bytes(asked)
    (tmp_path / "r").write_bytes(tsa.respond(asked))

    def text(*arguments: str) -> str:
        command = ["openssl", "ts", *arguments, "-text"]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    assert "Hash Algorithm: sm3" in text("-query", "-in", "q")
    answer = text("-reply", "-in", "r")
    assert "Status: Granted." in answer and "Nov 23 09:00:00 2026 GMT" in answer
    made = ["openssl", "ts", "-query", "-digest", DIGEST.hex(), "-sm3", "-cert", "-out", "theirs"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    theirs = timestamp.parse_request((tmp_path / "theirs").read_bytes())
    assert theirs.digest == DIGEST and theirs.wants_certificate and theirs.nonce


@given(seconds=st.integers(0, 10**6), micros=st.integers(0, 999_999))
def test_accuracy_reads_back(city: Any, seconds: int, micros: int) -> None:
    accuracy = timedelta(seconds=seconds, microseconds=micros)
    tsa = LocalTsa(city.clock, clock=lambda: city.now, accuracy=accuracy)
    assert timestamp.parse_token(tsa.stamp(timestamp.request(DIGEST)))[1].accuracy == accuracy


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_mutated_tokens_never_crash_nor_hold(city: Any, tsa: LocalTsa, data: st.DataObject) -> None:
    good = tsa.stamp(timestamp.request(DIGEST))
    raw = bytearray(good)
    raw[data.draw(st.integers(0, 2**16)) % len(raw)] ^= data.draw(st.integers(1, 255))
    try:
        facts = timestamp.verify(bytes(raw), DIGEST, city.trust())
    except Malformed:
        return
    assert facts.holds is not True or facts.stamp == timestamp.verify(good, DIGEST, city.trust()).stamp


@contextmanager
def served(answer: Any) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def reply(handler: Any, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Location", "file:///etc/hostname")
    handler.end_headers()
    handler.wfile.write(body)


def test_a_remote_authority_stamps_over_http(city: Any, tsa: LocalTsa) -> None:
    with served(lambda handler, asked: reply(handler, tsa.respond(asked))) as url:
        token = RemoteTsa(url, 5).stamp(timestamp.request(DIGEST))
    assert timestamp.verify(token, DIGEST, city.trust()).holds is True


@pytest.mark.parametrize("body, status", [(b"", 200), (b"<html>", 200), (b"", 302), (b"", 500)])
def test_an_authority_that_answers_nonsense_is_one_clear_error(body: bytes, status: int) -> None:
    with served(lambda handler, _: reply(handler, body, status)) as url, pytest.raises(NotStamped):
        RemoteTsa(url, 5).stamp(timestamp.request(DIGEST))


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-x\r\n", b"HTTP/1.1 x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n0"]
)
def test_what_speaks_no_http_is_one_clear_error(said: bytes) -> None:
    """Somebody put the address of another service into the settings: sealing must say so, not break."""

    def answer(listener: socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(said)

    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        Thread(target=answer, args=(listener,), daemon=True).start()
        with pytest.raises(NotStamped):
            RemoteTsa(f"http://127.0.0.1:{listener.getsockname()[1]}/", 5).stamp(timestamp.request(DIGEST))


def test_endless_and_absent_authorities_end() -> None:
    """A dead clock must not hold up the counter."""

    def drip(handler: Any, _: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            try:
                handler.wfile.write(b"0" * 65_536)
            except OSError:
                return

    with served(drip) as url, pytest.raises(NotStamped, match="too long"):
        RemoteTsa(url, 5).stamp(timestamp.request(DIGEST))
    for url in ("file:///etc/hostname", "ftp://127.0.0.1/", "http://127.0.0.1:1/", "http://", "x"):
        with pytest.raises(NotStamped):
            RemoteTsa(url, 1).stamp(timestamp.request(DIGEST))


def test_rsa_authorities_are_named_as_not_ours() -> None:
    with pytest.raises(UnsupportedAlgorithm):
        timestamp.parse_request(
            tsp.TimeStampReq(
                {
                    "version": "v1",
                    "message_imprint": {
                        "hash_algorithm": {"algorithm": "sha256"},
                        "hashed_message": bytes(32),
                    },
                }
            ).dump()
        )

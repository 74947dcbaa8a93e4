"""One question over HTTP: whoever answers slowly, endlessly or from elsewhere holds up nobody."""

import os
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from proofless.gm import timestamp
from proofless.gm.exchange import ask, post
from proofless.gm.timestamp import NotStamped, RemoteTsa
from tests.dripping import OK, dripping


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.mark.parametrize(
    ("scheme", "first", "drop"),
    [
        ("http", b"", b"H"),
        ("http", OK + b"X-Slow: ", b"x"),
        ("http", OK, b"X-Slow: x\r\n"),
        ("http", OK + b"\r\n", b"0"),
        ("http", OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        ("https", b"\x16\x03\x03\x40\x00\x02", b"\x00"),
    ],
    ids=["status", "one header", "many headers", "body", "chunk", "greeting"],
)
def test_a_dripping_server_is_left_when_the_time_is_over(scheme: str, first: bytes, drop: bytes) -> None:
    with dripping(first, drop) as server:
        with pytest.raises(OSError):
            ask(f"{scheme}://{server.address}", timeout_s=0.3, most_bytes=1 << 20)
        assert server.left.wait(5)
    with dripping(first, drop) as server:
        with pytest.raises(TimeoutError):
            post(f"{scheme}://{server.address}", b"{}", {}, timeout_s=0.3, most_bytes=1 << 20)
        assert server.left.wait(5)


def test_whoever_posts_is_told_what_was_said_and_takes_no_more_than_he_wants() -> None:
    """The status is the caller's to judge, a redirect among them; what he does not want is not waited for."""
    for said, status in ((OK, 200), (b"HTTP/1.1 302 x\r\nLocation: http://127.0.0.1/\r\n", 302)):
        for most in (0, 5):
            with dripping(said + b"\r\n12345", b"0") as server:
                answer = post(f"http://{server.address}", b"{}", {}, timeout_s=5, most_bytes=most)
            assert (answer.status, answer.content) == (status, b"12345"[:most])
    with dripping(b"no HTTP\r\n\r\n", b"0") as server, pytest.raises(OSError):
        post(f"http://{server.address}", b"{}", {}, timeout_s=5, most_bytes=1)
    with pytest.raises(ValueError, match="only http"):
        post("file:///etc/hostname", b"", {}, timeout_s=1, most_bytes=1)


def test_a_dripping_clock_does_not_hold_up_the_counter() -> None:
    with dripping(OK, b"X-Slow: x\r\n") as server, pytest.raises(NotStamped):
        RemoteTsa(f"http://{server.address}", 0.3).stamp(timestamp.request(bytes(32)))


def test_what_is_too_long_comes_from_elsewhere_or_fails_is_refused() -> None:
    said = (OK + b"\r\n", b"HTTP/1.1 302 x\r\nLocation: http://127.0.0.1/\r\n\r\n", b"HTTP/1.1 404 x\r\n\r\n")
    for first in said:
        with dripping(first, b"0" * 4096) as server, pytest.raises(OSError):
            ask(f"http://{server.address}", timeout_s=5, most_bytes=1 << 14)
    for url in ("file:///etc/hostname", "ftp://127.0.0.1/", "x"):
        with pytest.raises(ValueError, match="only http"):
            ask(url, timeout_s=1, most_bytes=1)


def test_a_list_comes_over_tls_from_who_proves_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ca.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, encoding = tmp_path / "ca.pem", serialization.Encoding.PEM
    secret = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(made.public_bytes(encoding) + secret)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"list")

        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        url = f"https://127.0.0.1:{server.server_port}/x.crl"
        with pytest.raises(OSError, match="certificate verify failed"):
            ask(url, timeout_s=5, most_bytes=100)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert ask(url, timeout_s=5, most_bytes=100) == b"list"
        read: list[None] = []
        make = ssl.create_default_context
        monkeypatch.setattr(ssl, "create_default_context", lambda: (read.append(None), make())[1])
        for _ in range(3):
            said = post(f"{url}?key=1", b"{}", {}, timeout_s=5, most_bytes=100)
            assert said.content == b"/x.crl?key=1"
        assert not read, "the authorities were read for every question"
        os.utime(pem, (0, 0))
        assert ask(url, timeout_s=5, most_bytes=100) == b"list" and len(read) == 1
        server.shutdown()

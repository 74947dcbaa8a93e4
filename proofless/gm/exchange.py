"""取数: one HTTP question and its answer, the whole of it bounded by one deadline and one size.

A socket's own timeout starts anew with every byte, so that a server that drips headers would hold its asker for ever.
Asks the address it was given: redirects, which may lead into one's own network, are not followed. ``ask`` uses the
proxies of the environment, for what stands in the world outside; ``post`` goes straight to a system of the city's own.
Looking up a name keeps the resolver's own limit.
"""

import io
import os
import socket
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

_PIECE_BYTES = 16_384


def ask(
    url: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    timeout_s: float,
    most_bytes: int,
) -> bytes:
    """The answer to one GET, or to a POST of ``body``.

    Raises ValueError for an address that is none of http(s), OSError for everything the other side does wrong: no
    answer in time, an error, a redirect, more than ``most_bytes``, something that is no HTTP.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("only http and https")
    deadline = time.monotonic() + timeout_s
    try:
        with _opener(deadline).open(urllib.request.Request(url, body, headers or {})) as reply:
            found = bytearray()
            while piece := reply.read1(_PIECE_BYTES):
                found += piece
                if len(found) > most_bytes:
                    raise OSError("the answer is too long")
    except HTTPException as error:
        raise OSError(f"the answer is no HTTP: {type(error).__name__}") from error
    return bytes(found)


@dataclass(frozen=True, slots=True)
class Answer:
    """``content`` is the beginning of it, no longer than was asked for."""

    status: int
    content: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float, most_bytes: int) -> Answer:
    """What one POST was answered, whatever the status; of its content the first ``most_bytes``, the rest is not read.

    Raises ValueError for an address that is none of http(s), TimeoutError without an answer in time, another OSError
    for a system that cannot be reached or speaks no HTTP.
    """
    place = urlsplit(url)
    kind = {"http": _Connection, "https": _TlsConnection}.get(place.scheme)
    if kind is None:
        raise ValueError("only http and https")
    connection = kind(place.hostname or "", place.port, deadline=time.monotonic() + timeout_s)
    try:
        path = f"{place.path or '/'}?{place.query}" if place.query else place.path or "/"
        connection.request("POST", path, body, dict(headers))
        with connection.getresponse() as reply:  # else it holds the line open as long as anybody holds the error
            return Answer(reply.status, reply.read(most_bytes))
    except HTTPException as error:
        raise OSError(f"the answer is no HTTP: {type(error).__name__}") from error
    finally:
        connection.close()


def _opener(deadline: float) -> urllib.request.OpenerDirector:
    """http and https only, no redirects: the default opener would also follow file and ftp."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Http(deadline),
        _Https(deadline),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(_Connection, deadline=self._deadline), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: float) -> None:
        super().__init__(context=_trust())
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(_TlsConnection, deadline=self._deadline), req)


class _Connection(HTTPConnection):
    """Keeps one deadline through connecting, greeting, asking and answering."""

    def __init__(
        self, host: str, port: int | None = None, *, deadline: float, timeout: object = None, **options: Any
    ) -> None:
        super().__init__(host, port, timeout=_left(deadline), **options)
        self._deadline = deadline
        self.response_class = partial(_Answer, deadline=deadline)  # type: ignore[assignment]
        self._create_connection = partial(_reach, deadline)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.sock.settimeout(_left(self._deadline))
        super().send(data)


class _TlsConnection(_Connection, HTTPSConnection):
    def __init__(
        self, host: str, port: int | None = None, *, deadline: float, timeout: object = None
    ) -> None:
        super().__init__(host, port, deadline=deadline, context=_trust())


def _trust() -> ssl.SSLContext:
    """The authorities this machine trusts, read again when they change: reading them takes longer than most answers."""
    paths = ssl.get_default_verify_paths()
    found = [path for path in (paths.cafile, paths.capath) if path]
    return _trust_of(tuple((path, os.stat(path).st_mtime_ns) for path in found))


@lru_cache(maxsize=4)
def _trust_of(_: tuple[tuple[str, int], ...]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _reach(
    deadline: float, address: tuple[str, int], timeout: object = None, source: Any = None
) -> socket.socket:
    """Connected to the first of a name's addresses that answers; each has what the ones before left of the time."""
    failure: OSError = OSError("the name has no address")
    for *_, found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
        try:
            # The time set here is the TLS greeting's too, as a whole: a handshake does not start it anew.
            return socket.create_connection(found[:2], _left(deadline), source)  # type: ignore[arg-type]
        except OSError as error:
            failure = error
    raise failure


class _Answer(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, deadline: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Clocked(sock, deadline))


class _Clocked(io.RawIOBase):
    """A socket's bytes, as long as there is time."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline
        self._bytes = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_left(self._deadline))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


def _left(deadline: float) -> float:
    """Seconds until then. Raises TimeoutError when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left

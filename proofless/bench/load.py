"""Load tool: keep-alive connections on loopback, one request in flight on each, in a process of its own.

``python -m proofless.bench.load PORT CONNECTIONS SECONDS FIRST [FILE]`` asks for certificates from number FIRST on
and prints one JSON object; FILE receives the number of every certificate whose answer arrived with status 200.
"""

import json
import select
import socket
import sys
import time
from pathlib import Path

from proofless.bench.library import CERTIFICATES, identifier
from proofless.bench.report import percentile

HOST = "127.0.0.1"
GRACE_SECONDS = 5
PREPARED, SCATTER = 20_000, 387_911  # certificates asked for in one run, spread over the whole library
_END, _LENGTH = b"\r\n\r\n", b"content-length:"


class Client:
    """One connection. ``received`` returns the status of a complete answer, 0 while it is not."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = self.sent_at = 0
        self._buffer = b""

    def ask(self, number: int, path: bytes) -> None:
        self.number, self.sent_at = number, time.perf_counter_ns()
        self.socket.sendall(b"GET /verify/%s HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n" % path)

    def received(self) -> int:
        """Raises ConnectionError when the server went away."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionResetError
        self._buffer += data
        head, found, body = self._buffer.partition(_END)
        if not found:
            return 0
        after = head.lower().partition(_LENGTH)[2]
        if len(body) < int(after.split(b"\r\n", 1)[0]):
            return 0
        self._buffer = b""
        return int(head[9:12])


class Load:
    """Runs the clients; ``latencies`` in nanoseconds, ``acknowledged`` the numbers answered with 200."""

    def __init__(self, port: int, connections: int, first: int) -> None:
        # Formed beforehand: making an identifier costs more than asking for it.
        numbers = [(first + step * SCATTER) % CERTIFICATES for step in range(PREPARED)]
        self._paths = [(number, identifier(number).encode()) for number in numbers]
        self._next = 0
        self._clients = [Client(port) for _ in range(connections)]
        self.latencies: list[int] = []
        self.acknowledged: list[int] = []
        self.refused = self.lost = 0

    def run(self, seconds: float) -> float:
        """Returns the seconds it really took; ends early when every connection is lost."""
        poll = select.epoll()
        clients = {client.socket.fileno(): client for client in self._clients}
        for number in clients:
            poll.register(number, select.EPOLLIN)
        began = time.perf_counter()
        until = began + seconds
        for client in clients.values():
            self._ask(client)
        while clients and (now := time.perf_counter()) < until + GRACE_SECONDS:
            for number, _ in poll.poll(1.0):
                if not self._step(clients[number], now < until):
                    poll.unregister(number)
                    clients.pop(number).socket.close()
        return time.perf_counter() - began

    def _ask(self, client: Client) -> None:
        client.ask(*self._paths[self._next % len(self._paths)])
        self._next += 1

    def _step(self, client: Client, more: bool) -> bool:
        """Take what arrived and ask again; False when this connection is done."""
        try:
            status = client.received()
            if status:
                self.latencies.append(time.perf_counter_ns() - client.sent_at)
                if status == 200:
                    self.acknowledged.append(client.number)
                else:
                    self.refused += 1
                if more:
                    self._ask(client)
                return more
        except OSError:
            self.lost += 1
            return False
        return True


def main(port: str, connections: str, seconds: str, first: str, file: str = "") -> None:
    load = Load(int(port), int(connections), int(first))
    print("ready", flush=True)
    took = load.run(float(seconds))
    if file:
        Path(file).write_text("\n".join(map(str, load.acknowledged)))
    figures = {
        "answered": len(load.acknowledged),
        "refused": load.refused,
        "lost": load.lost,
        "per_s": len(load.acknowledged) / took,
        "p50_ms": percentile(load.latencies, 0.5) / 1e6,
        "p99_ms": percentile(load.latencies, 0.99) / 1e6,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])

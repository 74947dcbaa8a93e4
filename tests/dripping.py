"""A server that drips: it says something at once and then a little more again and again, until its asker leaves."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import create_server, socket
from threading import Event, Thread

OK = b"HTTP/1.1 200 OK\r\n"
# Far more bytes than there is time for: who waits for all of them waits a quarter of an hour.
DRIPS = 50_000
EVERY_S = 0.02


@dataclass
class Dripper:
    """Says ``first`` at once and then ``drop`` again and again; ``left``: its asker has gone away."""

    first: bytes
    drop: bytes
    listener: socket = field(default_factory=lambda: create_server(("127.0.0.1", 0)))
    left: Event = field(default_factory=Event)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}/"

    def serve(self) -> None:
        with suppress(OSError):
            connection, _ = self.listener.accept()
            with connection:
                try:
                    connection.sendall(self.first)
                    for _ in range(DRIPS):
                        connection.sendall(self.drop)
                        time.sleep(EVERY_S)
                except OSError:
                    self.left.set()


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[Dripper]:
    server = Dripper(first, drop)
    with server.listener:
        Thread(target=server.serve, daemon=True).start()
        yield server

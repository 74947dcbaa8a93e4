"""Request limits: a fixed window per client in this process, and who the client is behind a reverse proxy."""

import time
from collections import defaultdict
from collections.abc import Collection

MAX_CLIENTS = 100_000
WINDOW_SECONDS = 60


class RateLimit:
    """A fixed window of one minute per client. ``per_minute`` 0 switches it off."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._window = -1
        self._counts: dict[str, int] = defaultdict(int)

    def admits(self, client: str) -> bool:
        """Count one request; False when it is one too many."""
        if not self._limit:
            return True
        window = int(time.monotonic()) // WINDOW_SECONDS
        if window != self._window or len(self._counts) >= MAX_CLIENTS:
            self._window, self._counts = window, defaultdict(int)
        self._counts[client] += 1
        return self._counts[client] <= self._limit


def client_of(peer: str, forwarded: str, proxies: Collection[str]) -> str:
    """The address a request counts for: the peer's, or behind a proxy of ours the last one of X-Forwarded-For,
    which only that proxy can have written.
    """
    if peer not in proxies:
        return peer
    return forwarded.rpartition(",")[2].strip() or peer

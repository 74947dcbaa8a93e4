"""Which version of a room's catalogue is loaded, and values built from it once per process and version."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

from django.db import connection

from proofless.kit import clock
from proofless.kit.ids import new_id
from proofless.standards.models import Version

T = TypeVar("T")
READ_AGAIN_SECONDS = 1.0
_seen: dict[str, tuple[float, int, UUID | None]] = {}
_forgotten = 0


def version_number(room: str) -> int:
    """The number of the version this process sees; 0 before the first load. At most a second old."""
    return _current(room)[0]


def _current(room: str) -> tuple[int, UUID | None]:
    seen = _seen.get(room)
    now = time.monotonic()
    if seen is None or now - seen[0] > READ_AGAIN_SECONDS:
        rows = Version.objects.values_list(
            "room", "number", "stamp"
        )  # of all rooms: they are few, and one statement
        _seen.update({name: (now, number, stamp) for name, number, stamp in rows})
        seen = _seen[room] if room in _seen and _seen[room][0] == now else (now, 0, None)
        _seen[room] = seen
    return seen[1], seen[2]


def bump(room: str) -> int:
    """Mark a room as changed, inside the act that changed it. Returns the new number."""
    row = Version.objects.select_for_update().filter(room=room).first()
    number = row.number + 1 if row else 1
    Version.objects.update_or_create(
        room=room, defaults={"number": number, "stamp": new_id(), "changed_at": clock.now()}
    )
    forget()
    return number


def lock(room: str) -> None:
    """Let one loader of a room work at a time, until the act ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"catalogue:{room}"])


def forget() -> None:
    """Read the version again at the next use. For acts that change it, and for tests that roll back."""
    global _forgotten
    _forgotten += 1
    _seen.clear()


class Versioned(Generic[T]):
    """A value built from the tables of a room (and of others it rests on), rebuilt when one's version
    changes.

    ``build`` is given the version number of the first room.
    """

    def __init__(self, room: str, build: Callable[[int], T], *others: str) -> None:
        self._rooms = (room, *others)
        self._build = build
        self._lock = threading.Lock()
        self._held: tuple[list[UUID | None], T] | None = None
        self._fresh: tuple[float, int, T] | None = None

    def get(self) -> T:
        fresh, now = self._fresh, time.monotonic()
        if fresh is not None and now - fresh[0] <= READ_AGAIN_SECONDS and fresh[1] == _forgotten:
            return fresh[2]
        forgotten = _forgotten
        value = self._look()
        # As old as what it rests on: a version read just before is not held for a second longer.
        read_at = min(_seen[room][0] if room in _seen else now for room in self._rooms)
        self._fresh = read_at, forgotten, value
        return value

    def _look(self) -> T:
        seen = [_current(room) for room in self._rooms]
        stamps = [stamp for _, stamp in seen]
        held = self._held
        if held is None or held[0] != stamps:
            with self._lock:
                held = (stamps, self._build(seen[0][0]))
                self._held = held
        return held[1]

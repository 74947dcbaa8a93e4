"""Segments: append-only files of sealed bytes one after another, each written by one process at a time.

The writer holds an exclusive lock on its segment as long as it lives; the kernel drops it with the process,
so a segment that can be locked has no writer. Whatever was appended without its row being committed is an
orphan.
"""

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from proofless.files.errors import FileNotStored, FileStoreUnavailable
from proofless.kit import env
from proofless.kit.ids import new_id

SEGMENT_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed bytes lie: ``offset`` and ``length`` in bytes."""

    segment: UUID
    offset: int
    length: int


def folder() -> Path:
    return env.home_root() / "files"


def path_of(segment: UUID) -> Path:
    return folder() / f"{segment.hex}.seg"


def list_segments() -> Iterator[tuple[UUID, Path]]:
    for path in sorted(folder().glob("*.seg")):
        yield UUID(path.stem), path


def try_lock(descriptor: int) -> bool:
    """Whether this open file is now ours alone."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Writer:
    """The segment this process appends to. Safe for threads; a forked child opens a segment of its own."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._descriptor = -1
        self._segment = UUID(int=0)
        self._owner: tuple[int, Path] | None = None

    def append(self, chunks: Sequence[bytes]) -> list[Place]:
        """Append and reach the disk (one fsync for all). Raises FileStoreUnavailable."""
        try:
            with self._mutex:
                placed = [self._append(chunk) for chunk in chunks]
                self._sync()
        except OSError as error:
            raise FileStoreUnavailable(reason=os.strerror(error.errno or 0)) from error
        return placed

    def close(self) -> None:
        """Give up the segment and its lock, as the end of the process does."""
        with self._mutex:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor, self._owner = -1, None

    def _append(self, chunk: bytes) -> Place:
        if self._owner != (os.getpid(), folder()):
            self._open()
        offset = os.fstat(self._descriptor).st_size
        if offset and offset + len(chunk) > SEGMENT_BYTES:
            self._sync()
            self._open()
            offset = os.fstat(self._descriptor).st_size
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        return Place(self._segment, offset, len(chunk))

    def _sync(self) -> None:
        if self._descriptor >= 0:
            os.fdatasync(self._descriptor)

    def _open(self) -> None:
        # After a fork the inherited descriptor is the parent's segment: closing it here leaves the parent's
        # lock alone.
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor, self._segment = _reopen() or _create()
        self._owner = (os.getpid(), folder())


def _reopen() -> tuple[int, UUID] | None:
    """A segment with room that no living process writes, if there is one."""
    for segment, path in list_segments():
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        if os.fstat(descriptor).st_size < SEGMENT_BYTES // 2 and try_lock(descriptor) and _linked(descriptor):
            return descriptor, segment
        os.close(descriptor)
    return None


def _linked(descriptor: int) -> bool:
    """False when a sweep removed the file between our opening and our locking it."""
    return os.fstat(descriptor).st_nlink > 0


def _create() -> tuple[int, UUID]:
    segment = new_id()
    descriptor = os.open(path_of(segment), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
    try_lock(descriptor)
    directory = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return descriptor, segment


def read_place(place: Place) -> bytes:
    """The sealed bytes. Raises FileNotStored when segment or bytes are gone."""
    try:
        descriptor = os.open(path_of(place.segment), os.O_RDONLY)
    except FileNotFoundError as error:
        raise FileNotStored() from error
    try:
        found = os.pread(descriptor, place.length, place.offset)
    finally:
        os.close(descriptor)
    if len(found) != place.length:
        raise FileNotStored()
    return found


writer = Writer()

"""Orphan sweep: destroys bytes that no row names, left by a failed act or by a release."""

import ctypes
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from heapq import merge
from uuid import UUID

from proofless.files import segments
from proofless.files.models import FileBlob, FilePattern

GRACE_SECONDS = 3600
_KEEP_SIZE_AND_PUNCH = 0x01 | 0x02  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
_ZEROES = bytes(2**20)


@dataclass(frozen=True, slots=True)
class SweepReport:
    """``orphan_bytes`` are the bytes without a row that were found and destroyed."""

    segments_seen: int
    segments_removed: int
    orphan_bytes: int


def sweep(*, grace_seconds: float = GRACE_SECONDS) -> SweepReport:
    """Destroy orphans in segments nobody writes and nobody touched for the grace time.

    The grace covers an act still open on a segment its writer has already filled and left.
    """
    seen = removed = orphans = 0
    for segment, path in segments.list_segments():
        descriptor = os.open(path, os.O_RDWR)
        try:
            status = os.fstat(descriptor)
            if time.time() - status.st_mtime < grace_seconds or not segments.try_lock(descriptor):
                continue
            seen += 1
            gaps = [gap for gap in _gaps(segment, status.st_size) if _has_data(descriptor, *gap)]
            orphans += sum(end - start for start, end in gaps)
            if gaps == [(0, status.st_size)] or not status.st_size:
                path.unlink()
                removed += 1
            else:
                for start, end in gaps:
                    _destroy(descriptor, start, end)
        finally:
            os.close(descriptor)
    return SweepReport(seen, removed, orphans)


def _gaps(segment: UUID, size: int) -> list[tuple[int, int]]:
    """Byte ranges [start, end) of the segment that no row names."""
    gaps, reached = [], 0
    for offset, length in _placed(segment):
        if offset > reached:
            gaps.append((reached, offset))
        reached = offset + length
    if size > reached:
        gaps.append((reached, size))
    return gaps


def _placed(segment: UUID) -> Iterator[tuple[int, int]]:
    """(offset, length) of what files and patterns have in the segment, in order."""
    tables = (FileBlob.objects, FilePattern.objects)
    rows = (
        table.filter(segment=segment).order_by("offset").values_list("offset", "length") for table in tables
    )
    return merge(*(found.iterator() for found in rows))


def _has_data(descriptor: int, start: int, end: int) -> bool:
    """False for a range that an earlier sweep has punched out."""
    try:
        return os.lseek(descriptor, start, os.SEEK_DATA) < end
    except OSError:  # ENXIO: nothing but holes up to the end of the file
        return False


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    libc.fallocate.restype = ctypes.c_int
    return libc


def _destroy(descriptor: int, start: int, end: int) -> None:
    """Give the range back to the file system; where it cannot punch holes, overwrite with zeroes."""
    if _libc().fallocate(descriptor, _KEEP_SIZE_AND_PUNCH, start, end - start) == 0:
        return
    for at in range(start, end, len(_ZEROES)):
        os.pwrite(descriptor, _ZEROES[: end - at], at)

"""Storing and releasing files, inside the act that needs them: bytes are on disk before their row commits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from proofless.files import patterns as against
from proofless.files import segments
from proofless.files.models import FilePattern
from proofless.files.queries import blob_context, pattern_context
from proofless.gm import sm3
from proofless.kit import clock
from proofless.kit.kinds import Kind
from proofless.ledger import Act
from proofless.vault import cipher, keys

_HOLD = (
    "UPDATE files_blob b SET holds = b.holds + n.holds"
    " FROM (SELECT * FROM unnest(%s::text[], %s::int[]) AS t(address, holds)) n"
    " WHERE b.address = n.address RETURNING b.address"
)
_INSERT = (
    'INSERT INTO files_blob (address, segment, "offset", length, size, holds, pattern, stored_at)'
    " SELECT *, %s FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::int[], %s::int[], %s::int[], %s::text[])"
    " ON CONFLICT (address) DO UPDATE SET holds = files_blob.holds + excluded.holds"
)


@dataclass(frozen=True, slots=True)
class FileRef:
    """``address`` is the keyed content address, 64 hex digits; ``size`` in bytes."""

    address: str
    size: int


def address_of(data: bytes) -> str:
    """HMAC-SM3 of the content under the home's index key."""
    return sm3.hmac(keys.index_key(), b"file\0" + data).hex()


def store(*, data: bytes, within: Act) -> FileRef:
    """Store one file; equal content is stored once and held twice. Raises FileStoreUnavailable."""
    return store_many(files=[data], within=within)[0]


def store_many(
    *, files: Sequence[bytes], within: Act, patterns: Sequence[bytes] | None = None
) -> list[FileRef]:
    """Store files with one fsync. One entry says how many; the owner's own entries name them.

    ``patterns`` gives for each file what it has in common with many others, or b"": only the difference is then stored
    with it. A pattern must hold nothing of one holder: it outlives the file.
    """
    refs = [FileRef(address_of(data), len(data)) for data in files]
    holds = Counter(sorted(ref.address for ref in refs))
    known = _hold(holds)
    common = [b""] * len(files) if patterns is None else patterns
    fresh = {
        ref.address: (data, pattern)
        for ref, data, pattern in zip(refs, files, common, strict=True)
        if ref.address not in known
    }
    named = _hold_patterns({pattern for _, pattern in fresh.values() if pattern})
    which = [named.get(pattern, "") for _, pattern in fresh.values()]
    places = segments.writer.append(
        [
            cipher.seal(
                against.compact(data, pattern) if pattern else data, blob_context(address, pattern_address)
            )
            for (address, (data, pattern)), pattern_address in zip(fresh.items(), which, strict=True)
        ]
    )
    if fresh:
        columns = zip(*[(p.segment, p.offset, p.length) for p in places], strict=True)
        sizes = [len(data) for data, _ in fresh.values()]
        counts = [holds[address] for address in fresh]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [clock.now(), list(fresh), *map(list, columns), sizes, counts, which])
    within.enter(
        Kind.FILE_STORED,
        object_kind="file",
        object_id=refs[0].address if len(refs) == 1 else "",
        detail={"files": len(refs), "bytes": sum(ref.size for ref in refs)},
    )
    return refs


def release(*, addresses: Iterable[str], within: Act) -> None:
    """Let go of files stored before, inside an act that says why. The last hold takes the file with it.

    The bytes become orphans, which the next sweep destroys.
    """
    counts = Counter(sorted(addresses))
    if not within.entries:
        raise ValueError("a release is part of an act that says why")
    _hold(Counter({address: -count for address, count in counts.items()}))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM files_blob WHERE address = ANY(%s) AND holds <= 0", [list(counts)])


def _hold(counts: Counter[str]) -> set[str]:
    """Add to the holds of the files already stored; returns their addresses."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(counts), list(counts.values())])
        return {row[0] for row in cursor.fetchall()}


def _hold_patterns(wanted: set[bytes]) -> dict[bytes, str]:
    """The address of each pattern; those not yet there are stored."""
    key = keys.index_key()
    named = {pattern: _pattern_address(pattern, key) for pattern in wanted}
    missing = _missing(named)
    if missing:
        with connection.cursor() as cursor:
            # One act at a time brings patterns in: two with the same in another order would wait for each other.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('files_pattern'))")
        missing = _missing(missing)
        sealed = [cipher.seal(pattern, pattern_context(address)) for pattern, address in missing.items()]
        rows = zip(missing.items(), segments.writer.append(sealed), strict=True)
        FilePattern.objects.bulk_create(
            FilePattern(
                address=address,
                segment=place.segment,
                offset=place.offset,
                length=place.length,
                size=len(pattern),
                stored_at=clock.now(),
            )
            for (pattern, address), place in rows
        )
    return named


def _missing(named: dict[bytes, str]) -> dict[bytes, str]:
    found = FilePattern.objects.filter(address__in=named.values()).values_list("address", flat=True)
    there = set(found) if named else set()
    return {pattern: address for pattern, address in named.items() if address not in there}


@lru_cache(maxsize=256)
def _pattern_address(pattern: bytes, key: bytes) -> str:
    return sm3.hmac(key, b"pattern\0" + pattern).hex()

"""The chain: from entry rows to leaves, positions, nodes and signed heads.

Runs on a plain psycopg connection under the sequencer's role; it is the only writer of the chain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from struct import Struct
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from proofless.gm import sm2
from proofless.kit import clock
from proofless.ledger.rules import Frontier, hash_leaf

BATCH = 5000
LOCK = 0x50524F4F  # advisory lock that makes the sequencer the only one
COLUMNS = (
    "e.id, (extract(epoch from e.at) * 1000000)::bigint, e.kind, e.actor_id, e.party_id, e.department_code, e.channel,"
    " e.object_kind, e.object_id, e.purpose, e.ground, e.holders, e.detail"
)
TAKE_SQL = (
    "WITH taken AS (DELETE FROM ledger_pending WHERE entry_id = ANY(ARRAY("
    "SELECT entry_id FROM ledger_pending ORDER BY entry_id LIMIT %s)) RETURNING entry_id)"
    f" SELECT {COLUMNS} FROM taken JOIN ledger_entry e ON e.id = taken.entry_id ORDER BY e.at, e.id"
)
_encode = msgspec.json.Encoder().encode
# Rows of COPY BINARY: how many columns, then each with its length before it.
_COPY_HEADER, _COPY_TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_CHAIN_ROW = Struct(">hiqi16si32s").pack  # int8, uuid, bytea of 32
_NODE_ROW = Struct(">hihiqi32s").pack  # int2, int8, bytea of 32
_SUBJECT_ROW = Struct(">hi16siqi16s").pack  # uuid, int8, uuid


class _Line(msgspec.Struct):
    h: UUID


_decode_holders = msgspec.json.Decoder(list[_Line]).decode


class NotTheSequencer(RuntimeError):
    """Another sequencer holds the lock."""


def leaf_data(row: tuple[Any, ...]) -> bytes:
    """The bytes a leaf covers: a JSON array of the entry's columns, times in microseconds since the epoch."""
    return _encode(row)


def head_message(size: int, root: bytes, at: datetime) -> bytes:
    """What the head's SM2 signature covers."""
    return b"proofless ledger head v1\n%d\n%s\n%d" % (
        size,
        root.hex().encode(),
        int(at.timestamp() * 1_000_000),
    )


def head_key(path: Path) -> sm2.PrivateKey:
    """The head signing key (PKCS#8 in a 0600 file), made on first use."""
    if not path.exists():
        made = sm2.PrivateKey.generate().to_pkcs8()
        temporary = path.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_bytes(made)
        temporary.rename(path)
        path.with_suffix(".pub").write_bytes(sm2.PrivateKey.from_pkcs8(made).public_key.to_spki())
    return sm2.PrivateKey.from_pkcs8(path.read_bytes())


@dataclass(frozen=True, slots=True)
class Batch:
    entries: int
    tree_size: int


class Sequencer:
    """Gives pending entries their place. One at a time, by advisory lock; raises NotTheSequencer otherwise."""

    def __init__(
        self, connection: psycopg.Connection[Any], key: sm2.PrivateKey, key_id: str = "ledger-head"
    ) -> None:
        self._connection = connection
        self._key = key
        self._key_id = key_id
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
            locked = cursor.fetchone()
            if not locked or not locked[0]:
                raise NotTheSequencer()
            self._frontier = self._load(cursor)
        connection.commit()

    def _load(self, cursor: psycopg.Cursor[Any]) -> Frontier:
        cursor.execute("SELECT coalesce(max(position) + 1, 0) FROM ledger_chain")
        size = int((cursor.fetchone() or (0,))[0])
        peaks = []
        for level, number in Frontier.peak_nodes(size):
            if level:
                cursor.execute(
                    "SELECT hash FROM ledger_node WHERE level = %s AND number = %s", (level, number)
                )
            else:
                cursor.execute("SELECT leaf_hash FROM ledger_chain WHERE position = %s", (number,))
            found = cursor.fetchone()
            if found is None:
                raise RuntimeError(f"ledger node {level}/{number} is missing")
            peaks.append(bytes(found[0]))
        return Frontier(size, peaks)

    def run_once(self, limit: int = BATCH) -> Batch:
        """Chain up to ``limit`` pending entries in one transaction and sign the head. Returns what was done."""
        frontier, saved = self._frontier, self._frontier.copy()
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute(TAKE_SQL, (limit,), prepare=True)
                rows = cursor.fetchall()
                if rows:
                    self._write(cursor, rows)
        except BaseException:
            self._frontier = saved
            raise
        return Batch(len(rows), frontier.size)

    def _write(self, cursor: psycopg.Cursor[Any], rows: list[tuple[Any, ...]]) -> None:
        frontier = self._frontier
        chain: list[bytes] = []
        nodes: list[bytes] = []
        subjects: list[bytes] = []
        for row in rows:
            position, entry, leaf = frontier.size, row[0].bytes, hash_leaf(leaf_data(row))
            chain.append(_CHAIN_ROW(3, 8, position, 16, entry, 32, leaf))
            nodes += [_NODE_ROW(3, 2, level, 8, n, 32, node) for level, n, node in frontier.append(leaf)]
            if row[11] != "[]":
                holders = _holder_ids(row[11])
                subjects += [_SUBJECT_ROW(3, 16, holder, 8, position, 16, entry) for holder in holders]
        _copy(cursor, "ledger_chain (position, entry_id, leaf_hash)", chain)
        _copy(cursor, "ledger_node (level, number, hash)", nodes)
        _copy(cursor, "ledger_subject (holder_id, position, entry_id)", subjects)
        root, at = frontier.root(), clock.now()
        signature = self._key.sign(head_message(frontier.size, root, at))
        cursor.execute(
            "INSERT INTO ledger_head (tree_size, root_hash, at, key_id, signature) VALUES (%s, %s, %s, %s, %s)",
            (frontier.size, root, at, self._key_id, signature),
        )


def _holder_ids(holders: str) -> list[bytes]:
    return list(dict.fromkeys(line.h.bytes for line in _decode_holders(holders)))


def _copy(cursor: psycopg.Cursor[Any], target: str, rows: list[bytes]) -> None:
    """Rows packed by hand: psycopg's ``write_row`` costs more than hashing the leaf."""
    if not rows:
        return
    with cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)".encode()) as copy:
        copy.write(_COPY_HEADER + b"".join(rows) + _COPY_TRAILER)


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What ``ledger verify`` found. ``problems`` is empty when every entry is chained once and unchanged."""

    entries: int
    chained: int
    pending: int
    heads: int
    tree_size: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(connection: psycopg.Connection[Any], public_key: sm2.PublicKey) -> LedgerCheck:
    """Recompute every leaf, every root at a head, every signature; look for gaps, doubles and strays."""
    problems: list[str] = []
    frontier = Frontier()
    heads = _heads(connection)
    waiting = dict(heads)
    for position, leaf, row in _chained(connection):
        if position != frontier.size:
            problems.append(f"位置 {frontier.size} 缺失")
            break
        if row is None or hash_leaf(leaf_data(row)) != leaf:
            problems.append(f"位置 {position} 的账目被改动或丢失")
        for _ in frontier.append(leaf):
            pass
        head = waiting.pop(frontier.size, None)
        if head is not None:
            root, at, signature = head
            if root != frontier.root() or not public_key.verify(
                head_message(frontier.size, root, at), signature
            ):
                problems.append(f"树头 {frontier.size} 不成立")
    if waiting:
        problems.append(f"有 {len(waiting)} 个树头超出链长")
    if frontier.size and frontier.size not in heads:
        problems.append("链尾没有签名树头")
    counts = _counts(connection)
    if counts["entries"] != frontier.size + counts["pending"]:
        problems.append(
            f"账目 {counts['entries']} 条,链上 {frontier.size} 条,待排序 {counts['pending']} 条,不相符"
        )
    if counts["subjects_wrong"]:
        problems.append(f"持证主体索引与账目不符 {counts['subjects_wrong']} 条")
    return LedgerCheck(
        counts["entries"], frontier.size, counts["pending"], len(heads), frontier.size, tuple(problems)
    )


def _heads(connection: psycopg.Connection[Any]) -> dict[int, tuple[bytes, datetime, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tree_size, root_hash, at, signature FROM ledger_head")
        return {row[0]: (bytes(row[1]), row[2], bytes(row[3])) for row in cursor.fetchall()}


def _chained(connection: psycopg.Connection[Any]) -> Iterator[tuple[int, bytes, tuple[Any, ...] | None]]:
    with connection.transaction(), connection.cursor(name="ledger_verify") as cursor:
        cursor.itersize = 5000
        cursor.execute(
            f"SELECT c.position, c.leaf_hash, {COLUMNS} FROM ledger_chain c"
            " LEFT JOIN ledger_entry e ON e.id = c.entry_id ORDER BY c.position"
        )
        for row in cursor:
            yield row[0], bytes(row[1]), row[2:] if row[2] is not None else None


def _counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_pending),"
            " (SELECT count(*) FROM (SELECT DISTINCT c.position, c.entry_id, h->>'h' AS holder FROM ledger_chain c"
            " JOIN ledger_entry e ON e.id = c.entry_id, jsonb_array_elements(e.holders::jsonb) h) said"
            " FULL JOIN (SELECT position, entry_id, holder_id::text AS holder FROM ledger_subject) shown"
            " USING (position, entry_id, holder) WHERE (said IS NULL) <> (shown IS NULL))"
        )
        entries, pending, wrong = cursor.fetchone() or (0, 0, 0)
    return {"entries": entries, "pending": pending, "subjects_wrong": wrong}

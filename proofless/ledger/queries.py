"""Reads of the ledger: a holder's own lines, an auditor's list, the lag of the chain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from proofless.kit.kinds import Kind
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.ledger.chain import LOCK

_holders = msgspec.json.Decoder(list[dict[str, Any]]).decode


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry as it concerns one holder."""

    position: int
    at: datetime
    kind: Kind
    department_code: str
    actor_is_holder: bool
    channel: str
    purpose: str
    ground: str
    object_kind: str
    object_id: str
    reads: tuple[tuple[str, tuple[str, ...]], ...]  # (source, field refs)


READS = (Kind.READ, Kind.VERIFIED, Kind.CODE_SCANNED, Kind.APPLICANT_SOUGHT)  # somebody looked
READS_SQL = "(" + ", ".join(f"'{kind.value}'" for kind in READS) + ")"
_FOR_HOLDER = (
    "SELECT s.position, e.at, e.kind, e.department_code, e.party_id, e.channel, e.purpose, e.ground, e.object_kind,"
    " e.object_id, e.holders FROM ledger_subject s JOIN ledger_entry e ON e.id = s.entry_id"
    " WHERE s.holder_id = %s{kinds} ORDER BY s.position DESC LIMIT %s OFFSET %s"
)


def list_for_holder(
    holder_id: UUID, *, page: int = 1, reads_only: bool = False, by: str = ""
) -> Page[LedgerLine]:
    """The chained entries that concern a holder, newest first. ``by``: ``others`` or ``self``; else everybody."""
    kinds = f" AND e.kind IN {READS_SQL}" if reads_only else ""
    kinds += {
        "others": " AND e.party_id IS DISTINCT FROM s.holder_id",
        "self": " AND e.party_id = s.holder_id",
    }.get(by, "")
    with connection.cursor() as cursor:
        cursor.execute(_FOR_HOLDER.format(kinds=kinds), [holder_id, PAGE_SIZE, (page - 1) * PAGE_SIZE])
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT count(*) FROM ledger_subject s"
            + (
                f" JOIN ledger_entry e ON e.id = s.entry_id WHERE s.holder_id = %s{kinds}"
                if kinds
                else " WHERE s.holder_id = %s"
            ),
            [holder_id],
        )
        total = int(cursor.fetchone()[0])
    return Page([_line(row, holder_id) for row in rows], page, total)


def _line(row: tuple[Any, ...], holder_id: UUID) -> LedgerLine:
    mine = [h for h in _holders(row[10]) if h["h"] == str(holder_id)]
    return LedgerLine(
        position=row[0],
        at=row[1],
        kind=Kind(row[2]),
        department_code=row[3],
        actor_is_holder=row[4] == holder_id,
        channel=row[5],
        purpose=row[6],
        ground=row[7],
        object_kind=row[8],
        object_id=row[9],
        reads=tuple((h.get("s", ""), tuple(h.get("f", ()))) for h in mine),
    )


@dataclass(frozen=True, slots=True)
class SealLine:
    """One act on or with a seal. ``detail`` holds codes and integers."""

    at: datetime
    kind: Kind
    actor_id: UUID
    department_code: str
    channel: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]


# The very words of the index ledger_about_seal.
_ABOUT_SEAL = " FROM ledger_entry WHERE kind LIKE 'seals.%%' AND detail::jsonb ->> 'seal' = %s"


def list_for_seal(
    code: str,
    *,
    used: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[SealLine]:
    """Every act on or with a seal, newest first, chained or not; ``used``: only its uses, or only the others;
    ``until`` is not included."""
    columns = "at, kind, actor_id, department_code, channel, object_kind, object_id, detail"
    where, values = _ABOUT_SEAL, [code]
    for condition, value in (
        ("kind = %s" if used else "kind <> %s", None if used is None else Kind.SEAL_USED.value),
        ("at >= %s", since),
        ("at < %s", until),
    ):
        if value is not None:
            where, values = f"{where} AND {condition}", [*values, value]  # type: ignore[list-item]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}{where} ORDER BY id DESC LIMIT %s OFFSET %s", [*values, size, (page - 1) * size]
        )
        rows = cursor.fetchall()
        cursor.execute(f"SELECT count(*){where}", values)
        total = int(cursor.fetchone()[0])
    lines = [_seal_line(row) for row in rows]
    return Page(lines, page, total)


def _seal_line(row: tuple[Any, ...]) -> SealLine:
    at, kind, actor_id, department, channel, object_kind, object_id, detail = row
    return SealLine(
        at, Kind(kind), actor_id, department, channel, object_kind, object_id, msgspec.json.decode(detail)
    )


@dataclass(frozen=True, slots=True)
class ChainState:
    tree_size: int
    pending: int
    lag_seconds: float
    head_at: datetime | None


def chain_state() -> ChainState:
    """How far the chain is and how long the oldest pending entry has waited."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT coalesce(max(tree_size), 0) FROM ledger_head), (SELECT max(at) FROM ledger_head),"
            " (SELECT count(*) FROM ledger_pending),"
            " (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(e.at)), 0) FROM ledger_pending p"
            "  JOIN ledger_entry e ON e.id = p.entry_id)"
        )
        size, at, pending, lag = cursor.fetchone()
    return ChainState(int(size), int(pending), float(lag), at)


def sequencer_complaint() -> str:
    """Nothing while a sequencer holds its lock on this database, else what is wrong, in Chinese."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK],
        )
        return "" if cursor.fetchone()[0] else "排序器没有运行,账目暂未入链"


@dataclass(frozen=True, slots=True)
class HeadView:
    tree_size: int
    root: str
    at: datetime
    key_id: str


def list_heads(limit: int = 20) -> list[HeadView]:
    """The newest signed heads."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tree_size, root_hash, at, key_id FROM ledger_head ORDER BY tree_size DESC LIMIT %s",
            [limit],
        )
        return [HeadView(row[0], bytes(row[1]).hex(), row[2], row[3]) for row in cursor.fetchall()]


def count_kinds() -> list[tuple[Kind, int]]:
    """How many entries of each kind there are, most first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM ledger_entry GROUP BY kind ORDER BY 2 DESC")
        return [(Kind(kind), int(count)) for kind, count in cursor.fetchall()]


def count_details(kind: Kind, *names: str) -> dict[tuple[str, ...], int]:
    """How many entries of a kind there are by the values of some of their details (codes, never personal)."""
    columns = ", ".join(["coalesce(detail::jsonb ->> %s, '')"] * len(names))
    groups = ", ".join(str(number) for number in range(1, len(names) + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, count(*) FROM ledger_entry WHERE kind = %s GROUP BY {groups}",
            [*names, kind.value],
        )
        return {tuple(row[:-1]): int(row[-1]) for row in cursor.fetchall()}

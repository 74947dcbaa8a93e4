"""账目: what one entry says, and the prepared insert that writes it.

``holders`` holds one element per holder concerned: ``{"h": holder id, "f": [field refs], "s": source}``.
``detail`` holds ids, codes and integers. Neither ever holds a personal value.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from proofless.kit.actor import Actor
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind

_encoder = msgspec.json.Encoder(order="deterministic")

INSERT_SQL = (
    "WITH entry AS (INSERT INTO ledger_entry"
    " (id, at, kind, actor_id, party_id, department_code, channel, object_kind, object_id, purpose, ground, holders,"
    " detail)"
    " VALUES (%s, clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id)"
    " INSERT INTO ledger_pending (entry_id) SELECT id FROM entry"
)
SYSTEM_ACCOUNT = UUID(int=0)


@dataclass(frozen=True, slots=True)
class HolderLine:
    """One holder an entry concerns; ``fields`` are references such as ``id_card.name``."""

    holder_id: UUID
    fields: tuple[str, ...] = ()
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        line: dict[str, Any] = {"h": str(self.holder_id)}
        if self.fields:
            line["f"] = list(self.fields)
        if self.source:
            line["s"] = self.source
        return line


@dataclass(frozen=True, slots=True)
class Entry:
    kind: Kind
    actor: Actor
    object_kind: str = ""
    object_id: str = ""
    purpose: str = ""
    ground: str = ""
    holders: tuple[HolderLine, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)

    def parameters(self) -> tuple[Any, ...]:
        return (
            self.id,
            self.kind.value,
            self.actor.account_id,
            self.actor.account_party,
            self.actor.department_code,
            self.actor.channel.value,
            self.object_kind,
            self.object_id,
            self.purpose,
            self.ground or (self.actor.standing.ground_text if self.actor.standing else ""),
            _encoder.encode([line.as_json() for line in self.holders]).decode(),
            _encoder.encode(self.detail).decode(),
        )


def insert_entries(entries: Iterable[Entry]) -> None:
    """Write entries and their pending rows in the open transaction."""
    with connection.cursor() as cursor:
        rows = [entry.parameters() for entry in entries]
        if len(rows) == 1:
            cursor.execute(INSERT_SQL, rows[0])
        elif rows:
            cursor.executemany(INSERT_SQL, rows)

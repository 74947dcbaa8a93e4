"""Following the chain: facts are brought up to date from the position last read."""

from typing import Any

import msgspec
from django.db import connection

from proofless.kit.kinds import Kind
from proofless.supervision.models import CaseFact, Cursor
from proofless.supervision.rules import counts_of

FOLLOWER = "case_facts"
BATCH = 5000
_NEW = (
    "SELECT c.position, e.id, e.at, e.kind, e.object_id, e.detail FROM ledger_chain c"
    " JOIN ledger_entry e ON e.id = c.entry_id WHERE c.position >= %s ORDER BY c.position LIMIT %s"
)


def follow_chain() -> int:
    """Read what was chained since last time. Returns the number of entries read. Safe to run twice at once."""
    read = 0
    while True:
        cursor = Cursor.objects.filter(name=FOLLOWER).first()
        start = cursor.position if cursor else 0
        with connection.cursor() as db:
            db.execute(_NEW, [start, BATCH])
            rows = db.fetchall()
        if not rows:
            return read
        facts = {f.application_id: f for row in rows if (f := _fact(row)) is not None}
        _store(list(facts.values()))
        Cursor.objects.update_or_create(name=FOLLOWER, defaults={"position": rows[-1][0] + 1})
        read += len(rows)


def _fact(row: tuple[Any, ...]) -> CaseFact | None:
    position, entry_id, at, kind, object_id, detail_json = row
    if kind != Kind.APPLICATION_SUBMITTED:
        return None
    detail = msgspec.json.decode(detail_json)
    counts = counts_of(detail)
    return CaseFact(
        application_id=object_id,
        entry_id=entry_id,
        position=position,
        submitted_at=at,
        item_code=detail["item"],
        department_code=detail["department"],
        division_code=detail["division"],
        materials_required=counts.materials_required,
        materials_official=counts.materials_official,
        materials_free=counts.materials_free,
        fields_total=counts.fields_total,
        fields_official=counts.fields_official,
        fields_filled=counts.fields_filled,
    )


def _store(facts: list[CaseFact]) -> None:
    """A later submission of the same application replaces the earlier one."""
    names = [f.name for f in CaseFact._meta.fields if not f.primary_key]
    CaseFact.objects.bulk_create(
        facts, update_conflicts=True, unique_fields=["application_id"], update_fields=names
    )

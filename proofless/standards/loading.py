"""Bringing tables to the state of a published catalogue, counting what was added, changed and removed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Model

from proofless import ledger
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.standards import versions

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows of one table a load added, changed and removed."""

    table: str
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Target:
    """One table and all the rows it shall hold."""

    model: type[Model]
    rows: Sequence[Model]


@dataclass(frozen=True, slots=True)
class _Difference:
    model: type[Model]
    columns: list[str]
    added: list[Model]
    changed: list[Model]
    removed: list[object]

    @property
    def change(self) -> Change:
        table = self.model._meta.db_table
        return Change(table, len(self.added), len(self.changed), len(self.removed))


def compare(target: Target) -> Change:
    """What bringing the table to the target would change."""
    return _difference(target).change


def load_tables(
    *, actor: Actor, room: str, kind: Kind, targets: Sequence[Target], within: Act | None = None
) -> list[Change]:
    """Bring a room's tables to their targets in one act with one entry of counts; nothing to change leaves no
    entry.

    Tables are given referred-to first. Raises FORBIDDEN without the right to load catalogues.
    """
    actor.check(Permission.CATALOG_LOAD)
    changes = [compare(target) for target in targets]
    if not any(change.any for change in changes):
        return changes
    with ledger.act(None, actor, within=within) as act:
        versions.lock(room)
        differences = [_difference(target) for target in targets]
        changes = [difference.change for difference in differences]
        _apply(differences)
        number = versions.bump(room)
        counts = {c.table: [c.added, c.changed, c.removed] for c in changes if c.any}
        act.enter(kind, object_kind="catalogue", object_id=room, detail={"version": number, "counts": counts})
    return changes


def _difference(target: Target) -> _Difference:
    columns = [f.attname for f in target.model._meta.concrete_fields if not f.primary_key]
    held = {row.pk: row for row in target.model._default_manager.all()}
    wanted = {row.pk: row for row in target.rows}
    return _Difference(
        model=target.model,
        columns=columns,
        added=[row for key, row in wanted.items() if key not in held],
        changed=[row for key, row in wanted.items() if key in held and _differs(held[key], row, columns)],
        removed=[key for key in held if key not in wanted],
    )


def _differs(one: Model, other: Model, columns: Iterable[str]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in columns)


def _apply(differences: Sequence[_Difference]) -> None:
    for difference in reversed(differences):
        manager = difference.model._default_manager
        manager.filter(pk__in=difference.removed).delete()
    for difference in differences:
        manager = difference.model._default_manager
        manager.bulk_create(difference.added, batch_size=BATCH)
        key = difference.model._meta.pk.name
        manager.bulk_create(
            difference.changed,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=[key],
            update_fields=difference.columns,
        )

"""``act``: the only way to open a write transaction; change and entry commit together."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import transaction

from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.ledger.entry import Entry, HolderLine, insert_entries

_open: ContextVar["Act | None"] = ContextVar("proofless_open_act", default=None)


class ActNested(RuntimeError):
    """A service opened an act inside another: pass the outer one as ``within`` instead."""


class Act:
    """A running act. Acts collect entries; they are written just before commit."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.entries: list[Entry] = []

    def enter(
        self,
        kind: Kind,
        *,
        object_kind: str = "",
        object_id: object = "",
        holders: Iterable[UUID | HolderLine] = (),
        purpose: str = "",
        ground: str = "",
        detail: dict[str, Any] | None = None,
    ) -> Entry:
        """Add one entry to this act and return it."""
        lines = tuple(h if isinstance(h, HolderLine) else HolderLine(h) for h in holders)
        entry = Entry(
            kind=kind,
            actor=self.actor,
            object_kind=object_kind,
            object_id=str(object_id),
            purpose=purpose,
            ground=ground,
            holders=lines,
            detail=detail or {},
        )
        self.entries.append(entry)
        return entry


def current_act() -> "Act | None":
    """The act open in this context, for the write guard."""
    return _open.get()


@contextmanager
def act(kind: Kind | None, actor: Actor, *, within: Act | None = None, **entry: Any) -> Iterator[Act]:
    """Open a write transaction whose change and ledger entry commit together.

    ``kind`` and ``entry`` (see ``Act.enter``) give the act's own entry; a batch passes ``kind=None`` and enters
    one entry per object itself. ``within`` adds to an act that is already open instead of opening another.
    Raises ActNested when one is open and not passed down, ValueError when an act would leave no entry.
    """
    if within is not None:
        if kind is not None:
            within.enter(kind, **entry)
        yield within
        return
    if _open.get() is not None:
        raise ActNested("pass the open act as within=")
    running = Act(actor)
    if kind is not None:
        running.enter(kind, **entry)
    token = _open.set(running)
    try:
        with transaction.atomic():
            yield running
            if not running.entries:
                raise ValueError("an act must leave an entry")
            insert_entries(running.entries)
    finally:
        _open.reset(token)

"""Following the chain: what was chained since last time becomes notices in the inboxes of those it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.rules import permissions_of, roles_with
from proofless.kit import clock
from proofless.kit.kinds import Kind
from proofless.notices import subjects
from proofless.notices.models import Cursor
from proofless.notices.rules import News, To, news_of
from proofless.notices.services.telling import Letter, tell
from proofless.notices.subjects import Office, Subject
from proofless.parties import queries as parties

FOLLOWER = "notices"
BATCH = 2000
# A node that stood still, or is brought in late, does not flood people with what is long past.
STALE = timedelta(days=30)
_NEW = (
    "SELECT c.position, e.id, e.at, e.kind, e.object_kind, e.object_id, e.holders, e.detail FROM ledger_chain c"
    " JOIN ledger_entry e ON e.id = c.entry_id WHERE c.position >= %s ORDER BY c.position LIMIT %s"
)
_holders = msgspec.json.Decoder(list[dict[str, Any]]).decode
_detail = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry with one thing it means to people."""

    entry_id: UUID
    object_kind: str
    object_id: str
    holders: tuple[UUID, ...]
    news: News


def follow_chain() -> int:
    """Tell what is new. Returns how many notices were written. Safe to repeat and to run twice at once."""
    written = 0
    while True:
        Cursor.objects.get_or_create(name=FOLLOWER, defaults={"position": 0})
        start = Cursor.objects.get(name=FOLLOWER).position
        with connection.cursor() as db:
            db.execute(_NEW, [start, BATCH])
            rows = db.fetchall()
        if not rows:
            return written
        written += _tell(start, rows[-1][0] + 1, [told for row in rows for told in _read(row)])


def _read(row: tuple[Any, ...]) -> list[_Told]:
    _, entry_id, at, kind, object_kind, object_id, holders, detail = row
    if _stale(at):
        return []
    found = news_of(Kind(kind), _detail(detail))
    if not found:
        return []
    whose = tuple(dict.fromkeys(UUID(line["h"]) for line in _holders(holders)))
    return [_Told(entry_id, object_kind, object_id, whose, news) for news in found]


def _stale(at: datetime) -> bool:
    return clock.now() - at > STALE


def _tell(start: int, then: int, told: list[_Told]) -> int:
    letters = list(_letters(told))
    if not letters:
        Cursor.objects.filter(name=FOLLOWER, position=start).update(position=then)
        return 0
    try:
        with ledger.act(None, system_actor(label="通知")) as act:
            # The row is the lock: of two followers one moves on and the other sees that it was moved.
            here = Cursor.objects.select_for_update().get(name=FOLLOWER).position
            written = tell(act, letters) if here == start else 0
            if not written:
                raise _NothingToTell()
            Cursor.objects.filter(name=FOLLOWER).update(position=then)
            return written
    except _NothingToTell:
        Cursor.objects.filter(name=FOLLOWER, position=start).update(position=then)
        return 0


class _NothingToTell(Exception):
    """All of it was told before: no act, no entry."""


def _letters(told: list[_Told]) -> Iterable[Letter]:
    named = _named(told)
    staff: dict[Office, tuple[UUID, ...]] = {}
    for one in told:
        subject = named.get((one.object_kind, one.object_id), Subject(""))
        for inbox, official in _inboxes(one, subject, staff):
            yield Letter(
                inbox,
                one.news,
                one.entry_id,
                one.object_kind,
                one.object_id,
                subject.name,
                subject.number,
                official,
            )


def _named(told: list[_Told]) -> dict[tuple[str, str], Subject]:
    ids: dict[str, set[str]] = {}
    for one in told:
        ids.setdefault(one.object_kind, set()).add(one.object_id)
    return {
        (kind, object_id): subject
        for kind, wanted in ids.items()
        for object_id, subject in subjects.describe(kind, wanted).items()
    }


def _inboxes(
    told: _Told, subject: Subject, staff: dict[Office, tuple[UUID, ...]]
) -> Iterable[tuple[UUID, bool]]:
    if told.news.to is To.HOLDER:
        return [(holder, False) for holder in dict.fromkeys((*told.holders, *subject.also))]
    office = subject.offices.get(told.news.to)
    if office is None:
        return []
    if office not in staff:
        staff[office] = _staff(office)
    return [(account, True) for account in staff[office]]


def _staff(office: Office) -> tuple[UUID, ...]:
    """The accounts an office stands for."""
    if office.account_id is not None:
        return (office.account_id,) if parties.account_labels([office.account_id]) else ()
    found = (
        parties.list_officials(office.department_code)
        if office.department_code
        else parties.list_officials_in(roles_with(office.permission))
    )
    county = office.division_code[:6]
    return tuple(
        one.id
        for one in found
        if office.permission in permissions_of(list(one.roles))
        and (not county or not one.division_code or one.division_code.startswith(county))
    )

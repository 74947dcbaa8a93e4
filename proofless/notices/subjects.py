"""What notices are about: rooms above say at start how their things are called and where they are looked at.

News goes up by the chain; only words come down, through a function a room gives. One that fails costs the words,
not the notice.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from proofless.notices.rules import To

_log = logging.getLogger("proofless.notices")


@dataclass(frozen=True, slots=True)
class Office:
    """Officials to tell: one account, or those of a department (and county) that hold ``permission``; without a
    department all that hold it."""

    account_id: UUID | None = None
    department_code: str = ""
    division_code: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """How a thing is called. ``also``: holders to tell beside those of the entry, such as the enterprise."""

    name: str
    number: str = ""
    also: tuple[UUID, ...] = ()
    offices: Mapping[To, Office] = field(default_factory=dict)


Describe = Callable[[Collection[str]], Mapping[str, Subject]]


@dataclass(frozen=True, slots=True)
class Place:
    """``own`` and ``desk`` name the pages for residents and officials; ``argument`` is their id's name, if any."""

    describe: Describe
    own: str = ""
    desk: str = ""
    argument: str = ""


_places: dict[str, Place] = {}


def register(object_kind: str, place: Place) -> None:
    """Say how things of a ledger's object kind are called and looked at."""
    _places[object_kind] = place


def describe(object_kind: str, ids: Collection[str]) -> Mapping[str, Subject]:
    """The subjects that can be named. Never raises: whoever cannot be named is told in general words."""
    place = _places.get(object_kind)
    if place is None:
        return {}
    try:
        return place.describe(ids)
    except Exception:
        _log.exception("subjects cannot be described", extra={"object_kind": object_kind})
        return {}


def address(object_kind: str, object_id: str, *, desk: bool) -> str:
    """Where a subject is looked at; empty for nowhere."""
    place = _places.get(object_kind)
    name = (place.desk if desk else place.own) if place else ""
    if not place or not name:
        return ""
    # A list takes no id; the ledger knows some things by another name than their page does.
    for values in ({place.argument: object_id} if place.argument else {}, {}):
        with suppress(NoReverseMatch):
            return reverse(name, kwargs=values)
    return ""

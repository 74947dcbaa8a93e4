"""菜单: what the shells show. Rooms above register their entries at start (``apps.ready``)."""

from dataclasses import dataclass

from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """``key`` is what a page sets as ``active``; without ``permission`` all see it; ``post`` makes a form."""

    key: str
    label: str
    icon: str
    url_name: str
    permission: Permission | None = None
    section: str = ""
    order: int = 50
    post: bool = False
    shortcut: str = ""

    def open_to(self, actor: Actor | None) -> bool:
        return self.permission is None or (actor is not None and actor.may(self.permission))


TABS = "tabs"
DESK = "desk"
ACCOUNT = "account"
BELL = "bell"
WORK = "work"
_entries: dict[str, dict[str, Entry]] = {TABS: {}, DESK: {}, ACCOUNT: {}, BELL: {}, WORK: {}}


def add(place: str, *entries: Entry) -> None:
    """Put entries into TABS (phone, at most four), DESK (side menu), ACCOUNT or BELL (top right), by key; or WORK,
    where the residents' pages lead an official.

    ValueError for a key another room has taken: the one entry would hide the other.
    """
    for entry in entries:
        if _entries[place].setdefault(entry.key, entry) != entry:
            raise ValueError(f"menu key {entry.key} is taken in {place}")


def entries_for(place: str, actor: Actor | None) -> list[Entry]:
    found = [entry for entry in _entries[place].values() if entry.open_to(actor)]
    return sorted(found, key=lambda entry: entry.order)


def sections_for(place: str, actor: Actor | None) -> list[tuple[str, list[Entry]]]:
    """The same entries grouped by section, sections in the order of their first entry."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries_for(place, actor):
        grouped.setdefault(entry.section, []).append(entry)
    return list(grouped.items())

"""Loading items: a bureau that loads twice changes nothing, and a changed row is counted once."""

from copy import deepcopy

from proofless.access.actors import system_actor
from proofless.items import queries
from proofless.items.services import load_items
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry

BUREAU = system_actor(Permission.CATALOG_LOAD)
Tables = dict[str, list[dict[str, str]]]


def test_a_second_load_is_silent_and_a_changed_row_is_one_change(catalogue: Tables) -> None:
    assert not any(change.any for change in load_items(actor=BUREAU, tables=catalogue))
    entries = LedgerEntry.objects.filter(kind="items.loaded")
    assert entries.count() == 1
    changed = deepcopy(catalogue)
    changed["items"][0]["promised_days"] = "3"
    del changed["item_rules"][-1]
    counts = {
        c.table: (c.added, c.changed, c.removed) for c in load_items(actor=BUREAU, tables=changed) if c.any
    }
    assert counts == {"items_item": (0, 1, 0), "items_rule": (0, 0, 1)}
    assert entries.count() == 2
    assert queries.get_item("I001").promised_days == 3

"""Reads equal lines: what was decrypted of whom is what the ledger says was read, in both directions.

``watched`` counts every sealed value opened, whoever opens it, and holds the count against the noted read lines. A
query that goes past ``access`` opens without noting: the last test plants one and sees it caught.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access import Ground, permit
from proofless.access.queries import list_consents
from proofless.access.services import withdraw_consent
from proofless.applications import queries
from proofless.applications.waterfall import plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.certificates import queries as certificates
from proofless.certificates.models import Certificate, face_context
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.ledger import ReadLine
from proofless.ledger.models import LedgerEntry
from proofless.simulator.acting import Wish, apply_for
from proofless.vault import cipher
from tests.town import TestTown

pytestmark = pytest.mark.django_db
open_sealed = cipher.open_sealed


class Unguarded(AssertionError):
    """Something was opened that no line tells of, or a line tells of something never opened."""


@contextmanager
def watched() -> Iterator[list[ReadLine]]:
    """Reads inside must equal lines. What is opened is recognised by the context it is bound to."""
    opened: Counter[bytes] = Counter()

    def counting(sealed: bytes, context: bytes) -> bytes:
        opened[bytes(context)] += 1
        return open_sealed(sealed, context)

    with pytest.MonkeyPatch.context() as patch, ledger.reading() as lines:
        patch.setattr(cipher, "open_sealed", counting)
        yield lines
    noted = Counter(opening_of(line) for line in lines if opening_of(line))
    seen = Counter(opening_of_context(context) for context in opened.elements())
    if noted != seen:
        raise Unguarded(f"opened and not noted: {seen - noted}; noted and not opened: {noted - seen}")


def opening_of(line: ReadLine) -> tuple[str, ...]:
    """What was opened by a line; nothing for one by which a snapshot merely shows what it says of others."""
    kind, _, reference = line.source.partition(":")
    if kind == "data":
        return kind, str(line.holder_id), line.fields[0].split(".")[0]
    if kind == "application":
        return (kind, reference) if line.fields == ("application.*",) else ()
    return (kind, reference) if reference else ("certificate", kind)


def opening_of_context(context: bytes) -> tuple[str, ...]:
    table, _, bound = context.partition(b":")
    if table == b"files_blob":
        return "certificate", Certificate.objects.get(file_address=bound.decode()).identifier
    if table == b"certificates_certificate":
        return "certificate", Certificate.objects.get(id=UUID(bytes=bound[16:])).identifier
    first = str(UUID(bytes=bound[:16]))
    if table == b"data_row":
        return "data", first, bound[17:].decode()
    return {"parties_holder": "account"}.get(table.decode(), "application"), first


def plan_of(town: TestTown, reader: Actor, name: str, item_code: str) -> None:
    make_plan(reader, items.get_item(item_code), Request(Case(town[name]), {}))


@pytest.mark.parametrize(
    ("name", "item_code"), [("张三", "I006"), ("张三", "I004"), ("赵奶奶", "I081"), ("李四", "I029")]
)
def test_of_her_own_plan(town: TestTown, name: str, item_code: str) -> None:
    """She herself looks, yet what of her spouse and child was read for it stands in their ledgers."""
    with watched() as lines:
        plan_of(town, town.resident(name), name, item_code)
    assert len(lines) >= 3 and {line.actor.label for line in lines} >= {"演示居民"}


def test_of_a_plan_made_at_the_window(town: TestTown) -> None:
    with watched() as lines:
        plan_of(town, town.clerk("WJW"), "张三", "I006")
    assert {line.ground for line in lines} == {"statutory:I006"}
    assert len({line.holder_id for line in lines}) >= 2


@pytest.fixture
def case(town: TestTown) -> UUID:
    return apply_for(Wish("I004", town["张三"]))


def test_of_a_case_on_a_clerks_screen(town: TestTown, case: UUID) -> None:
    """And every value of record she is shown is named in a line of the person it is about."""
    with watched() as lines:
        view = queries.open_case(town.clerk("WJW"), case)
    told = {(line.holder_id, field) for line in lines for field in line.fields}
    shown = {
        (f.holder_id, f.reference)
        for f in view.plan.fields
        if view.field_value(f) and f.origin in {"certificate", "dataset"} and f.holder_id
    }
    whole = {(holder, reference.split(".")[0] + ".*") for holder, reference in told}
    assert shown and shown <= told | whole
    assert town["孙大明"] in {line.holder_id for line in lines}


def test_what_she_took_back_is_neither_shown_nor_noted(town: TestTown, case: UUID) -> None:
    zhang = town.resident("张三")
    given = [c for c in list_consents(town["张三"]) if c.reference == str(case) and c.sensitive]
    withdraw_consent(actor=zhang, consent_id=given[0].id)
    with watched() as lines:
        view = queries.open_case(town.clerk("WJW"), case)
    gone = set(given[0].fields)
    assert gone <= set(view.withheld)
    assert not [f.name for f in view.plan.fields if f.reference in gone and view.field_value(f)]
    assert not [line for line in lines if line.ground.startswith("consent") and gone & set(line.fields)]


def test_of_her_own_case_and_certificates(town: TestTown, case: UUID) -> None:
    zhang = town.resident("张三")
    with watched():
        queries.open_own_case(zhang, case)
    with watched() as lines:
        for one in certificates.list_own(actor=zhang, holder_ids=[town["张三"]]):
            own = permit(zhang, [town["张三"]], ["*"], "本人查看", ground=Ground.OWN)
            certificates.read_certificate(own, one.certificate_id)
    assert len({line.source for line in lines}) >= 3


def test_every_line_is_committed_with_the_block(town: TestTown) -> None:
    before = LedgerEntry.objects.filter(kind="access.read").count()
    with watched() as lines:
        plan_of(town, town.resident("张三"), "张三", "I006")
    entries = LedgerEntry.objects.filter(kind="access.read").order_by("-at")
    permits = {line.permit_id for line in lines}
    written = entries[: entries.count() - before]
    assert {e.object_id for e in written} == {str(one) for one in permits}
    told = sum(e.holders.count('"h"') for e in written)
    assert told == len({(line.permit_id, line.holder_id, line.source) for line in lines})


def peek(town: TestTown) -> None:
    """The planted query: past the gate, straight at the vault."""
    row = Certificate.objects.filter(holder_id=town["王五"]).first()
    assert row is not None
    assert cipher.open_record(bytes(row.face_sealed), face_context(row.holder_id, row.id))


def test_an_unguarded_read_is_caught(town: TestTown) -> None:
    with pytest.raises(Unguarded, match=r"opened and not noted: Counter\({\('certificate'"), watched():
        peek(town)


def test_an_unguarded_read_in_the_middle_of_a_plan_is_caught(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among a dozen guarded reads exactly the one that went past the gate is named."""
    find = plan.find_held

    def find_and_peek(*arguments: Any) -> Any:
        peek(town)
        return find(*arguments)

    monkeypatch.setattr(plan, "find_held", find_and_peek)
    with pytest.raises(Unguarded) as caught, watched():
        plan_of(town, town.resident("张三"), "张三", "I006")
    row = Certificate.objects.filter(holder_id=town["王五"]).first()
    assert row is not None and str(caught.value) == (
        f"opened and not noted: Counter({{('certificate', '{row.identifier}'): 1}}); noted and not opened: Counter()"
    )


def test_a_line_without_a_read_is_caught(town: TestTown) -> None:
    """Lines nobody can trust are as bad as none."""
    with pytest.raises(Unguarded, match=r"noted and not opened: Counter\({\('account'"), watched() as lines:
        plan_of(town, town.resident("赵奶奶"), "赵奶奶", "I081")
        lines.append(next(line for line in lines if line.source.startswith("account")))

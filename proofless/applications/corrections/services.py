"""Acts on corrections: open one (by her, or by the node where sources disagree), answer it.

A thin, honest record: who owns the value, what both sources say, what she says, what the owner found. The owner mends
his own register; nothing here writes into it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from proofless import ledger
from proofless.applications.corrections.sealing import words_context
from proofless.applications.errors import ReportState
from proofless.applications.models import Application, Correction
from proofless.applications.waterfall.outcome import Filled, Plan
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.vault import cipher

WORDS_MAX, ANSWER_MIN, ANSWER_MAX = 300, 4, 500


def open_corrections(
    actor: Actor, application: Application, plan: Plan, disputed: Mapping[str, str], *, within: Act
) -> None:
    """Inside the handing in: one for every field two sources disagree about, one for every field she disputes.

    ``disputed`` is what she says, by field name. One that is open already is not opened twice.
    """
    item = items.get_item(application.item_code)
    wanted = [
        f for f in plan.fields if f.reference and f.filled and (f.other is not None or f.name in disputed)
    ]
    known = set(
        Correction.objects.filter(
            holder_id__in={_whose(f, application) for f in wanted}, state=Correction.State.OPEN
        ).values_list("holder_id", "reference")
    )
    for one in wanted:
        if (_whose(one, application), one.reference) not in known and _owner(item, one):
            row = _row(application, item, one, disputed.get(one.name, ""))
            row.save(force_insert=True)
            within.enter(Kind.CORRECTION_OPENED, **_entry(row))


def _row(application: Application, item: ItemView, one: Filled, words: str) -> Correction:
    row = Correction(
        id=new_id(),
        holder_id=_whose(one, application),
        application_id=application.id,
        item_code=application.item_code,
        reference=one.reference,
        other_reference=one.other_reference,
        department_code=_owner(item, one),
        by_system=not words,
        opened_at=clock.now(),
    )
    said = {
        "label": one.label,
        "value": str(one.value),
        "as_of": one.as_of,
        "other": "" if one.other is None else str(one.other),
        "other_as_of": one.other_as_of,
        "words": words[:WORDS_MAX],
    }
    row.words_sealed = cipher.seal(msgspec.json.encode(said), words_context(row.id))
    return row


def _whose(one: Filled, application: Application) -> UUID:
    return one.holder_id or application.holder_id


def _owner(item: ItemView, one: Filled) -> str:
    terms = item.terms.get(one.reference.split(".", 1)[0])
    return terms.provider_code if terms else ""


def answer_correction(*, actor: Actor, correction_id: UUID, corrected: bool, answer: str) -> None:
    """The owning department says what it found, once. Raises NotFound, InputInvalid, ReportState."""
    actor.check(Permission.HANDLE)
    row = Correction.objects.filter(id=correction_id, department_code=actor.department_code or "-").first()
    if row is None:
        raise NotFound()
    text = answer.strip()
    if not ANSWER_MIN <= len(text) <= ANSWER_MAX:
        raise InputInvalid(fields={"answer": f"请写明核实的情况（{ANSWER_MIN}至{ANSWER_MAX}字）"})
    state = Correction.State.CORRECTED if corrected else Correction.State.KEPT
    with ledger.act(Kind.CORRECTION_ANSWERED, actor, **_entry(row, state=state.value)):
        changed = Correction.objects.filter(
            id=row.id, holder_id=row.holder_id, state=Correction.State.OPEN
        ).update(state=state, answer=text, answered_by=actor.account_id, answered_at=clock.now())
        if not changed:
            raise ReportState()


def _entry(row: Correction, **detail: object) -> dict[str, Any]:
    return {
        "object_kind": "correction",
        "object_id": row.id,
        "holders": [row.holder_id],
        "purpose": f"办理事项:{row.item_code}",
        "detail": {"reference": row.reference, "department": row.department_code, **detail},
    }

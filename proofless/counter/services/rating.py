"""好差评: one grade a case, and what must follow a bad one."""

import os
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from proofless import ledger
from proofless.counter.errors import RatedAlready, WrongState
from proofless.counter.models import FollowUp, FollowUpState, Rating, rating_context
from proofless.counter.queries.ratings import access_follow_up
from proofless.counter.rules.grades import TEXT_MOST, FollowUpDays, Grade, follow_up_days
from proofless.counter.services.cases import ENDED, own_case
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger import Act
from proofless.vault import cipher


def days() -> FollowUpDays:
    """What this node gives for the follow-up of a bad rating."""
    return follow_up_days(os.environ.get("PROOFLESS_RATING_DAYS", ""))


def rate(*, actor: Actor, application_id: UUID, grade: int, text: str = "") -> UUID:
    """Rate a case that is over, once, oneself. A bad grade opens a follow-up in the same act.

    Raises Forbidden for whoever works in another's name, RatedAlready, WrongState before the end, InputInvalid.
    """
    if actor.standing is not None:
        raise Forbidden("评价请由本人作出")
    case, said = own_case(actor, application_id), text.strip()
    if case.state not in ENDED:
        raise WrongState("办结以后才能评价", state=case.state)
    faults = {} if grade in set(Grade) else {"grade": "请选择满意程度"}
    if len(said) > TEXT_MOST:
        faults["text"] = f"最多填写{TEXT_MOST}字"
    if faults:
        raise InputInvalid(fields=faults)
    key = new_id()
    row = Rating(
        id=key,
        holder_id=case.holder_id,
        application_id=case.id,
        item_code=case.item_code,
        department_code=case.department_code,
        division_code=case.division_code,
        rated_account=case.decided_by or case.taken_by,
        grade=grade,
        channel=actor.channel.value,
        text_sealed=cipher.seal_record({"text": said}, rating_context(case.holder_id, key)) if said else None,
        rated_at=clock.now(),
    )
    try:
        with ledger.act(Kind.RATED, actor, **_entry(row)) as act:
            row.save(force_insert=True)
            if Grade(grade).bad:
                _open(act, row)
    except IntegrityError as error:
        raise RatedAlready() from error
    return key


def _open(act: Act, row: Rating) -> None:
    today, given = clock.today(), days()
    contact = clock.add_working_days(today, given.contact)
    whole = clock.add_working_days(today, given.whole)
    follow_up = FollowUp(
        id=new_id(),
        holder_id=row.holder_id,
        rating_id=row.id,
        department_code=row.department_code,
        division_code=row.division_code,
        rated_account=row.rated_account,
        opened_at=clock.now(),
        contact_due_on=contact.due_on,
        due_on=whole.due_on,
        due_unknown=not (contact.known and whole.known),
    )
    follow_up.save(force_insert=True)
    act.enter(Kind.FOLLOW_UP_OPENED, **_follow_entry(follow_up))


def note_contact(*, actor: Actor, follow_up_id: UUID, revision: int) -> None:
    """The resident was spoken to. The rated clerk may not be the one who does."""
    row = access_follow_up(actor, follow_up_id)
    with ledger.act(Kind.FOLLOW_UP_CONTACTED, actor, **_follow_entry(row)):
        _change(
            row,
            revision,
            FollowUpState.OPEN,
            state=FollowUpState.CONTACTED,
            contacted_at=clock.now(),
            handled_by=actor.account_id,
        )


def close_follow_up(*, actor: Actor, follow_up_id: UUID, revision: int, upheld: bool, outcome: str) -> None:
    """What was found and put right; the resident reads it. Raises InputInvalid, WrongState before the contact."""
    row, text = access_follow_up(actor, follow_up_id), outcome.strip()
    if not 4 <= len(text) <= 500:
        raise InputInvalid(fields={"outcome": "请写明核实和整改结果（4至500字）"})
    with ledger.act(Kind.FOLLOW_UP_CLOSED, actor, **_follow_entry(row, upheld=upheld)):
        _change(
            row,
            revision,
            FollowUpState.CONTACTED,
            state=FollowUpState.CLOSED,
            closed_at=clock.now(),
            upheld=upheld,
            outcome=text,
            handled_by=actor.account_id,
        )


def _change(row: FollowUp, revision: int, before: FollowUpState, **changes: Any) -> None:
    changed = FollowUp.objects.filter(
        id=row.id, holder_id=row.holder_id, revision=revision, state=before
    ).update(revision=revision + 1, **changes)
    if not changed:
        raise WrongState(state=row.state)


def _entry(row: Rating) -> dict[str, Any]:
    return {
        "object_kind": "application",
        "object_id": row.application_id,
        "holders": [row.holder_id],
        "purpose": "好差评",
        "detail": {"item": row.item_code, "department": row.department_code, "grade": row.grade},
    }


def _follow_entry(row: FollowUp, **detail: object) -> dict[str, Any]:
    return {
        "object_kind": "follow_up",
        "object_id": row.id,
        "holders": [row.holder_id],
        "purpose": "差评回访整改",
        "detail": {"department": row.department_code, **detail},
    }

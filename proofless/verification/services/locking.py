"""Finding a request one may act on, and changing it only if nobody else did meanwhile."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.permissions import Permission
from proofless.ledger import HolderLine
from proofless.verification.errors import RequestTaken, WrongState
from proofless.verification.models import Pause, Request, Step
from proofless.verification.rules import clocks
from proofless.verification.rules.clocks import Known
from proofless.verification.rules.states import State, Verb, next_state

REASON_MIN, REASON_MAX = 4, 500


def access_answering(actor: Actor, request_id: UUID) -> Request:
    """A request the actor's department answers for, or works on by delegation; else NotFound."""
    actor.check(Permission.VERIFICATION_ANSWER)
    found = Request.objects.filter(id=request_id).first()
    mine = {found.department_code, found.unit_code} - {""} if found else set()
    if found is None or actor.department_code not in mine or not _in_division(actor, found):
        raise NotFound()
    return found


def access_asked(actor: Actor, request_id: UUID) -> Request:
    """A request of the actor's own department; else NotFound."""
    actor.check(Permission.VERIFICATION_ASK)
    found = Request.objects.filter(id=request_id, asker_code=actor.department_code or "-").first()
    if found is None:
        raise NotFound()
    return found


def _in_division(actor: Actor, found: Request) -> bool:
    """A county's clerk sees her county's requests."""
    return not (actor.division_code and found.division_code) or found.division_code.startswith(
        actor.division_code[:6]
    )


def state_after(request: Request, verb: Verb) -> State:
    """Raises WrongState when the verb is not for this state."""
    after = next_state(State(request.state), verb)
    if after is None:
        raise WrongState(state=request.state)
    return after


def change(request: Request, revision: int, **changes: Any) -> None:
    """Write the changes if the request still has the revision the actor saw.

    Raises RequestTaken when somebody else was first: of two answers one counts.
    """
    changed = Request.objects.filter(id=request.id, holder_id=request.holder_id, revision=revision).update(
        revision=revision + 1, **changes
    )
    if not changed:
        raise RequestTaken()


def add_step(actor: Actor, request: Request, step: str, note: str = "") -> None:
    Step.objects.create(
        id=new_id(),
        holder_id=request.holder_id,
        request_id=request.id,
        at=clock.now(),
        step=step,
        note=note,
        account_id=actor.account_id,
        department_code=actor.department_code,
    )


def reason_of(text: str) -> str:
    """A reason of 4 to 500 characters. Raises InputInvalid."""
    said = text.strip()
    if not REASON_MIN <= len(said) <= REASON_MAX:
        raise InputInvalid(fields={"reason": f"请写明原因（{REASON_MIN}至{REASON_MAX}字）"})
    return said


def pauses_of(request: Request) -> list[clocks.Pause]:
    rows = Pause.objects.filter(holder_id=request.holder_id, request_id=request.id).order_by("since_on", "id")
    return [clocks.Pause(row.since_on, row.until_on) for row in rows]


def limits(
    request: Request, pauses: Iterable[clocks.Pause], extended_days: int | None = None
) -> dict[str, Any]:
    """The columns of both clocks. An extension moves the legal limit alone: a promise made stays made."""
    held = list(pauses)
    extra = request.extended_days if extended_days is None else extended_days
    start = clock.day_of(request.asked_at)
    legal = clocks.deadline(start, request.legal_days + extra, held)
    promised = clocks.deadline(start, request.promised_days, held)
    return {
        "legal_due_on": legal.due_on,
        "promised_due_on": promised.due_on,
        "due_unknown": Known.UNPUBLISHED in {legal.known, promised.known},
    }


def entry_of(request: Request, *, holder: bool = True, **detail: Any) -> dict[str, Any]:
    """What every entry about a request says: between whom, about what, for what; no verdict."""
    return {
        "object_kind": "request",
        "object_id": request.id,
        "holders": [HolderLine(request.holder_id, source=request.department_code)] if holder else [],
        "purpose": request.purpose,
        "detail": {
            "template": request.template_code,
            "from": request.asker_code,
            "to": request.department_code,
            "reference": request.reference,
            **detail,
        },
    }

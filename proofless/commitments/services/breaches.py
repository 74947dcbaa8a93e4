"""When a promise was untrue: notice, the person's say, a hearing, a decision by somebody else, and repair."""

from datetime import date
from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.access.permits import own_holders
from proofless.commitments.errors import SecondPersonRequired, WrongStage
from proofless.commitments.models import Breach, Commitment, breach_context
from proofless.commitments.rules.responses import (
    STATEMENT_DAYS,
    Degree,
    Move,
    Stage,
    degree_of,
    next_stage,
    response_to,
)
from proofless.commitments.rules.templates import Risk
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act, HolderLine
from proofless.vault import cipher


def open_breach(act: Act, row: Commitment) -> UUID:
    """Give notice, in the act that found it: what was found, and until when she may speak or ask for a hearing."""
    breach = Breach(
        id=new_id(),
        holder_id=row.holder_id,
        commitment_id=row.id,
        department_code=row.department_code,
        stage=Stage.NOTICED.value,
        noticed_at=clock.now(),
        noticed_by=act.actor.account_id,
        statement_until=clock.add_working_days(clock.today(), STATEMENT_DAYS).due_on,
    )
    breach.save(force_insert=True)
    act.enter(Kind.BREACH_NOTICED, **_entry(breach))
    return breach.id


def _entry(breach: Breach, **detail: Any) -> dict[str, Any]:
    return {
        "object_kind": "breach",
        "object_id": breach.id,
        "holders": [HolderLine(breach.holder_id, source=breach.department_code)],
        "purpose": "告知承诺核查",
        "detail": {"commitment": str(breach.commitment_id), **detail},
    }


def _own(actor: Actor, breach_id: UUID) -> Breach:
    actor.check(Permission.APPLY)
    found = Breach.objects.filter(id=breach_id, holder_id__in=own_holders(actor)).first()
    if found is None:
        raise NotFound()
    return found


def _departments(actor: Actor, breach_id: UUID, permission: Permission) -> Breach:
    actor.check(permission)
    found = Breach.objects.filter(id=breach_id, department_code=actor.department_code or "-").first()
    if found is None:
        raise NotFound()
    return found


def _move(breach: Breach, move: Move, **changes: Any) -> Stage:
    """Write the next stage. Raises WrongStage when the move may not be made now, or somebody was quicker."""
    until = _statement_until(breach)
    after = next_stage(Stage(breach.stage), move, today=clock.today(), statement_until=until)
    if after is None:
        raise WrongStage(stage=breach.stage)
    changed = Breach.objects.filter(
        id=breach.id, holder_id=breach.holder_id, revision=breach.revision
    ).update(stage=after.value, revision=breach.revision + 1, **changes)
    if not changed:
        raise WrongStage(stage=breach.stage)
    return after


def _statement_until(breach: Breach) -> date | None:
    if breach.statement_until is not None:
        return breach.statement_until
    return clock.add_working_days(clock.day_of(breach.noticed_at), STATEMENT_DAYS).due_on


def _text(text: str, name: str) -> str:
    said = text.strip()
    if not 4 <= len(said) <= 500:
        raise InputInvalid(fields={name: "请填写4至500字"})
    return said


def state_case(*, actor: Actor, breach_id: UUID, statement: str) -> None:
    """She says her side; sealed, read by who decides."""
    breach, said = _own(actor, breach_id), _text(statement, "statement")
    sealed = cipher.seal_record({"statement": said}, breach_context(breach.holder_id, breach.id))
    with ledger.act(Kind.BREACH_STATED, actor, **_entry(breach)):
        _move(breach, Move.STATE, statement_sealed=sealed)


def ask_hearing(*, actor: Actor, breach_id: UUID) -> None:
    breach = _own(actor, breach_id)
    with ledger.act(Kind.HEARING_ASKED, actor, **_entry(breach)):
        _move(breach, Move.ASK_HEARING)


def hold_hearing(*, actor: Actor, breach_id: UUID) -> None:
    breach = _departments(actor, breach_id, Permission.HANDLE)
    with ledger.act(Kind.HEARING_HELD, actor, **_entry(breach)):
        _move(breach, Move.HEAR)


def decide_breach(
    *,
    actor: Actor,
    breach_id: UUID,
    uphold: bool,
    reason: str,
    corrected: bool = False,
    deliberate: bool = False,
) -> Degree | None:
    """Uphold, graded by risk, record and conduct, or dismiss. Not by the clerk who found it.

    Raises SecondPersonRequired, WrongStage while she may still speak or a hearing asked for was not held.
    """
    breach, text = _departments(actor, breach_id, Permission.DECIDE), _text(reason, "reason")
    if actor.account_id == breach.noticed_by:
        raise SecondPersonRequired()
    decided = {"reason": text, "decided_at": clock.now(), "decided_by": actor.account_id}
    if not uphold:
        with ledger.act(Kind.BREACH_DECIDED, actor, **_entry(breach, upheld=False)):
            _move(breach, Move.DISMISS, **decided)
        return None
    promise = Commitment.objects.get(id=breach.commitment_id, holder_id=breach.holder_id)
    earlier = Breach.objects.filter(
        holder_id=breach.holder_id, stage__in=[Stage.UPHELD.value, Stage.REPAIRED.value]
    )
    degree = degree_of(
        Risk(promise.risk), earlier=earlier.count(), corrected=corrected, deliberate=deliberate
    )
    response, today = response_to(degree), clock.today()
    detail = {"upheld": True, "degree": degree.value, "revoke": response.revoke}
    with ledger.act(Kind.BREACH_DECIDED, actor, **_entry(breach, **detail)):
        _move(
            breach,
            Move.UPHOLD,
            degree=degree.value,
            barred_until=response.barred_until(today),
            repairable_on=response.repairable_on(today),
            **decided,
        )
    return degree


def ask_repair(*, actor: Actor, breach_id: UUID) -> None:
    """She mended it and asks to be trusted again; from the day her response names."""
    breach = _own(actor, breach_id)
    if breach.repairable_on and clock.today() < breach.repairable_on:
        raise WrongStage("还没有到可以申请修复的日期", stage=breach.stage)
    with ledger.act(Kind.REPAIR_ASKED, actor, **_entry(breach)):
        _move(breach, Move.ASK_REPAIR)


def decide_repair(*, actor: Actor, breach_id: UUID, repaired: bool) -> None:
    breach = _departments(actor, breach_id, Permission.DECIDE)
    with ledger.act(Kind.REPAIR_DECIDED, actor, **_entry(breach, repaired=repaired)):
        _move(breach, Move.REPAIR, repaired_at=clock.now()) if repaired else _move(breach, Move.REFUSE_REPAIR)

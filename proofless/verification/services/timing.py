"""The clocks at work: pause, resume, extend; and what the routine does: escalate, and set limits once known."""

from datetime import timedelta
from uuid import UUID

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.verification.errors import WrongState
from proofless.verification.models import OPEN_STATES, Pause, Request
from proofless.verification.queries.templates import get_template
from proofless.verification.rules import clocks
from proofless.verification.rules.clocks import Deadline, Known, Level
from proofless.verification.rules.states import Verb
from proofless.verification.services.answering import end_pause
from proofless.verification.services.locking import (
    access_answering,
    add_step,
    change,
    entry_of,
    limits,
    pauses_of,
    reason_of,
    state_after,
)

NEAR = timedelta(days=14)
CHUNK = 500


def pause(*, actor: Actor, request_id: UUID, revision: int, reason: str) -> None:
    """Stop both clocks for what the law does not count, with the reason the asker reads."""
    request = access_answering(actor, request_id)
    after, text = state_after(request, Verb.PAUSE), reason_of(reason)
    with ledger.act(Kind.REQUEST_PAUSED, actor, **entry_of(request)):
        change(
            request, revision, state=after.value, legal_due_on=None, promised_due_on=None, due_unknown=False
        )
        Pause.objects.create(
            id=new_id(),
            holder_id=request.holder_id,
            request_id=request.id,
            reason=text,
            since_on=clock.today(),
        )
        add_step(actor, request, "暂停计时", text)


def resume(*, actor: Actor, request_id: UUID, revision: int) -> None:
    """Let the clocks run again, from tomorrow."""
    request = access_answering(actor, request_id)
    after = state_after(request, Verb.RESUME)
    with ledger.act(Kind.REQUEST_RESUMED, actor, **entry_of(request)):
        change(request, revision, state=after.value, **end_pause(request))
        add_step(actor, request, "恢复计时")


def extend(*, actor: Actor, request_id: UUID, revision: int, days: int, reason: str) -> None:
    """Lengthen the legal limit once, before it ends, by a decision of the department's lead (行政许可法第42条 by
    analogy). The promised limit stays. Raises InputInvalid, WrongState.
    """
    actor.check(Permission.VERIFICATION_MANAGE)
    request = access_answering(actor, request_id)
    after, text = state_after(request, Verb.EXTEND), reason_of(reason)
    most = get_template(request.template_code).extension_days
    if not 1 <= days <= most:
        raise InputInvalid(fields={"days": f"可延长1至{most}个工作日"})
    if request.extended_days or (request.legal_due_on and clock.today() > request.legal_due_on):
        raise WrongState("只能在期限届满前延长一次", state=request.state)
    with ledger.act(Kind.REQUEST_EXTENDED, actor, **entry_of(request, days=days)):
        new_limits = limits(request, pauses_of(request), days)
        change(request, revision, state=after.value, extended_days=days, **new_limits)
        add_step(actor, request, f"延长{days}个工作日", text)


def escalate() -> int:
    """Raise the level of every open request whose day has come; returns how many. Safe to run twice."""
    today = clock.today()
    rows = Request.objects.filter(state__in=OPEN_STATES, promised_due_on__lte=today + NEAR).exclude(
        level=Level.SUPERVISE.value
    )
    risen = [(row, level) for row in rows if (level := _level(row)).rank > Level(row.level).rank]
    for start in range(0, len(risen), CHUNK):
        _raise(risen[start : start + CHUNK])
    return len(risen)


def _level(row: Request) -> Level:
    def of(due_on: object) -> Deadline:
        return Deadline(due_on, Known.KNOWN if due_on else Known.PAUSED)  # type: ignore[arg-type]

    return clocks.escalation(of(row.promised_due_on), of(row.legal_due_on), clock.today())


def _raise(risen: list[tuple[Request, Level]]) -> None:
    with ledger.act(None, system_actor(label="协查催办")) as act:
        for row, level in risen:
            # Somebody may have answered since: then nothing is urged, and the entry says so.
            changed = Request.objects.filter(
                id=row.id, holder_id=row.holder_id, state=row.state, level=row.level
            ).update(level=level.value)
            if changed:
                add_step(act.actor, row, level.words)
            act.enter(
                Kind.REQUEST_ESCALATED, **entry_of(row, holder=False, level=level.value, still_open=changed)
            )


def set_known_limits() -> int:
    """Work out the limits that were unknown, now that another year's holidays may be published; returns how many."""
    rows = list(Request.objects.filter(state__in=OPEN_STATES, due_unknown=True))
    known = [(row, found) for row in rows if not (found := limits(row, pauses_of(row)))["due_unknown"]]
    if not known:
        return 0
    with ledger.act(None, system_actor(label="协查期限")) as act:
        for row, found in known:
            Request.objects.filter(id=row.id, holder_id=row.holder_id, revision=row.revision).update(**found)
            act.enter(Kind.REQUEST_LIMIT_SET, **entry_of(row, holder=False))
    return len(known)

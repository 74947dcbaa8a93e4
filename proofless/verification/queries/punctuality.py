"""Each department's punctuality over the requests asked in a span of days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.verification.models import Pause, Request
from proofless.verification.rules import clocks
from proofless.verification.rules.punctuality import Life, Punctuality, punctuality_of
from proofless.verification.rules.states import State


def list_punctuality(actor: Actor, since: date, until: date) -> list[Punctuality]:
    """One line a department that was asked, by code; a supervisor sees all, others their own department."""
    rows = Request.objects.filter(asked_at__gte=_start(since), asked_at__lt=_start(until, 1))
    if not actor.may(Permission.SUPERVISE):
        actor.check(Permission.VERIFICATION_ANSWER)
        rows = rows.filter(department_code=actor.department_code or "-")
    found = list(rows)
    pauses = _pauses(found)
    lives: dict[str, list[Life]] = defaultdict(list)
    for row in found:
        lives[row.department_code].append(_life(row, pauses.get(row.id, [])))
    return [punctuality_of(code, lives[code]) for code in sorted(lives)]


def _start(day: date, later: int = 0) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI) + later * clocks.DAY


def _pauses(rows: Iterable[Request]) -> dict[UUID, list[clocks.Pause]]:
    held: dict[UUID, list[clocks.Pause]] = defaultdict(list)
    for one in Pause.objects.filter(request_id__in=[row.id for row in rows]):
        held[one.request_id].append(clocks.Pause(one.since_on, one.until_on))
    return held


def _life(row: Request, pauses: list[clocks.Pause]) -> Life:
    state, today = State(row.state), clock.today()
    answered_on = clock.day_of(row.answered_at) if row.answered_at else None
    return Life(
        department_code=row.department_code,
        state=state,
        by_interface=row.by_interface,
        used_days=clocks.days_used(clock.day_of(row.asked_at), answered_on, pauses) if answered_on else None,
        in_promise=_kept(state, answered_on, row.promised_due_on, today),
        in_limit=_kept(state, answered_on, row.legal_due_on, today),
        overdue=bool(row.promised_due_on and today > row.promised_due_on),
        case_over=bool(row.case_closed_at and row.answered_at and row.answered_at > row.case_closed_at),
    )


def _kept(state: State, answered_on: date | None, due_on: date | None, today: date) -> bool | None:
    """Whether a limit was kept; None while it can be, where it is unknown, and for what came to no answer."""
    if due_on is None:
        return None
    if answered_on is not None:
        return answered_on <= due_on
    return False if state.open and today > due_on else None

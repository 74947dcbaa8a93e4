"""两个时限: the promised and the legal limit of an accepted case, with what stood still left out."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from proofless.applications.handling.rules import ProcedureKind
from proofless.applications.models import Application, Procedure
from proofless.items import queries as items
from proofless.kit import clock
from proofless.standards.limits import limit_of
from proofless.verification.rules.clocks import Known, Pause, deadline


def limits_of(application: Application, procedures: Iterable[Procedure] = ()) -> dict[str, Any]:
    """The columns of both limits, counted in working days from acceptance. Standing still, both are empty."""
    item = items.get_item(application.item_code)
    accepted_on = clock.day_of(application.accepted_at) if application.accepted_at else clock.today()
    pauses = [Pause(one.since, one.until) for one in procedures]
    promised = deadline(accepted_on, item.promised_days, pauses)
    legal = deadline(accepted_on, item.legal_days, pauses)
    return {
        "due_on": _not_lost(promised.due_on, pauses),
        "legal_due_on": _not_lost(legal.due_on, pauses),
        "due_unknown": promised.known is Known.UNPUBLISHED,
        "paused": promised.known is Known.PAUSED,
    }


def _not_lost(due_on: date | None, pauses: Iterable[Pause]) -> date | None:
    """A limit that fell due on the very day the clocks were stopped is due on the day they run again, not before."""
    for pause in pauses:
        if due_on and pause.until and pause.since <= due_on < pause.until:
            due_on = pause.until
    return due_on


HEARING_DAYS = 20  # 行政许可法第47条


def most_days(kind: ProcedureKind) -> int:
    """The longest a procedure may be planned for, in working days."""
    return limit_of(kind.limit) if kind.limit else HEARING_DAYS

"""两个时限: the promised and the legal limit of an accepted case, with what stood still left out."""

from collections.abc import Iterable
from typing import Any

from proofless.applications.models import Application, Procedure
from proofless.items import queries as items
from proofless.kit import clock
from proofless.verification.rules.clocks import Known, Pause, deadline


def limits_of(application: Application, procedures: Iterable[Procedure] = ()) -> dict[str, Any]:
    """The columns of both limits, counted in working days from acceptance. Standing still, both are empty."""
    item = items.get_item(application.item_code)
    accepted_on = clock.day_of(application.accepted_at) if application.accepted_at else clock.today()
    pauses = [Pause(one.since, one.until) for one in procedures]
    promised = deadline(accepted_on, item.promised_days, pauses)
    legal = deadline(accepted_on, item.legal_days, pauses)
    return {
        "due_on": promised.due_on,
        "legal_due_on": legal.due_on,
        "due_unknown": promised.known is Known.UNPUBLISHED,
        "paused": promised.known is Known.PAUSED,
    }

"""容缺提醒: who was accepted without a material is reminded before its day, once."""

from datetime import timedelta

from proofless.access.actors import system_actor
from proofless.commitments.models import Deferral
from proofless.commitments.rules.deferrals import DeferralState
from proofless.kit import clock
from proofless.notices import services as notices
from proofless.notices.services import Due

AHEAD = timedelta(days=3)


def remind_deferrals() -> int:
    """Remind of deferred materials due within three days; returns how many. Safe to repeat."""
    today = clock.today()
    rows = Deferral.objects.filter(state=DeferralState.OPEN.value, due_on__range=(today, today + AHEAD))
    due = [
        Due(holder_id, "deferral", str(one), "deferral")
        for holder_id, one in rows.values_list("holder_id", "id")
    ]
    return notices.remind(actor=system_actor(label="容缺提醒"), due=due)

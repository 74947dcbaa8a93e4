"""到期提醒: holders of certificates that end within thirty days are reminded, once each.

Papers made for a moment (a household's move, an extract of a register) are not renewed and nobody is reminded of them.
"""

from datetime import timedelta

from proofless.access.actors import system_actor
from proofless.certificates.models import Certificate, CertificateState
from proofless.kit import clock
from proofless.notices import services as notices
from proofless.notices.services import Due

AHEAD, LASTING = timedelta(days=30), timedelta(days=180)
CHUNK = 500


def remind_expiring() -> int:
    """Remind of what is about to expire; returns how many. Safe to repeat."""
    today, agent = clock.today(), system_actor(label="到期提醒")
    rows = Certificate.objects.filter(
        state=CertificateState.VALID, valid_to__range=(today, today + AHEAD)
    ).values_list("holder_id", "id", "valid_from", "valid_to")
    due = [
        Due(holder_id, "certificate", str(one), "expiring")
        for holder_id, one, start, end in rows
        if end - start >= LASTING
    ]
    parts = (due[start : start + CHUNK] for start in range(0, len(due), CHUNK))
    return sum(notices.remind(actor=agent, due=part) for part in parts)

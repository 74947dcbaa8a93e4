"""到期提醒: holders of certificates that end within thirty days are reminded, once each."""

from datetime import timedelta

from proofless.access.actors import system_actor
from proofless.certificates.models import Certificate, CertificateState
from proofless.kit import clock
from proofless.notices import services as notices
from proofless.notices.services import Due

AHEAD = timedelta(days=30)
CHUNK = 500


def remind_expiring() -> int:
    """Remind of what is about to expire; returns how many. Safe to repeat."""
    today, agent = clock.today(), system_actor(label="到期提醒")
    rows = list(
        Certificate.objects.filter(
            state=CertificateState.VALID, valid_to__range=(today, today + AHEAD)
        ).values_list("holder_id", "id")
    )
    due = [Due(holder_id, "certificate", str(one), "expiring") for holder_id, one in rows]
    parts = (due[start : start + CHUNK] for start in range(0, len(due), CHUNK))
    return sum(notices.remind(actor=agent, due=part) for part in parts)

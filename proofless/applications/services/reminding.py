"""提醒: applicants whose case waits for their correction, clerks whose case is nearly due; once each."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Max

from proofless.access.actors import system_actor
from proofless.applications.models import Application, Event, State
from proofless.kit import clock
from proofless.notices import services as notices
from proofless.notices.services import Due

RETURNED_AFTER = timedelta(days=5)  # calendar days without an answer; no text fixes it
DUE_AHEAD = timedelta(days=2)
CHUNK = 500


def remind_due() -> int:
    """Remind of returned cases nobody went on with, and of accepted ones about to be late. Safe to repeat."""
    agent, due = system_actor(label="办件提醒"), [*_returned(), *_nearly_late()]
    parts = (due[start : start + CHUNK] for start in range(0, len(due), CHUNK))
    return sum(notices.remind(actor=agent, due=part) for part in parts)


def _returned() -> list[Due]:
    rows = dict(Application.objects.filter(state=State.RETURNED).values_list("id", "holder_id"))
    last = Event.objects.filter(application_id__in=rows).values("application_id").annotate(at=Max("at"))
    late = last.filter(at__lte=clock.now() - RETURNED_AFTER).values_list("application_id", flat=True)
    return [_due(rows[one], one, "returned") for one in late]


def _nearly_late() -> list[Due]:
    until = clock.today() + DUE_AHEAD
    rows = Application.objects.filter(state=State.ACCEPTED, due_on__lte=until)
    return [_due(holder, one, "due_soon") for holder, one in rows.values_list("holder_id", "id")]


def _due(holder_id: UUID, application_id: UUID, what: str) -> Due:
    return Due(holder_id, "application", str(application_id), what)

"""Demands that stand on an application, as a plan takes them, and when they are met."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from proofless.applications.models import Application, Demand
from proofless.applications.waterfall.outcome import Demanded
from proofless.kit import clock

STANDING = (Demand.State.OPEN, Demand.State.REPORTED, Demand.State.SUPPLIED)


def find_demands(holder_id: UUID, application_id: UUID) -> Mapping[str, Demanded]:
    """By material code; cancelled ones are no more."""
    rows = Demand.objects.filter(
        holder_id=holder_id, application_id=application_id, state__in=STANDING
    ).order_by("asked_at")
    return {
        row.material_code: Demanded(
            row.id, row.law, row.reason, row.state, clock.day_of(row.asked_at).isoformat()
        )
        for row in rows
    }


def settle_supplied(application: Application, brought: Iterable[str]) -> None:
    """Demands for which a paper was handed in, inside the act of handing in."""
    Demand.objects.filter(
        holder_id=application.holder_id,
        application_id=application.id,
        material_code__in=list(brought),
        state=Demand.State.OPEN,
    ).update(state=Demand.State.SUPPLIED, settled_at=clock.now())

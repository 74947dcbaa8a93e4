"""What a certificate is good for and was used for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proofless.applications import queries as applications
from proofless.applications.models import ApplicationMaterial
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit.actor import Actor
from proofless.portal.queries.people import Person


@dataclass(frozen=True, slots=True)
class Use:
    """An application that rested on a certificate."""

    application_id: UUID
    item_name: str
    submitted_at: datetime | None


def list_uses(actor: Actor, people: Iterable[Person], certificate_id: UUID) -> tuple[Use, ...]:
    """Which of the actor's own applications used the certificate."""
    rows = ApplicationMaterial.objects.filter(
        holder_id__in=[person.id for person in people], sources__contains=[f"certificate:{certificate_id}"]
    ).values_list("application_id", flat=True)
    views = [applications.get_own(actor, application_id) for application_id in dict.fromkeys(rows)]
    return tuple(Use(view.id, view.item_name, view.submitted_at) for view in views)


def items_using(type_code: str) -> tuple[ItemView, ...]:
    """Items that take a certificate of the type, so that its holder brings nothing."""
    return tuple(item for item in items.list_items() if any(m.cert_code == type_code for m in item.materials))

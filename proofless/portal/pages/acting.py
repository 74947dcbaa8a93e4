"""As whom the person is looking: herself, or somebody she acts for. A view, not a right."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from proofless.access.edge import actor
from proofless.applications import queries as applications
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.portal import queries
from proofless.portal.forms import uuid_of
from proofless.portal.queries import Person

SESSION_ACTING = "acting_for"


def acting(request: HttpRequest, people: tuple[Person, ...]) -> Person:
    """Whom the query string names (NotFound when foreign), else whom the session remembers."""
    return named(request, people) or remembered(request, people)


def named(request: HttpRequest, people: tuple[Person, ...]) -> Person | None:
    """Whom the query string names; NotFound for anything that is none of the people."""
    text = request.GET.get("for")
    if not text:
        return None
    wanted = uuid_of(text)
    if wanted is None:
        raise NotFound()
    return queries.get_person(people, wanted)


def remembered(request: HttpRequest, people: tuple[Person, ...]) -> Person:
    """A remembered relation may have ended since: then she stands for herself."""
    kept = uuid_of(request.session.get(SESSION_ACTING)) or actor(request).represents
    return next((person for person in people if person.id == kept), queries.get_person(people, None))


def choices(
    people: tuple[Person, ...], chosen: UUID, address: str, **query: str
) -> list[tuple[str, str, bool]]:
    """Links for ``ui.filters`` between the people."""
    rest = {key: value for key, value in query.items() if value}
    return [(p.called, f"{address}?{urlencode({'for': p.id, **rest})}", p.id == chosen) for p in people]


def acting_in(who: Actor, application_id: UUID) -> Actor:
    """As whom somebody works at an application: himself, or its principal's agent while the authority holds."""
    return applications.agent_of(who, application_id) or who

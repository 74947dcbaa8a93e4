"""Finding an application one may act on, and changing it only if nobody else did meanwhile."""

from typing import Any
from uuid import UUID

from proofless.applications.errors import DecisionTaken, WrongState
from proofless.applications.models import Application, Event, State
from proofless.applications.queries import own_rows
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.ids import new_id
from proofless.kit.permissions import Permission

CLOSED = {State.REFUSED, State.APPROVED, State.DENIED, State.WITHDRAWN}


def access_own(actor: Actor, application_id: UUID) -> Application:
    """The actor's own application; absent and foreign ones give the same NotFound."""
    actor.check(Permission.APPLY)
    found = own_rows(actor).filter(id=application_id).first()
    if found is None:
        raise NotFound()
    return found


def access_case(actor: Actor, application_id: UUID) -> Application:
    """An application of the clerk's own department and, where she has one, county; never a draft."""
    actor.check(Permission.HANDLE)
    found = (
        Application.objects.filter(id=application_id, department_code=actor.department_code)
        .exclude(state=State.DRAFT)
        .first()
    )
    if found is None or (actor.division_code and not found.division_code.startswith(actor.division_code[:6])):
        raise NotFound()
    return found


def change(application: Application, revision: int, **changes: Any) -> None:
    """Write the changes if the application still has the revision the actor saw.

    Raises DecisionTaken when somebody else changed it first: two clerks cannot both decide.
    """
    changed = Application.objects.filter(
        id=application.id, holder_id=application.holder_id, revision=revision
    ).update(revision=revision + 1, **changes)
    if not changed:
        raise DecisionTaken()


def check_state(application: Application, *allowed: State) -> None:
    if application.state not in allowed:
        raise WrongState(state=application.state)


def add_event(application: Application, step: str, note: str = "") -> None:
    Event.objects.create(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        at=clock.now(),
        step=step,
        note=note,
    )

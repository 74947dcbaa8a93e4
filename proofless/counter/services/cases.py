"""Finding the case something belongs to, as its owner or as its department."""

from uuid import UUID

from proofless.applications import queries as applications
from proofless.applications.models import Application, State
from proofless.counter.errors import WrongState
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission

ENDED = {State.APPROVED, State.DENIED, State.REFUSED}


def own_case(actor: Actor, application_id: UUID) -> Application:
    """The actor's own case, handed in; NotFound for others, WrongState for a draft."""
    actor.check(Permission.APPLY)
    head = applications.get_own(actor, application_id)
    if head.state is State.DRAFT:
        raise WrongState("请先提交办件", state=head.state.value)
    return Application.objects.get(id=head.id, holder_id=head.holder_id)


def office_case(actor: Actor, application_id: UUID) -> Application:
    """A case of the actor's department; absent and foreign ones raise the same NotFound."""
    return applications.access_case_row(actor, application_id)

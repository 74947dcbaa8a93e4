"""告知承诺 of a case: what she signs at submission is kept word for word, with its check and its date."""

from collections.abc import Collection
from uuid import UUID

from proofless.access.actors import system_actor
from proofless.applications.models import Application, Confirmation, State
from proofless.commitments import queries as commitments
from proofless.commitments import services as promises
from proofless.commitments.models import Channel
from proofless.commitments.services import Signing
from proofless.kit.actor import Actor
from proofless.ledger import Act

CAME_TO_NOTHING = (State.REFUSED, State.DENIED, State.WITHDRAWN)
_HEAD = "application:"


def reference_of(application_id: UUID) -> str:
    return f"{_HEAD}{application_id}"


def take_promises(
    act: Act, actor: Actor, application: Application, signed: Collection[str], confirmed: Confirmation | None
) -> None:
    """In the act that hands the case in: the plan has just judged that each may be promised. What was promised before
    and is brought now is a promise no longer.
    """
    for code in sorted(signed):
        signing = Signing(
            material_code=code,
            holder_id=application.enterprise_id or application.holder_id,
            reference=reference_of(application.id),
            channel=_channel(confirmed),
            division_code=application.division_code,
            paper_address=confirmed.file_address if confirmed else "",
        )
        promises.take_promise(actor=actor, signing=signing, within=act)
    reference = reference_of(application.id)
    if application.submitted_at is not None:
        promises.release_promises(actor=actor, reference=reference, keep=set(signed) or {""}, within=act)


def _channel(confirmed: Confirmation | None) -> Channel:
    if confirmed is None:
        return Channel.PHONE
    return Channel.PAPER if confirmed.file_address else Channel.WINDOW


def release_ended() -> int:
    """End the promises and deferrals of cases that came to nothing: she is held to nothing that gave her nothing."""
    open_cases = {
        UUID(reference.removeprefix(_HEAD))
        for reference in commitments.list_open_references()
        if reference.startswith(_HEAD)
    }
    ended = Application.objects.filter(id__in=open_cases, state__in=CAME_TO_NOTHING).values_list(
        "id", flat=True
    )
    office = system_actor(label="承诺终止")
    return sum(
        promises.release_promises(actor=office, reference=reference_of(one))
        + promises.end_deferrals(actor=office, reference=reference_of(one))
        for one in ended
    )

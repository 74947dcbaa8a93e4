"""Acts of the portal itself: leaving."""

from proofless import ledger
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind


def sign_out(*, actor: Actor) -> None:
    """Enter that the actor left; the page then forgets the session. Leaving needs no right."""
    if actor.permissions:
        with ledger.act(Kind.SIGNED_OUT, actor, object_kind="account", object_id=actor.account_id):
            pass

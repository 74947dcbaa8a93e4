"""Entries for the keys: who opened and who closed the key store. The files themselves are ``keyring``'s."""

from proofless import ledger
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.seals import keyring


def enter_unlock(*, actor: Actor, password: str) -> None:
    """Open the key store for all processes of the node. Raises SignerLocked for a wrong password."""
    actor.check(Permission.SEAL_APPROVE)
    with ledger.act(Kind.SIGNER_UNLOCKED, actor, object_kind="signer"):
        keyring.unlock(password)


def enter_lock(*, actor: Actor) -> bool:
    """Close the key store; returns whether it was open."""
    actor.check(Permission.SEAL_APPROVE)
    with ledger.act(Kind.SIGNER_RELOCKED, actor, object_kind="signer"):
        return keyring.lock()

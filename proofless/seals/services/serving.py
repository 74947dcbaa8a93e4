"""盖章服务: sealing documents that departments' systems and officers bring, one by one. Nothing is kept: the entry
holds the digests of what came in and what went out. Many at once: ``batching``.
"""

from dataclasses import dataclass

from proofless import ledger
from proofless.gm import sm3
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.seals.affixing import choose
from proofless.seals.papers import Paper, open_paper
from proofless.seals.wishes import SealWish

DOCUMENT = "document"  # the kind of document custody names for what is no certificate


@dataclass(frozen=True, slots=True)
class FileSealed:
    """``data`` is the sealed file, ``source`` the SM3 of what was brought, in hex."""

    data: bytes
    source: str
    suffix: str
    content_type: str


def seal_file(*, actor: Actor, data: bytes, wish: SealWish) -> FileSealed:
    """The file, OFD or PDF, under the seal of the actor's department.

    Raises DocumentRefused for a file that cannot be sealed so, SealNotActive, SealForbidden, SignerLocked and
    SignerFailed as every sealing does; then nothing was entered and nothing is left.
    """
    check_server(actor)
    paper = open_paper(data, wish)
    with ledger.act(None, actor) as act:
        return affix_to(actor, act, paper, data)


def check_server(actor: Actor) -> None:
    """Raises Forbidden for who may not seal, or seals for no department."""
    actor.check(Permission.SEAL_KEEP)
    if not actor.department_code:
        raise Forbidden("盖章须以部门身份进行")


def affix_to(actor: Actor, act: Act, paper: Paper, data: bytes, **detail: object) -> FileSealed:
    """One seal on one file within an act, with its entry."""
    use = actor.department_code, DOCUMENT
    chosen = choose(actor, [use])[use]
    sealed = paper.seal(chosen, clock.now())
    source = sm3.digest(data).hex()
    act.enter(
        Kind.SEAL_USED,
        object_kind="document",
        object_id=source,
        detail={
            "seal": chosen.view.code,
            "type": DOCUMENT,
            "sealed": sm3.digest(sealed).hex(),
            **detail,
        },
    )
    return FileSealed(sealed, source, paper.suffix, paper.content_type)

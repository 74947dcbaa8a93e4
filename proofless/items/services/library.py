"""Keep the standard libraries: say that two names are one, or that they are not."""

from proofless import ledger
from proofless.items import models
from proofless.items.errors import LibraryState
from proofless.items.queries import library as queries
from proofless.items.rules.library import APART, MERGED
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.standards import versions

REASON_MOST = 500


def merge_names(*, actor: Actor, library: str, from_key: str, into_key: str, reason: str) -> None:
    """From now on ``from_key`` is called ``into_key`` wherever it is used. Raises LIBRARY_STATE when either
    does not stand for itself any more.
    """
    _decide(actor, library, from_key, into_key, MERGED, reason)


def keep_apart(*, actor: Actor, library: str, from_key: str, into_key: str, reason: str) -> None:
    """The two are not the same: they are not proposed again."""
    _decide(actor, library, from_key, into_key, APART, reason)


def _decide(actor: Actor, library: str, from_key: str, into_key: str, verdict: str, reason: str) -> None:
    actor.check(Permission.ITEMS_PUBLISH)
    if library not in queries.LABELS:
        raise InputInvalid(fields={"library": "没有这个标准库"})
    if not reason.strip() or len(reason) > REASON_MOST:
        raise InputInvalid(fields={"reason": f"请写明理由,不超过{REASON_MOST}字"})
    standing = queries.keys(library)
    if from_key == into_key or not {from_key, into_key} <= standing:
        raise LibraryState(from_key=from_key, into_key=into_key)
    kind = Kind.LIBRARY_MERGED if verdict == MERGED else Kind.LIBRARY_KEPT_APART
    row = models.LibraryDecision(
        id=new_id(),
        library=library,
        from_key=from_key,
        into_key=into_key,
        verdict=verdict,
        reason=reason.strip(),
        decided_at=clock.now(),
        account_id=actor.account_id,
    )
    detail = {"library": library, "from": from_key, "into": into_key}
    with ledger.act(kind, actor, object_kind="library", object_id=row.id, detail=detail):
        models.LibraryDecision.objects.filter(library=library, from_key=from_key, into_key=into_key).delete()
        row.save(force_insert=True)
        versions.bump(queries.DECIDED)

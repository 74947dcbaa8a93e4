"""Reading: the owner says she has seen a notice; that she was told, and when she saw it, are entries."""

from uuid import UUID

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.notices.models import Notice
from proofless.notices.queries import inboxes


def mark_read(*, actor: Actor, notice_id: UUID) -> None:
    """Mark one notice as seen; a second time changes nothing. Absent and foreign ones raise the same NotFound."""
    actor.check(Permission.NOTICES_READ)
    found = Notice.objects.filter(id=notice_id, holder_id__in=inboxes(actor)).first()
    if found is None:
        raise NotFound()
    if found.read_at is not None:
        return
    holders = [] if actor.party_id is None else [found.holder_id]
    with ledger.act(Kind.NOTICE_READ, actor, object_kind="notice", object_id=found.entry_id, holders=holders):
        Notice.objects.filter(id=found.id, holder_id=found.holder_id).update(read_at=clock.now())


def mark_all_read(*, actor: Actor) -> int:
    """Mark all that is unread as seen; returns how many."""
    actor.check(Permission.NOTICES_READ)
    own = inboxes(actor)
    rows = list(Notice.objects.filter(holder_id__in=own, read_at=None).values_list("holder_id", flat=True))
    if not rows:
        return 0
    whose = [] if actor.party_id is None else sorted(set(rows))
    detail = {"notices": len(rows)}
    with ledger.act(Kind.NOTICE_READ, actor, object_kind="notice", holders=whose, detail=detail):
        Notice.objects.filter(holder_id__in=own, read_at=None).update(read_at=clock.now())
    return len(rows)

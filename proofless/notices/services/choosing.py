"""What a holder wants told beside what must be told; and reminders, once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from proofless import ledger
from proofless.access.permits import own_holders
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.notices.models import Choice, Reminder


def choose(*, actor: Actor, holder_id: UUID, messages: bool, scans: bool) -> None:
    """Messages for what asks something, notices of scans: yes or no. What the law wants told is told anyway."""
    actor.check(Permission.OWN_READ)
    if holder_id not in own_holders(actor):
        raise NotFound()
    detail = {"messages": messages, "scans": scans}
    with ledger.act(
        Kind.NOTICES_CHOSEN,
        actor,
        object_kind="choice",
        object_id=holder_id,
        holders=[holder_id],
        detail=detail,
    ):
        changes = {**detail, "changed_at": clock.now()}
        Choice.objects.update_or_create(
            holder_id=holder_id, defaults=changes, create_defaults={**changes, "id": new_id()}
        )


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be reminded of. ``what`` is a row of the table of news; the object is the ledger's."""

    holder_id: UUID
    subject_kind: str
    subject_id: str
    what: str


def remind(*, actor: Actor, due: Sequence[Due]) -> int:
    """Remind of what was not reminded of before; each is an entry, which becomes a notice like any other."""
    wanted = {(one.holder_id, one.subject_kind, one.subject_id, one.what): one for one in due}
    there = set(
        Reminder.objects.filter(
            holder_id__in={one.holder_id for one in due}, subject_id__in={one.subject_id for one in due}
        ).values_list("holder_id", "subject_kind", "subject_id", "what")
    )
    fresh = [one for key, one in wanted.items() if key not in there]
    if not fresh:
        return 0
    with ledger.act(None, actor) as act:
        for one in fresh:
            Reminder.objects.create(
                id=new_id(),
                holder_id=one.holder_id,
                subject_kind=one.subject_kind,
                subject_id=one.subject_id,
                what=one.what,
                at=clock.now(),
            )
            act.enter(
                Kind.REMINDED,
                object_kind=one.subject_kind,
                object_id=one.subject_id,
                holders=[one.holder_id],
                detail={"what": one.what},
            )
    return len(fresh)

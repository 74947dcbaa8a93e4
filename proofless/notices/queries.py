"""Reads of notices: an inbox by page, how much of it is unread."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from proofless.access.permits import own_holders
from proofless.kit.actor import Actor
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.notices import subjects
from proofless.notices.models import Choice, Notice
from proofless.notices.transports import find_transport


class Show(StrEnum):
    ALL = "all"
    UNREAD = "unread"
    ASKS = "asks"

    @property
    def label(self) -> str:
        return {"all": "全部", "unread": "未读", "asks": "要我办的"}[self.value]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as its reader sees it. ``holder_id`` is whose it is; ``address`` leads to what it is about."""

    id: UUID
    holder_id: UUID
    news: str
    title: str
    text: str
    tone: str
    asks: bool
    at: datetime
    read: bool
    address: str


def inboxes(actor: Actor) -> frozenset[UUID]:
    """Whose notices the actor reads: hers, her wards' and her enterprise's; an official's are her account's.

    Whoever works for somebody else meanwhile reads his own, not the other's.
    """
    if actor.standing is not None:
        return frozenset({actor.account_party or actor.account_id})
    return own_holders(actor) if actor.party_id is not None else frozenset({actor.account_id})


def list_notices(actor: Actor, show: Show = Show.ALL, *, page: int = 1) -> Page[NoticeView]:
    """The inbox, newest first."""
    actor.check(Permission.NOTICES_READ)
    rows = _shown(actor, show)
    found = rows.order_by("-at", "-id")[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    desk = actor.party_id is None
    return Page([_view(row, desk) for row in found], page, rows.count())


def count_notices(actor: Actor) -> dict[Show, int]:
    """How many notices each filter finds."""
    actor.check(Permission.NOTICES_READ)
    return {show: _shown(actor, show).count() for show in Show}


def count_unread(actor: Actor) -> int:
    """The figure beside the bell; 0 for nobody."""
    if not actor.may(Permission.NOTICES_READ):
        return 0
    return Notice.objects.filter(holder_id__in=inboxes(actor), read_at=None).count()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a holder wants told beside what must be told."""

    messages: bool = True
    scans: bool = False


def choice_of(holder_id: UUID) -> Chosen:
    row = Choice.objects.filter(holder_id=holder_id).first()
    return Chosen(row.messages, row.scans) if row else Chosen()


def messages_go_out() -> bool:
    """Whether this node can send messages at all."""
    return find_transport() is not None


def _shown(actor: Actor, show: Show) -> QuerySet[Notice]:
    rows = Notice.objects.filter(holder_id__in=inboxes(actor))
    if show is Show.UNREAD:
        return rows.filter(read_at=None)
    return rows.filter(asks=True) if show is Show.ASKS else rows


def _view(row: Notice, desk: bool) -> NoticeView:
    return NoticeView(
        id=row.id,
        holder_id=row.holder_id,
        news=row.news,
        title=row.title,
        text=row.text,
        tone=row.tone,
        asks=row.asks,
        at=row.at,
        read=row.read_at is not None,
        address=subjects.address(row.subject_kind, row.subject_id, desk=desk),
    )

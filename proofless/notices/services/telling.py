"""Writing notices into inboxes, in an open act: each leaves its entry, none is written twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from proofless.kit import clock
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger import Act
from proofless.notices.models import Choice, Notice
from proofless.notices.rules import News, sentence
from proofless.notices.services.messaging import queue_message
from proofless.notices.transports import find_transport
from proofless.parties import queries as parties

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice to be: ``inbox`` is a holder, or an official's account where ``official``."""

    inbox: UUID
    news: News
    cause: UUID
    subject_kind: str
    subject_id: str
    name: str
    number: str
    official: bool = False


def tell(act: Act, letters: Sequence[Letter]) -> int:
    """Write the notices that are not there yet; returns how many."""
    fresh = _wanted(_fresh(letters))
    Notice.objects.bulk_create(map(_notice, fresh))
    _queue_messages(fresh)
    for letter in fresh:
        act.enter(
            Kind.NOTICE_SENT,
            object_kind="notice",
            object_id=letter.cause,
            holders=[] if letter.official else [letter.inbox],
            detail={"news": letter.news.code, "to": letter.news.to.value},
        )
    return len(fresh)


def _fresh(letters: Sequence[Letter]) -> list[Letter]:
    wanted = {(one.inbox, one.cause, one.news.code): one for one in letters}
    there = set(
        Notice.objects.filter(
            holder_id__in={one.inbox for one in letters}, entry_id__in={one.cause for one in letters}
        ).values_list("holder_id", "entry_id", "news")
    )
    return [letter for key, letter in wanted.items() if key not in there]


def _wanted(letters: Sequence[Letter]) -> list[Letter]:
    """Without what its reader may choose and did not."""
    optional = {letter.inbox for letter in letters if letter.news.optional}
    if not optional:
        return list(letters)
    chosen = set(
        Choice.objects.filter(holder_id__in=optional, scans=True).values_list("holder_id", flat=True)
    )
    return [letter for letter in letters if not letter.news.optional or letter.inbox in chosen]


def _queue_messages(letters: Sequence[Letter]) -> None:
    """What asks something of a resident reaches her telephone too, unless she does not want it."""
    asking = {letter.inbox: letter for letter in letters if letter.news.asks and not letter.official}
    if not asking or find_transport() is None:
        return
    silent = set(
        Choice.objects.filter(holder_id__in=asking, messages=False).values_list("holder_id", flat=True)
    )
    facts = parties.holder_facts(asking)
    for holder_id, letter in asking.items():
        if holder_id not in silent and holder_id in facts and facts[holder_id].kind == PERSON:
            text = sentence(letter.news.text, letter.name, letter.number)
            queue_message(holder_id, letter.news.code, text)


def _notice(letter: Letter) -> Notice:
    return Notice(
        id=new_id(),
        holder_id=letter.inbox,
        entry_id=letter.cause,
        news=letter.news.code,
        subject_kind=letter.subject_kind,
        subject_id=letter.subject_id,
        title=sentence(letter.news.title, letter.name, letter.number),
        text=sentence(letter.news.text, letter.name, letter.number),
        tone=letter.news.tone.value,
        asks=letter.news.asks,
        at=clock.now(),
    )

"""How the asker learns: the state of a reference without a permit, what was said only with one, and the news in
order, for rooms above that follow it by their own cursor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from proofless.access import Ground, Permit, SealedRecord, open_records, permit
from proofless.access.errors import PermitDenied
from proofless.access.snapshots import Disclosure
from proofless.files import queries as files
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.kinds import Kind
from proofless.verification.models import Evidence, Request
from proofless.verification.queries.requests import RequestView, answer_record, view_of
from proofless.verification.rules.answers import Verdict
from proofless.verification.rules.states import State


def answer_for(reference: str) -> RequestView | None:
    """The newest request under the asker's reference, with its state and limits; no content. None when nobody
    asked. A withdrawn or returned one is shown only when there is no other.
    """
    return answers_for([reference]).get(reference)


def answers_for(references: Iterable[str]) -> dict[str, RequestView]:
    """The same for many references in one statement; those nobody asked under are left out."""
    rows = Request.objects.filter(reference__in=list(references)).order_by("asked_at", "id")
    found: dict[str, Request] = {}
    for row in rows:
        before = found.get(row.reference)
        if before is None or _held(row) or not _held(before):
            found[row.reference] = row
    return {reference: view_of(row) for reference, row in found.items()}


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """An answer kept sealed, with who gave it to whom; open ``record`` with a permit for ``answer.*``."""

    holder_id: UUID
    template_code: str
    department_code: str
    asker_code: str
    record: SealedRecord


def find_answers(holder_ids: Iterable[UUID], templates: Iterable[str]) -> tuple[FoundAnswer, ...]:
    """What was answered about the holders under some templates, the newest first; one statement, opened by nobody."""
    rows = Request.objects.filter(
        holder_id__in=list(holder_ids), template_code__in=list(templates), state=State.ANSWERED.value
    ).order_by("-answered_at")
    return tuple(
        FoundAnswer(row.holder_id, row.template_code, row.department_code, row.asker_code, answer_record(row))
        for row in rows
        if row.answer_sealed is not None
    )


def _held(row: Request) -> bool:
    return row.state == State.ANSWERED.value or State(row.state).open


@dataclass(frozen=True, slots=True)
class AnswerView:
    """``values`` are the template's fields as permitted. ``after_case``: it came when the case was over."""

    request_id: UUID
    holder_id: UUID
    template_code: str
    department_code: str
    verdict: Verdict
    as_of: date
    note: str
    values: dict[str, Any]
    answered_at: datetime
    by_interface: bool
    after_case: bool

    @property
    def source(self) -> str:
        return f"request:{self.request_id}"


def read_answer(grant: Permit, request_id: UUID) -> AnswerView:
    """What was answered, under a permit for ``answer.*`` of the holder; the read is noted.

    A department reads answers it asked for or gave, the holder what was said of her. Raises NotFound, PermitDenied.
    """
    row = Request.objects.filter(id=request_id, state=State.ANSWERED.value).first()
    if row is None or row.answered_at is None:
        raise NotFound()
    party_to_it = grant.actor.department_code in {row.asker_code, row.department_code, row.unit_code}
    if grant.ground is not Ground.OWN and not (grant.actor.department_code and party_to_it):
        raise PermitDenied()
    said = dict(open_records(grant, [answer_record(row)])[0])
    if "verdict" not in said or "as_of" not in said:
        raise PermitDenied(fields=["answer.verdict", "answer.as_of"])
    head = view_of(row)
    return AnswerView(
        request_id=row.id,
        holder_id=row.holder_id,
        template_code=row.template_code,
        department_code=row.department_code,
        verdict=Verdict(said.pop("verdict")),
        as_of=date.fromisoformat(said.pop("as_of")),
        note=said.pop("note", ""),
        values=said,
        answered_at=row.answered_at,
        by_interface=row.by_interface,
        after_case=head.after_case,
    )


def read_evidence(actor: Actor, request_id: UUID, evidence_id: UUID) -> tuple[bytes, str]:
    """A file attached to a request of the actor's department, and its media type; the read is noted."""
    row = Request.objects.filter(id=request_id).first()
    code = actor.department_code or "-"
    if row is None or code not in {row.department_code, row.unit_code, row.asker_code}:
        raise NotFound()
    found = Evidence.objects.filter(id=evidence_id, request_id=row.id, holder_id=row.holder_id).first()
    if found is None:
        raise NotFound()
    grant = permit(
        actor,
        [row.holder_id],
        ["answer.evidence"],
        row.purpose,
        ground=Ground.STATUTORY,
        basis=f"协查:{row.number}",
    )
    Disclosure(grant, row.holder_id, ("answer.evidence",), f"request:{row.id}").note()
    return files.read(found.address), found.media_type


@dataclass(frozen=True, slots=True)
class News:
    """A chained entry: a request of a reference was answered, returned or withdrawn."""

    position: int
    kind: Kind
    request_id: UUID
    reference: str
    asker_code: str
    template_code: str


_CLOSING = (Kind.REQUEST_ANSWERED, Kind.REQUEST_RETURNED, Kind.REQUEST_WITHDRAWN)
_NEWS = (
    "SELECT c.position, e.kind, e.object_id, e.detail FROM ledger_chain c JOIN ledger_entry e ON e.id = c.entry_id"
    " WHERE c.position >= %s ORDER BY c.position LIMIT %s"
)


def list_answered(position: int, limit: int = 2000) -> tuple[int, list[News]]:
    """News from a position of the chain on, and the position to go on from. For followers of rooms above."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, [position, limit])
        rows = cursor.fetchall()
    news = [_news(row) for row in rows if row[1] in {kind.value for kind in _CLOSING}]
    return (rows[-1][0] + 1 if rows else position), news


def _news(row: tuple[Any, ...]) -> News:
    detail = msgspec.json.decode(row[3])
    return News(row[0], Kind(row[1]), UUID(row[2]), detail["reference"], detail["from"], detail["template"])

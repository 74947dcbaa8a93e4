"""The holder's ledger and consents, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from itertools import groupby
from uuid import UUID

from proofless.access import queries as access
from proofless.codes import queries as codes
from proofless.kit import clock
from proofless.kit.actor import Channel
from proofless.kit.kinds import Kind
from proofless.kit.paging import Page
from proofless.ledger import queries as ledger
from proofless.ledger.queries import LedgerLine
from proofless.parties import queries as parties
from proofless.portal.queries.names import labels_of, purpose_words
from proofless.portal.rules import ground_words


@dataclass(frozen=True, slots=True)
class Line:
    """A ledger entry in words. ``fields`` are (record, labels)."""

    position: int
    at: datetime
    what: str
    who: str
    purpose: str
    ground: str
    channel: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    read: bool

    @property
    def count(self) -> int:
        return sum(len(names) for _, names in self.fields)


def list_lines(holder_id: UUID, *, page: int, reads_only: bool, by: str = "") -> Page[Line]:
    """A holder's own ledger, newest first. The caller has checked whose it is."""
    found = ledger.list_for_holder(holder_id, page=page, reads_only=reads_only, by=by)
    departments = {code: view.name for code, view in parties.list_departments().items()}
    return Page([_line(one, departments) for one in found.rows], found.number, found.total)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines one after the other that say the same, newest first; ``times`` are the moments of all of them."""

    line: Line
    times: tuple[datetime, ...]


def fold(lines: Iterable[Line]) -> tuple[Lines, ...]:
    """Nothing is left out: filling in one form reads the same records many times, and each is a line of its own."""
    groups = [list(group) for _, group in groupby(lines, key=_says)]
    return tuple(Lines(group[0], tuple(one.at for one in group)) for group in groups)


def _says(line: Line) -> Line:
    """A line without its moment; a day's lines stay together."""
    return replace(line, position=0, at=datetime.combine(clock.day_of(line.at), time.min))


def _line(line: LedgerLine, departments: Mapping[str, str]) -> Line:
    refs = [ref for _, fields in line.reads for ref in fields]
    fields = labels_of(refs)
    scene = codes.find_scene(line.object_id) if line.kind is Kind.CODE_SCANNED else None
    if scene is not None:
        fields = ((scene.relying_party, tuple(label for _, label in scene.attributes)),)
    return Line(
        position=line.position,
        at=line.at,
        what=line.kind.label,
        who=_who(line, departments),
        purpose=purpose_words(line.purpose),
        ground=ground_words(line.ground),
        channel=Channel(line.channel).label if line.channel in set(Channel) else "",
        fields=fields,
        read=line.kind in ledger.READS,
    )


def _who(line: LedgerLine, departments: Mapping[str, str]) -> str:
    if line.actor_is_holder:
        return "您本人"
    if line.department_code:
        return departments.get(line.department_code, line.department_code)
    if line.ground.startswith("authority:"):
        return "您的代理人"
    if line.kind is Kind.VERIFIED:
        return "持有证照标识的人（公开核验）"
    return "系统" if line.channel == Channel.SYSTEM else "监护人或经办人"


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent in words. ``withdrawn_at`` None: it still holds."""

    id: UUID
    purpose: str
    recipient: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    sensitive: bool
    given_at: datetime
    withdrawn_at: datetime | None


def list_consents(holder_id: UUID) -> tuple[ConsentView, ...]:
    """Newest first. The caller has checked whose they are."""
    departments = {code: view.name for code, view in parties.list_departments().items()}
    return tuple(
        ConsentView(
            id=row.id,
            purpose=purpose_words(row.purpose),
            recipient=departments.get(row.recipient_code, row.recipient_code),
            fields=labels_of(row.fields),
            sensitive=row.sensitive,
            given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in access.list_consents(holder_id)
    )

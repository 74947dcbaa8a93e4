"""How scenes of verification begin: 人社 asks 公安 about 张三; the day stands still on a Monday."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import UUID

from proofless import ledger
from proofless.access import Ground, permit
from proofless.access.rules import permissions_of
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.verification import services
from proofless.verification.models import Request
from proofless.verification.rules.answers import AnswerGiven, Verdict
from proofless.verification.services import Question

MONDAY = date(2026, 11, 23)
DRIVING, ARCHIVE, TAX = (
    "VT02",
    "VT03",
    "VT05",
)  # by a person: yes or no; values with evidence; of an enterprise
CRIME = "VT01"  # from the shared data
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def clerk(
    department: str, number: int = 2, *, roles: tuple[str, ...] = ("clerk",), division: str = ""
) -> Actor:
    return Actor(
        UUID(int=number),
        "窗口",
        permissions_of(list(roles)),
        department_code=department,
        division_code=division,
        channel=Channel.DESK,
    )


def lead(department: str) -> Actor:
    return clerk(department, 9, roles=("coordinator",))


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    """The node's clock shows this hour of this day in Shanghai."""
    held = clock._source
    at = datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI).astimezone(UTC)
    clock._source = lambda: at
    try:
        yield
    finally:
        clock._source = held


def question(holder: UUID, template: str = DRIVING, **changes: object) -> Question:
    whole: dict[str, object] = {
        "template_code": template,
        "holder_id": holder,
        "reference": "application:1/I067-M03",
        "purpose": "办理危险货物驾驶员从业资格",
    }
    return Question(**whole | changes)  # type: ignore[arg-type]


def grant(actor: Actor, holder: UUID, *fields: str):  # type: ignore[no-untyped-def]
    names = fields or ("account.name", "account.number")
    return permit(actor, [holder], names, "协查", ground=Ground.STATUTORY, basis="I067")


def ask(holder: UUID, template: str = DRIVING, *, by: str = "JTJ", **changes: object) -> Request:
    who = clerk(by)
    with ledger.reading():
        made = services.ask(
            actor=who, question=question(holder, template, **changes), permit=grant(who, holder)
        )
    return Request.objects.get(id=made)


def yes(note: str = "", verdict: Verdict = Verdict.CONFIRMED, **values: str | int) -> AnswerGiven:
    return AnswerGiven(verdict, clock.today(), values, note)


def entries(kind: Kind, request: Request) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(kind=kind, object_id=str(request.id)))


def again(request: Request) -> Request:
    return Request.objects.get(id=request.id)

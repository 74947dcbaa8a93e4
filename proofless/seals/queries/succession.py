"""Who seals for whom. Kept in memory per version: the question comes with every certificate."""

from datetime import date

from proofless.kit import clock
from proofless.seals import rules
from proofless.seals.models import SuccessionRow
from proofless.seals.rules import Succession
from proofless.standards.versions import Versioned

ROOM = "seals.succession"


def sealing_department(department_code: str, type_code: str, on: date | None = None) -> str:
    """The department that seals for this one on a day (today), itself unless there is a successor.

    At most a second behind a change, which always names a day from which it holds.
    """
    found = _successions.get()
    return (
        rules.sealing_department(found, department_code, type_code, on or clock.today())
        if found
        else department_code
    )


def current_successions() -> tuple[Succession, ...]:
    return _successions.get()


def list_successions() -> list[SuccessionRow]:
    """All of them, the newest first, with those that ended."""
    return list(SuccessionRow.objects.order_by("-since", "-recorded_at"))


def coordinator_of(department_code: str, type_code: str) -> str:
    """The department in charge that sees to the seals of a successor; empty without one."""
    for row in SuccessionRow.objects.filter(ended_at__isnull=True, from_code=department_code).order_by(
        "-since"
    ):
        rule = Succession(row.from_code, row.to_code, row.since, tuple(row.type_codes))
        if rule.moves(department_code, type_code, clock.today()):
            return row.coordinator_code
    return ""


def _build(_: int) -> tuple[Succession, ...]:
    rows = SuccessionRow.objects.filter(ended_at__isnull=True)
    return tuple(Succession(row.from_code, row.to_code, row.since, tuple(row.type_codes)) for row in rows)


_successions = Versioned(ROOM, _build)

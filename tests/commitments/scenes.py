"""How scenes of promises begin: 张三 signs on the second of November; a clerk of the item's department looks."""

from datetime import date
from uuid import UUID

from proofless import ledger
from proofless.commitments import queries, services
from proofless.commitments.models import Breach, Commitment, State
from proofless.commitments.services import Signing
from proofless.kit.actor import Actor
from proofless.ledger.models import LedgerEntry
from tests.town import TestTown
from tests.verification.scenes import clerk, on

START = date(2026, 11, 2)
PERSON = "I083-M02"  # checked by people


def sign(town: TestTown, name: str = "张三", material: str = PERSON, **changes: object) -> Commitment:
    whole: dict[str, object] = {
        "material_code": material,
        "holder_id": town[name],
        "reference": f"application:{name == '张三'}",
    }
    with ledger.reading():
        made = services.sign(actor=town.resident(name), signing=Signing(**whole | changes))  # type: ignore[arg-type]
    return Commitment.objects.get(id=made)


def again(row: Commitment) -> Commitment:
    return Commitment.objects.get(id=row.id)


def kinds_of(object_id: UUID) -> list[str]:
    rows = LedgerEntry.objects.filter(object_id=str(object_id)).order_by("at")
    return list(rows.values_list("kind", flat=True))


def officer(department: str, number: int = 7) -> Actor:
    return clerk(department, number)


def drawn(town: TestTown, name: str = "张三") -> Commitment:
    """A promise nobody could check by machine, drawn for people."""
    with on(START):
        row = sign(town, name)
    assert row.due_on is not None
    with on(row.due_on):
        services.check_due()
        services.draw_samples()
    held = again(row)
    assert held.state == State.SAMPLED
    assert row.id in [one.id for one in queries.list_to_inspect(officer(row.department_code))]
    return held


def broken(town: TestTown, name: str = "张三") -> Breach:
    """Drawn, and found untrue by a clerk of its department."""
    row = drawn(town, name)
    assert row.due_on is not None
    with on(row.due_on):
        services.record_inspection(
            actor=officer(row.department_code), commitment_id=row.id, revision=row.revision, kept=False
        )
    return Breach.objects.get(commitment_id=row.id)

"""How scenes at the counter begin: 民政局 opens a window for marriages; 赵奶奶's case is decided; a lead is there."""

from datetime import date, datetime, time
from uuid import UUID

from proofless import ledger
from proofless.access.rules import permissions_of
from proofless.counter import services
from proofless.counter.services import NewWindow
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.simulator.acting import Wish, apply_for, handle
from tests.applications.scenes import Draft, accepted
from tests.town import TestTown

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
MARRIAGE, CARD = "I001", "I081"


def lead(department: str = "MZJ", number: int = 9, division: str = "") -> Actor:
    """The one who answers for a department's windows."""
    return Actor(
        UUID(int=number),
        "负责人",
        permissions_of(["lead"]),
        department_code=department,
        division_code=division,
        channel=Channel.DESK,
    )


def opened(**changes: object) -> UUID:
    whole: dict[str, object] = {
        "name": "婚姻登记处",
        "address": "德城区东方红路",
        "hours": "09:00-10:00；14:00-15:00",
        "slot_minutes": 30,
        "capacity": 2,
        "item_codes": (MARRIAGE,),
    }
    return services.set_window(actor=lead(), new=NewWindow(**whole | changes))  # type: ignore[arg-type]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI)


def approved(town: TestTown, name: str = "赵奶奶", item: str = CARD) -> UUID:
    """A case decided in her favour by a clerk of its department."""
    made = apply_for(Wish(item, town[name]))
    handle(made, "MZJ")
    return made


def underway(town: TestTown, name: str, item: str) -> Draft:
    with ledger.reading():
        return accepted(town, name, item)

"""Life around the counter of a demo city: windows one can book, a booking, a case sent back, one that was rated."""

from uuid import UUID

from proofless import ledger
from proofless.access.rules import permissions_of
from proofless.applications import queries as applications
from proofless.applications import services
from proofless.applications.errors import NotEligible
from proofless.counter import services as counter
from proofless.counter.queries import appointments
from proofless.counter.services import NewWindow
from proofless.kit.actor import Actor, Channel
from proofless.simulator.accounts import check_demo
from proofless.simulator.acting import Wish, apply_for, clerk, handle, resident
from proofless.simulator.load import LoadedTown

OFFICE = "MZJ"
MARRIAGES = NewWindow(
    name="婚姻登记处",
    address="市政务服务中心一楼（演示）",
    hours="09:00-11:30；14:00-16:30",
    slot_minutes=30,
    capacity=3,
    phone="0534-0000000",
    item_codes=("I001", "I002"),
)
EVERYTHING = NewWindow(
    name="民政综合窗口",
    address="市政务服务中心二楼（演示）",
    hours="09:00-11:30；14:00-16:30",
    slot_minutes=15,
    capacity=2,
)
SAID = "等了很久才叫到号，材料倒是真的不用带"


def lead(department_code: str) -> Actor:
    """A synthetic lead of a department's windows."""
    check_demo()
    return Actor(
        UUID(int=4),
        "演示负责人",
        permissions_of(["lead"]),
        department_code=department_code,
        channel=Channel.DESK,
    )


def open_counter(loaded: LoadedTown) -> None:
    """What the cast finds when it first signs in. Whoever is not eligible leaves no trace."""
    cast = loaded.cast()
    for window in (MARRIAGES, EVERYTHING):
        counter.set_window(actor=lead(OFFICE), new=window)
    _book(cast["张三"])
    for name, item_code, then in (
        ("赵奶奶", "I072", _accept),
        ("张三", "I083", _send_back),
        ("李四", "I076", _finish),
    ):
        try:
            made = apply_for(Wish(item_code, cast[name]))
        except NotEligible:
            continue
        with ledger.reading():
            then(made, cast[name])


def _book(holder: UUID) -> None:
    """The first place of the first day with one; none while the holidays ahead are not published."""
    window = appointments.list_windows("I001")[0]
    for _, slots in appointments.offer(window).days:
        for slot in slots:
            if slot.free:
                counter.book(
                    actor=resident(holder), window_id=window.id, item_code="I001", starts_at=slot.starts_at
                )
                return


def _official(made: UUID, holder: UUID) -> tuple[Actor, applications.ApplicationView]:
    view = applications.get_own(resident(holder), made)
    return clerk(view.department_code), view


def _accept(made: UUID, holder: UUID) -> None:
    who, view = _official(made, holder)
    services.take(actor=who, application_id=made, revision=view.revision)
    services.accept(
        actor=who,
        application_id=made,
        revision=view.revision + 1,
        checked=frozenset(view.unknown_rules),
    )


def _send_back(made: UUID, holder: UUID) -> None:
    who, view = _official(made, holder)
    services.return_for_correction(
        actor=who, application_id=made, revision=view.revision, reason="上传的照片看不清，请重新拍一张"
    )


def _finish(made: UUID, holder: UUID) -> None:
    _, view = _official(made, holder)
    handle(made, view.department_code)
    counter.rate(actor=resident(holder), application_id=made, grade=2, text=SAID)

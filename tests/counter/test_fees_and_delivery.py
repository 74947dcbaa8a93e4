"""缴费与送达: what is recorded can be taken back but not hidden; an address is read by whom it is for."""

from dataclasses import replace

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.counter import services
from proofless.counter.errors import ReceiptUsed, WrongState
from proofless.counter.models import Delivery
from proofless.counter.queries import cases
from proofless.counter.queries.charges import charges_of
from proofless.counter.rules.money import cents_of, yuan_of
from proofless.items.queries import get_item, lists
from proofless.items.rules.elements import Fee
from proofless.items.services import publish_list
from proofless.kit import clock
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.simulator.acting import handle
from tests.applications.scenes import Draft, submitted
from tests.counter.scenes import approved
from tests.notices.test_read import browser
from tests.town import TestTown

pytestmark = pytest.mark.django_db
HOME = {"recipient": "赵奶奶", "mobile": "13800000000", "address": "德城区某路1号某小区2号楼"}
PAYMENT = {"name": "工本费", "yuan": "20", "method": "cash", "receipt_number": "37140001"}


@pytest.fixture
def charged(town: TestTown) -> Draft:
    """A case of an item that the city's list says costs something."""
    elements = replace(
        lists.template_of(get_item("I081")), charged=True, fees=(Fee("工本费", "20元", "某收费办法"),)
    )
    bureau = system_actor(Permission.ITEMS_PUBLISH)
    publish_list(actor=bureau, draft=lists.Draft("I081", "371400", elements, clock.today()))
    return submitted(town, "赵奶奶", "I081")


def test_paid_waived_and_taken_back(town: TestTown, charged: Draft) -> None:
    clerk = town.clerk(charged.row.department_code)
    fee = services.record_fee(actor=clerk, application_id=charged.id, **PAYMENT)
    with pytest.raises(ReceiptUsed):
        services.record_fee(actor=clerk, application_id=charged.id, **PAYMENT)
    services.void_fee(actor=clerk, fee_id=fee, reason="票据号写错了")
    with pytest.raises(WrongState):
        services.void_fee(actor=clerk, fee_id=fee, reason="票据号写错了")
    services.waive_fee(actor=clerk, application_id=charged.id, name="工本费", yuan="20", basis="残疾人保障法")
    found = cases.list_fees(charged.row.holder_id, charged.id)
    assert [one.state.value for one in found] == ["void", "waived"]
    assert found[0].void_reason == "票据号写错了"
    kinds = LedgerEntry.objects.filter(kind__startswith="counter.fee").values_list("kind", flat=True)
    assert sorted(kinds) == [Kind.FEE_PAID, Kind.FEE_VOIDED, Kind.FEE_WAIVED]


def test_the_guide_says_what_it_costs(town: TestTown, charged: Draft) -> None:
    assert charges_of("I081", "371402").words == "收费：工本费 20元"
    assert charges_of("I004", "371402").words == "不收费"
    client = browser("zhaonainai")
    assert "收费：工本费 20元" in client.get("/items/I081").content.decode()
    assert "不收费" in client.get("/items/I004").content.decode()
    assert "工本费" in client.get(f"/after/{charged.id}").content.decode()


def test_nothing_is_taken_for_what_is_free_nor_by_another_department(town: TestTown, charged: Draft) -> None:
    """乱收费 stops at the form."""
    free = submitted(town, "张三", "I004")
    with pytest.raises(InputInvalid):
        services.record_fee(actor=town.clerk(free.row.department_code), application_id=free.id, **PAYMENT)
    with pytest.raises(NotFound):
        services.record_fee(actor=town.clerk("WLJ"), application_id=charged.id, **PAYMENT)


@pytest.mark.parametrize(
    "changes", [{"yuan": "0"}, {"yuan": "1.234"}, {"method": "iou"}, {"receipt_number": "票"}]
)
def test_odd_payments_are_refused(town: TestTown, charged: Draft, changes: dict[str, str]) -> None:
    clerk = town.clerk(charged.row.department_code)
    with pytest.raises(InputInvalid):
        services.record_fee(actor=clerk, application_id=charged.id, **PAYMENT | changes)


def test_posted_and_arrived(town: TestTown) -> None:
    """The address is sealed; the clerk who opens it leaves a line; the resident says when it came."""
    draft, who, clerk = submitted(town, "赵奶奶", "I081"), town.resident("赵奶奶"), town.clerk("MZJ")
    services.choose_delivery(actor=who, application_id=draft.id, way="post", address=HOME)
    row = Delivery.objects.get()
    assert HOME["address"].encode() not in bytes(row.address_sealed or b"")
    step = {"carrier": "邮政", "tracking_number": "EMS123456"}
    with pytest.raises(WrongState):
        services.post(actor=clerk, application_id=draft.id, revision=1, **step)
    handle(draft.id, "MZJ")
    with ledger.reading():
        shown = cases.office_delivery(clerk, draft.id)
    assert shown is not None and dict(shown.address)["地址"] == HOME["address"]
    entry = LedgerEntry.objects.filter(kind=Kind.READ).latest("at")
    assert "delivery.address" in entry.holders and HOME["address"] not in entry.holders
    services.post(actor=clerk, application_id=draft.id, revision=1, **step)
    with pytest.raises(WrongState):
        services.choose_delivery(actor=who, application_id=draft.id, way="pickup")
    services.arrive(actor=who, application_id=draft.id)
    assert Delivery.objects.get().state == "received"


def test_handed_over_once(town: TestTown) -> None:
    case, clerk = approved(town), town.clerk("MZJ")
    services.choose_delivery(actor=town.resident("赵奶奶"), application_id=case, way="pickup")
    with pytest.raises(InputInvalid):
        services.hand_over(actor=clerk, application_id=case, revision=1, receiver="anybody")
    services.hand_over(actor=clerk, application_id=case, revision=1, receiver="agent")
    with pytest.raises(WrongState):
        services.hand_over(actor=clerk, application_id=case, revision=2, receiver="self")
    with pytest.raises(NotFound):
        services.choose_delivery(actor=town.resident("王五"), application_id=case, way="pickup")


def test_an_address_must_be_one(town: TestTown) -> None:
    case = approved(town)
    with pytest.raises(InputInvalid) as refused:
        services.choose_delivery(
            actor=town.resident("赵奶奶"), application_id=case, way="post", address={"mobile": "123"}
        )
    assert set(refused.value.detail["fields"]) == {"recipient", "mobile", "address"}  # type: ignore[call-overload]


def test_by_pages(town: TestTown) -> None:
    case, client, desk = approved(town), browser("zhaonainai"), browser("clerk-mzj")
    assert "不收费" in client.get(f"/after/{case}").content.decode()
    assert client.post(f"/after/{case}", {"verb": "deliver", "way": "post"}).status_code == 422
    assert client.post(f"/after/{case}", {"verb": "deliver", "way": "post", **HOME}).status_code == 302
    assert HOME["address"] in desk.get(f"/desk/counter/cases/{case}").content.decode()
    step = {"verb": "post", "revision": "1", "carrier": "邮政", "tracking_number": "EMS123456"}
    assert desk.post(f"/desk/counter/cases/{case}", step).status_code == 302
    assert "EMS123456" in client.get(f"/after/{case}").content.decode()


def test_money_is_kept_in_cents() -> None:
    assert [cents_of(text) for text in ("12.5", "12", "0.01", "0", "-1", "1e3", "12.345")] == [
        1250,
        1200,
        1,
        None,
        None,
        None,
        None,
    ]
    assert yuan_of(1250) == "12.50"

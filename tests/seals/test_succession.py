"""A merger: 民政局's papers are 审批局's from a day on; the old ones stay what they were."""

from datetime import timedelta

import pytest

from proofless import ledger
from proofless.kit import clock
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.ofd.drawing import Box
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries, services
from proofless.seals.affixing import Document, affix
from proofless.seals.errors import SealNotActive
from proofless.seals.rules import Succession
from proofless.standards import versions
from tests.seals.conftest import NODE, Clock, Office, package

pytestmark = pytest.mark.django_db


def sealed_for(department: str, type_code: str = "marriage_cert") -> bytes:
    document = Document(package(), department, type_code, "object", 1, Box(50, 50, 42, 42))
    with ledger.act(None, NODE) as act:
        return affix(actor=NODE, document=document, at=clock.now(), within=act).data


def name_on(data: bytes) -> str:
    found = verify(data, queries.trust_store(), now=clock.now() + timedelta(seconds=1))
    assert found.verdict is Verdict.VALID, found.problems
    return found.signatures[0].seal_name


def test_the_successor_seals_from_its_day_and_old_certificates_stay_good(
    office: Office, set_clock: Clock
) -> None:
    before = sealed_for("MZJ")
    new = Succession("MZJ", "SPJ", clock.today() + timedelta(days=3))
    rule = services.record_succession(actor=office["approver"], new=new, document="德编〔2026〕8号")
    assert name_on(sealed_for("MZJ")).startswith("德州市民政局")
    set_clock(clock.now() + timedelta(days=3))
    assert name_on(sealed_for("MZJ")).startswith("德州市行政审批服务局")
    assert name_on(before).startswith("德州市民政局")
    assert name_on(sealed_for("GAJ")).startswith("德州市公安局")
    services.end_succession(actor=office["approver"], succession_id=rule)
    assert name_on(sealed_for("MZJ")).startswith("德州市民政局")


def test_a_merger_of_some_papers_moves_only_these(office: Office) -> None:
    new = Succession("MZJ", "SPJ", clock.today(), ("marriage_cert",))
    services.record_succession(actor=office["approver"], new=new, document="文号")
    assert queries.sealing_department("MZJ", "marriage_cert") == "SPJ"
    assert queries.sealing_department("MZJ", "elder_card") == "MZJ"


def test_a_successor_without_a_seal_is_named_with_who_sees_to_it(office: Office) -> None:
    """对颁发机构调整的，由业务主管部门负责协调加盖电子印章: 大数据局 sees that 审批局 has no usable seal."""
    (seal,) = queries.list_seals("SPJ")
    services.suspend_seal(actor=office["approver"], seal_id=seal.id, reason="盘点")
    services.record_succession(
        actor=office["approver"],
        new=Succession("MZJ", "SPJ", clock.today(), ("marriage_cert",)),
        document="德编〔2026〕8号",
        coordinator_code="DSJJ",
    )
    with pytest.raises(
        SealNotActive, match=r"由德州市行政审批服务局盖章.*由业务主管部门德州市大数据局负责协调"
    ):
        sealed_for("MZJ")
    page = office.client("approver").get("/desk/seals/successions").content.decode()
    assert "暂不能盖章" in page and "由德州市大数据局协调" in page
    services.resume_seal(actor=office["approver"], seal_id=seal.id)
    assert name_on(sealed_for("MZJ")).startswith("德州市行政审批服务局")
    with pytest.raises(InputInvalid):
        services.record_succession(
            actor=office["approver"],
            new=Succession("GAJ", "SPJ", clock.today()),
            document="文号",
            coordinator_code="XXX",
        )


def test_a_ring_a_stranger_or_a_day_gone_by_is_not_recorded(office: Office) -> None:
    today = clock.today()
    services.record_succession(actor=office["approver"], new=Succession("MZJ", "SPJ", today), document="文号")
    for wrong in (
        Succession("SPJ", "MZJ", today),
        Succession("GAJ", "GAJ", today),
        Succession("GAJ", "XXX", today),
        Succession("GAJ", "SPJ", today - timedelta(days=1)),
    ):
        with pytest.raises(InputInvalid):
            services.record_succession(actor=office["approver"], new=wrong, document="文号")
    with pytest.raises(Forbidden):
        services.record_succession(
            actor=office["keeper-mzj"], new=Succession("GAJ", "SPJ", today), document="文号"
        )
    versions.forget()
    assert queries.sealing_department("SPJ", "x") == "SPJ"

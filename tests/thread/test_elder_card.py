"""The whole thread once: 赵奶奶 wants her 老年人优待证 and brings nothing."""

from pathlib import Path
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access import Ground, permit
from proofless.access.actors import system_actor
from proofless.applications import queries as applications
from proofless.applications.models import State
from proofless.certificates import queries as certificates
from proofless.gm.trust import TrustStore
from proofless.kit.permissions import Permission
from proofless.ledger.queries import list_for_holder
from proofless.ofd import verify as ofd
from proofless.seals import services as seals
from proofless.simulator import story
from proofless.simulator.acting import Wish, apply_for, handle
from proofless.supervision import queries as supervision
from proofless.supervision.services import follow_chain
from tests.town import TestTown

pytestmark = pytest.mark.django_db(transaction=True)
SUPERVISOR = system_actor(Permission.SUPERVISE)


@pytest.fixture
def done(town: TestTown) -> tuple[UUID, UUID]:
    """(application, certificate) of her finished business."""
    application = apply_for(Wish("I081", town["赵奶奶"]))
    certificate = handle(application, "MZJ")
    assert certificate is not None
    return application, certificate


def test_the_card_is_hers_sealed_and_verifies_anywhere(
    town: TestTown, done: tuple[UUID, UUID], tmp_path: Path
) -> None:
    """The file must convince a bus driver's reader that has only the file and the published trust."""
    own = permit(town.resident("赵奶奶"), [town["赵奶奶"]], ["*"], "本人下载证照", ground=Ground.OWN)
    with ledger.reading():
        held = certificates.list_own(actor=town.resident("赵奶奶"), holder_ids=[town["赵奶奶"]])
        data = certificates.read_file(own, done[1])
    assert done[1] in {one.certificate_id for one in held}
    seals.export_trust(directory=tmp_path)
    assert ofd.verify(data, TrustStore.load(tmp_path)).verdict == "valid"
    broken = bytearray(data)
    broken[len(data) // 2] ^= 1
    try:
        verdict = ofd.verify(bytes(broken), TrustStore.load(tmp_path)).verdict
    except Exception as refused:
        verdict = type(refused).__module__
    assert verdict != "valid"


def test_she_brought_nothing_and_her_progress_says_who_did_what(
    town: TestTown, done: tuple[UUID, UUID]
) -> None:
    with ledger.reading():
        case = applications.open_own_case(town.resident("赵奶奶"), done[0])
    assert case.head.state == State.APPROVED and case.head.result_certificate_id == done[1]
    assert not case.plan.uploads and not any(m.has_file for m in case.materials.values())
    assert [e.step for e in case.events] == ["提交申请", "窗口收件", "受理", State.APPROVED.label]


def test_her_ledger_tells_who_read_what_for_what(town: TestTown, done: tuple[UUID, UUID]) -> None:
    town.chain()
    lines = [line for page in (1, 2) for line in list_for_holder(town["赵奶奶"], page=page).rows]
    kinds = {line.kind.value for line in lines}
    assert {"applications.submitted", "applications.decided", "certificates.issued", "access.read"} <= kinds
    reads = [line for line in lines if line.kind.value == "access.read" and line.department_code == "MZJ"]
    assert reads and all(line.purpose and line.ground and line.reads for line in reads)
    assert not any(line.kind.value == "access.read" for line in list_for_holder(town["王五"]).rows)


def test_her_code_tells_the_park_her_age_group_and_nothing_else(town: TestTown) -> None:
    scan = story.scan_code(town["赵奶奶"])
    assert scan["answers"] and "赵奶奶" not in str(scan)
    assert any(value is True for value in scan["answers"].values())


def test_the_supervisor_counts_it_once(town: TestTown, done: tuple[UUID, UUID]) -> None:
    town.chain()
    follow_chain()
    total = supervision.total(SUPERVISOR)
    assert total.cases == 1 and total.submission_free_rate == 1.0
    assert [line.application_id for line in supervision.all_cases(SUPERVISOR)] == [done[0]]


def test_the_new_card_serves_the_next_item(town: TestTown, done: tuple[UUID, UUID]) -> None:
    """What the city just issued it may not ask for tomorrow."""
    status = certificates.find_status([town["赵奶奶"]], ["elder_card"])[town["赵奶奶"], "elder_card"]
    assert status.usable and status.best is not None and status.best.certificate_id == done[1]

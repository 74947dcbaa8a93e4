"""一次性告知: the clerk names everything at once; what she forgot is not 张三's second way to the window."""

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.applications import services
from proofless.applications.errors import MaterialAlreadyHeld, NamedLate
from proofless.applications.handling import queries
from proofless.applications.models import State, Supplement
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from tests.applications.scenes import Draft, submitted
from tests.town import TestTown

pytestmark = pytest.mark.django_db
AID, PAPER, PROMISE, HELD = "I083", "I083-M04", "I083-M02", "I083-M01"
WHY_AGAIN = "复核时发现第一次没有看到背面，责任在窗口"


def return_it(town: TestTown, case: Draft, **named: object) -> None:
    clerk = town.clerk(case.row.department_code)
    with ledger.reading():
        services.return_for_correction(
            actor=clerk,
            application_id=case.id,
            revision=case.row.revision,
            reason="请补正后再交",
            **named,  # type: ignore[arg-type]
        )


@pytest.fixture
def aid(town: TestTown) -> Draft:
    return submitted(town, "张三", AID)


def hand_in_again(case: Draft) -> None:
    with ledger.reading():
        services.submit(actor=case.actor, application_id=case.id, submission=case.complete())


def test_the_notice_names_materials_and_fields(town: TestTown, aid: Draft) -> None:
    return_it(town, aid, materials=[PAPER], fields=["case_cause"])
    assert aid.row.state == State.RETURNED
    (notice,) = queries.list_supplements(aid.row.holder_id, aid.id)
    assert notice.number == 1 and notice.materials and notice.fields and not notice.late
    entry = LedgerEntry.objects.get(kind=Kind.APPLICATION_RETURNED, object_id=str(aid.id))
    assert PAPER in entry.detail and "补正" not in entry.detail


def test_what_could_have_been_named_is_refused_the_second_time(town: TestTown, aid: Draft) -> None:
    return_it(town, aid, fields=["case_cause"])
    hand_in_again(aid)
    with pytest.raises(NamedLate) as refused:
        return_it(town, aid, materials=[PAPER])
    assert refused.value.detail["late"] == [PAPER]
    with pytest.raises(NamedLate):
        return_it(town, aid, materials=[PAPER], again="忘了")
    assert aid.row.state == State.SUBMITTED and Supplement.objects.count() == 1


def test_a_field_left_as_it_was_is_late_too(town: TestTown, aid: Draft) -> None:
    return_it(town, aid, materials=[PAPER])
    hand_in_again(aid)
    with pytest.raises(NamedLate) as refused:
        return_it(town, aid, fields=["case_cause"])
    assert refused.value.detail["late"] == ["case_cause"]


def test_words_alone_are_no_second_notice(town: TestTown, aid: Draft) -> None:
    """Otherwise the rule is walked around by naming nothing."""
    return_it(town, aid)
    hand_in_again(aid)
    with pytest.raises(NamedLate):
        return_it(town, aid)


def test_what_was_named_and_is_still_wrong_may_be_named_again(town: TestTown, aid: Draft) -> None:
    return_it(town, aid, materials=[PAPER])
    hand_in_again(aid)
    return_it(town, aid, materials=[PAPER])
    assert not Supplement.objects.get(number=2).late


def test_the_supervisor_reads_why_it_was_named_late(town: TestTown, aid: Draft) -> None:
    return_it(town, aid, fields=["case_cause"])
    hand_in_again(aid)
    return_it(town, aid, materials=[PAPER], again=WHY_AGAIN)
    supervisor = system_actor(Permission.SUPERVISE)
    (late,) = queries.list_late_supplements(supervisor).rows
    assert late.again == WHY_AGAIN and late.late and late.number == 2
    with pytest.raises(Forbidden):
        queries.list_late_supplements(town.clerk("SFJ"))


def test_what_the_government_holds_may_not_be_named(town: TestTown, aid: Draft) -> None:
    """The notice is no way around the gate; the try is entered."""
    with pytest.raises(MaterialAlreadyHeld):
        return_it(town, aid, materials=[HELD])
    assert aid.row.state == State.SUBMITTED
    assert LedgerEntry.objects.filter(kind=Kind.ASK_REFUSED, object_id=str(aid.id)).exists()


def test_a_material_the_case_has_not_is_refused(town: TestTown, aid: Draft) -> None:
    with pytest.raises((InputInvalid, Exception)) as refused:
        return_it(town, aid, materials=["I999-M01"])
    assert refused.value.status in {400, 404}  # type: ignore[attr-defined]

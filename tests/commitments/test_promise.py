"""A promise from the phone to its end: kept and told, broken and heard, drawn and inspected, repaired."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.rules import permissions_of
from proofless.commitments import queries, services
from proofless.commitments.errors import CommitmentNotAllowed, SecondPersonRequired, WrongStage
from proofless.commitments.models import Breach, Channel, Commitment, Deferral, State
from proofless.commitments.rules.checks import CheckKind
from proofless.commitments.rules.eligibility import Why
from proofless.commitments.rules.responses import Degree, Stage
from proofless.commitments.services import Signing
from proofless.data import services as data
from proofless.data.models import DataRow
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.standards.services import set_limit
from proofless.verification import services as verification
from proofless.verification.models import Request
from tests.commitments.scenes import PERSON, START, again, broken, kinds_of, officer, sign
from tests.town import TestTown
from tests.verification.scenes import PNG, clerk, on, yes

pytestmark = pytest.mark.django_db
ASKED = "I066-M03"  # another department is asked


def test_every_material_that_may_be_promised_has_its_sheet(town: TestTown) -> None:
    found = queries.list_templates()
    assert len(found) > 60 and all(len(one.lines) == 5 and one.source for one in found)
    assert {one.check.kind for one in found} >= {CheckKind.CERTIFICATE, CheckKind.ROW, CheckKind.PERSON}
    assert queries.get_template(ASKED).check.text == "verification:VT01"
    with pytest.raises(NotFound):
        queries.get_template("I001-M01")


def test_she_reads_what_she_signs_and_it_gets_a_check_and_a_date(town: TestTown) -> None:
    with on(START):
        row = sign(town)
    assert row.state == State.OPEN and row.check_text == "person" and row.due_on and row.due_on > START
    held = queries.find_commitment(row.reference, PERSON)
    assert held is not None and held.sheet == queries.get_template(PERSON).lines
    assert sign(town).id == row.id, "signing twice is signing once"
    mine = queries.list_promises(town.resident("张三"), town["张三"])
    assert [one.id for one in mine] == [row.id]
    with pytest.raises(NotFound):
        queries.list_promises(town.resident("王五"), town["张三"])


def test_nobody_promises_for_a_stranger(town: TestTown) -> None:
    with pytest.raises(NotFound), ledger.reading():
        services.sign(actor=town.resident("王五"), signing=Signing(PERSON, town["张三"], "application:9"))


def test_on_paper_the_sheet_is_kept(town: TestTown) -> None:
    """李四's mother has no phone: the clerk keeps the signed sheet, not her word for it."""
    office = queries.get_template(PERSON).department_code
    signing = Signing(PERSON, town["李四"], "application:p", Channel.PAPER)
    set_limit(
        actor=system_actor(Permission.LIMITS_SET),
        code=Limit.PROMISE_MEGABYTES,
        value=1,
        reason="扫描件一般不大",
    )
    for wrong in (b"", b"MZ", PNG + bytes(1 << 20)):
        with pytest.raises(Refusal), ledger.reading():
            services.sign(
                actor=clerk(office),
                signing=Signing(PERSON, town["李四"], "application:p", Channel.PAPER, "", wrong),
            )
    with ledger.reading():
        made = services.sign(
            actor=clerk(office),
            signing=Signing(PERSON, signing.holder_id, signing.reference, Channel.PAPER, "", PNG),
        )
    assert Commitment.objects.get(id=made).paper_address
    with pytest.raises(NotFound), ledger.reading():
        services.sign(
            actor=clerk("SWJ"), signing=Signing(PERSON, town["李四"], "application:w", Channel.WINDOW)
        )


def test_a_debtor_who_does_not_pay_is_told_why_and_what_restores_it(town: TestTown) -> None:
    rows = [("DS_DISHONEST", town["王五"], {"status": "未履行"}, START)]
    data.load_rows(actor=system_actor(Permission.DATA_LOAD), rows=rows)
    with pytest.raises(CommitmentNotAllowed) as refused:
        sign(town, "王五")
    assert refused.value.detail["reasons"] == [Why.SERIOUS_DISHONESTY.value]
    with ledger.reading():
        found = queries.eligibility(PERSON, town["王五"])
    assert "移出名单" in found.reasons[0].remedy


def test_credit_nobody_can_tell_is_not_good_credit(town: TestTown) -> None:
    data.mark_source(actor=system_actor(Permission.DATA_LOAD), dataset_code="DS_DISHONEST", available=False)
    with pytest.raises(CommitmentNotAllowed) as refused:
        sign(town)
    assert refused.value.detail["reasons"] == [Why.CREDIT_UNKNOWN.value]


def test_a_promise_the_library_confirms_is_closed_at_once_and_told(town: TestTown) -> None:
    """张三's certificate reached the library after she signed: nobody asks her again."""
    template = next(
        one
        for one in queries.list_templates()
        if one.check.kind is CheckKind.CERTIFICATE and one.check.code == "hukou_book" and not one.excluded
    )
    with on(START):
        row = sign(town, material=template.material_code)
        assert services.check_due() == {}, "not before its first day"
    with on(clock.today() + timedelta(days=7)):
        assert services.check_due() == {"kept": 1}
        assert services.check_due() == {}
    assert again(row).state == State.KEPT
    entry = LedgerEntry.objects.get(object_id=str(row.id), kind=Kind.PROMISE_KEPT)
    assert str(town["张三"]) in entry.holders, "she reads it in her own ledger"


EARLY = date(2026, 8, 3)  # sixty working days later the year has not ended


def register_promise(town: TestTown) -> tuple[Commitment, str, date]:
    template = next(
        one for one in queries.list_templates() if one.check.kind is CheckKind.ROW and not one.excluded
    )
    with on(EARLY):
        row = sign(town, "王五", template.material_code)
    assert row.due_on is not None
    return row, template.check.code, row.due_on


def test_what_no_register_shows_by_the_day_goes_to_people_not_to_court(town: TestTown) -> None:
    row, code, due_on = register_promise(town)
    with ledger.act(Kind.ROWS_LOADED, system_actor()):
        DataRow.objects.filter(holder_id=town["王五"], dataset_code=code).delete()
    with on(EARLY + timedelta(days=3)):
        assert services.check_due() == {"wait": 1}
        assert again(row).next_look_on > EARLY + timedelta(days=3)
    with on(due_on):
        assert services.check_due() == {"sample": 1}
    assert again(row).state == State.POOLED and not Breach.objects.exists()


def test_a_source_that_is_down_breaks_no_promise(town: TestTown) -> None:
    row, code, due_on = register_promise(town)
    data.mark_source(actor=system_actor(Permission.DATA_LOAD), dataset_code=code, available=False)
    with on(due_on - timedelta(days=1)):
        assert services.check_due() == {"wait": 1}
    assert again(row).state == State.OPEN


def test_a_day_not_yet_known_is_shown_unknown_and_breaks_nothing(town: TestTown) -> None:
    """Signed in November, due in a year whose holidays nobody knows: no date is made up, no promise broken."""
    template = next(
        one for one in queries.list_templates() if one.check.kind is CheckKind.ROW and not one.excluded
    )
    with on(START):
        row = sign(town, "王五", template.material_code)
    assert row.due_unknown and row.due_on is None
    data.mark_source(
        actor=system_actor(Permission.DATA_LOAD), dataset_code=template.check.code, available=False
    )
    with on(date(2027, 6, 1)):
        assert services.check_due() == {"wait": 1}


def test_another_department_is_asked_and_its_answer_settles_it(town: TestTown) -> None:
    """The promise asks 公安 by itself; what 公安 answers a week later closes it."""
    with ledger.act(Kind.ROWS_LOADED, system_actor()):
        DataRow.objects.filter(holder_id=town["张三"], dataset_code="DS_NOCRIME").delete()
    with on(START):
        row = sign(town, material=ASKED)
    with on(START + timedelta(days=2)):
        assert services.check_due() == {"wait": 1}
        asked = verification_request(row)
        assert asked.asker_code == row.department_code
        verification.answer(actor=clerk("GAJ"), request_id=asked.id, revision=asked.revision, given=yes())
    with on(START + timedelta(days=9)):
        assert services.check_due() == {"kept": 1}


def verification_request(row: Commitment) -> Request:
    return Request.objects.get(reference=f"commitment:{row.id}")


@pytest.fixture
def headed(town: TestTown) -> None:
    town.chain()


def test_what_was_drawn_is_inspected_and_found_true(town: TestTown, headed: None) -> None:
    with on(START):
        row = sign(town)
    assert row.due_on is not None
    with on(row.due_on):
        services.check_due()
        assert services.draw_samples() == 1
        held, who = again(row), officer(row.department_code)
        with pytest.raises(NotFound):
            services.record_inspection(
                actor=officer("SWJ"), commitment_id=row.id, revision=held.revision, kept=True
            )
        services.record_inspection(actor=who, commitment_id=row.id, revision=held.revision, kept=True)
        with pytest.raises(WrongStage):
            services.record_inspection(actor=who, commitment_id=row.id, revision=held.revision, kept=False)
    counts = queries.count_outcomes(system_actor(Permission.SUPERVISE))
    assert counts[row.department_code] == {"kept": 1}


def test_she_is_heard_before_it_is_held_against_her(town: TestTown, headed: None) -> None:
    """Notice, her days to speak, another person's decision; then no promise for a year, and repair."""
    breach = broken(town)
    judge = officer(breach.department_code, 8)
    found = breach.noticed_at.astimezone(clock.SHANGHAI).date()
    decide = {"breach_id": breach.id, "uphold": True, "reason": "经核对家庭收入，与承诺不符"}
    with on(found):
        with pytest.raises(SecondPersonRequired):
            services.decide_breach(actor=officer(breach.department_code), **decide)  # type: ignore[arg-type]
        with pytest.raises(WrongStage):
            services.decide_breach(actor=judge, **decide)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            services.state_case(actor=town.resident("王五"), breach_id=breach.id, statement="不是我的事")
        services.state_case(
            actor=town.resident("张三"), breach_id=breach.id, statement="当时失业，收入有变化"
        )
        services.ask_hearing(actor=town.resident("张三"), breach_id=breach.id)
        with pytest.raises(WrongStage):
            services.decide_breach(actor=judge, **decide)  # type: ignore[arg-type]
        services.hold_hearing(actor=judge, breach_id=breach.id)
        assert services.decide_breach(actor=judge, **decide) is Degree.ORDINARY  # type: ignore[arg-type]
        with pytest.raises(CommitmentNotAllowed) as refused:
            sign(town, reference="application:next")
        assert refused.value.detail["reasons"] == [Why.FALSE_PROMISE.value]
        with pytest.raises(WrongStage):
            services.ask_repair(actor=town.resident("张三"), breach_id=breach.id)
    with on(found + timedelta(days=91)):
        services.ask_repair(actor=town.resident("张三"), breach_id=breach.id)
        services.decide_repair(actor=judge, breach_id=breach.id, repaired=True)
        assert sign(town, reference="application:after").state == State.OPEN
    row = Breach.objects.get(id=breach.id)
    assert row.stage == Stage.REPAIRED and "失业".encode() not in bytes(row.statement_sealed or b"")
    assert Kind.BREACH_NOTICED.value in kinds_of(breach.id)


def test_dismissed_leaves_no_trace_on_her_credit(town: TestTown, headed: None) -> None:
    breach = broken(town)
    services.decide_breach(
        actor=officer(breach.department_code, 8),
        breach_id=breach.id,
        uphold=False,
        reason="记录有误，承诺属实",
    )
    assert sign(town, reference="application:next").state == State.OPEN
    seen = queries.list_breaches(town.resident("张三"), town["张三"])
    assert [one.stage for one in seen] == [Stage.DISMISSED]


def test_bringing_the_material_after_all_ends_the_promise(town: TestTown) -> None:
    row = sign(town)
    services.withdraw_promise(actor=town.resident("张三"), commitment_id=row.id)
    with pytest.raises(WrongStage):
        services.withdraw_promise(actor=town.resident("张三"), commitment_id=row.id)


def test_a_deferral_has_its_own_day(town: TestTown) -> None:
    """Accepted without the photo; it comes late, and until then no promise is taken in its stead."""
    who = clerk("MZJ")
    with on(START):
        with pytest.raises(InputInvalid):
            services.defer(
                actor=who, holder_id=town["张三"], reference="application:d", material_code="M", days=0
            )
        made = services.defer(actor=who, holder_id=town["张三"], reference="application:d", material_code="M")
        assert made == services.defer(
            actor=who, holder_id=town["张三"], reference="application:d", material_code="M"
        )
        services.extend_deferral(actor=who, deferral_id=made)
        with pytest.raises(WrongStage):
            services.extend_deferral(actor=who, deferral_id=made)
    due = Deferral.objects.get(id=made).due_on
    assert due == date(2026, 11, 23)
    with on(due):
        assert services.lapse_deferrals() == 0
    with on(due + timedelta(days=1)):
        assert services.lapse_deferrals() == 1
        with pytest.raises(CommitmentNotAllowed):
            sign(town)
        services.supply(actor=who, deferral_id=made)
        assert sign(town).state == State.OPEN
    assert [one.state.value for one in queries.list_deferrals("application:d")] == ["supplied"]
    with pytest.raises(NotFound):
        services.supply(actor=clerk("SWJ"), deferral_id=made)


def test_rights_are_checked(town: TestTown) -> None:
    nobody = Actor(UUID(int=4), "无权", permissions_of(["inspector"]), department_code="MZJ")
    for act in (
        lambda: queries.list_to_inspect(nobody),
        lambda: queries.count_outcomes(nobody),
        lambda: services.defer(actor=nobody, holder_id=town["张三"], reference="x", material_code="M"),
    ):
        with pytest.raises(Refusal, match="FORBIDDEN"):
            act()

"""部门核验: 残联 asks 卫健委 about 张三's assessment by itself, and what 卫健委 answers is in the case by itself."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.applications import queries, services
from proofless.applications.errors import AnsweredElsewhere
from proofless.applications.models import Application, ApplicationMaterial, Event
from proofless.applications.queries import request_for
from proofless.applications.services import verifying
from proofless.applications.services.verifying import UNASKED, reference_of
from proofless.applications.waterfall.outcome import Attempt, Filled, MaterialOutcome
from proofless.applications.waterfall.records import Records
from proofless.applications.waterfall.sources import Context, from_verification
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.simulator.acting import confirm
from proofless.standards.services import set_limit
from proofless.standards.versions import forget
from proofless.verification import queries as verification
from proofless.verification import services as asking
from proofless.verification.models import Request
from proofless.verification.rules.answers import AnswerGiven, Verdict
from tests.applications.scenes import Draft, accepted, open_draft, submitted
from tests.town import TestTown

pytestmark = pytest.mark.django_db
CARD, ASSESSMENT = "I075", "I075-M03"


def row(draft: Draft) -> ApplicationMaterial:
    return ApplicationMaterial.objects.get(application_id=draft.id, material_code=ASSESSMENT)


def question(draft: Draft) -> Request:
    return Request.objects.get(reference=reference_of(draft.id, ASSESSMENT))


def answer(town: TestTown, draft: Draft, verdict: Verdict) -> None:
    request = question(draft)
    asking.answer(
        actor=town.clerk("WJW"),
        request_id=request.id,
        revision=request.revision,
        given=AnswerGiven(verdict, clock.today(), {}, "经查档案，情况如上"),
    )


def decide(town: TestTown, draft: Draft, *, approve: bool = True) -> UUID | None:
    with ledger.reading():
        return services.decide(
            actor=town.clerk("CL"),
            application_id=draft.id,
            revision=draft.row.revision,
            approve=approve,
            reason="" if approve else "评定未达到标准",
        )


def test_the_question_goes_out_by_itself_and_the_answer_comes_back(town: TestTown) -> None:
    """张三 fetches no assessment sheet, and no clerk writes a letter for it."""
    draft = submitted(town, "张三", CARD)
    assert services.verify_waiting(draft.id)["asked"] == 1
    assert services.verify_waiting(draft.id) == {"asked": 0, "taken": 0, "ended": 0}
    asked = question(draft)
    assert (asked.asker_code, asked.department_code, asked.holder_id) == ("CL", "WJW", town["张三"])
    confirm(next(iter(verification.answers_for([asked.reference]).values())))
    assert services.verify_waiting(draft.id)["taken"] == 1
    assert (row(draft).answer, row(draft).awaiting, row(draft).sources) == (
        "confirmed",
        False,
        [f"request:{asked.id}"],
    )
    told = Event.objects.filter(application_id=draft.id, step="部门核验").values_list("note", flat=True)
    assert list(told) == ["市卫生健康委答复了“残疾评定表”的核验"]
    entries = LedgerEntry.objects.filter(kind=Kind.VERIFICATION_ANSWERED, object_id=str(draft.id))
    assert [ASSESSMENT in one.detail for one in entries] == [True]


def test_the_asking_clerk_may_not_answer_in_another_departments_place(town: TestTown) -> None:
    draft = submitted(town, "张三", CARD)
    with pytest.raises(AnsweredElsewhere):
        services.answer_verification(
            actor=town.clerk("CL"), application_id=draft.id, material_code=ASSESSMENT, confirmed=True
        )
    assert row(draft).awaiting


@pytest.mark.parametrize("verdict", [Verdict.DENIED, Verdict.UNKNOWN])
def test_only_a_yes_lets_the_approval_through(town: TestTown, verdict: Verdict) -> None:
    """Approving on a fact nobody confirmed would be worse than asking for a paper."""
    draft = accepted(town, "张三", CARD)
    with pytest.raises(Refusal) as waiting:
        decide(town, draft)
    assert waiting.value.detail == {"materials": [ASSESSMENT]}
    services.verify_waiting(draft.id)
    answer(town, draft, verdict)
    services.verify_waiting(draft.id)
    assert row(draft).answer == verdict.value
    with pytest.raises(Refusal) as refused:
        decide(town, draft)
    assert refused.value.code is ErrorCode.APPLICATION_INCOMPLETE


def test_what_the_other_department_returns_is_not_left_waiting(town: TestTown) -> None:
    draft = submitted(town, "张三", CARD)
    services.verify_waiting(draft.id)
    asked = question(draft)
    asking.return_request(
        actor=town.clerk("WJW"), request_id=asked.id, revision=asked.revision, reason="请补充评定机构"
    )
    services.verify_waiting(draft.id)
    assert (row(draft).answer, row(draft).awaiting) == ("returned", False)


def test_an_answer_after_the_case_closed_changes_nothing_and_is_kept(town: TestTown) -> None:
    """张三 took her application back; 卫健委, half-way, is told, and what it still answers is marked as late."""
    draft = submitted(town, "张三", CARD)
    services.verify_waiting(draft.id)
    services.withdraw(actor=draft.actor, application_id=draft.id)
    assert services.verify_waiting(draft.id)["ended"] == 1
    assert question(draft).case_closed_at is not None
    answer(town, draft, Verdict.DENIED)
    assert services.verify_waiting(draft.id)["taken"] == 0
    assert row(draft).answer == "ended"
    late = verification.answer_for(question(draft).reference)
    assert late is not None and late.after_case


def test_handed_in_anew_the_answer_already_given_counts(town: TestTown) -> None:
    """Returned for a photo, 张三 hands in again: 卫健委 is not asked a second time."""
    draft = submitted(town, "张三", CARD)
    services.verify_waiting(draft.id)
    answer(town, draft, Verdict.DENIED)
    services.return_for_correction(
        actor=town.clerk("CL"), application_id=draft.id, revision=draft.row.revision, reason="照片请重新拍摄"
    )
    draft.submit()
    assert services.verify_waiting(draft.id) == {"asked": 0, "taken": 1, "ended": 0}
    assert row(draft).answer == "denied"
    assert Request.objects.filter(reference__contains=str(draft.id)).count() == 1


def test_what_the_department_cannot_tell_falls_to_the_next_way(town: TestTown) -> None:
    """Nobody waits for an answer that has come and says nothing: 张三 may bring the sheet after all."""
    draft = submitted(town, "张三", CARD)
    services.verify_waiting(draft.id)
    answer(town, draft, Verdict.UNKNOWN)
    services.verify_waiting(draft.id)
    before = request_for(draft.row)
    services.return_for_correction(
        actor=town.clerk("CL"),
        application_id=draft.id,
        revision=draft.row.revision,
        reason="主管部门无法核实",
    )
    assert before.unanswered == frozenset() and request_for(draft.row).unanswered == {ASSESSMENT}


def test_where_no_record_serves_the_department_is_asked_before_she_is(town: TestTown) -> None:
    """教师资格: without a row in the register 张三 would be sent for a paper 公安 can answer for."""
    material = next(m for m in items.get_item("I078").materials if m.code == "I078-M05")
    people = {"applicant": (town["张三"],)}
    bare = Context(people, Records((), frozenset(), frozenset(), {}, frozenset()), {}, {}, {})
    alone = from_verification(material, bare)
    asked = from_verification(material, replace(bare, answerers=verification.answerers()))
    told = from_verification(
        material, replace(bare, answerers=verification.answerers(), unanswered=frozenset({material.code}))
    )
    assert isinstance(alone, Attempt) and isinstance(told, Attempt)
    assert isinstance(asked, MaterialOutcome) and asked.awaiting and "市公安局" in asked.sentence
    assert told.why == "市公安局答复无法核实"


def test_a_question_that_cannot_be_put_is_shown_and_not_left_waiting(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = submitted(town, "张三", CARD)

    def refuse(**_: object) -> UUID:
        raise Refusal(code=ErrorCode.INPUT_INVALID)

    monkeypatch.setattr(asking, "ask", refuse)
    services.verify_waiting(draft.id)
    assert (row(draft).answer, row(draft).awaiting) == (UNASKED, False)


def test_one_broken_case_keeps_nobody_else_waiting(town: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = submitted(town, "张三", CARD), submitted(town, "王五", CARD)
    about = verifying._about

    def stumble(duty: object, case: Application, material: object) -> UUID:
        if case.id == broken.id:
            raise RuntimeError("a plan nobody can read")
        return about(duty, case, material)  # type: ignore[arg-type]

    monkeypatch.setattr(verifying, "_about", stumble)
    assert services.verify_waiting()["asked"] >= 1
    assert question(whole).state == "asked" and row(broken).awaiting


def test_the_clerk_reads_where_the_question_is(town: TestTown) -> None:
    draft = submitted(town, "张三", CARD)
    services.verify_waiting(draft.id)
    with ledger.reading():
        opened = queries.open_case(town.clerk("CL"), draft.id)
    assert opened.materials[ASSESSMENT].awaiting


# what an answer says fills the next form


def assess(town: TestTown, draft: Draft, category: str) -> None:
    """卫健委 answers with what the hospital found."""
    services.verify_waiting(draft.id)
    request = question(draft)
    asking.answer(
        actor=town.clerk("WJW"),
        request_id=request.id,
        revision=request.revision,
        given=AnswerGiven(
            Verdict.CONFIRMED,
            clock.today(),
            {"category": category, "grade": "二级", "hospital": "市人民医院", "assessed_on": "2026-11-02"},
            "评定结果如上",
        ),
    )


def category(town: TestTown, name: str = "张三", item: str = CARD) -> Filled:
    made = open_draft(town, name, item).plan
    return next(one for one in made.fields if one.name == "disability_category")


def test_what_a_department_answered_fills_the_form_with_source_and_day(town: TestTown) -> None:
    """张三 applies anew: nobody asks her to know what the hospital wrote; she may still say otherwise."""
    assert category(town).value is None
    assess(town, submitted(town, "张三", CARD), "肢体残疾")
    found = category(town)
    assert (found.value, found.origin, found.reference) == ("4", "verification", "VT09.category")
    assert found.as_of == clock.today().isoformat() and found.editable and not found.confirm
    assert category(town, "王五").value is None


def test_an_answer_in_words_no_code_has_fills_nothing(town: TestTown) -> None:
    assess(town, submitted(town, "张三", CARD), "说不清")
    assert category(town).value is None


def test_an_old_answer_is_confirmed_by_her(town: TestTown) -> None:
    assess(town, submitted(town, "张三", CARD), "肢体残疾")
    set_limit(
        actor=system_actor(Permission.LIMITS_SET),
        code=Limit.REGISTER_FRESH_DAYS,
        value=7,
        reason="试行每周更新",
    )
    late = clock.now() + timedelta(days=8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_source", lambda: late)
        assert "请确认" in category(town).confirm
    forget()


def test_an_answer_another_department_asked_for_is_not_used(town: TestTown) -> None:
    """It would move to 残联 without anybody having agreed."""
    assess(town, submitted(town, "张三", CARD), "肢体残疾")
    with ledger.act(Kind.TOWN_MADE, system_actor()):
        Request.objects.filter(holder_id=town["张三"]).update(asker_code="MZJ")
    assert category(town).value is None


def test_an_answer_costs_a_plan_one_statement_and_others_none(town: TestTown) -> None:
    def statements(item: str) -> int:
        open_draft(town, "张三", item)
        with CaptureQueriesContext(connection) as asked:
            open_draft(town, "张三", item)
        return len([one for one in asked if "verification_request" in one["sql"]])

    assert statements("I006") == 0
    assert statements(CARD) == 1

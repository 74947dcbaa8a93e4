"""One department asks another: told once, answered once, kept with its lateness, shown to the holder."""

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import connections

from proofless import ledger
from proofless.access import Ground, permit
from proofless.access.actors import system_actor
from proofless.access.errors import PermitDenied
from proofless.kit.errors import Forbidden, InputInvalid, NotFound, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.ledger.queries import list_for_holder
from proofless.parties.models import Holder, HolderKind
from proofless.standards.services import set_limit
from proofless.verification import queries, services
from proofless.verification.errors import AnswerInvalid, RequestTaken, WrongState
from proofless.verification.models import Evidence, Request
from proofless.verification.queries import Filter
from proofless.verification.rules.answers import Verdict
from proofless.verification.rules.states import State
from proofless.verification.services import Question
from tests.town import TestTown
from tests.verification.scenes import (
    ARCHIVE,
    DRIVING,
    MONDAY,
    PNG,
    TAX,
    again,
    ask,
    clerk,
    entries,
    grant,
    on,
    question,
    yes,
)

pytestmark = pytest.mark.django_db
POLICE, ROADS = "GAJ", "JTJ"
BUREAU = system_actor(Permission.LIMITS_SET)


def answer(request: Request, who=None, given=None, **more: object) -> None:  # type: ignore[no-untyped-def]
    services.answer(
        actor=who or clerk(POLICE),
        request_id=request.id,
        revision=request.revision,
        given=given or yes(),
        **more,  # type: ignore[arg-type]
    )


def test_the_asker_reads_the_answer_under_her_reference(town: TestTown) -> None:
    """张三 brings no paper: 交通 asks 公安, and the answer comes back to the case by itself."""
    request = ask(town["张三"])
    assert queries.answer_for(request.reference).state is State.ASKED  # type: ignore[union-attr]
    answer(request)
    held = queries.answer_for(request.reference)
    assert held is not None and held.state is State.ANSWERED and held.in_limit and not held.after_case
    who = clerk(ROADS)
    with ledger.reading():
        said = queries.read_answer(grant(who, town["张三"], "answer.*"), request.id)
    assert said.verdict is Verdict.CONFIRMED and said.department_code == POLICE


def test_entries_tell_who_asked_whom_and_never_what_was_answered(town: TestTown) -> None:
    request = ask(town["张三"])
    answer(request, given=yes("有一次较大交通事故", Verdict.DENIED))
    asked, said = entries(Kind.REQUEST_ASKED, request)[0], entries(Kind.REQUEST_ANSWERED, request)[0]
    assert "市公安局" in asked.purpose and "account.number" in asked.holders and POLICE in asked.holders
    assert asked.department_code == ROADS and said.department_code == POLICE
    for one in (asked, said):
        assert "denied" not in one.detail and "事故" not in one.detail + one.purpose.split("“")[0]


def test_only_a_permit_lets_somebody_be_asked_about(town: TestTown) -> None:
    """王五's number may not travel because some clerk was curious about her."""
    who = clerk(ROADS)
    for held in (grant(who, town["张三"]), grant(who, town["王五"], "account.name")):
        with pytest.raises(PermitDenied):
            services.ask(actor=who, question=question(town["王五"]), permit=held)
    with pytest.raises(Forbidden):
        services.ask(
            actor=town.resident("张三"), question=question(town["张三"]), permit=grant(who, town["张三"])
        )
    assert not Request.objects.exists()


def test_strangers_find_nothing(town: TestTown) -> None:
    """A third department gets the same answer for this request as for one that does not exist."""
    request = ask(town["张三"])
    answer(request)
    stranger = clerk("MZJ")
    for request_id in (request.id, UUID(int=5)):
        with pytest.raises(NotFound), ledger.reading():
            queries.open_request(stranger, request_id)
    with pytest.raises(PermitDenied), ledger.reading():
        queries.read_answer(grant(stranger, town["张三"], "answer.*"), request.id)
    with pytest.raises(NotFound):
        answer(request, stranger)


def test_the_holder_may_read_what_was_said_of_her(town: TestTown) -> None:
    request = ask(town["张三"])
    answer(request)
    who = town.resident("张三")
    own = permit(who, [town["张三"]], ["answer.*"], "查阅", ground=Ground.OWN)
    with ledger.reading():
        assert queries.read_answer(own, request.id).verdict is Verdict.CONFIRMED


def test_asking_twice_is_asking_once(town: TestTown) -> None:
    first, second = ask(town["张三"]), ask(town["张三"])
    assert first.id == second.id and len(entries(Kind.REQUEST_ASKED, first)) == 1
    assert ask(town["张三"], reference="application:2/I067-M03").id != first.id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": ""}, "purpose"),
        ({"reference": "张三的事"}, "reference"),
        ({"parameters": {"colour": "红"}}, "colour"),
    ],
)
def test_a_question_that_does_not_fit_is_refused(
    town: TestTown, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        ask(town["张三"], **changes)  # type: ignore[arg-type]
    assert field in refused.value.detail["fields"]  # type: ignore[operator]


def test_what_is_asked_is_sealed_and_opened_for_the_answering_clerk(town: TestTown) -> None:
    request = ask(town["张三"], ARCHIVE, by="JYTYJ", parameters={"former_unit": "德州机床厂"})
    assert "机床厂".encode() not in bytes(request.question_sealed)
    with ledger.reading() as lines:
        opened = queries.open_request(clerk("RSJ"), request.id)
    assert opened.subject["name"] == "张三" and opened.parameters == {"former_unit": "德州机床厂"}
    assert {field for line in lines for field in line.fields} >= {"account.number", "question.former_unit"}
    assert all(line.ground == f"statutory:协查:{request.number}" for line in lines)
    assert "mobile" not in opened.subject, "only what the template carries"


def test_values_and_evidence_come_with_the_answer(town: TestTown) -> None:
    request = ask(town["张三"], ARCHIVE, by="JYTYJ")
    records = clerk("RSJ")
    given = yes(archive_place="市人才交流中心", work_since="2008-07-01")
    with pytest.raises(AnswerInvalid) as refused:
        answer(request, records, given)
    assert refused.value.detail["fields"] == {"evidence": "这类核验须附佐证材料"}
    with pytest.raises(AnswerInvalid):
        answer(request, records, given, evidence=[b"MZ not a picture"])
    answer(request, records, given, evidence=[PNG])
    with ledger.reading():
        opened = queries.open_request(clerk("JYTYJ"), request.id)
        data, kind = queries.read_evidence(clerk("JYTYJ"), request.id, opened.evidence[0].id)
    assert opened.answer["archive_place"] == "市人才交流中心" and (data, kind) == (PNG, "image/png")


def test_the_city_says_how_large_evidence_may_be(town: TestTown) -> None:
    request, scan = ask(town["张三"], ARCHIVE, by="JYTYJ"), PNG + bytes(2 << 20)
    set_limit(actor=BUREAU, code=Limit.EVIDENCE_MEGABYTES, value=2, reason="存储空间不足")
    given = yes(archive_place="市人才交流中心", work_since="2008-07-01")
    with pytest.raises(AnswerInvalid) as refused:
        answer(request, clerk("RSJ"), given, evidence=[scan])
    assert refused.value.detail["fields"] == {"evidence": "请上传 2MB 以内的图片或 PDF"}
    with pytest.raises(Refusal):
        services.attach(actor=clerk("RSJ"), request_id=request.id, data=scan)
    set_limit(actor=BUREAU, code=Limit.EVIDENCE_MEGABYTES, value=3, reason="已经扩容")
    answer(request, clerk("RSJ"), given, evidence=[scan])


def test_returned_requests_may_be_asked_again(town: TestTown) -> None:
    request = ask(town["张三"])
    services.return_request(
        actor=clerk(POLICE), request_id=request.id, revision=1, reason="应由交警支队受理，请改派"
    )
    assert again(request).state == State.RETURNED and again(request).closing_note.startswith("应由交警")
    second = ask(town["张三"])
    assert second.id != request.id and queries.answer_for(request.reference).id == second.id  # type: ignore[union-attr]


def test_withdrawn_is_withdrawn(town: TestTown) -> None:
    request = ask(town["张三"])
    with pytest.raises(NotFound):
        services.withdraw(actor=clerk("MZJ"), request_id=request.id, revision=1, reason="不再需要了")
    services.withdraw(actor=clerk(ROADS), request_id=request.id, revision=1, reason="申请人已撤回办件")
    with pytest.raises(WrongState):
        answer(again(request))


def test_an_answer_after_the_case_closed_is_kept_and_marked(town: TestTown) -> None:
    """公安 did the work; nobody is told it was in time, and nothing is lost."""
    request = ask(town["张三"])
    closed = services.close_case(actor=clerk(ROADS), reference="application:1")
    assert closed == 1 and queries.answer_for(request.reference).case_over  # type: ignore[union-attr]
    answer(again(request))
    held = queries.answer_for(request.reference)
    assert held is not None and held.state is State.ANSWERED and held.after_case
    assert '"after_case":true' in entries(Kind.REQUEST_ANSWERED, request)[0].detail
    assert services.close_case(actor=clerk(ROADS), reference="application:1") == 0
    other = ask(town["王五"], reference="application:11/I067-M03")
    assert services.close_case(actor=clerk(ROADS), reference="application:1") == 0, "1 is not 11"
    assert again(other).case_closed_at is None


@pytest.mark.django_db(transaction=True)
def test_two_clerks_answer_at_once_and_one_is_told(town: TestTown) -> None:
    """Otherwise the second answer would silently replace the first, which 交通 may already have used."""
    request = ask(town["张三"])
    told: list[str] = []
    start = threading.Barrier(2)

    def work(number: int) -> None:
        start.wait()
        try:
            answer(request, clerk(POLICE, number), yes(f"第{number}人的答复"))
            told.append("answered")
        except (RequestTaken, WrongState) as refused:
            told.append(refused.code.name)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in (2, 3)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert "answered" in told and len(told) == 2 and told.count("answered") == 1
    assert len(entries(Kind.REQUEST_ANSWERED, request)) == 1


def test_bulk_answers_name_what_they_left_out(town: TestTown) -> None:
    """Twenty of a kind at once; the one a colleague answered meanwhile is named, not overwritten."""
    names = ("张三", "李四", "王五")
    made = [ask(town[name], reference=f"application:{n}/M") for n, name in enumerate(names)]
    answer(made[1], given=yes("先答复的", Verdict.DENIED))
    found = services.answer_many(
        actor=clerk(POLICE, 3), requests=[(one.id, one.revision) for one in made], given=yes()
    )
    assert set(found.answered) == {made[0].id, made[2].id} and [one for one, _ in found.refused] == [
        made[1].id
    ]
    with pytest.raises(InputInvalid):
        services.answer_many(actor=clerk(POLICE), requests=[], given=yes())


def test_the_queue_puts_the_nearest_limit_first(town: TestTown) -> None:
    with on(MONDAY):
        late = ask(town["李四"], reference="application:7/M")
    with on(date(2026, 11, 25)):
        fresh = ask(town["张三"], reference="application:8/M")
    with on(date(2026, 11, 27)):
        rows = queries.list_queue(clerk(POLICE), Filter()).rows
        assert [row.id for row in rows] == [late.id, fresh.id]
        assert rows[0].promised.words == "已超期1个工作日" and rows[1].promised.words.startswith("剩")
        only = queries.list_queue(clerk(POLICE), Filter(urgency="overdue")).rows
        assert [row.id for row in only] == [late.id]
        found = queries.list_queue(clerk(POLICE), Filter(text=fresh.number[-6:])).rows
        assert [row.id for row in found] == [fresh.id]
        assert queries.count_urgent(clerk(POLICE))["overdue"] == 1
    assert not queries.list_queue(clerk("MZJ"), Filter()).rows
    assert [row.id for row in queries.list_asked(clerk(ROADS), Filter()).rows] == [fresh.id, late.id]


def test_a_countys_clerk_sees_her_county(town: TestTown) -> None:
    here = ask(town["张三"], division_code="371402000000")
    ask(town["李四"], reference="application:9/M", division_code="371424000000")
    rows = queries.list_queue(clerk(POLICE, division="371402"), Filter()).rows
    assert [row.id for row in rows] == [here.id]


def test_an_enterprise_is_asked_about_like_a_person(town: TestTown) -> None:
    """某公司 leaves the register without a paper from the tax office."""
    firm = Holder.objects.filter(kind=HolderKind.ENTERPRISE).values_list("id", flat=True)[0]
    request = ask(firm, TAX, by="SPJ", purpose="办理企业注销登记")
    answer(request, clerk("SWJ"))
    assert again(request).state == State.ANSWERED


@pytest.mark.django_db(transaction=True)
def test_news_reaches_a_follower_and_the_holder_by_the_chain(town: TestTown) -> None:
    """The room above reads the chain by its own cursor; 张三 reads the same lines on her phone."""
    town.chain()
    start, _ = queries.list_answered(0, 100_000)
    request = ask(town["张三"])
    answer(request)
    town.chain()
    after, news = queries.list_answered(start)
    assert [(one.request_id, one.reference, one.kind) for one in news] == [
        (request.id, request.reference, Kind.REQUEST_ANSWERED)
    ]
    assert queries.list_answered(after) == (after, [])
    kinds = [line.kind for line in list_for_holder(town["张三"]).rows]
    assert Kind.REQUEST_ASKED in kinds and Kind.REQUEST_ANSWERED in kinds
    assert Evidence.objects.count() == 0


def test_unknown_templates_are_unknown(town: TestTown) -> None:
    with pytest.raises(Exception, match="VERIFICATION_TEMPLATE_UNKNOWN"):
        services.ask(
            actor=clerk(ROADS),
            question=Question("VT99", town["张三"], "x", "用途"),
            permit=grant(clerk(ROADS), town["张三"]),
        )
    assert DRIVING in {one.code for one in queries.list_templates()}


@pytest.mark.django_db(transaction=True)
def test_two_clerks_ask_the_same_at_once_and_one_request_stands(town: TestTown) -> None:
    """公安 would otherwise answer the same question about 张三 twice."""
    made: list[UUID] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        made.append(ask(town["张三"]).id)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert len(made) == 2 and len(set(made)) == 1 == Request.objects.count()
    assert LedgerEntry.objects.filter(kind=Kind.REQUEST_ASKED).count() == 1

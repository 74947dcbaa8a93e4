"""Clocks, states, answers and the breaker, without a database: properties that hold for every day and sequence."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.kit import clock
from proofless.verification.rules import clocks
from proofless.verification.rules.answers import (
    AnswerGiven,
    Blank,
    Shape,
    SourceLied,
    Verdict,
    find_faults,
    read_reply,
)
from proofless.verification.rules.breaker import REST_SECONDS, THRESHOLD, Breaker
from proofless.verification.rules.clocks import Deadline, Known, Level, Pause, Urgency
from proofless.verification.rules.punctuality import Life, punctuality_of
from proofless.verification.rules.states import CLOSED, OPEN, TABLE, State, Verb, next_state, verbs_in
from proofless.verification.rules.templates import judge_row, read_blanks, template_problems

days = st.dates(date(2025, 1, 1), date(2026, 9, 30))
lengths = st.integers(0, 40)


@st.composite
def stopped(draw: st.DrawFn) -> tuple[date, int, list[Pause]]:
    """A start, a limit and pauses that follow each other."""
    start, count = draw(days), draw(lengths)
    pauses, day = [], start
    for _ in range(draw(st.integers(0, 3))):
        since = day + timedelta(days=draw(st.integers(0, 6)))
        day = since + timedelta(days=draw(st.integers(0, 9)))
        pauses.append(Pause(since, day))
    return start, count, pauses


@given(days, lengths)
def test_a_limit_without_pauses_is_the_houses_limit(start: date, count: int) -> None:
    limit = clock.add_working_days(start, count)
    assert clocks.deadline(start, count).due_on == limit.due_on


@given(stopped())
def test_exactly_the_limit_runs_before_it_ends(case: tuple[date, int, list[Pause]]) -> None:
    """A department neither loses nor gains a day by pausing."""
    start, count, pauses = case
    found = clocks.deadline(start, count, pauses)
    if found.due_on is not None:
        assert clocks.days_used(start, found.due_on, pauses) == count
        assert found.due_on >= (clocks.deadline(start, count).due_on or start)


@given(stopped())
def test_a_running_pause_leaves_no_due_day(case: tuple[date, int, list[Pause]]) -> None:
    start, count, pauses = case
    found = clocks.deadline(start, count, [*pauses, Pause(start)])
    assert found == Deadline(None, Known.PAUSED)


def test_paused_and_resumed_on_one_day_costs_nothing() -> None:
    start = date(2026, 11, 2)
    assert clocks.deadline(start, 5, [Pause(start, start)]) == clocks.deadline(start, 5)


def test_an_unpublished_year_is_unknown_not_guessed() -> None:
    """李四 must not be told a date nobody can know: the holidays of 2027 are not out."""
    found = clocks.deadline(date(2026, 12, 30), 10)
    assert found == Deadline(None, Known.UNPUBLISHED)
    assert clocks.pressure(found, date(2026, 12, 31)).urgency is Urgency.UNKNOWN
    assert clocks.escalation(found, found, date(2026, 12, 31)) is Level.NONE


@given(days, st.integers(-30, 30))
def test_pressure_is_overdue_after_the_day_and_never_before(due: date, apart: int) -> None:
    today = due + timedelta(days=apart)
    found = clocks.pressure(Deadline(due, Known.KNOWN), today)
    assert (found.urgency is Urgency.OVERDUE) == (today > due)
    assert found.words and found.urgency.tone
    if found.left is not None:
        assert (found.left < 0) == (today > due)


@given(days, st.integers(0, 20), st.integers(-20, 20))
def test_escalation_only_rises_with_the_days(first: date, apart: int, start: int) -> None:
    promised, legal = (Deadline(first + timedelta(days=n), Known.KNOWN) for n in (0, apart))
    today = first + timedelta(days=start)
    ranks = [clocks.escalation(promised, legal, today + timedelta(days=n)).rank for n in range(0, 30, 3)]
    assert ranks == sorted(ranks)


def test_what_is_closed_stays_closed() -> None:
    assert all(not verbs_in(state) for state in CLOSED)
    assert all(Verb.ANSWER in verbs_in(state) and Verb.WITHDRAW in verbs_in(state) for state in OPEN)
    assert set(TABLE.values()) | {State.ASKED} == set(State)


@given(st.lists(st.sampled_from(list(Verb)), max_size=30))
def test_every_pause_is_ended_before_the_next_begins(verbs: list[Verb]) -> None:
    state, standing = State.ASKED, 0
    for verb in verbs:
        after = next_state(state, verb)
        if after is None:
            continue
        assert state.open, "nothing follows the end"
        standing += (after is State.PAUSED) - (state is State.PAUSED)
        assert standing in {0, 1}
        state = after


FIELDS = (Blank("place", "存放地", "string"), Blank("since", "起始", "date", required=False))
TODAY = date(2026, 11, 23)


def faults(shape: Shape, given: AnswerGiven, evidence: int = 0, needs: bool = False) -> dict[str, str]:
    return find_faults(shape, FIELDS, given, TODAY, evidence=evidence, needs_evidence=needs)


def test_an_answer_must_fit_its_template() -> None:
    good = AnswerGiven(Verdict.CONFIRMED, TODAY, {"place": "市人才中心"})
    assert not faults(Shape.VALUE, good)
    assert faults(Shape.VALUE, AnswerGiven(Verdict.CONFIRMED, TODAY)) == {"place": "请填写这一项"}
    assert "since" in faults(
        Shape.VALUE, AnswerGiven(Verdict.CONFIRMED, TODAY, {"place": "甲", "since": "昨天"})
    )
    assert "place" in faults(Shape.YES_NO, good), "a yes-or-no question takes no value"
    assert "place" in faults(Shape.VALUE, AnswerGiven(Verdict.DENIED, TODAY, {"place": "甲"}))
    assert "as_of" in faults(Shape.YES_NO, AnswerGiven(Verdict.DENIED, TODAY + timedelta(days=1)))
    assert "evidence" in faults(Shape.VALUE, good, needs=True) and not faults(Shape.VALUE, good, 1, True)
    assert "note" in faults(Shape.TEXT, AnswerGiven(Verdict.CONFIRMED, TODAY))
    assert "note" in faults(Shape.YES_NO, AnswerGiven(Verdict.UNKNOWN, TODAY)), "unknown says why"


REPLY = {"request_id": "7", "verdict": "confirmed", "as_of": "2026-11-20", "values": {"place": "市人才中心"}}


def test_an_interface_that_keeps_its_word_is_taken() -> None:
    taken = read_reply(REPLY, "7", Shape.VALUE, FIELDS, TODAY)
    assert taken.verdict is Verdict.CONFIRMED and taken.values == {"place": "市人才中心"}


@pytest.mark.parametrize(
    "lie",
    [
        {"request_id": "8"},
        {"verdict": "yes"},
        {"verdict": True},
        {"verdict": None},
        {"as_of": "2027-01-01"},
        {"as_of": 20261120},
        {"values": {"place": ["市人才中心"]}},
        {"values": {"place": "市人才中心", "number": "371402199001010012"}},
        {"values": {"place": 1.5}},
        {"values": []},
        {"values": {}},
        {"note": 7},
        {"extra": 1},
    ],
)
def test_a_source_that_lies_about_its_schema_is_refused(lie: dict[str, object]) -> None:
    """Half a truth taken would be 张三's record from then on; the complaint repeats no value."""
    with pytest.raises(SourceLied) as said:
        read_reply({**REPLY, **lie}, "7", Shape.VALUE, FIELDS, TODAY)
    assert "市人才中心" not in str(said.value) and "3714" not in str(said.value)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


@given(
    json_like
    | st.fixed_dictionaries(
        {"request_id": st.just("7")},
        optional=dict.fromkeys(("verdict", "as_of", "values", "note"), json_like),
    )
)
def test_any_reply_is_taken_whole_or_refused(reply: object) -> None:
    try:
        taken = read_reply(reply, "7", Shape.VALUE, FIELDS, TODAY)
    except SourceLied:
        return
    assert not faults(Shape.VALUE, taken)


@given(st.lists(st.booleans(), max_size=40))
def test_the_breaker_opens_after_failures_in_a_row_and_only_then(results: list[bool]) -> None:
    breaker, run = Breaker(), 0
    for success in results:
        breaker = breaker.after(success, 100.0)
        run = 0 if success else run + 1
        assert breaker.may_call(100.0) == (run < THRESHOLD)
        assert breaker.may_call(100.0 + REST_SECONDS)


def test_one_trial_at_a_time_after_the_rest() -> None:
    resting = Breaker(THRESHOLD, 100.0)
    later = 100.0 + REST_SECONDS
    assert resting.may_call(later) and not resting.trying(later).may_call(later + 1)


def test_no_row_is_a_no_only_where_the_register_is_complete() -> None:
    assert judge_row("no_row", None) is Verdict.CONFIRMED
    assert judge_row("row", None) is Verdict.DENIED
    assert judge_row("check_result=1", {"check_result": "1"}) is Verdict.CONFIRMED
    assert judge_row("check_result=1", {"check_result": "0"}) is Verdict.DENIED
    assert judge_row("check_result=1", None) is None, "nothing on file proves nothing"
    assert [b.required for b in read_blanks("a:甲:string; b:乙:date?")] == [True, False]


outcomes = st.sampled_from([(True, True), (False, True), (False, False), (None, None)])
lives = st.builds(
    lambda state, kept, instant, used: Life(
        "GAJ",
        state,
        instant,
        used,
        *(kept if state in {State.ANSWERED, State.TAKEN} else (None, None)),
        False,
        False,
    ),
    st.sampled_from(list(State)),
    outcomes,
    st.booleans(),
    st.none() | st.integers(0, 30),
)


@given(st.lists(lives, max_size=20))
def test_rates_lie_between_nothing_and_everything(every: list[Life]) -> None:
    found = punctuality_of("GAJ", every)
    assert found.asked == len(every) >= found.limit_judged >= found.in_limit >= found.in_promise
    assert (found.limit_rate is None) == (found.limit_judged == 0), "nothing decided is no rate, not zero"
    assert found.unknown <= found.answered


FORMS = {"I085-M03": {"doc_no"}, "I066-M03": set()}
TEMPLATE = {
    "template_code": "VT06",
    "title": "处罚义务履行情况核验",
    "question": "当事人是否已履行",
    "legal_basis": "信用信息修复管理办法",
    "dept_code": "SCJGJ",
    "answer_shape": "text",
    "answer_fields": "",
    "evidence_required": "Y",
    "carries": "account.name",
    "parameters": "decision_no:处罚决定书文号:string",
    "connector": "person",
    "confirms": "",
    "budget_ms": "800",
    "legal_days": "10",
    "promised_days": "5",
    "extension_days": "5",
    "phrases": "",
    "materials": "I085-M03(decision_no=doc_no)",
    "fills": "",
    "source": "domain knowledge",
}


def complaints(*rows: dict[str, str]) -> list[str]:
    return list(template_problems([TEMPLATE | row for row in rows], {"SCJGJ"}, set(), FORMS))


def test_a_template_says_which_material_it_verifies_and_from_which_field() -> None:
    assert complaints({}) == []


@pytest.mark.parametrize(
    ("materials", "word"),
    [
        ("I999-M01(decision_no=doc_no)", "没有材料 I999-M01"),
        ("I085-M03", "没有说明 decision_no 从哪里来"),
        ("I085-M03(decision_no=penalty_no)", "事项没有表单字段 penalty_no"),
        ("I085-M03(decision_no=doc_no,court=doc_no)", "没有参数 court"),
        ("I085-M03(decision_no)", "materials 应为"),
    ],
)
def test_a_mapping_that_leads_nowhere_is_refused_before_it_is_loaded(materials: str, word: str) -> None:
    """张三's case would otherwise wait for a question nobody can put."""
    assert any(word in one for one in complaints({"materials": materials}))


@pytest.mark.parametrize(
    ("fills", "word"),
    [
        ("I085.doc_no", "fills 应为"),
        ("I085.court=paid", "没有表单字段 I085.court"),
        ("I085.doc_no=fined", "答复里没有 fined"),
    ],
)
def test_an_answer_fills_only_what_there_is_from_what_it_says(fills: str, word: str) -> None:
    value = {"answer_shape": "value", "answer_fields": "paid:已缴:date", "fills": "I085.doc_no=paid"}
    assert complaints(value) == []
    assert any(word in one for one in complaints(value | {"fills": fills}))


def test_two_templates_for_one_material_contradict_each_other() -> None:
    """Two departments could answer differently; which counts would be chance."""
    found = complaints({}, {"template_code": "VT07"})
    assert ["I085-M03 已由 VT06 核验" in one for one in found] == [True]

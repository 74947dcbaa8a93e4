"""Promises without a database: what they compile to, who may make them, what follows, who is looked at."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from proofless.commitments.rules.checks import (
    Absence,
    Check,
    CheckKind,
    Found,
    Outcome,
    compile_promise,
    judge,
    next_look,
    read_check,
)
from proofless.commitments.rules.deferrals import Deferral, DeferralState, due_day, open_deferral
from proofless.commitments.rules.deferrals import row_problems as row_problems_of
from proofless.commitments.rules.eligibility import Record, Why, judge_eligibility
from proofless.commitments.rules.responses import (
    TABLE,
    Degree,
    Move,
    Stage,
    degree_of,
    next_stage,
    response_to,
)
from proofless.commitments.rules.samples import draw, sample_size
from proofless.commitments.rules.templates import (
    COLUMNS,
    Material,
    Risk,
    default_check,
    row_problems,
    template_of,
)

TODAY = date(2026, 11, 23)
days = st.dates(date(2025, 1, 1), date(2026, 6, 30))
names = st.text("abcdefghij_", min_size=1, max_size=12)
MATERIAL = Material(
    "I058-M04", "卫生检测报告", "I058", "公共场所卫生许可", "卫生", "WJW", "市卫生健康委", "公共场所卫生管理条例",
    "cma_cert", "DS_CMA",
)  # fmt: skip


@given(
    st.one_of(
        st.just(Check(CheckKind.PERSON)),
        st.builds(
            Check, st.sampled_from([CheckKind.CERTIFICATE, CheckKind.ROW, CheckKind.VERIFICATION]), names
        ),
        st.builds(Check, st.just(CheckKind.VALUE), names, names, names),
    )
)
def test_a_check_is_read_as_it_is_written(check: Check) -> None:
    assert read_check(check.text) == check


@given(st.text(max_size=30))
def test_nonsense_is_no_check(text: str) -> None:
    try:
        assert read_check(text).text == text
    except ValueError:
        return


@given(days, st.integers(1, 60))
def test_every_promise_has_a_check_and_a_date(signed: date, length: int) -> None:
    plan = compile_promise(default_check(MATERIAL), length, signed)
    assert plan.check == Check(CheckKind.CERTIFICATE, "cma_cert")
    assert plan.due_on is not None and signed < plan.first_on <= max(plan.due_on, plan.first_on)
    assert plan.due_on >= signed + timedelta(days=length)


def test_a_date_nobody_can_know_is_not_made_up() -> None:
    assert compile_promise(Check(CheckKind.PERSON), 60, TODAY).due_on is None
    for wrong in (0, 251):
        with pytest.raises(ValueError, match=str(wrong)):
            compile_promise(Check(CheckKind.PERSON), wrong, TODAY)


@given(st.sampled_from(list(Found)), st.sampled_from(list(Absence)), days, st.none() | days)
def test_nobody_is_a_liar_by_a_gap_in_a_database(
    found: Found, absence: Absence, today: date, due: date | None
) -> None:
    outcome = judge(found, absence=absence, today=today, due_on=due)
    if outcome is Outcome.BROKEN:
        missing = found is Found.NOTHING and absence is Absence.BREACH and due is not None and today >= due
        assert found is Found.CONTRARY or missing
    assert (outcome is Outcome.KEPT) == (found is Found.MATCH)
    if found is Found.UNREACHABLE:
        assert outcome in {Outcome.WAIT, Outcome.SAMPLE}
    if due is None or today < due:
        assert outcome is not Outcome.SAMPLE
    assert next_look(today, due) > today


def test_the_sheet_says_what_the_law_asks_it_to_say() -> None:
    made = template_of(MATERIAL, None)
    assert [heading for heading, _ in made.lines] == ["依据", "告知", "承诺", "核查", "责任"]
    assert "不愿承诺" in made.told and "听证" in made.consequences and "修复" in made.consequences
    assert "60个工作日" in made.checked and made.excluded == ""
    strict = template_of(
        MATERIAL, dict.fromkeys(COLUMNS, "") | {"days": "20", "risk": "high", "absence": "breach"}
    )
    assert (strict.days, strict.risk, strict.absence) == (20, Risk.HIGH, Absence.BREACH)


def test_rows_of_the_catalogue_are_checked() -> None:
    codes = {kind: {"cma_cert"} for kind in CheckKind}
    good = dict.fromkeys(COLUMNS, "") | {
        "material_code": "I058-M04",
        "check": "certificate:cma_cert",
        "source": "x",
    }
    assert not list(row_problems([good], {"I058-M04"}, codes))
    for wrong in (
        {"material_code": "I999"}, {"source": ""}, {"risk": "huge"}, {"absence": "maybe"}, {"days": "0"},
        {"check": "magic:x"}, {"check": "certificate:none"},
    ):  # fmt: skip
        assert list(row_problems([good | wrong], {"I058-M04"}, codes)), wrong
    assert list(row_problems([good, good], {"I058-M04"}, codes)) and list(row_problems([{}], set(), codes))


records = st.builds(
    Record,
    serious_dishonesty=st.sampled_from([True, False, None]),
    barred_until=st.none() | days,
    is_minor=st.booleans(),
    overdue_deferrals=st.integers(0, 2),
)


@given(records, days)
def test_a_promise_is_taken_only_from_whom_nothing_speaks_against(record: Record, today: date) -> None:
    found = judge_eligibility(template_of(MATERIAL, None), record, today)
    clean = record.serious_dishonesty is False and not record.is_minor and not record.overdue_deferrals
    barred = record.barred_until is not None and record.barred_until >= today
    assert found.allowed == (clean and not barred)
    assert all(reason.text and reason.remedy for reason in found.reasons)


def test_every_reason_is_told_at_once() -> None:
    risky = Material(
        *("I067-M03", "安全驾驶经历", "I067", "危险货物驾驶员从业资格", "交通", "JTJ", "x", "x", "", "")
    )
    found = judge_eligibility(template_of(risky, None), Record(None, date.max, True, 1), TODAY)
    assert {reason.why for reason in found.reasons} == set(Why) - {Why.SERIOUS_DISHONESTY}


@given(st.lists(st.sampled_from(list(Move)), max_size=20), st.integers(0, 20))
def test_nothing_is_upheld_unheard(moves: list[Move], speed: int) -> None:
    """李四 has her days to speak: before they end nobody may find against her unless she spoke."""
    until, today, stage, spoke = TODAY, TODAY - timedelta(days=5), Stage.NOTICED, False
    for move in moves:
        today += timedelta(days=speed % 4)
        after = next_stage(stage, move, today=today, statement_until=until)
        if after is None:
            continue
        spoke = spoke or move in {Move.STATE, Move.ASK_HEARING}
        if move is Move.UPHOLD:
            assert spoke or today > until
            assert stage is not Stage.HEARING_ASKED, "a hearing asked for is held first"
        stage = after


def test_every_stage_but_the_ends_goes_on() -> None:
    ends = {Stage.DISMISSED, Stage.REPAIRED}
    assert {stage for stage, _ in TABLE} == set(Stage) - ends
    assert set(TABLE.values()) | {Stage.NOTICED} == set(Stage)
    assert next_stage(Stage.NOTICED, Move.UPHOLD, today=TODAY, statement_until=None) is None


@given(st.sampled_from(list(Risk)), st.integers(0, 4), st.booleans(), st.booleans())
def test_worse_conduct_is_never_answered_more_mildly(
    risk: Risk, earlier: int, corrected: bool, meant: bool
) -> None:
    now = degree_of(risk, earlier=earlier, corrected=corrected, deliberate=meant)
    assert degree_of(risk, earlier=earlier + 1, corrected=corrected, deliberate=meant).rank >= now.rank
    assert degree_of(risk, earlier=earlier, corrected=False, deliberate=meant).rank >= now.rank
    assert degree_of(risk, earlier=earlier, corrected=corrected, deliberate=True) is Degree.SERIOUS
    response = response_to(now)
    barred = response.barred_until(TODAY)
    assert barred is None or response.repairable_on(TODAY) <= barred, "repair comes before the bar ends"


ids = st.lists(st.integers(0, 10**9), unique=True, max_size=60).map(lambda ns: [UUID(int=n) for n in ns])


@given(ids, st.sampled_from(list(Risk)), st.text(max_size=8), st.floats(0, 1))
def test_a_draw_can_be_repeated_and_chosen_by_nobody(
    every: list[UUID], risk: Risk, seed: str, false: float
) -> None:
    drawn = draw(every, risk, seed, false)
    shuffled = list(every)
    Random(1).shuffle(shuffled)
    assert draw(shuffled, risk, seed, false) == drawn <= set(every)
    assert len(drawn) == sample_size(len(every), risk, false) <= len(every)
    if risk is Risk.HIGH:
        assert drawn == set(every)


@given(st.integers(0, 500), st.floats(0, 0.5))
def test_more_risk_is_never_looked_at_less(count: int, false: float) -> None:
    sizes = [sample_size(count, risk, false) for risk in (Risk.LOW, Risk.MEDIUM, Risk.HIGH)]
    assert sizes == sorted(sizes) and all(size <= count for size in sizes)
    assert sample_size(count, Risk.LOW, false) >= sample_size(count, Risk.LOW, 0)


@given(days, st.integers(1, 30), st.integers(0, 80))
def test_a_deferral_lapses_after_its_day_and_not_on_it(opened: date, length: int, later: int) -> None:
    made, today = open_deferral(opened, length), opened + timedelta(days=later)
    assume(made.due_on is not None)
    assert made.due_on is not None
    assert (made.after(today).state is DeferralState.LAPSED) == (today > made.due_on)
    longer = made.extended_from(today)
    if longer is not None and longer.due_on is not None:
        assert longer.due_on > made.due_on and longer.extended_from(today) is None
    late = made.after(today).supplied()
    assert late is not None and late.state is DeferralState.SUPPLIED and late.supplied() is None


@given(days, st.integers(1, 30), st.booleans())
def test_a_day_worked_out_anew_is_the_day_given_first(opened: date, length: int, extended: bool) -> None:
    made = open_deferral(opened, length)
    held = made.extended_from(opened) if extended else made
    assert held is not None and due_day(opened, length, extended) == held.due_on


def test_an_unpublished_year_lets_nobody_lapse() -> None:
    assert open_deferral(date(2026, 12, 30)).due_on is None
    assert Deferral(DeferralState.OPEN, None).after(date(2030, 1, 1)).state is DeferralState.OPEN


def test_the_list_of_what_may_follow_is_checked() -> None:
    """A paper on it that no item asks for would be promised to nobody."""
    row = {"material_code": "I083-M04", "days": "15", "source": "domain knowledge"}
    assert list(row_problems_of([row], {"I083-M04"})) == []
    for change, word in (
        ({"material_code": "I999-M01"}, "没有这份"),
        ({"days": "0"}, "days 应为"),
        ({"days": "61"}, "days 应为"),
        ({"source": ""}, "没有填 source"),
    ):
        assert any(word in one for one in row_problems_of([row | change], {"I083-M04"}))
    assert any("重复" in one for one in row_problems_of([row, row], {"I083-M04"}))

"""Pure rules: the state tables, custody hours, succession, steps of a plan."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.kit.clock import SHANGHAI
from proofless.seals import rules
from proofless.seals.errors import PlanStateRefused, SealForbidden, SealStateRefused, SecondPersonRequired
from proofless.seals.rules import (
    ApplicationState,
    Custody,
    PlanState,
    SealState,
    StepState,
    StepVerb,
    Succession,
    Verb,
)

KEEPER, OTHER = UUID(int=1), UUID(int=2)
MONDAY = date(2026, 11, 23)
APPLICATION_VERBS = (Verb.WITHDRAW, Verb.APPROVE, Verb.REFUSE, Verb.MAKE)
SEAL_VERBS = (Verb.ACTIVATE, Verb.SUSPEND, Verb.RESUME, Verb.RENEW, Verb.REVOKE)
codes = st.sampled_from("ABCDE")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


@given(st.lists(st.sampled_from(APPLICATION_VERBS), max_size=8))
def test_no_seal_is_made_that_was_not_approved(verbs: list[Verb]) -> None:
    state, approved = ApplicationState.SUBMITTED, False
    for verb in verbs:
        try:
            state = rules.application_after(state, verb)
        except SealStateRefused:
            continue
        approved = approved or verb is Verb.APPROVE
    assert state is not ApplicationState.MADE or approved


@given(st.lists(st.sampled_from(SEAL_VERBS), max_size=10))
def test_what_has_come_to_its_end_stays_there(verbs: list[Verb]) -> None:
    """A revoked seal that came back would make every later certificate of 张三 worthless."""
    state, ended = SealState.MAKING, False
    for verb in verbs:
        try:
            state = rules.seal_after(state, verb)
        except SealStateRefused:
            continue
        assert not ended
        ended = state in {SealState.REVOKED, SealState.RENEWED}


def test_every_verb_offered_is_a_verb_that_works() -> None:
    for state in SealState:
        for verb in rules.verbs_of(state):
            rules.seal_after(state, verb)


def test_one_person_is_not_two() -> None:
    rules.check_second(KEEPER, OTHER, what="制作和启用")
    with pytest.raises(SecondPersonRequired, match="制作和启用，不能由同一人办理"):
        rules.check_second(KEEPER, OTHER, KEEPER, what="制作和启用")


OFFICE_HOURS = Custody(
    KEEPER, ("id_card",), (1, 2, 3, 4, 5), time(8, 30), time(17, 30), MONDAY, date(2027, 1, 1)
)


@pytest.mark.parametrize(
    ("who", "type_code", "moment", "said"),
    [
        (OTHER, "id_card", at(MONDAY, 9), "不是这枚印章的保管人"),
        (KEEPER, "id_card", at(MONDAY - timedelta(days=3), 9), "保管期不含今天"),
        (KEEPER, "marriage_cert", at(MONDAY, 9), "未授权用于此类文件"),
        (KEEPER, "id_card", at(MONDAY, 8, 29), "周一二三四五 08:30—17:30"),
        (KEEPER, "id_card", at(MONDAY + timedelta(days=5), 9), "不在用印时间"),
    ],
)
def test_a_refused_keeper_learns_why_and_what_to_do(
    who: UUID, type_code: str, moment: datetime, said: str
) -> None:
    with pytest.raises(SealForbidden, match=said) as refused:
        rules.check_custody([OFFICE_HOURS], who, type_code, moment)
    assert "请" in refused.value.message


def test_a_keeper_seals_in_his_hours_of_shanghai() -> None:
    rules.check_custody([OFFICE_HOURS], KEEPER, "id_card", datetime(2026, 11, 23, 0, 30, tzinfo=UTC))
    rules.check_custody([OFFICE_HOURS], KEEPER, "id_card", at(MONDAY, 17, 30))
    rules.check_custody([], OTHER, "id_card", at(MONDAY, 3))


@given(
    st.lists(st.builds(Succession, codes, codes, st.dates(date(2026, 1, 1), date(2027, 1, 1)))),
    codes,
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
)
def test_following_successions_always_comes_to_an_end(found: list[Succession], code: str, on: date) -> None:
    last = rules.sealing_department(found, code, "id_card", on)
    assert last in {code, *(one.to_code for one in found if one.since <= on)}


def test_mergers_follow_one_another_from_their_day_on() -> None:
    first = Succession("A", "B", date(2026, 3, 1))
    second = Succession("B", "C", date(2026, 6, 1), ("id_card",))
    ask = [(date(2026, 2, 28), "A"), (date(2026, 3, 1), "B"), (date(2026, 6, 1), "C")]
    assert [rules.sealing_department([second, first], "A", "id_card", day) for day, _ in ask] == [
        c for _, c in ask
    ]
    assert rules.sealing_department([first, second], "A", "marriage_cert", date(2026, 7, 1)) == "B"
    assert rules.makes_ring([first, second], Succession("C", "A", date(2026, 8, 1)))
    assert not rules.makes_ring([first, second], Succession("D", "A", date(2026, 8, 1)))


@given(st.lists(st.sampled_from(StepVerb), max_size=10), st.sampled_from(PlanState))
def test_no_step_is_sealed_without_an_intent_on_record(verbs: list[StepVerb], plan: PlanState) -> None:
    state, begun = StepState.READY, False
    for verb in verbs:
        try:
            state = rules.step_after(plan, state, verb)
        except PlanStateRefused:
            continue
        begun = begun or verb is StepVerb.BEGIN
    assert state is not StepState.SEALED or begun
    assert plan in {PlanState.OPEN, PlanState.STOPPED} or state is StepState.READY

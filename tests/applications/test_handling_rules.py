"""Rules of handling as properties: what a second notice may name, and when a decision need not wait."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proofless.applications.handling.rules import (
    Heard,
    Opinions,
    ProcedureKind,
    could_have_been_named,
    opinions_allow,
)

CODES = st.sampled_from(["M1", "M2", "M3", "M4"])
SEEN = st.dictionaries(CODES, st.sampled_from(["a", "b"]))
TODAY = date(2026, 3, 2)
HEARD = st.builds(
    Heard,
    st.sampled_from(["asked", "agreed", "conditions", "disagreed", "lapsed", "withdrawn"]),
    st.one_of(st.none(), st.integers(-3, 3).map(lambda days: TODAY + timedelta(days))),
)


@given(st.sets(CODES), st.frozensets(CODES), SEEN, SEEN)
def test_late_is_what_stood_the_same_and_was_not_named(
    wanted: set[str], named: frozenset[str], then: dict[str, str], now: dict[str, str]
) -> None:
    late = set(could_have_been_named(wanted, named, then, now))
    assert late <= wanted - named
    assert all(then[one] == now.get(one) for one in late)
    for one in wanted - named - late:
        assert one not in then or then[one] != now.get(one), "new or changed since: no lateness"


@given(SEEN, st.sets(CODES))
def test_naming_everything_at_first_leaves_nothing_late(seen: dict[str, str], wanted: set[str]) -> None:
    assert not could_have_been_named(wanted, frozenset(seen), seen, seen)


@given(st.lists(HEARD, max_size=4))
def test_a_decision_waits_exactly_for_what_may_still_come(rows: list[Heard]) -> None:
    may_come = [one for one in rows if one.state == "asked" and (one.due_on is None or one.due_on >= TODAY)]
    assert (opinions_allow(rows, TODAY) is Opinions.OPEN) == bool(may_come)


@given(st.lists(HEARD, max_size=4))
def test_a_disagreement_is_never_lost(rows: list[Heard]) -> None:
    if opinions_allow(rows, TODAY) is Opinions.CLEAR:
        assert not any(one.state in {"disagreed", "asked"} for one in rows)


def test_every_kind_has_its_words_basis_and_bound() -> None:
    for kind in ProcedureKind:
        assert kind.label and kind.basis and (kind.limit is None) == (kind is ProcedureKind.HEARING)
    assert not ProcedureKind.SUSPENSION.special

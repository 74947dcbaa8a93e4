"""The detector: finds what sends people in circles, and leaves alone what only looks like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.items.rules.cleanup import Ask, Defect, Route, cycles, detect
from tests.items.planted import plant

LEAST_FOUND, MOST_FALSE = 28, 2


@pytest.mark.parametrize("seed", [2022, 4, 7, 815])
def test_a_planted_catalogue_gives_up_its_defects(seed: int) -> None:
    """300 items, 30 defects of six kinds among renewals, other ways in and look-alikes (issue 4)."""
    planted = plant(seed)
    assert len({ask.item for ask in planted.asks}) == 300 and len(planted.defects) == 30
    hit: set[int] = set()
    false = 0
    for found in detect(planted.asks):
        mine = [
            n
            for n, (kind, codes) in enumerate(planted.defects)
            if kind is found.defect and found.cut.code in codes
        ]
        hit.update(mine)
        false += not mine
    assert len(hit) >= LEAST_FOUND and false <= MOST_FALSE


ITEMS = [f"I{n}" for n in range(6)]
ASKS = st.lists(
    st.builds(
        Ask,
        item=st.sampled_from(ITEMS),
        code=st.uuids().map(str),
        name=st.sampled_from(["甲证", "乙证明", "丙批文", "丁报告"]),
        department=st.sampled_from(["A", "B"]),
        issuers=st.sets(st.sampled_from(["A", "B", "C"]), max_size=2).map(frozenset),
        makers=st.lists(st.sampled_from(ITEMS), max_size=2, unique=True).map(tuple),
        required=st.booleans(),
        brought=st.booleans(),
        returned=st.booleans(),
        sources=st.sampled_from([(), ("id_card",)]),
        basis=st.sampled_from(["", "《条例》第八条"]),
        people=st.integers(0, 9),
    ),
    max_size=14,
)


def can_be_had(asks: list[Ask]) -> set[str]:
    """By brute force: who can get which item, starting from nothing, round after round."""
    held: set[str] = set()
    while True:
        more = {
            item
            for item in ITEMS
            if all(
                not (ask.brought and ask.required and ask.makers and not ask.returned)
                or any(maker in held for maker in ask.makers)
                for ask in asks
                if ask.item == item
            )
        }
        if more <= held:
            return held
        held |= more


@given(ASKS)
def test_a_ring_is_exactly_what_nobody_can_ever_enter(asks: list[Ask]) -> None:
    """张三 runs between two windows for ever: both are on the ring; where any way leads in, there is none."""
    stuck = set(ITEMS) - can_be_had(asks)
    rings = cycles(asks)
    on_ring = {item for ring in rings for item in ring}
    assert on_ring <= stuck and bool(on_ring) == bool(stuck)
    assert len(on_ring) == sum(map(len, rings))


@settings(max_examples=60)
@given(ASKS)
def test_what_the_city_gets_itself_is_never_a_finding(asks: list[Ask]) -> None:
    for found in detect(asks):
        assert all(ask.brought and not ask.own for ask in found.asks)
        assert found.cut in found.asks and found.text and found.people >= 0
    assert detect([ask for ask in asks if not ask.brought]) == ()


def test_a_ring_is_cut_where_something_can_take_the_proofs_place() -> None:
    """营业执照 wants the venue permit, the permit wants 营业执照: the licence is already shared."""
    venue = Ask("I1", "M1", "场所许可证", "A", makers=("I2",), basis="法", people=3)
    licence = Ask("I2", "M2", "营业执照", "B", makers=("I1",), basis="法", sources=("biz_license",), people=5)
    (found,) = [one for one in detect([venue, licence]) if one.defect is Defect.CYCLE]
    assert (found.cut, found.route, found.people, found.items) == (licence, Route.SHARE, 8, ("I1", "I2"))

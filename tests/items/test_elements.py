"""The same item is the same everywhere: a county may be quicker and nearer, never stricter (programme 四(一))."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proofless.items.rules.elements import (
    Elements,
    Fee,
    MaterialElement,
    Window,
    deviations,
    differences,
    from_json,
    in_force,
    to_json,
)

TEXT = st.text("甲乙丙丁证明材料登记0123", min_size=1, max_size=6)
MATERIALS = st.builds(MaterialElement, TEXT, st.sampled_from(["必要", "情形必要", "容缺后补"]), TEXT)
WINDOWS = st.builds(Window, TEXT, TEXT, TEXT)


def elements() -> st.SearchStrategy[Elements]:
    def unique(strategy: st.SearchStrategy[object], key: str) -> st.SearchStrategy[tuple[object, ...]]:
        return st.lists(strategy, max_size=4, unique_by=lambda one: getattr(one, key)).map(tuple)

    texts = st.lists(TEXT, max_size=3, unique=True).map(tuple)
    return st.builds(
        Elements,
        name=TEXT,
        item_type=TEXT,
        object_type=TEXT,
        conditions=texts,
        flow=texts,
        materials=unique(MATERIALS, "name"),
        legal_days=st.integers(0, 60),
        promised_days=st.integers(0, 60),
        result=TEXT,
        charged=st.booleans(),
        legal_basis=TEXT,
        fees=unique(st.builds(Fee, TEXT, TEXT, TEXT), "name"),
        windows=unique(WINDOWS, "address"),
    )


@given(elements(), st.integers(0, 60), st.lists(WINDOWS, max_size=3))
def test_shorter_limits_and_more_places_are_always_allowed(
    upper: Elements, shorter: int, more: list[Window]
) -> None:
    lower = replace(upper, promised_days=min(shorter, upper.promised_days), windows=(*upper.windows, *more))
    kept = {window.address for window in upper.windows}
    if not any(window.address in kept for window in more):
        assert deviations(upper, lower) == ()


@given(elements(), elements())
def test_nothing_else_passes(upper: Elements, lower: Elements) -> None:
    """张三 would be asked for another paper in the next county."""
    same = {name for name in Elements.__dataclass_fields__ if getattr(upper, name) == getattr(lower, name)}
    wrong = {one.element for one in deviations(upper, lower)}
    assert wrong.isdisjoint(same)
    free = {name for name in ("legal_days", "promised_days") if getattr(lower, name) < getattr(upper, name)}
    if set(upper.windows) <= set(lower.windows):
        free.add("windows")
    assert wrong | same | free == set(Elements.__dataclass_fields__)


@given(elements())
def test_elements_survive_the_database(one: Elements) -> None:
    assert from_json(to_json(one)) == one and differences(one, one) == ()


def test_the_difference_names_the_line() -> None:
    upper = Elements(
        "甲", "公共服务", "person", (), (), (MaterialElement("居民身份证", "必要"),), 20, 5, "", False, ""
    )
    lower = replace(
        upper,
        promised_days=6,
        materials=(MaterialElement("居民身份证", "必要"), MaterialElement("居住证明", "必要")),
    )
    told = [(one.label, one.before, one.after) for one in deviations(upper, lower)]
    assert told == [("申请材料", "", "居住证明，必要"), ("承诺办结时限", "5个工作日", "6个工作日")]


class Version:
    def __init__(self, number: int, effective_on: date) -> None:
        self.number, self.effective_on = number, effective_on


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.integers(-5, 60))
def test_the_version_in_force_is_the_last_that_began(starts: list[int], asked: int) -> None:
    """赵奶奶's case of March is judged by what counted in March, whatever is published for May."""
    day = date(2026, 1, 1)
    versions = [Version(n, day + timedelta(start)) for n, start in enumerate(starts, 1)]
    found = in_force(versions, day + timedelta(asked))
    begun = [one for one in versions if one.effective_on <= day + timedelta(asked)]
    assert (found is None) == (not begun)
    if found:
        assert all((one.effective_on, one.number) <= (found.effective_on, found.number) for one in begun)

"""Search: 张三 types what she calls it, in characters or pinyin, and finds the item."""

import pytest

from proofless.items import queries
from proofless.items.queries.guide import STAGE_ORDER

Tables = dict[str, list[dict[str, str]]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("结婚登记", "I001"),
        ("我要办身份证", "I012"),
        ("怎么补办结婚证", "I003"),
        ("孩子上学", "I077"),
        ("低保", "I070"),
        ("jhdj", "I001"),
        ("gaoling", "I072"),
        ("老人补贴", "I072"),
        ("开饭店", "I053"),
        ("买房提取公积金", "I036"),
    ],
)
def test_the_item_meant_is_found_among_the_first(catalogue: Tables, words: str, code: str) -> None:
    assert code in [hit.code for hit in queries.search_items(words).rows[:3]]


def test_odd_input_finds_nothing_and_breaks_nothing(catalogue: Tables) -> None:
    for words in ("<script>alert(1)</script>", "𠮷㛃", "%' OR 1=1", "办", "  ", "的" * 5000):
        queries.search_items(words)
    assert queries.search_items("量子纠缠").total == 0


def test_a_theme_lists_its_items_in_order_and_a_stage_all_of_them(catalogue: Tables) -> None:
    birth = queries.get_theme("T01")
    assert [hit.code for hit in queries.search_items(theme="T01").rows] == list(birth.item_codes)
    stage = next(stage for stage in queries.list_life_stages() if stage.name == "出生")
    assert queries.search_items(life_stage="出生").total == stage.items


def test_an_enterprise_does_not_see_what_is_for_people_only(catalogue: Tables) -> None:
    assert all(
        hit.object_type in {"enterprise", "both"}
        for hit in queries.search_items(subject_type="enterprise").rows
    )


def test_pages_cover_everything_once(catalogue: Tables) -> None:
    pages = [queries.search_items(page=number) for number in range(1, 6)]
    codes = [hit.code for page in pages for hit in page.rows]
    assert len(codes) == len(set(codes)) == pages[0].total == 88


def test_stages_run_as_a_life_does_whatever_was_published_first(catalogue: Tables) -> None:
    people = [stage.name for stage in queries.list_life_stages(subject_type="person")]
    assert (
        people.index("出生")
        < people.index("婚育")
        < people.index("退休")
        < people.index("身后")
        == len(people) - 1
    )
    trades = [stage.name for stage in queries.list_life_stages(subject_type="enterprise")]
    assert trades[0] == "开办" and trades[-1] == "注销"
    assert {*people, *trades} <= set(STAGE_ORDER)

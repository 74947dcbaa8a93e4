"""One material, one name: 张三 is not asked for 户口簿 here and for 户籍证明 there as if they were two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.access.actors import system_actor
from proofless.items.errors import LibraryState
from proofless.items.queries import library
from proofless.items.rules.library import (
    APART,
    MERGED,
    Decision,
    Entry,
    Named,
    entries,
    normal_name,
    proposals,
    root,
)
from proofless.items.rules.qualifiers import differing, qualifiers
from proofless.items.services import keep_apart, merge_names
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry

Tables = dict[str, list[dict[str, str]]]
BUREAU = system_actor(Permission.ITEMS_PUBLISH)
NAMES = [
    "居民身份证",
    "本人居民身份证(双方)",
    "身份证原件",
    "户口簿",
    "结婚证",
    "住所使用证明",
    "经营场所使用证明",
    "照片",
]
KEYS = sorted({normal_name(name) for name in NAMES})
USES = st.lists(
    st.builds(
        Named,
        st.sampled_from(["I001", "I002"]),
        st.text("0123", max_size=3),
        st.sampled_from(NAMES),
        st.sampled_from(["", "id_card", "hukou_book"]),
        st.sampled_from(["", "DS_A"]),
    ),
    max_size=12,
)
DECISIONS = st.lists(
    st.builds(Decision, st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from([MERGED, APART])),
    max_size=5,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("居民身份证", "本人居民身份证(双方)"),
        ("身份证原件及复印件", "法定代表人身份证"),
        ("户口本", "居民户口簿(落户方)"),
        ("房产证", "不动产权证书"),
        ("申请人社会保障卡", "社保卡"),
    ],
)
def test_whose_and_which_copy_make_no_other_material(one: str, other: str) -> None:
    assert normal_name(one) == normal_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("残疾人证", "身份证"), ("老年人优待证", "优待证"), ("结婚证", "离婚证")]
)
def test_different_facts_stay_different(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)


@given(st.text(max_size=30))
def test_no_name_is_normalised_away(name: str) -> None:
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    assert bool(normal_name(name)) == bool(plain)


@given(USES, DECISIONS)
def test_every_use_is_in_exactly_one_entry(uses: list[Named], decided: list[Decision]) -> None:
    """A material lost by a merge would be asked for under no name at all."""
    found = entries(uses, decided)
    assert sorted((use for entry in found for use in entry.uses), key=repr) == sorted(uses, key=repr)
    assert len({entry.key for entry in found}) == len(found)


@given(DECISIONS, st.sampled_from(KEYS))
def test_following_merges_ends(decided: list[Decision], key: str) -> None:
    into = {one.from_key: one.into_key for one in decided if one.verdict == MERGED}
    end = root(key, into)
    assert root(end, into) in {end, *into.values(), *into.keys()}


@given(USES)
def test_what_was_kept_apart_is_not_proposed_again(uses: list[Named]) -> None:
    found = entries(uses)
    first = proposals(found)
    decided = [Decision(one.other.key, one.into.key, APART) for one in first]
    assert proposals(found, decided) == ()
    assert all(0.5 <= one.score <= 1 and one.reasons for one in first)


TRUE_SYNONYMS = [
    ("契税完税凭证", "契税完税证明"),
    ("商品房买卖合同(备案)", "商品房买卖合同网签备案"),
    ("营业执照", "营业执照正副本"),
    ("经营场所使用材料", "经营场所使用权材料"),
    ("原房屋买卖合同", "原房屋买卖合同书"),
    ("居民身份证/医保凭证", "医保电子凭证/身份证"),
]
FALSE_SYNONYMS = [
    ("居民身份证", "原居民身份证"),
    ("新法定代表人身份证", "原居民身份证"),
    ("买受人身份证明", "抵押人身份证明"),
    ("营业执照", "法人股东营业执照"),
    ("开发企业营业执照", "金融机构营业执照"),
    ("商品房买卖合同(备案)", "存量房买卖合同"),
    ("社会保险缴费记录", "失业保险缴费记录"),
    ("养老保险缴费记录", "失业保险缴费记录"),
    ("单位名称", "原单位名称"),
    ("婚姻状况", "对方婚姻状况"),
    ("居民身份证或社保卡", "居民身份证或户口簿"),
    ("居民身份证", "居民身份证或社保卡"),
]


def score_of(one: str, other: str) -> float:
    """Of two names from the very same sources; 0 when nobody is asked."""
    held = entries([Named("I1", "1", one, "c", "d", "i"), Named("I2", "2", other, "c", "d", "i")])
    (found,) = proposals(held) or (None,)
    return found.score if found else 0.0


def test_whose_and_which_count_against_two_names_being_one() -> None:
    """A lawyer who merges by the figure would have one paper do for another fact."""
    surest_false = max(score_of(*pair) for pair in FALSE_SYNONYMS)
    assert surest_false <= 0.6 < min(score_of(*pair) for pair in TRUE_SYNONYMS)
    for pair in (("新法定代表人身份证", "原居民身份证"), ("买受人身份证明", "抵押人身份证明")):
        assert score_of(*pair) == 0.0


NOUNS = st.text("证明文书登记合同档案记录", min_size=4, max_size=10)
WHOSE = st.sampled_from(["原", "新", "配偶", "法定代表人", "对方", "买受人", "法人股东", "失业"])


@given(NOUNS, NOUNS, WHOSE, WHOSE)
def test_a_qualifier_never_makes_two_names_surer(one: str, other: str, mine: str, others: str) -> None:
    assert qualifiers(one) == frozenset() and qualifiers(mine + one) == {mine}
    held = [
        Entry(key, key, (key,), (Named("I", key, key, "c", "d", "i"),)) for key in (mine + one, others + one)
    ]
    found = proposals(held)
    assert found == () or mine == others
    assert score_of(one, mine + other) <= 0.6


@given(NOUNS, NOUNS)
def test_two_names_are_as_sure_either_way_round(one: str, other: str) -> None:
    assert score_of(one, other) == score_of(other, one)


def test_the_city_is_not_told_that_two_peoples_papers_are_surely_one(catalogue: Tables) -> None:
    for kind in ("material", "field"):
        sure = [p for p in library.list_proposals(kind) if p.score > 0.6]
        assert sure and all(differing(p.into.names, p.other.names) == (set(), set()) for p in sure)


def test_the_bureau_merges_two_names_and_every_item_follows(catalogue: Tables) -> None:
    before = {entry.key: entry for entry in library.list_materials()}
    assert len(before["身份证"].uses) > 20
    proposal = next(one for one in library.list_proposals("material") if one.into.key == "营业执照")
    merge_names(
        actor=BUREAU, library="material", from_key=proposal.other.key, into_key="营业执照", reason="同一证照"
    )
    after = library.get_material("营业执照")
    assert len(after.uses) == len(proposal.into.uses) + len(proposal.other.uses)
    moved = proposal.other.uses[0]
    assert library.standard_names()[moved.code] == "营业执照"
    assert LedgerEntry.objects.filter(kind="items.library_merged").count() == 1
    with pytest.raises(LibraryState):
        merge_names(
            actor=BUREAU, library="material", from_key=proposal.other.key, into_key="身份证", reason="再并"
        )


def test_what_is_not_the_same_is_asked_once(catalogue: Tables) -> None:
    one = library.list_proposals("material")[0]
    keep_apart(
        actor=BUREAU, library="material", from_key=one.other.key, into_key=one.into.key, reason="不同住所"
    )
    pairs = {(p.into.key, p.other.key) for p in library.list_proposals("material")}
    assert (one.into.key, one.other.key) not in pairs


def test_a_merge_needs_a_reason_and_the_right(catalogue: Tables) -> None:
    one = library.list_proposals("material")[0]
    pair = {"library": "material", "from_key": one.other.key, "into_key": one.into.key}
    with pytest.raises(InputInvalid):
        merge_names(actor=BUREAU, reason=" ", **pair)
    with pytest.raises(Forbidden):
        merge_names(actor=system_actor(Permission.CATALOG_READ), reason="同一", **pair)

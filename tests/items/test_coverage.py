"""Coverage and what to connect next: a bureau that connects by this list spares people most, soonest."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from proofless.access.actors import system_actor
from proofless.certificates.services import load_types
from proofless.data.services import load_datasets
from proofless.items.queries import coverage, list_items
from proofless.items.rules.coverage import FIELD, MATERIAL, Need, connect_next, measure
from proofless.items.rules.elsewhere import same_subject, subject_of_keys, subject_of_role
from proofless.kit.permissions import Permission

LOADER = system_actor(Permission.CATALOG_LOAD)
Tables = dict[str, list[dict[str, str]]]
NEEDS = st.lists(
    st.builds(
        Need,
        item=st.sampled_from(["I1", "I2", "I3"]),
        code=st.uuids().map(str),
        name=st.just("材料"),
        kind=st.sampled_from([MATERIAL, FIELD]),
        met=st.booleans(),
        connections=st.lists(st.sampled_from("abcde"), max_size=3, unique=True).map(tuple),
        people=st.integers(0, 9),
    ),
    max_size=14,
)


@given(NEEDS)
def test_each_connection_spares_no_more_than_the_one_before(needs: list[Need]) -> None:
    steps = connect_next(needs)
    assert all(one.people >= other.people for one, other in pairwise(steps))
    spared = [need for step in steps for need in (*step.materials, *step.fields)]
    assert len(spared) == len(set(spared))
    assert set(spared) == {need for need in needs if not need.met and need.connections}


@given(NEEDS)
def test_the_figures_add_up(needs: list[Need]) -> None:
    """The rate after the last step is what a count of everything then met gives."""
    steps = connect_next(needs)
    before = measure(needs)
    if steps:
        after = steps[-1].after
        assert (after.materials, after.fields) == (before.materials, before.fields)
        assert after.materials_met == before.materials_met + sum(len(step.materials) for step in steps)
        assert after.fields_met == before.fields_met + sum(len(step.fields) for step in steps)


@given(NEEDS, st.integers(1, 3))
def test_greedy_is_near_the_best(needs: list[Need], most: int) -> None:
    """1 - 1/e of what the best choice of as many connections would spare (Nemhauser, Wolsey, Fisher 1978)."""
    keys = {key for need in needs if not need.met for key in need.connections}

    def worth(chosen: tuple[str, ...]) -> int:
        return sum(need.people for need in needs if not need.met and set(need.connections) & set(chosen))

    best = max((worth(chosen) for chosen in combinations(sorted(keys), min(most, len(keys)))), default=0)
    assert sum(step.people for step in connect_next(needs, most=most)) >= 0.632 * best


def test_the_whole_catalogue_reaches_its_ceiling(catalogue: Tables) -> None:
    """The same figures as docs/kpi.md: 75.4 % of materials, 81.8 % of fields."""
    found = coverage.total().coverage
    assert found.material_rate and round(found.material_rate, 3) == 0.754
    assert found.field_rate and round(found.field_rate, 3) == 0.818


def test_every_gap_is_listed_and_the_plan_raises_the_rate(catalogue: Tables, directory: None) -> None:
    gaps, steps = coverage.gaps(), coverage.what_next(5)
    counted = coverage.total().coverage
    assert len(gaps) == counted.materials - counted.materials_met + counted.fields - counted.fields_met
    rates = [step.step.after.material_rate or 0 for step in steps]
    assert rates == sorted(rates) and rates[-1] > (counted.material_rate or 0)
    assert all(one.name and one.kind in {"证照", "数据", "核验", "接口"} for one in steps)
    assert len(coverage.by_item()) == len(list_items()) and len(coverage.by_county()) == 12
    assert sum(group.items for group in coverage.by_department()) == len(list_items())


def test_everything_that_is_still_brought_or_typed_names_its_next_step(catalogue: Tables) -> None:
    """No row may say nothing: what to connect and who has it, or why there is nothing to connect."""
    gaps = coverage.gaps()
    unnamed = [need.code for need in gaps if not need.connections and not need.step]
    assert not unnamed
    asked = {need.code: coverage.next_steps(need.item)[need.code.rpartition(".")[2]] for need in gaps}
    assert all(step.ways or step.instead for step in asked.values())
    connectable = [need for need in gaps if need.connections]
    named = {need for step in coverage.what_next(200) for need in (*step.step.materials, *step.step.fields)}
    assert named == set(connectable) and len(connectable) > 20


def test_the_old_card_is_handed_back_and_not_to_be_connected(catalogue: Tables) -> None:
    """The catalogue has a certificate and a dataset for it; what is taken back is the thing itself."""
    step = coverage.next_steps("I012")["I012-M02"]
    assert not step.ways and "收回实物" in step.instead


def test_the_same_register_for_several_rows_is_one_step(catalogue: Tables) -> None:
    found = next(one for one in coverage.what_next(200) if "电子病历" in one.name)
    assert {need.item for need in found.step.materials} == {"I027", "I031", "I034"}
    assert found.kind == "接口" and found.step.fields


def test_a_field_typed_though_the_city_holds_one_of_its_name_is_told_of(catalogue: Tables) -> None:
    """张三 names her bank though 社保 knows it; 某公司's reason to close is not the reason a household's end."""
    load_types(actor=LOADER, types=catalogue["certificates"], fields=catalogue["certificate_fields"])
    load_datasets(actor=LOADER, datasets=catalogue["datasets"], dataset_fields=catalogue["dataset_fields"])
    mapped = coverage.total().coverage
    found = {need.code: need for need in coverage.gaps()}
    assert found["I082.bank_name"].elsewhere == ("DS_SSCARD",)
    assert coverage.elsewhere_in_words(found["I082.bank_name"]) == ("社会保障卡持卡信息",)
    assert "DS_HUKOU_CANCEL" not in found["I047.cancel_reason"].elsewhere
    assert not {"food_biz_license", "DS_FOODBIZ"} & {*found["I053.biz_item"].elsewhere}, (
        "it makes them itself"
    )
    assert not found["I045.business_scope"].elsewhere, "judged by hand, with a reason"
    told = [need for need in found.values() if need.elsewhere]
    assert len(told) > 10 and all(need.kind == FIELD for need in told)
    assert not any(set(need.elsewhere) & set(need.connections) for need in told)
    assert mapped == coverage.total().coverage, "nothing is re-mapped by it"


@given(
    st.sampled_from(["", "applicant", "enterprise", "spouse"]),
    st.sampled_from(["person", "enterprise", "both"]),
)
def test_what_tells_of_nobody_known_is_never_told_of(role: str, object_type: str) -> None:
    asked = subject_of_role(role, object_type)
    assert same_subject(asked, asked) and not same_subject(asked, subject_of_keys(["证书编号"], "空间地理库"))
    assert same_subject(asked, subject_of_keys(["证件号", "统一社会信用代码"], "法人库"))


def test_every_remapped_row_is_told_with_its_citation(catalogue: Tables) -> None:
    changes = coverage.list_changes()
    assert [one.code for one in changes] == ["I045.ent_name", "I047.publish_from", "I048.ent_name"]
    assert all(one.before == "由申请人填写" and one.citation for one in changes)

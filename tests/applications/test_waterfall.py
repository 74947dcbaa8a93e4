"""The waterfall's pure rules: who is meant by a role, which source serves, and why the others did not."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.access import SealedRecord
from proofless.applications.waterfall.outcome import MODE_OF_LABEL, Attempt, MaterialOutcome, Mode
from proofless.applications.waterfall.people import Case, People
from proofless.applications.waterfall.records import Held, Records, sided
from proofless.applications.waterfall.sources import Context, resolve_material
from proofless.items.queries import MaterialView, RoleView
from proofless.items.rules.sources import SourceKind, order_sources
from proofless.parties.queries import HolderFacts, RelationView

ZHANG, SUN, DOU, LI, WANG, FIRM = (UUID(int=n) for n in range(1, 7))
ALIVE, DEAD, FEMALE, MALE = "active", "deceased", "2", "1"


def role(code: str, anchor: str, *links: tuple[str, str]) -> RoleView:
    return RoleView(code, code, "person", "", links, anchor, "", "测试")


ROLES = (
    role("spouse", "applicant", ("spouse", "both")),
    role("child", "applicant", ("parent_of", "forward")),
    role("mother", "child", ("parent_of", "backward")),
    role("father", "child", ("parent_of", "backward")),
    role("deceased", "applicant", ("spouse", "both"), ("parent_of", "both")),
    role("staff", "enterprise", ("employs", "forward")),
)
Edge = tuple[str, UUID, UUID]


def world(
    edges: Iterable[Edge], facts: Mapping[UUID, tuple[str, str]], case: Case
) -> dict[str, tuple[UUID, ...]]:
    """Roles of a case in a world of relations and people (state, sex)."""
    sides: dict[UUID, list[RelationView]] = {}
    for kind, one, other in edges:
        sides.setdefault(one, []).append(RelationView(kind, True, other, "测试"))
        sides.setdefault(other, []).append(RelationView(kind, False, one, "测试"))

    def read(holders: Iterable[UUID]) -> dict[UUID, list[RelationView]]:
        return {holder: sides.get(holder, []) for holder in holders}

    def read_facts(holders: Iterable[UUID]) -> dict[UUID, HolderFacts]:
        kind = {True: "enterprise", False: "person"}
        return {h: HolderFacts(kind[h == FIRM], *split(facts.get(h, (ALIVE, FEMALE)))) for h in holders}

    return People(case, ROLES, read).resolve(read_facts)


def split(fact: tuple[str, str]) -> tuple[str, str, str]:
    return fact[0], "371402", fact[1]


FAMILY = [("spouse", SUN, ZHANG), ("parent_of", ZHANG, DOU), ("parent_of", SUN, DOU)]
SEXES = {ZHANG: (ALIVE, FEMALE), SUN: (ALIVE, MALE), DOU: (ALIVE, FEMALE)}


def test_husband_child_mother_and_father_are_found_from_either_side() -> None:
    for applicant, spouse in ((ZHANG, SUN), (SUN, ZHANG)):
        roles = world(FAMILY, SEXES, Case(applicant))
        assert roles["applicant"] == (applicant,) and roles["spouse"] == (spouse,)
        assert (roles["child"], roles["mother"], roles["father"]) == ((DOU,), (ZHANG,), (SUN,))


def test_a_dead_husband_is_no_spouse_but_the_deceased() -> None:
    """A widow would otherwise be asked for the consent of a dead man."""
    roles = world(FAMILY, {**SEXES, SUN: (DEAD, MALE)}, Case(ZHANG))
    assert "spouse" not in roles and roles["deceased"] == (SUN,)


def test_the_living_child_comes_first() -> None:
    edges = [("parent_of", ZHANG, WANG), ("parent_of", ZHANG, DOU)]
    roles = world(edges, {**SEXES, WANG: (DEAD, MALE)}, Case(ZHANG))
    assert roles["child"] == (DOU, WANG)


def test_of_several_children_the_one_she_means() -> None:
    edges = [("parent_of", ZHANG, DOU), ("parent_of", ZHANG, WANG)]
    assert world(edges, SEXES, Case(ZHANG, chosen={"child": WANG}))["child"] == (WANG,)
    assert world(edges, SEXES, Case(ZHANG, chosen={"child": LI}))["child"] == (DOU, WANG)


def test_an_outsider_is_nobody() -> None:
    """王五 lives in the same house; without a recorded relation nothing of him is read."""
    assert WANG not in {i for found in world(FAMILY, SEXES, Case(ZHANG)).values() for i in found}


people = st.sampled_from([ZHANG, SUN, DOU, LI, WANG, FIRM])
edge = st.tuples(st.sampled_from(["spouse", "parent_of", "employs", "member_of_household"]), people, people)
facts = st.dictionaries(people, st.tuples(st.sampled_from([ALIVE, DEAD]), st.sampled_from([FEMALE, MALE])))


@given(st.lists(edge, max_size=15), facts)
def test_roles_name_only_related_and_fitting_people(
    edges: list[Edge], known: dict[UUID, tuple[str, str]]
) -> None:
    roles = world(edges, known, Case(ZHANG, FIRM))
    related = {ZHANG, FIRM} | {i for _, one, other in edges for i in (one, other)}
    dead = {i for i, (state, _) in known.items() if state == DEAD}
    male = {i for i, (_, sex) in known.items() if sex == MALE}
    for code, found in roles.items():
        assert found and len(set(found)) == len(found) and set(found) <= related
        if code in {"spouse", "mother", "father", "staff", "household_member"}:
            assert not set(found) & (dead - {ZHANG})
    assert set(roles.get("deceased", ())) <= dead and FIRM not in roles.get("spouse", ())
    assert not set(roles.get("mother", ())) & male and not set(roles.get("father", ())) - male


# sources

TITLES = {"id_card": "居民身份证", "marriage_cert": "结婚证", "DS_MARRIAGE": "婚姻登记信息"}


def material(preferred: str, *others: str, **changes: object) -> MaterialView:
    plain = MaterialView(
        code="I000-M01",
        seq=1,
        name="结婚证",
        necessity="必要",
        issuer="民政部门",
        cert_code="marriage_cert",
        dataset_code="DS_MARRIAGE",
        preferred=SourceKind(MODE_OF_LABEL[preferred].value),
        sources=order_sources(preferred, others, str(changes.get("necessity", "必要"))),
        roles=(),
        mode_note="",
        situation=None,
        can_commit=False,
        submission_free=True,
        note="",
        source="测试",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def held(code: str, holder: UUID = ZHANG, *, why: str = "") -> Held:
    record = SealedRecord(holder, b"", b"", code, "x")
    return Held(
        holder, code, f"{code}:{holder.int}", TITLES[code], "MZJ", "2026-05-20", not why, why, "", record
    )


def context(
    *records: Held, down: str = "", loaded: str = "", may_commit: bool = True, **roles: UUID
) -> Context:
    found = Records(records, frozenset(filter(None, [down])), frozenset(filter(None, [loaded])), {})
    who = {"applicant": (ZHANG,), **{code: (holder,) for code, holder in roles.items()}}
    barred = Attempt(Mode.COMMITMENT, "有未履行的承诺，不能以承诺代替", "履行原承诺后可恢复")
    return Context(
        who,
        found,
        TITLES,
        {"DS_MARRIAGE": "民政局"},
        {"spouse": "配偶"},
        barred=lambda _: None if may_commit else barred,
    )


CHAIN = ("证照调用", "数据共享", "告知承诺")


def resolve(*records: Held, down: str = "", loaded: str = "", may_commit: bool = True) -> MaterialOutcome:
    return resolve_material(
        material(*CHAIN), context(*records, down=down, loaded=loaded, may_commit=may_commit)
    )


def test_the_first_source_that_serves_wins() -> None:
    found = resolve(held("marriage_cert"), held("DS_MARRIAGE"))
    assert found.mode is Mode.CERTIFICATE and not found.attempts
    assert found.sentence == "已调用您的结婚证，无需提交"


def test_an_expired_certificate_gives_way_to_shared_data_and_says_so() -> None:
    found = resolve(held("marriage_cert", why="已过有效期"), held("DS_MARRIAGE"))
    assert found.mode is Mode.DATA
    assert [a.why for a in found.attempts] == ["您的结婚证已过有效期"] and found.attempts[0].remedy


@pytest.mark.parametrize("down", ["marriage_cert", "DS_MARRIAGE"])
def test_a_source_that_is_down_fails_soft_and_says_so(down: str) -> None:
    """A broken line at the ministry must not send her home, nor look as if she had no record."""
    found = resolve(held("marriage_cert"), held("DS_MARRIAGE"), down=down)
    assert found.mode is (Mode.DATA if down == "marriage_cert" else Mode.CERTIFICATE)
    both = resolve(down="DS_MARRIAGE")
    assert both.mode is Mode.COMMITMENT and "暂时无响应" in both.attempts[1].why


def test_the_last_resort_is_an_upload_with_every_reason() -> None:
    found = resolve(may_commit=False)
    assert found.mode is Mode.UPLOAD and len(found.attempts) == 4
    assert all(a.why and a.remedy for a in found.attempts)
    assert "未履行的承诺" in found.attempts[2].why


@pytest.mark.parametrize("loaded", ["DS_MARRIAGE", ""])
def test_silence_of_a_register_is_an_answer_only_where_it_is_complete(loaded: str) -> None:
    """无婚姻登记记录: from a register we do not hold, silence means nothing."""
    asks = material("数据共享", mode_note="absence_ok")
    found = resolve_material(asks, context(loaded=loaded))
    assert found.mode is (Mode.DATA if loaded else Mode.UPLOAD)
    assert ("没有婚姻登记信息记录" in found.sentence) == bool(loaded)
    assert not resolve_material(replace(asks, mode_note=""), context(loaded=loaded)).mode.official


def test_a_complete_register_that_is_down_proves_nothing() -> None:
    asks = material("数据共享", mode_note="absence_ok")
    assert resolve_material(asks, context(loaded="DS_MARRIAGE", down="DS_MARRIAGE")).mode is Mode.UPLOAD


def test_both_of_a_couple_must_hold_it() -> None:
    asks = material("证照调用", roles=("applicant", "spouse"))
    both = resolve_material(asks, context(held("marriage_cert"), held("marriage_cert", SUN), spouse=SUN))
    assert [e.role for e in both.evidence] == ["applicant", "spouse"]
    one = resolve_material(asks, context(held("marriage_cert"), spouse=SUN))
    assert one.mode is Mode.UPLOAD and "配偶" in one.attempts[0].why
    assert "没有登记配偶" in resolve_material(asks, context(held("marriage_cert"))).attempts[0].why


def test_one_of_a_couple_is_enough_where_the_catalogue_says_so() -> None:
    asks = material("证照调用", roles=("applicant", "spouse"), mode_note="any")
    found = resolve_material(asks, context(held("marriage_cert", SUN), spouse=SUN))
    assert found.mode is Mode.CERTIFICATE and [e.holder_id for e in found.evidence] == [SUN]


def test_nobody_is_asked_for_a_spouse_she_does_not_have() -> None:
    asks = material("证照调用", roles=("applicant", "spouse"), mode_note="if_any:spouse")
    assert resolve_material(asks, context(held("marriage_cert"))).mode is Mode.CERTIFICATE


@pytest.mark.parametrize("records", [(), (held("marriage_cert"),)])
def test_what_is_no_longer_provided_is_never_asked(records: tuple[Held, ...]) -> None:
    found = resolve_material(material("证照调用", necessity="不再提供"), context(*records))
    assert found.mode is Mode.CANCELLED and not found.asked


@given(
    st.sets(st.sampled_from(["marriage_cert", "DS_MARRIAGE"])),
    st.sampled_from(["", "已过有效期", "已撤销"]),
    st.sampled_from(["", "marriage_cert", "DS_MARRIAGE"]),
    st.booleans(),
    st.permutations(["证照调用", "数据共享", "部门核验", "告知承诺"]),
)
def test_every_material_ends_in_one_mode_with_a_reason_for_each_before(
    codes: set[str], why: str, down: str, may_commit: bool, chain: list[str]
) -> None:
    asks = material(chain[0], *chain[1:])
    records = [held(code, why=why if code == "marriage_cert" else "") for code in codes]
    found = resolve_material(asks, context(*records, down=down, may_commit=may_commit))
    tried = [a.mode for a in found.attempts]
    ways = [Mode(kind) for kind in asks.sources if kind is not SourceKind.UPLOAD]
    assert [*tried, found.mode] == [*ways, Mode.REUSE, Mode.UPLOAD][: len(tried) + 1]
    assert found.sentence and all(a.why for a in found.attempts)
    assert bool(found.evidence) == (found.mode.official)
    assert not [e for e in found.evidence if e.code == down]


@pytest.mark.parametrize(
    ("name", "side", "expected"),
    [
        ("man_name", "woman", "woman_name"),
        ("woman_id_no", "man", "man_id_no"),
        ("woman_id_no", "woman", "woman_id_no"),
        ("name_man", "woman", "name_woman"),
        ("name_woman", "man", "name_man"),
        ("name", "woman", "name"),
        ("manager", "woman", "manager"),
        ("man_name", "", "man_name"),
    ],
)
def test_sides_of_a_couple(name: str, side: str, expected: str) -> None:
    """张三 would otherwise apply under her husband's name."""
    assert sided(name, side) == expected

"""The synthetic town: what a demo home, the oracle and the benchmarks rely on."""

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from proofless.kit.ids import is_resident_number, is_uscc
from proofless.simulator.town import Key, Relation, Town, make_town, stream_town
from proofless.simulator.town.reference import read_reference
from proofless.standards.rules import CodeListView, complain

CATALOG = Path(__file__).parents[2] / "catalog"
DAY = date(2026, 11, 23)
REFERENCE = read_reference(CATALOG)


def table(name: str) -> list[dict[str, str]]:
    with (CATALOG / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(2000, 300, 7, CATALOG, DAY)


def test_the_town_of_start_is_made_within_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    """A newcomer waits for ./start: the town itself may cost seconds, not a minute."""
    begin = time.process_time()
    town = make_town(2000, 300, 8, CATALOG, DAY)
    seconds = time.process_time() - begin
    with capsys.disabled():
        print(f"\n2000 residents, 300 enterprises: {seconds:.2f} s, {len(town.certificates)} certificates")
    assert seconds < 6  # 3 s on a quiet machine
    assert 12_000 <= len(town.certificates) <= 16_000
    assert len(town.enterprises) == 300
    assert sum(p.died_on is None for p in town.people) == 2000


def test_the_same_seed_gives_the_same_town() -> None:
    """A failing run could not be repeated if two towns of one seed differed."""
    assert make_town(500, 70, 3, CATALOG, DAY) == make_town(500, 70, 3, CATALOG, DAY)
    assert make_town(500, 70, 3, CATALOG, DAY).people != make_town(500, 70, 4, CATALOG, DAY).people


def test_a_stream_is_the_same_town_in_slices(town: Town) -> None:
    """The benchmark of 100 000 residents would measure another town than the demo shows."""
    batches = list(stream_town(2000, 300, 7, CATALOG, DAY))
    assert tuple(p for b in batches for p in b.people) == town.people
    assert tuple(r for b in batches for r in b.rows) == town.rows
    assert tuple(c for b in batches for c in b.certificates) == town.certificates
    assert Counter(r for b in batches for r in b.relations) == Counter(town.relations)


def test_every_number_passes_its_check(town: Town) -> None:
    assert all(is_resident_number(p.id_no) for p in town.people)
    assert all(is_uscc(e.uscc) for e in town.enterprises)
    assert len({p.id_no for p in town.people}) == len(town.people)
    assert len({e.uscc for e in town.enterprises}) == len(town.enterprises)
    for person in town.people:
        assert person.id_no[6:14] == f"{person.birth_date:%Y%m%d}"
        assert int(person.id_no[16]) % 2 == (person.sex == "1")
        local = person.hukou_division.startswith("3714")
        assert not local or person.id_no.startswith("3724") == (person.birth_date.year < 1994)


def test_faces_and_rows_have_every_field_and_only_good_values(town: Town) -> None:
    """A department could not issue, nor share, what its own catalogue entry refuses."""
    lists = code_lists()
    fields = {(r["cert_code"], r["field_name_en"]): r for r in table("certificate_fields.csv")}
    for spec in town.certificates:
        assert tuple(spec.face) == REFERENCE.face_fields[spec.cert_code]
        assert spec.number and str(spec.valid_from) <= spec.valid_to
        for name, value in spec.face.items():
            row = fields.get((spec.cert_code, name))
            kind, code = (row["data_type"], row["standard_code_list"]) if row else ("string", "")
            needed = row is None or row["required"] == "Y"
            fixed = lists.get(code) if kind in {"code", "string"} else None
            assert not complain(value, kind, fixed, required=needed), (spec.cert_code, name, value)
    types = {(r["dataset_code"], r["field_name_en"]): r["data_type"] for r in table("dataset_fields.csv")}
    for line in town.rows:
        assert tuple(line.values) == REFERENCE.row_fields[line.dataset_code]
        assert line.as_of <= town.as_of
        for name, value in line.values.items():
            assert not complain(value, types[line.dataset_code, name]), (line.dataset_code, name, value)


def code_lists() -> dict[str, CodeListView]:
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for row in table("code_list_values.csv"):
        values[row["code_list_name"]][row["value_code"]] = row["value_name"]
    return {
        r["code_list_name"]: CodeListView(
            r["code_list_id"], r["code_list_name"], r["kind"], r["rule_or_note"], values[r["code_list_name"]]
        )
        for r in table("code_lists.csv")
    }


def test_numbers_of_one_type_are_not_given_twice(town: Town) -> None:
    """A verifier asking by number would get another person's certificate."""
    given = Counter((spec.cert_code, spec.number) for spec in town.certificates)
    assert not [pair for pair, count in given.items() if count > 1]


def test_relations_join_those_who_exist_and_agree_with_records(town: Town) -> None:
    """A spouse resolved by relation would not be the one on the marriage certificate."""
    known = {p.holder for p in town.people} | {e.holder for e in town.enterprises}
    kinds = {part for r in table("relations.csv") for part in r["relation_kind"].split(";") if part}
    assert all(r.from_key in known and r.to_key in known and r.kind in kinds for r in town.relations)
    assert len({(r.kind, r.from_key, r.to_key) for r in town.relations}) == len(town.relations)
    couples = {(r.from_key, r.to_key) for r in town.relations if r.kind == "spouse"}
    people = {p.holder: p for p in town.people}
    for spec in (s for s in town.certificates if s.cert_code == "marriage_cert"):
        (man, side), (woman, other) = spec.holders
        assert (side, other) == ("man", "woman") and (man, woman) in couples | {(b, a) for a, b in couples}
        assert spec.face["man_id_no"] == people[man].id_no and people[man].sex == "1"
        assert spec.face["woman_id_no"] == people[woman].id_no and people[woman].sex == "2"
    parents = {(r.from_key, r.to_key) for r in town.relations if r.kind == "parent_of"}
    assert all(people[a].birth_date.year + 16 <= people[b].birth_date.year for a, b in parents)
    for spec in (s for s in town.certificates if s.cert_code == "birth_cert"):
        child, *others = (key for key, _ in spec.holders)
        assert others and all((parent, child) in parents for parent in others)


def test_every_living_registered_person_has_the_basics(town: Town) -> None:
    rows, held = records_by_holder(town)
    spoiled = {key for keys in town.awkward.values() for key in keys}
    for person in town.people:
        if person.died_on or person.holder in spoiled or not held[person.holder] & {"hukou_book"}:
            continue
        assert {"DS_PERSON_BASE", "DS_HOUSEHOLD", "DS_SSCARD", "DS_MEDINS"} <= rows[person.holder]
        assert {"hukou_book", "ss_card", "med_ins_voucher"} <= held[person.holder]
        assert "id_card" in held[person.holder] or DAY.year - person.birth_date.year <= 16


def records_by_holder(town: Town) -> tuple[dict[Key, set[str]], dict[Key, set[str]]]:
    rows: dict[Key, set[str]] = defaultdict(set)
    for line in town.rows:
        rows[line.holder].add(line.dataset_code)
    held: dict[Key, set[str]] = defaultdict(set)
    for spec in town.certificates:
        for key, _ in spec.holders:
            if spec.state == "valid":
                held[key].add(spec.cert_code)
    return rows, held


@pytest.mark.parametrize("day", [DAY, date(2028, 2, 29), date(2027, 1, 1), date(2027, 8, 31)])
def test_every_profile_has_complete_members(day: date) -> None:
    """The oracle counts an item as resolved only over subjects who really have what it asks."""
    town = make_town(700, 120, 5, CATALOG, day)
    rows, held = records_by_holder(town)
    edges, roles = edges_of(town.relations), {r["role"]: r for r in table("relations.csv")}
    assert len(town.profiles) == len(table("town_profiles.csv"))
    for profile in table("town_profiles.csv"):
        members = town.profiles[profile["profile_code"]]
        assert len(members) >= 3
        for applicant, enterprise in members:
            cast = {"applicant": [applicant], "enterprise": [enterprise] if enterprise else []}
            if enterprise:  # the role ``staff`` must not find the head before those who were hired
                assert applicant not in edges[enterprise, "employs", "forward"]
            for need in (f"{profile['needs_certs']};{profile['needs_rows']}").split(";"):
                role, _, code = need.partition(":")
                found = cast.get(role) or find_role(edges, roles, cast, role)
                kept = rows if code.startswith("DS_") else held
                assert any(code in kept[key] for key in found), (profile["profile_code"], need, found)


Edges = dict[tuple[Key, str, str], list[Key]]


def edges_of(relations: Iterable[Relation]) -> Edges:
    """(start, kind, way) -> keys at the other end; ``both`` is either way."""
    edges: Edges = defaultdict(list)
    for r in relations:
        for way in ("forward", "both"):
            edges[r.from_key, r.kind, way].append(r.to_key)
        for way in ("backward", "both"):
            edges[r.to_key, r.kind, way].append(r.from_key)
    return edges


def find_role(
    edges: Edges, roles: dict[str, dict[str, str]], cast: dict[str, list[Key]], role: str
) -> list[Key]:
    """Follow relations.csv from the role's anchor; the head of a household has no edge to himself."""
    row = roles[role]
    anchor = cast.get(row["anchor"]) or find_role(edges, roles, cast, row["anchor"])
    links = list(zip(row["relation_kind"].split(";"), row["direction"].split(";"), strict=True))
    found = [key for start in anchor for kind, way in links for key in edges.get((start, kind, way), ())]
    heads = edges.get((anchor[0], "member_of_household", "forward"), [])
    return found + (anchor + heads if "household" in role else [])


def test_complete_members_and_the_cast_are_never_awkward(town: Town) -> None:
    spoiled = {key for keys in town.awkward.values() for key in keys}
    members = {member.applicant for members in town.profiles.values() for member in members}
    assert not spoiled & (members | set(town.cast.values()))


def test_the_awkward_are_there_and_labelled(town: Town) -> None:
    """A town of perfect records would hide what clerks meet every day."""
    kinds = {"expired", "revoked", "superseded", "name_changed", "record_missing", "sources_disagree"}
    assert set(town.awkward) == kinds | {"rare_name", "dotted_name", "long_name"}
    assert all(len(keys) >= 2 for keys in town.awkward.values())
    assert 0.05 < sum(map(len, town.awkward.values())) / len(town.people) < 0.10
    people = {p.holder: p for p in town.people}
    assert all(len(people[key].name) == 30 for key in town.awkward["long_name"])
    assert any("𠮷" in people[key].name for key in town.awkward["rare_name"])
    assert all("·" in people[key].name for key in town.awkward["dotted_name"])
    states = Counter(spec.state for spec in town.certificates)
    assert states["expired"] and states["revoked"] and states["superseded"]
    cards = {s.holders[0][0]: s for s in town.certificates if s.cert_code == "id_card" and s.state == "valid"}
    changed = [key for key in town.awkward["name_changed"] if key in cards]
    assert changed and all(cards[key].face["name"] != people[key].name for key in changed)


def test_only_the_awkward_hold_what_has_ended(town: Town) -> None:
    """An ordinary applicant refused for a card never renewed would be a defect of the town, not a scene."""
    ended = {s.holders[0][0] for s in town.certificates if s.state != "valid"}
    assert ended <= {key for keys in town.awkward.values() for key in keys}


def test_the_cast_keeps_its_names_and_purposes_with_any_seed() -> None:
    for seed in (1, 2):
        town = make_town(600, 80, seed, CATALOG, DAY)
        people = {p.holder: p for p in town.people}
        rows, held = records_by_holder(town)
        zhang, li, wang = (town.cast[name] for name in ("张三", "李四", "王五"))
        assert people[zhang].sex == "2" and {"marriage_cert", "real_estate_cert", "ss_card"} <= held[zhang]
        assert {"birth_cert", "hukou_book"} <= held[town.cast["孙豆豆"]]
        assert ("guardian_of", li, town.cast["张小宝"]) in {
            (r.kind, r.from_key, r.to_key) for r in town.relations
        }
        assert not [r for r in town.relations if wang in (r.from_key, r.to_key)]
        assert "DS_ELDER_SUBSIDY" in rows[town.cast["赵奶奶"]]
        company = town.cast["德州某某食品有限公司"]
        assert {"biz_license", "food_biz_license"} <= held[company]
        acting = {(r.kind, r.from_key) for r in town.relations if r.to_key == company}
        assert {("legal_rep_of", town.cast["陈经理"]), ("handler_of", town.cast["周会计"])} <= acting

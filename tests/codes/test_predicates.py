"""Predicates: a gate learns yes, no or 未知 and nothing besides; what is not known is never guessed."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.codes.rules import PREDICATES
from proofless.codes.rules.evidence import Evidence, Record, Value
from proofless.codes.rules.persons import mask_name, mask_number
from proofless.kit.clock import full_years

TODAY = date(2025, 10, 20)


def evidence(
    rows: Mapping[str, list[Mapping[str, Value]]] | None = None,
    certificates: Mapping[str, bool] | None = None,
    complete: frozenset[str] = frozenset(),
    **more: object,
) -> Evidence:
    """Rows by dataset with their values, certificates by type with whether they are usable (faces empty)."""
    records: dict[str, tuple[Record, ...]] = {
        code: tuple(Record(code, code, "2025-01-01", None, None, False, values) for values in found)
        for code, found in (rows or {}).items()
    }
    for code, usable in (certificates or {}).items():
        records[code] = (Record(code, code, "2025-01-01", usable, date(2027, 1, 1), True, {}),)
    return Evidence(records, complete, lambda record: record.handle, TODAY, **more)  # type: ignore[arg-type]


def decide(attribute: str, found: Evidence) -> Value:
    return PREDICATES[attribute].decide(found).value


@pytest.mark.parametrize("attribute", sorted(PREDICATES))
def test_with_no_record_at_all_everything_is_unknown(attribute: str) -> None:
    assert decide(attribute, evidence()) is None


@pytest.mark.parametrize("attribute", sorted(PREDICATES))
def test_broken_records_answer_nothing_wrong(attribute: str) -> None:
    """A source's dirty text (阴历, 不详) must not let a minor buy wine."""
    dirty = {ref.split(".")[0]: [{}] for ref in PREDICATES[attribute].refs}
    for ref in PREDICATES[attribute].refs:
        code, name = ref.split(".")
        dirty[code][0][name] = "不详"  # type: ignore[index]
    if attribute.startswith(("is_", "has_", "no_")) and attribute not in {"has_teacher_qual"}:
        assert decide(attribute, evidence(dirty)) in {None, False}


@given(st.dates(TODAY - timedelta(days=40000), TODAY))
def test_ages_turn_on_the_birthday(born: date) -> None:
    found = evidence({"DS_PERSON_BASE": [{"birth_date": born.isoformat()}]})
    age = full_years(born, TODAY)
    assert decide("is_age_ge_18", found) is (age >= 18)
    assert decide("is_age_ge_65", found) is (age >= 65)
    assert decide("is_age_60_64", found) is (60 <= age < 65)


def test_a_revoked_certificate_is_no_even_if_the_old_row_says_yes() -> None:
    rows = {"DS_DISABLED": [{"status": "有效", "valid_to": "2030-01-01"}]}
    assert decide("has_valid_disabled_cert", evidence(rows)) is True
    assert decide("has_valid_disabled_cert", evidence(rows, {"disabled_cert": False})) is False


def test_no_row_is_no_only_where_the_register_is_held() -> None:
    assert decide("has_valid_veteran_card", evidence(complete=frozenset({"DS_VETERAN"}))) is False
    assert decide("no_serious_dishonest", evidence(complete=frozenset({"DS_ENTABN"}))) is None
    both = frozenset({"DS_ENTABN", "DS_DISHONEST"})
    assert decide("no_serious_dishonest", evidence(complete=both)) is True
    listed = {"DS_ENTABN": [{"list_type": "严重违法失信名单"}]}
    assert decide("no_serious_dishonest", evidence(listed, complete=both)) is False


def test_a_property_is_the_one_that_was_named() -> None:
    """Else a seller could show one flat's clean record for another."""
    rows: dict[str, list[Mapping[str, Value]]] = {
        "DS_ESTATE": [{"unit_no": "A", "cert_no": "1"}, {"unit_no": "B", "cert_no": "2"}],
        "DS_ESTATEMORT": [{"unit_no": "B", "seal_status": "未查封"}],
    }
    complete = frozenset(rows)
    assert decide("owner_matches", evidence(rows, complete=complete)) is None
    assert decide("has_mortgage", evidence(rows, complete=complete)) is None
    named = {unit: evidence(rows, complete=complete, about=unit) for unit in "ABC"}
    assert [decide("owner_matches", named[unit]) for unit in "ABC"] == [True, True, False]
    assert [decide("has_mortgage", named[unit]) for unit in "ABC"] == [False, True, None]
    assert decide("is_sealed", named["B"]) is False


def test_the_latest_marriage_entry_decides_and_an_appointment_does_not_count() -> None:
    rows = [{"op_type": "IA", "op_date": "2010-05-01"}, {"op_type": "YY", "op_date": "2025-01-01"}]
    assert decide("marital_status", evidence({"DS_MARRIAGE": rows})) == "已婚"
    divorced = [*rows, {"op_type": "IB", "op_date": "2020-05-01"}]
    assert decide("marital_status", evidence({"DS_MARRIAGE": divorced})) == "离婚"


def test_groups_are_those_of_the_scene_only() -> None:
    found = {"DS_PERSON_BASE": [{"birth_date": "1950-01-01"}], "DS_DIBAO": [{"status": "享受中"}]}
    park = evidence(found, scene_codes=frozenset({"id_card", "elder_card", "disabled_cert"}))
    assert decide("benefit_group", park) == "老年人", "the park must not learn of the low-income allowance"


def test_whether_it_is_the_vehicle_that_is_meant_is_not_guessed() -> None:
    mixed = [{"audit_valid_to": "2026-01-01"}, {"audit_valid_to": "2024-01-01"}]
    assert decide("audit_valid", evidence({"DS_TRANSVEH": mixed})) is None
    assert decide("audit_valid", evidence({"DS_TRANSVEH": mixed[:1]})) is True


def test_masks_hide_the_birth_date_and_most_of_the_name() -> None:
    assert mask_number("371402199005011234") == "3714*************4"
    assert (mask_name("张三"), mask_name("王丽华"), mask_name("𠮷")) == ("*三", "**华", "*")

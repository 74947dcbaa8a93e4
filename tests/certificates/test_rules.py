"""Rules of certificates: a wrong answer here issues a bad face or calls a dead certificate alive."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proofless.certificates import rules
from proofless.certificates.rules import FieldRule, Standing
from proofless.kit import ids
from proofless.standards.rules import CodeListView

DAY = date(2026, 6, 1)
FIELDS = (
    FieldRule("name", "姓名", "string", "", True, "personal", False, "t"),
    FieldRule("sex", "性别", "code", "GB/T 2261.1", True, "personal", False, "t"),
    FieldRule("id_no", "公民身份号码", "string", "GB 11643", True, "sensitive", True, "t"),
    FieldRule("photo", "人像", "image", "", False, "sensitive", False, "t"),
)
LISTS = {
    "GB/T 2261.1": CodeListView("CL011", "GB/T 2261.1", "enum", "", {"1": "男性", "2": "女性"}),
    "GB 11643": CodeListView("CL006", "GB 11643", "pattern", ""),
}
GOOD = {
    "name": "张三",
    "sex": "1",
    "id_no": "37140119900101001" + ids.resident_check_char("37140119900101001"),
}


def test_a_good_face_has_no_complaints() -> None:
    assert rules.complaints(FIELDS, GOOD, LISTS, demo=True) == {}


def test_each_bad_field_is_named_and_no_value_is_repeated() -> None:
    bad = {"sex": "9", "id_no": GOOD["id_no"][:-1] + "?", "nickname": "小三"}
    found = rules.complaints(FIELDS, bad, LISTS, demo=True)
    assert set(found) == {"name", "sex", "id_no", "nickname"}
    assert not any(str(value) in text for text in found.values() for value in bad.values())


def test_a_demo_picture_does_not_enter_a_production_home() -> None:
    face = GOOD | {"photo": "演示照片-000001"}
    assert rules.complaints(FIELDS, face, LISTS, demo=True) == {}
    assert set(rules.complaints(FIELDS, face, LISTS, demo=False)) == {"photo"}
    assert rules.complaints(FIELDS, GOOD | {"photo": "ab" * 32}, LISTS, demo=False) == {}


@given(st.dates(), st.dates(), st.dates(), st.sampled_from(["valid", "suspended", "superseded", "revoked"]))
def test_only_a_valid_certificate_within_its_dates_is_usable(a: date, b: date, on: date, state: str) -> None:
    start, end = sorted((a, b))
    found = rules.standing(state, start, end, on)
    assert found.usable == (state == "valid" and start <= on <= end)


def test_the_last_day_still_counts() -> None:
    assert rules.standing("valid", DAY, DAY, DAY) is Standing.VALID
    assert rules.standing("valid", DAY, DAY, DAY + timedelta(days=1)) is Standing.EXPIRED


def test_of_several_certificates_the_usable_one_speaks() -> None:
    assert min(Standing, key=rules.preference) is Standing.VALID


@given(st.integers(0, 10**6))
def test_serials_fit_the_identifier_and_its_check(_: int) -> None:
    serial = rules.new_serial(DAY)
    made = ids.certificate_identifier("11100000000013127D001", "11371400004502345A", serial, 1)
    assert ids.is_certificate_identifier(made)


def test_provisional_codes_are_well_formed_distinct_and_stay_when_the_catalogue_grows() -> None:
    first = rules.provisional_codes([("a", "公安部"), ("b", "公安部"), ("c", "民政部")], {})
    assert len(set(first.values())) == 3
    assert all(len(code) == 21 and ids.is_uscc(code[:18]) and "DEM" in code for code in first.values())
    grown = rules.provisional_codes(
        [("z", "公安部"), ("a", "公安部"), ("b", "公安部"), ("c", "民政部")], first
    )
    assert grown.items() >= first.items()


def test_unknown_facts_are_none_and_never_good() -> None:
    facts = rules.facts_of("x", None, datetime(2026, 6, 1, tzinfo=UTC))
    assert not facts.listed
    assert not facts.good
    assert facts.revoked is facts.expired is facts.superseded is None


def test_a_certificate_ends_at_midnight_in_shanghai() -> None:
    row = ("结婚证", "德州市民政局", "valid", DAY, DAY, DAY, 1)
    assert rules.facts_of("x", row, datetime(2026, 6, 1, 15, 59, tzinfo=UTC)).good
    assert rules.facts_of("x", row, datetime(2026, 6, 1, 16, 1, tzinfo=UTC)).expired

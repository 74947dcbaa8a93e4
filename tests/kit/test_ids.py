"""Numbers: a wrong check digit let through would give one resident another's certificates."""

import csv
import time
from datetime import date
from pathlib import Path
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from proofless.kit import clock, ids

CATALOG = Path(__file__).parents[2] / "catalog"


def test_published_identifiers_pass_and_placeholders_fail() -> None:
    rows = list(csv.DictReader((CATALOG / "identifier_test_vectors.csv").open(encoding="utf-8")))
    assert len(rows) == 6
    for row in rows:
        body = row["type_code"] + row["issuer_code"] + row["serial"] + row["version"]
        assert ids.mod37_36(body) == row["computed_mod37_36"]
        assert ids.is_certificate_identifier(row["certificate_identifier"]) == (row["matches"] == "Y")


def test_iso_vectors() -> None:
    for text, check in (("A12425GABC1234002", "M"), ("B159D8FA01240000", "K"), ("188166C734200000", "3")):
        assert ids.mod37_36(text[:-1] if len(text) == 18 else text) == check


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_changed_digit_of_a_resident_number_is_caught(position: int, shift: int) -> None:
    first17 = "37140219900307002"
    number = first17 + ids.resident_check_char(first17)
    assert ids.is_resident_number(number)
    digit = str((int(number[position]) + shift) % 10)
    assert not ids.is_resident_number(number[:position] + digit + number[position + 1 :])


def test_uscc_of_real_bodies() -> None:
    assert ids.is_uscc("11100000000013127D") and ids.is_uscc("11100000MB0143028R")
    assert not ids.is_uscc("11100000000013127E") and not ids.is_uscc("11100000000013127I")


@given(st.integers(1, 999), st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=1, max_size=32))
def test_made_identifiers_check(version: int, serial: str) -> None:
    made = ids.certificate_identifier("11100000000013127D001", "11100000MB0143028R", serial, version)
    assert ids.is_certificate_identifier(made)
    assert not ids.is_certificate_identifier(made[:-1] + ("0" if made[-1] != "0" else "1"))


def test_ids_sort_by_time() -> None:
    made = [ids.new_id() for _ in range(50)]
    assert len(set(made)) == 50 and made[0].version == 7
    assert sorted(made, key=lambda i: i.int >> 80) == made


def test_spring_festival_does_not_count_and_an_unpublished_year_is_unknown() -> None:
    limit = clock.add_working_days(date(2026, 2, 13), 1)
    assert limit.due_on == date(2026, 2, 14)  # a Saturday worked in exchange for the festival
    assert clock.add_working_days(date(2026, 12, 30), 30).due_on is None
    assert clock.full_years(date(2012, 2, 29), date(2026, 2, 28)) == 13


def test_ids_made_one_after_another_stand_in_that_order() -> None:
    """Else the lines of one act change places from one look to the next."""
    made = []
    for _ in range(200):
        made.append(ids.new_id())
        began = time.perf_counter_ns()
        while time.perf_counter_ns() - began < 1_000:
            pass
    assert made == sorted(made) and len({one.int & (1 << 62) - 1 for one in made}) == 200
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}

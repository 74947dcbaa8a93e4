"""Validators: a clerk must see what is wrong in her form, and nobody may be refused over a good value."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.kit.ids import resident_check_char
from proofless.standards.rules import CodeListView, complain, grade_of, stricter

SEX = CodeListView("CL011", "GB/T 2261.1", "enum", "", {"1": "男性", "2": "女性"})
NUMBER = CodeListView("CL006", "GB 11643", "pattern", "")
INDUSTRY = CodeListView("CL019", "GB/T 4754", "external_standard", "")


@given(st.dates())
def test_every_iso_day_is_a_date(day: date) -> None:
    assert complain(day.isoformat(), "date") == ""


@pytest.mark.parametrize("text", ["2024-13-01", "2024/01/01", "20240101", "2024-1-1", "", 20240101, True])
def test_other_spellings_of_a_day_are_refused(text: object) -> None:
    assert complain(text, "date", required=True)  # type: ignore[arg-type]


@given(st.dates(date(1900, 1, 1), date(2025, 1, 1)), st.integers(0, 999))
def test_a_citizen_number_passes_with_its_own_check_digit_only(born: date, order: int) -> None:
    first17 = f"372401{born:%Y%m%d}{order:03d}"
    good = resident_check_char(first17)
    assert complain(first17 + good, "string", NUMBER) == ""
    assert complain(first17 + ("0" if good != "0" else "1"), "string", NUMBER)


def test_codes_of_a_list_and_only_those() -> None:
    assert complain("1", "code", SEX) == ""
    assert "GB/T 2261.1" in complain("男", "code", SEX)
    assert complain("I6531", "code", INDUSTRY) == "", (
        "a standard whose values are not held here is not judged"
    )


def test_empty_is_good_unless_required() -> None:
    assert complain(None, "date") == "" and complain("", "code", SEX) == ""
    assert complain(None, "date", required=True) == "必填"


@pytest.mark.parametrize(
    ("value", "data_type"),
    [("12.50", "decimal"), (3, "integer"), ("-3", "integer"), ("Y", "bool"), (True, "bool")],
)
def test_numbers_come_as_text_or_number(value: object, data_type: str) -> None:
    assert complain(value, data_type) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "data_type"), [("NaN", "decimal"), ("1e400000", "integer"), ("是", "bool"), (1, "string")]
)
def test_what_is_no_number_is_refused(value: object, data_type: str) -> None:
    assert complain(value, data_type)  # type: ignore[arg-type]


def test_an_unknown_grade_is_the_strictest() -> None:
    """Else a typing slip in the catalogue would open a field to everybody."""
    assert stricter("", "L9") == "L4"
    assert grade_of("none", "", of_dataset=True) == "L4"
    assert grade_of("sensitive", "L3", of_dataset=True) == "L4"
    assert grade_of("none", "L3", of_dataset=True) == "L3"
    assert grade_of("personal", "L4", of_dataset=False) == "L3"

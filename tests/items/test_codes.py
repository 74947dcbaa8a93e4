"""Codes of items: a wrong digit in a list would lead the case to another department's item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.items.rules import codes
from proofless.kit.ids import is_uscc

BODY = "11100000MB03271699"


def test_codes_seen_in_public_pass() -> None:
    assert is_uscc(BODY)
    assert codes.complain_of_catalog_code("000115035000") == ""
    assert (
        codes.complain_of_task_code(f"{BODY}1000115035000", catalog_code="000115035000", level="1", body=BODY)
        == ""
    )
    assert codes.complain_of_handle_code(f"{BODY}100011503500001", task_code=f"{BODY}1000115035000") == ""


@pytest.mark.parametrize(
    "code", ["00011503500", "0001150350000", "00991503500A", "000015035000", "990115035000"]
)
def test_a_wrong_catalog_code_is_named(code: str) -> None:
    assert codes.complain_of_catalog_code(code)


@given(st.integers(0, 30), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_changed_character_is_seen_or_means_another_item(at: int, other: str) -> None:
    good = f"{BODY}1000115035000"
    changed = good[:at] + other + good[at + 1 :]
    if changed != good:
        assert codes.complain_of_task_code(changed, catalog_code="000115035000", level="1", body=BODY)


@given(st.text(max_size=40))
def test_no_text_breaks_the_check(text: str) -> None:
    codes.complain_of_catalog_code(text)
    assert codes.complain_of_task_code(text) or len(text) == 31
    assert codes.complain_of_handle_code(text) or len(text) == 33

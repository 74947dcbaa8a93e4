"""How values look: nobody's number is shown whole by accident, no date in a foreign form."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from proofless.kit.errors import InputInvalid
from proofless.kit.paging import Page
from proofless.web import filters
from proofless.web.forms import IdNumberField, MobileField, PageForm
from proofless.web.pager import pager_of, shown_numbers
from proofless.web.qr import qr_svg


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-23", "2026年11月23日"),
        (date(2026, 1, 2), "2026年1月2日"),
        (datetime(2026, 1, 1, 17, tzinfo=UTC), "2026年1月2日"),
        ("9999-12-31", "长期"),
        (None, "—"),
        ("民国三年", "民国三年"),
    ],
)
def test_days_are_chinese_and_in_shanghai(value: object, text: str) -> None:
    assert filters.day(value) == text


def test_validity_says_long_term() -> None:
    assert filters.valid_until("9999-12-31") == "长期有效"
    assert filters.valid_until("2040-06-01") == "有效期至2040年6月1日"
    assert filters.validity("2020-06-01", "9999-12-31") == "自2020年6月1日起长期有效"


def test_masks() -> None:
    assert filters.mask_id("371402199001011234") == "371402********1234"
    assert filters.mask_phone("13812340000") == "138****0000"
    assert filters.mask_name("张三") == "张*" and filters.mask_name("阿卜杜拉·买买提") == "阿***"
    assert filters.mask_name("𠮷田") == "𠮷*", "a character outside the basic plane is one character"


@given(st.text(st.characters(exclude_characters="*"), min_size=2, max_size=30))
def test_no_mask_shows_a_whole_value(text: str) -> None:
    for mask in (filters.mask_id, filters.mask_phone, filters.mask_tail):
        assert text not in mask(text)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text(), max_size=3)))
def test_any_face_value_can_be_shown(value: object) -> None:
    assert filters.shown(value) != "" or value == [""]


@given(st.integers(1, 400), st.integers(1, 400))
def test_the_pager_always_offers_first_last_and_current(number: int, pages: int) -> None:
    number = min(number, pages)
    shown = shown_numbers(number, pages)
    assert {1, number, pages} <= set(shown) and len(shown) <= 9


def test_the_pager_keeps_the_filters() -> None:
    request = RequestFactory().get("/", {"q": "身份证", "page": "2"})
    pager = pager_of(Page(rows=(), number=2, total=60), request)
    assert QueryDict(pager.next[1:]).dict() == {"q": "身份证", "page": "3"}


class Contact(PageForm):
    number = IdNumberField()
    phone = MobileField()


def test_a_wrong_check_digit_is_told_in_chinese_without_the_number() -> None:
    form = Contact({"number": "371402199001011234", "phone": "13812340000"})
    with pytest.raises(InputInvalid) as refused:
        form.values()
    fields = refused.value.detail["fields"]
    assert list(fields) == ["number"] and "371402" not in str(fields)


def test_a_code_drawn_by_us_is_read_back() -> None:
    import io

    import segno
    import zxingcpp
    from PIL import Image

    assert "style=" not in qr_svg("PF1.abc", "居民码") and 'aria-label="居民码"' in qr_svg(
        "PF1.abc", "居民码"
    )
    picture = io.BytesIO()
    segno.make("PF1.abc", error="m", micro=False).save(picture, kind="png", scale=6)
    assert zxingcpp.read_barcodes(Image.open(picture))[0].text == "PF1.abc"

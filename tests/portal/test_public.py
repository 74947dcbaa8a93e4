"""What anybody may see: the home page, the guide of items, verification."""

from uuid import UUID

import pytest
from django.test import Client

from proofless.certificates.models import Certificate
from proofless.simulator.accounts import demo_accounts
from tests.portal.conftest import Enter, text_of


@pytest.fixture
def anybody(cast: dict[str, UUID]) -> Client:
    return Client()


def test_the_home_page_leads_to_everything(anybody: Client) -> None:
    page = text_of(anybody.get("/"))
    for words in ("我的证照", "我的码", "我的办件", "谁看过我的信息", "出生", "新生儿出生一件事", "登录"):
        assert words in page


def test_signed_in_she_is_called_by_her_name(enter: Enter) -> None:
    assert "张三，您好" in text_of(enter("zhangsan").get("/"))


def test_every_account_of_the_story_can_be_tapped_at_the_door(anybody: Client) -> None:
    page = text_of(anybody.get("/sign-in"))
    for account in demo_accounts():
        if account.username != "clerk-spj":
            assert f"账号 {account.username}" in page, account.username


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "高龄"}, "高龄津贴"),
        ({"q": "gljt"}, "高龄津贴"),
        ({"stage": "出生", "subject": "person"}, "出生医学证明"),
        ({"theme": "T01"}, "新生儿出生一件事"),
        ({"domain": "婚姻登记"}, "结婚登记"),
    ],
)
def test_an_item_is_found_by_words_stage_theme_and_domain(
    anybody: Client, query: dict[str, str], expected: str
) -> None:
    assert expected in text_of(anybody.get("/items", query))


def test_nothing_found_says_what_to_try(anybody: Client) -> None:
    assert "换个说法试试" in text_of(anybody.get("/items", {"q": "zzzzzz"}))


def test_unknown_themes_and_items_are_not_found(anybody: Client) -> None:
    assert anybody.get("/items/NOPE").status_code == 404
    assert anybody.get("/items", {"theme": "NOPE"}).status_code == 404
    assert anybody.get("/items", {"page": "-3", "subject": "<b>"}).status_code == 200


def test_the_guide_says_how_each_thing_is_got_and_marks_what_is_unsure(anybody: Client) -> None:
    page = text_of(anybody.get("/items/I006"))
    assert "什么都不用带" in page and "系统直接调用" in page
    assert "待核" in page and "依据" in page
    assert "登录后开始办理" in page


def test_an_enterprise_item_is_not_begun_by_somebody_without_one(enter: Enter) -> None:
    page = text_of(enter("wangwu").get("/items/I051"))
    assert "由企业办理" in page or "开始办理" in page


def test_verification_tells_state_and_no_face(anybody: Client, cast: dict[str, UUID]) -> None:
    identifier = Certificate.objects.get(holder_id=cast["张三"], type_code="id_card").identifier
    reply = anybody.get("/verify", {"identifier": identifier}, follow=True)
    page = text_of(reply)
    assert "这份证照现在有效" in page and "居民身份证" in page
    assert "张三" not in page


def test_a_mistyped_identifier_is_said_to_be_mistyped(anybody: Client) -> None:
    reply = anybody.get("/verify", {"identifier": "1.2.156.3005.2.X"}, follow=True)
    assert reply.status_code == 400 and "校验位不正确" in text_of(reply)


def test_an_identifier_nobody_issued_is_not_good(anybody: Client, cast: dict[str, UUID]) -> None:
    from proofless.kit.ids import certificate_identifier

    made = certificate_identifier("11100000000013127D001", "11371400DM16764539", "20200101AAAAAAAAAAAA", 1)
    assert "没有查到这份证照" in text_of(anybody.get(f"/verify/{made}"))

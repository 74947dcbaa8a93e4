"""Signing in and out: one answer for a wrong name and a wrong password, a lock after five, no way to other sites."""

from uuid import UUID

from django.test import Client

from proofless.ledger.models import LedgerEntry
from tests.portal.conftest import Enter, text_of


def test_a_wrong_password_and_a_wrong_name_sound_the_same(cast: dict[str, UUID]) -> None:
    known = Client().post("/sign-in", {"username": "zhangsan", "password": "no"})
    unknown = Client().post("/sign-in", {"username": "nobody", "password": "no"})
    assert known.status_code == unknown.status_code == 401
    assert "账号或密码不正确" in text_of(known) and "账号或密码不正确" in text_of(unknown)


def test_five_failures_lock_the_account_and_say_for_how_long(cast: dict[str, UUID]) -> None:
    for _ in range(5):
        Client().post("/sign-in", {"username": "wangwu", "password": "no"})
    reply = Client().post("/sign-in", {"username": "wangwu", "password": "demo-2026"})
    assert reply.status_code == 423 and "15分钟后再试" in text_of(reply)


def test_an_empty_form_says_what_is_missing(cast: dict[str, UUID]) -> None:
    reply = Client().post("/sign-in", {})
    assert reply.status_code == 400 and "请输入账号" in text_of(reply)


def test_demo_accounts_are_offered_in_a_demo_home_and_one_tap_enters(cast: dict[str, UUID]) -> None:
    client = Client()
    assert 'value="zhangsan"' in text_of(client.get("/sign-in"))
    assert client.post("/sign-in", {"demo": "zhangsan"})["Location"] == "/"


def test_a_production_home_offers_and_takes_no_demo_account(
    cast: dict[str, UUID], monkeypatch: object
) -> None:
    from proofless.portal.pages import session

    monkeypatch.setattr(session, "is_demo", lambda: False)  # type: ignore[attr-defined]
    client = Client()
    assert 'name="demo"' not in text_of(client.get("/sign-in"))
    assert client.post("/sign-in", {"demo": "zhangsan"}).status_code == 400


def test_after_signing_in_one_is_back_where_one_wanted_to_be(cast: dict[str, UUID]) -> None:
    client = Client()
    wanted = client.get("/certificates")["Location"]
    assert wanted == "/sign-in?next=/certificates"
    assert client.post(wanted, {"demo": "zhangsan"})["Location"] == "/certificates"


def test_nobody_is_led_to_another_site(cast: dict[str, UUID]) -> None:
    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        reply = Client().post("/sign-in", {"demo": "zhangsan", "next": elsewhere})
        assert reply["Location"] == "/"


def test_signing_in_changes_the_session_key(cast: dict[str, UUID]) -> None:
    client = Client()
    client.get("/sign-in")
    client.session.save()
    before = client.session.session_key
    client.post("/sign-in", {"demo": "zhangsan"})
    assert client.session.session_key != before


def test_officials_land_in_the_workstation(cast: dict[str, UUID]) -> None:
    assert Client().post("/sign-in", {"demo": "auditor"})["Location"] == "/desk/"


def test_signing_out_is_an_entry_and_ends_the_session(enter: Enter) -> None:
    client = enter("zhangsan")
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/me").status_code == 302
    assert LedgerEntry.objects.filter(kind="parties.signed_out").count() == 1

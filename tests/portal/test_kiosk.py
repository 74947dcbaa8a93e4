"""A kiosk in the hall: 张三 signs in by her code, is signed out when she walks away, and leaves nothing behind."""

import re
import time

import pytest
from django.test import Client

from proofless.access import kiosk as turns
from proofless.access.edge import SESSION_ACCOUNT
from proofless.codes import services as codes
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Account
from proofless.portal.pages import kiosk
from proofless.web.shell import SESSION_KIOSK
from tests.portal.conftest import Enter, begin, text_of
from tests.town import TestTown

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(kiosk, "_tries", kiosk.RateLimit(0))
    return enter("kiosk")


def code_of(town: TestTown, name: str) -> str:
    return codes.show_code(actor=town.resident(name)).text


def tail_of(town: TestTown, name: str) -> str:
    made = town.loaded.town
    return next(one.id_no for one in made.people if one.holder == made.cast[name])[-4:]


def sign_in(device: Client, town: TestTown, name: str = "张三") -> None:
    reply = device.post("/kiosk", {"code": code_of(town, name), "tail": tail_of(town, name)})
    assert reply.status_code == 302, text_of(reply)


def account_of(client: Client) -> str:
    return Account.objects.get(id=client.session[SESSION_ACCOUNT]).username


def test_her_turn_begins_with_her_code_in_large_type(device: Client, town: TestTown) -> None:
    sign_in(device, town)
    page = text_of(device.get("/"))
    assert "pf-large" in page and "办完了，退出" in page and account_of(device) == "zhangsan"
    entry = LedgerEntry.objects.filter(kind=Kind.SIGNED_IN, purpose="自助终端登录").first()
    assert entry and str(town["张三"]) in entry.holders


def test_what_she_does_there_says_so(device: Client, town: TestTown) -> None:
    sign_in(device, town)
    begin(device, "I006")
    assert LedgerEntry.objects.filter(kind=Kind.DRAFT_OPENED).latest("at").channel == "kiosk"


def test_she_walks_away_and_the_next_one_sees_nothing(
    device: Client, town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(device, town)
    address = begin(device, "I006")
    later = time.time() + turns.IDLE_SECONDS + 1
    monkeypatch.setattr(turns.time, "time", lambda: later)
    reply = device.get(address)
    assert reply.status_code == 302 and reply["Location"] == "/kiosk"
    assert SESSION_KIOSK not in device.session and account_of(device) == "kiosk"
    assert device.get(address).status_code == 403
    part = text_of(device.get("/kiosk"))
    assert "张三" not in part and "出示" in part


def test_a_script_is_led_away_with_its_page(
    device: Client, town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(device, town)
    later = time.time() + turns.IDLE_SECONDS + 1
    monkeypatch.setattr(turns.time, "time", lambda: later)
    assert device.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == "/kiosk"


@pytest.mark.parametrize("path", ["/kiosk/leave", "/sign-out"])
def test_leaving_gives_the_device_back(device: Client, town: TestTown, path: str) -> None:
    sign_in(device, town)
    before = device.session.session_key
    assert device.post(path)["Location"] == "/kiosk"
    assert account_of(device) == "kiosk" and device.session.session_key != before
    assert LedgerEntry.objects.filter(kind=Kind.SIGNED_OUT).exists()


def test_a_code_read_off_a_shops_scanner_opens_nothing(device: Client, town: TestTown) -> None:
    """Whoever photographs her code does not know her number; and the try uses the code up."""
    code = code_of(town, "张三")
    reply = device.post("/kiosk", {"code": code, "tail": "0000"})
    assert reply.status_code == 409 and account_of(device) == "kiosk"
    again = device.post("/kiosk", {"code": code, "tail": tail_of(town, "张三")})
    assert again.status_code == 409 and account_of(device) == "kiosk"
    assert LedgerEntry.objects.filter(kind=Kind.SIGN_IN_REFUSED).count() == 2


def test_only_a_registered_device_opens_a_turn(enter: Enter, town: TestTown) -> None:
    posted = {"code": code_of(town, "张三"), "tail": tail_of(town, "张三")}
    assert enter("wangwu").post("/kiosk", posted).status_code == 403
    assert Client().post("/kiosk", posted)["Location"].startswith("/sign-in")


def test_guessing_is_slowed_down(device: Client, town: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk, "_tries", kiosk.RateLimit(2))
    tries = [device.post("/kiosk", {"code": "A" * 20, "tail": "1234"}).status_code for _ in range(3)]
    assert tries == [404, 404, 429]


def test_a_code_is_sent_to_any_telephone_and_good_once(
    device: Client, town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(
        "proofless.notices.services.passcodes.queue_message",
        lambda holder, kind, words, **more: sent.append(words),
    )
    made = town.loaded.town
    number = next(one.id_no for one in made.people if one.holder == made.cast["赵奶奶"])
    device.post("/kiosk", {"way": "send", "number": number})
    code = re.search(r"验证码(\d{6})", sent[0]).group(1)  # type: ignore[union-attr]
    wrong = device.post("/kiosk", {"way": "passcode", "passcode": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.status_code >= 400 and account_of(device) == "kiosk"
    assert device.post("/kiosk", {"way": "passcode", "passcode": code})["Location"] == "/"
    assert account_of(device) == "zhaonainai"
    device.post("/kiosk/leave")
    assert device.post("/kiosk", {"way": "passcode", "passcode": code}).status_code >= 400


def test_a_number_nobody_has_gets_the_same_answer(device: Client, town: TestTown) -> None:
    reply = device.post("/kiosk", {"way": "send", "number": "11010519491231002X"}, follow=True)
    assert "验证码已发出" in text_of(reply) and account_of(device) == "kiosk"
    assert device.post("/kiosk", {"way": "passcode", "passcode": "000000"}).status_code >= 400

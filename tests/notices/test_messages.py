"""短信与验证码: what asks something reaches her telephone, no act waits for it; a code opens one door once."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from proofless.access.actors import anonymous_actor
from proofless.config.home import Home
from proofless.kit import clock
from proofless.kit.actor import Channel
from proofless.kit.errors import NotFound, Refusal
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.notices import queries, services, transports
from proofless.notices.errors import NoTransport, PasscodeInvalid, TooOften
from proofless.notices.models import Message, Notice
from proofless.notices.rules.messages import BACKOFF, pause_after
from proofless.notices.rules.passcodes import Purpose
from proofless.notices.services import passcodes
from proofless.notices.transports import HttpGateway, OutboxFile, Undelivered
from tests.dripping import OK, dripping
from tests.notices.test_follow import caught_up, returned
from tests.notices.test_read import browser
from tests.town import TestTown

pytestmark = pytest.mark.django_db
NOBODY = anonymous_actor(Channel.PHONE)
Sent = list[tuple[str, str]]


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What left the node, as (mobile, text)."""
    sent: Sent = []
    monkeypatch.setattr(OutboxFile, "send", lambda _self, _id, mobile, text: sent.append((mobile, text)))
    return sent


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    at = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "_source", lambda: at)


def code_in(sent: Sent) -> str:
    return sent[-1][1].split("验证码")[1][:6]


def test_what_asks_something_is_also_sent(town: TestTown, at_once: None, outbox: Sent) -> None:
    """Handed in is for the inbox alone; to be corrected goes to the telephone too. The words are then forgotten."""
    caught_up()
    returned(town, "赵奶奶", "I081")
    services.follow_chain()
    assert Message.objects.count() == 1 and "补正".encode() not in bytes(
        Message.objects.get().text_sealed or b""
    )
    assert services.dispatch_waiting() == 1
    ((mobile, text),) = outbox
    assert len(mobile) == 11 and "老年人优待证" in text and "免证办】" in text
    row = Message.objects.get()
    assert (row.state, row.text_sealed) == ("sent", None)
    entry = LedgerEntry.objects.get(kind=Kind.MESSAGE_SENT)
    assert mobile not in entry.detail + entry.holders and str(town["赵奶奶"]) in entry.holders


def test_who_wants_no_messages_gets_none(town: TestTown, at_once: None, outbox: Sent) -> None:
    who = town.resident("赵奶奶")
    services.choose(actor=who, holder_id=town["赵奶奶"], messages=False, scans=False)
    caught_up()
    returned(town, "赵奶奶", "I081")
    services.follow_chain()
    assert Notice.objects.filter(asks=True).exists() and not Message.objects.exists()
    with pytest.raises(NotFound):
        services.choose(actor=town.resident("王五"), holder_id=town["赵奶奶"], messages=True, scans=True)
    assert queries.choice_of(town["赵奶奶"]).scans is False


def test_a_gateway_that_is_away_is_tried_again_and_then_given_up(
    town: TestTown, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case was returned long before: no act waits for a message."""

    def away(*_: object) -> None:
        raise Undelivered("unreachable", again=True)

    monkeypatch.setattr(OutboxFile, "send", away)
    caught_up()
    returned(town, "赵奶奶", "I081")
    services.follow_chain()
    for _ in range(len(BACKOFF) + 1):
        assert services.dispatch_waiting() == 0
        assert services.dispatch_waiting() == 0, "not before its time"
        later(monkeypatch, hours=5)
    row = Message.objects.get()
    assert (row.state, row.attempts, row.text_sealed) == ("failed", len(BACKOFF) + 1, None)
    assert LedgerEntry.objects.filter(kind=Kind.MESSAGE_FAILED).count() == 1


def test_a_code_is_good_once_for_its_purpose_and_its_thing(town: TestTown, outbox: Sent) -> None:
    who, holder = town.resident("张三"), town["张三"]
    services.send_passcode(actor=who, holder_id=holder, purpose=Purpose.CONFIRM, reference="case:1")
    services.dispatch_waiting()
    code = code_in(outbox)
    for wrong in ({"purpose": Purpose.SIGN_IN}, {"reference": "case:2"}, {"holder_id": town["王五"]}):
        whole: dict[str, Any] = {"holder_id": holder, "purpose": Purpose.CONFIRM, "reference": "case:1"}
        with pytest.raises(PasscodeInvalid):
            services.use_passcode(actor=who, code=code, **whole | wrong)
    good = {
        "actor": who,
        "holder_id": holder,
        "purpose": Purpose.CONFIRM,
        "reference": "case:1",
        "code": code,
    }
    services.use_passcode(**good)  # type: ignore[arg-type]
    with pytest.raises(PasscodeInvalid):
        services.use_passcode(**good)  # type: ignore[arg-type]
    written = "".join(LedgerEntry.objects.values_list("detail", flat=True))
    assert code not in written


def test_a_code_does_not_last_nor_bear_guessing(
    town: TestTown, outbox: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fresh() -> str:
        services.send_passcode(actor=NOBODY, holder_id=town["张三"], purpose=Purpose.SIGN_IN)
        services.dispatch_waiting()
        return code_in(outbox)

    def use(code: str) -> None:
        services.use_passcode(actor=NOBODY, holder_id=town["张三"], purpose=Purpose.SIGN_IN, code=code)

    code = fresh()
    for _ in range(5):
        with pytest.raises(PasscodeInvalid):
            use("x" + code[1:])
    with pytest.raises(PasscodeInvalid):
        use(code)
    with pytest.raises(TooOften):
        fresh()
    later(monkeypatch, minutes=2)
    code = fresh()
    later(monkeypatch, minutes=6)
    with pytest.raises(PasscodeInvalid):
        use(code)
    assert LedgerEntry.objects.filter(kind=Kind.PASSCODE_REFUSED).count() == 7


def test_signing_in_by_code(town: TestTown, outbox: Sent) -> None:
    """An unknown name is answered like a known one; the code opens her account and no other's."""
    client = Client()
    pages = [
        client.post("/sign-in/code", {"username": name}).content.decode() for name in ("zhangsan", "nobody")
    ]
    assert all("验证码已发出" in page for page in pages) and Message.objects.count() == 1
    services.dispatch_waiting()
    code = code_in(outbox)
    other = client.post("/sign-in/code", {"username": "wangwu", "verb": "enter", "code": code})
    assert other.status_code == 401
    entered = client.post("/sign-in/code", {"username": "zhangsan", "verb": "enter", "code": code})
    assert entered.status_code == 302 and "张三" in client.get("/").content.decode()


def test_without_a_way_out_no_code_is_promised(town: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passcodes, "find_transport", lambda: None)
    with pytest.raises(NoTransport):
        services.send_passcode(actor=NOBODY, holder_id=town["张三"], purpose=Purpose.SIGN_IN)


def test_the_outbox_is_a_private_file_without_the_number(tmp_path: Path, home: Home) -> None:
    path = tmp_path / "outbox.log"
    OutboxFile(path).send(UUID(int=1), "13812345678", "您好")
    line = json.loads(path.read_text(encoding="utf-8"))
    assert line["to"] == "*5678" and line["text"] == "您好" and path.stat().st_mode & 0o777 == 0o600


def test_a_production_home_has_no_outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Production:
        demo = False

    monkeypatch.setattr(transports.env, "home", Production)
    with pytest.raises(Refusal):
        OutboxFile(tmp_path / "outbox.log").send(UUID(int=1), "13812345678", "您好")
    assert transports.find_transport() is None
    with pytest.raises(ValueError, match="https"):
        transports.check_address("http://127.0.0.1:1/")


def test_a_gateway_set_wrongly_stops_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Notices are still written: the operator reads in the log what is wrong."""
    token = tmp_path / "token"
    monkeypatch.setenv("PROOFLESS_SMS_URL", "https://sms.example/send")
    monkeypatch.setenv("PROOFLESS_SMS_TOKEN_FILE", str(token))
    assert transports.find_transport() is None and "set wrongly" in caplog.text
    token.write_text("secret\n")
    monkeypatch.setenv("PROOFLESS_SMS_URL", "https://sms.example/v2/send")
    assert transports.find_transport() == HttpGateway("https://sms.example/v2/send", "secret")


class Gateway(BaseHTTPRequestHandler):
    """Answers by the mobile's last digit: 0 takes it, 4 refuses it, 5 is broken."""

    seen: list[dict[str, str]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Gateway.seen.append({**body, "token": self.headers["Authorization"]})
        self.send_response({"0": 202, "4": 404, "5": 503}[body["mobile"][-1]])
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def gateway() -> Iterator[HttpGateway]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield HttpGateway(f"http://127.0.0.1:{server.server_port}/send", "secret")
    server.shutdown()
    server.server_close()


def test_a_gateways_answer_says_whether_to_try_again(gateway: HttpGateway) -> None:
    gateway.send(UUID(int=7), "13800000000", "您好")
    assert Gateway.seen[-1] == {
        "id": str(UUID(int=7)),
        "mobile": "13800000000",
        "text": "您好",
        "token": "Bearer secret",
    }
    for mobile, again in (("13800000004", False), ("13800000005", True)):
        with pytest.raises(Undelivered) as failed:
            gateway.send(UUID(int=7), mobile, "您好")
        assert failed.value.again is again
    with pytest.raises(Undelivered) as failed:
        HttpGateway("http://127.0.0.1:1/", "secret").send(UUID(int=7), "13800000000", "您好")
    assert failed.value.again


def test_a_gateway_that_drips_holds_up_no_other_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left when its time is over; one that only says 200 and dawdles on has taken the message."""
    monkeypatch.setattr(transports, "SECONDS", 0.3)
    with dripping(OK, b"X-Slow: x\r\n") as server:
        with pytest.raises(Undelivered) as failed:
            HttpGateway(f"http://{server.address}", "secret").send(UUID(int=7), "13800000000", "您好")
        assert failed.value.again and server.left.wait(5)
    with dripping(OK + b"\r\n", b"0") as server:
        HttpGateway(f"http://{server.address}", "secret").send(UUID(int=7), "13800000000", "您好")
        assert server.left.wait(5)


def test_codes_by_the_api(town: TestTown, outbox: Sent) -> None:
    client = browser("zhangsan")
    token = {"Authorization": f"Bearer {client.session.session_key}"}

    def call(path: str, body: dict[str, str]) -> Any:
        return client.post(f"/api/v1/notices/passcodes{path}", body, "application/json", headers=token)

    assert call("", {"reference": "case:1"}).status_code == 200
    services.dispatch_waiting()
    given = {"reference": "case:1", "code": code_in(outbox)}
    assert call("/use", given).json() == {"confirmed": True}
    assert call("/use", given).json()["code"] == "PASSCODE_INVALID"
    assert call("", {"reference": "case:1"}).status_code == 429


def test_waiting_grows_and_ends() -> None:
    pauses = [pause_after(number) for number in range(1, len(BACKOFF) + 2)]
    assert pauses[-1] is None
    assert pauses[:-1] == sorted(pauses[:-1])  # type: ignore[type-var]

"""Her identity card at a kiosk: no telephone, no account; a found card and a stranger's face open nothing."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client

from proofless import ledger
from proofless.access.actors import actor_of
from proofless.applications.errors import NotIdentified
from proofless.applications.handling import cards
from proofless.applications.handling.cards import CardRead, HallReaders, TypedCard, find_reader
from proofless.applications.handling.services.kiosk import sign_in_by_card
from proofless.kit import env
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import ErrorCode, Forbidden, InputInvalid, Refusal
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.notices.rules import news_of
from proofless.parties.models import Account, Holder
from tests.dripping import OK, dripping
from tests.portal.conftest import Enter, text_of
from tests.portal.test_kiosk import account_of, device
from tests.town import TestTown

__all__ = ["device"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(town: TestTown) -> tuple[str, str]:
    """Number and name of a grown resident nobody ever made an account for."""
    known = set(Account.objects.values_list("party_id", flat=True))
    found = next(
        one
        for one in town.loaded.town.people
        if (holder := town.loaded.ids[one.holder]) not in known
        and Holder.objects.filter(id=holder, state="active", minor_until=None).exists()
    )
    return found.id_no, found.name


def kiosk() -> Actor:
    return actor_of(Account.objects.get(username="kiosk"), Channel.KIOSK)


class Said:
    """A reader that says what the scene wants."""

    def __init__(self, card: CardRead | None) -> None:
        self._card = card

    def read(self, device: str) -> CardRead | None:
        return self._card


def try_card(number: str, name: str, *, matched: bool = True) -> Any:
    with ledger.reading():
        return sign_in_by_card(actor=kiosk(), reader=Said(CardRead(number, name, matched)), device="终端1")


def test_without_telephone_or_account_her_card_opens_her_turn(
    device: Client, stranger: tuple[str, str]
) -> None:
    number, name = stranger
    reply = device.post("/kiosk", {"way": "card", "card": number, "card_name": name})
    assert reply.status_code == 302, text_of(reply)
    made = Account.objects.get(username=account_of(device))
    assert made.roles == ["resident"] and not made.has_usable_password()
    assert device.get("/applications").status_code == 200
    assert device.get("/desk/queue").status_code == 403
    entry = LedgerEntry.objects.get(kind=Kind.ACCOUNT_MADE, object_id=str(made.id))
    assert str(made.party_id) in entry.holders and name not in entry.detail
    assert [one.title for one in news_of(Kind.ACCOUNT_MADE, {"how": "card"})] == ["已为您开通账号"]
    assert not news_of(Kind.ACCOUNT_MADE, {"roles": ["resident"]})


def test_next_time_it_is_the_same_account(device: Client, stranger: tuple[str, str]) -> None:
    posted = dict(zip(("card", "card_name"), stranger, strict=True)) | {"way": "card"}
    device.post("/kiosk", posted)
    first = account_of(device)
    device.post("/kiosk/leave")
    device.post("/kiosk", posted)
    assert account_of(device) == first


def test_a_found_card_a_wrong_name_and_a_strange_number_say_the_same(stranger: tuple[str, str]) -> None:
    """Nobody learns at a kiosk whose card it is; each try is entered; no account comes of it."""
    before, answers = Account.objects.count(), set()
    for number, name, matched in (
        (*stranger, False),
        (stranger[0], "别人", True),
        ("11010519491231002X", "某", True),
    ):
        with pytest.raises(NotIdentified) as refused:
            try_card(number, name, matched=matched)
        answers.add(refused.value.message)
    assert len(answers) == 1 and Account.objects.count() == before
    assert LedgerEntry.objects.filter(kind=Kind.SIGN_IN_REFUSED).count() == 3


def test_an_account_somebody_closed_stays_closed(town: TestTown) -> None:
    """An administrator's word is not undone by a card; wrong guesses at a password are no reason to turn her away."""
    people = town.loaded.town
    number = next(one.id_no for one in people.people if one.holder == people.cast["赵奶奶"])
    hers = Account.objects.get(username="zhaonainai")
    assert try_card(number, "赵奶奶") == hers.id
    with ledger.act(Kind.ACCOUNT_LOCKED, kiosk()):
        Account.objects.filter(id=hers.id).update(is_active=False)
    with pytest.raises(NotIdentified):
        try_card(number, "赵奶奶")


def test_only_a_registered_device_reads_cards(enter: Enter, stranger: tuple[str, str]) -> None:
    posted = {"way": "card", "card": stranger[0], "card_name": stranger[1]}
    assert enter("wangwu").post("/kiosk", posted).status_code == 403
    with pytest.raises(Forbidden):
        sign_in_by_card(
            actor=actor_of(Account.objects.get(username="wangwu"), Channel.PHONE),
            reader=Said(None),
            device="x",
        )


def test_without_a_card_it_says_what_to_do(device: Client) -> None:
    reply = device.post("/kiosk", {"way": "card", "card": "", "card_name": ""})
    assert reply.status_code == 422 and "放在读卡区" in text_of(reply)


def test_a_node_without_readers_leads_to_the_window(device: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofless.portal.pages.kiosk.is_demo", lambda: False)
    page = text_of(device.get("/kiosk"))
    assert "请到窗口" in page and 'name="card"' not in page


class Hall(BaseHTTPRequestHandler):
    """The hall's reader service, saying what the scene wants."""

    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b""
    asked: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((str(self.headers["Authorization"]), said))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HallReaders]:
    server = HTTPServer(("127.0.0.1", 0), Hall)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    token = tmp_path / "token"
    token.write_text("secret\n", encoding="utf-8")
    monkeypatch.setenv("PROOFLESS_CARD_URL", f"http://127.0.0.1:{server.server_port}/read")
    monkeypatch.setenv("PROOFLESS_CARD_TOKEN_FILE", str(token))
    found = find_reader()
    assert found is not None
    yield found
    server.shutdown()


def test_the_halls_service_is_asked_by_device_and_believed_only_in_shape(hall: HallReaders) -> None:
    card = {"number": "11010519491231002X", "name": "某", "matched": True}
    Hall.status, Hall.body = 200, json.dumps(card).encode()
    assert hall.read("终端1") == CardRead("11010519491231002X", "某", True)
    assert Hall.asked[-1] == ("Bearer secret", json.dumps({"device": "终端1"}).encode())
    Hall.body = json.dumps(card | {"matched": "yes"}).encode()
    found = hall.read("终端1")
    assert found is not None and not found.matched, "only a plain true is a match"
    for status, body in (
        (200, b"[]"),
        (200, b"{"),
        (200, b'{"number": 1, "name": "x", "matched": true}'),
        (500, b""),
    ):
        Hall.status, Hall.body = status, body
        with pytest.raises(Refusal, match="没有响应") as refused:
            hall.read("终端1")
        assert refused.value.code is ErrorCode.UNAVAILABLE
    Hall.status, Hall.body = 204, b""
    assert hall.read("终端1") is None
    with pytest.raises(Refusal):
        HallReaders("http://127.0.0.1:1/", "secret").read("终端1")


@pytest.mark.parametrize("said", [OK, OK + b"\r\n{"])
def test_readers_that_drip_send_the_next_person_away_in_time(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    """Each drop came within the time: one device could keep a hall's turn for ever."""
    monkeypatch.setattr(cards, "SECONDS", 0.3)
    with dripping(said, b"X-Slow: x\r\n" if said == OK else b" ") as server:
        with pytest.raises(Refusal) as away:
            HallReaders(f"http://{server.address}", "secret").read("终端1")
        assert away.value.code is ErrorCode.UNAVAILABLE and server.left.wait(10)


def test_readers_set_wrongly_lead_to_the_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROOFLESS_CARD_URL", "http://cards.example/read")
    monkeypatch.setenv("PROOFLESS_CARD_TOKEN_FILE", str(tmp_path / "none"))
    assert find_reader() is None


def test_a_typed_card_is_for_demonstrations_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputInvalid):
        sign_in_by_card(actor=kiosk(), reader=TypedCard("", ""), device="终端1")

    class Real:
        demo = False

    monkeypatch.setattr(cards.env, "home", lambda: Real())
    with pytest.raises(Refusal) as refused:
        TypedCard("11010519491231002X", "某").read("终端1")
    assert refused.value.code is ErrorCode.DEMO_ONLY and env

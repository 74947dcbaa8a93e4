"""Interfaces answer at once or are left alone: shared data, a department's system, its silence and its lies."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.data import services as data
from proofless.data.models import DataRow
from proofless.kit import clock
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Holder, HolderKind
from proofless.verification import interface, queries, services
from proofless.verification.interface import Call, Reply
from proofless.verification.queries.delegations import list_systems
from proofless.verification.rules.answers import Verdict
from proofless.verification.rules.breaker import THRESHOLD
from proofless.verification.rules.states import State
from tests.dripping import OK, dripping
from tests.town import TestTown
from tests.verification.scenes import (
    CRIME,
    DRIVING,
    again,
    ask,
    clerk,
    entries,
    grant,
    lead,
    on,
    yes,
)

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-police-system"
Answering = Callable[[dict[str, Any]], object]


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """The asker did not wait: nothing to say."""


class System:
    """公安's own system on the loopback. ``say`` turns a question into what it sends, or None for no reply."""

    def __init__(self) -> None:
        self.say: Answering = lambda asked: honest(asked)
        self.heard: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.heard.append(asked)
                outer.tokens.append(self.headers["Authorization"])
                said = outer.say(asked)
                text = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/answer"


def honest(asked: dict[str, Any], **changes: object) -> dict[str, object]:
    return {"request_id": asked["request_id"], "verdict": "confirmed", "as_of": "2026-11-20", **changes}


@pytest.fixture
def system() -> Iterator[System]:
    interface.forget_breakers()
    made = System()
    yield made
    made.server.shutdown()
    made.server.server_close()
    interface.forget_breakers()


@pytest.fixture
def police(town: TestTown, system: System) -> System:
    connect(system)
    return system


def connect(system: System) -> None:
    """公安's system, registered for driving records by its lead."""
    services.set_connector(actor=lead("GAJ"), template_code=DRIVING, address=system.address, token=TOKEN)


def test_shared_data_answers_at_once(town: TestTown) -> None:
    """张三 waits no day for what the city already holds."""
    rows = [("DS_NOCRIME", town["张三"], {"check_result": "1"}, date(2026, 11, 1))]
    data.load_rows(actor=system_actor(Permission.DATA_LOAD), rows=rows, replace=True)
    request = again(ask(town["张三"], CRIME))
    assert request.state == State.ANSWERED and request.by_interface
    who = clerk("JTJ")
    with ledger.reading():
        said = queries.read_answer(grant(who, town["张三"], "answer.*"), request.id)
    assert (said.verdict, said.as_of) == (Verdict.CONFIRMED, date(2026, 11, 1))
    reads = LedgerEntry.objects.filter(kind=Kind.READ, ground=f"statutory:协查:{request.number}")
    assert reads.exists(), "the look into the register is a read of hers"


def test_a_register_with_nothing_on_file_leaves_it_to_a_person(town: TestTown) -> None:
    """No row proves nothing: a newcomer is neither cleared nor accused by it."""
    have = set(DataRow.objects.filter(dataset_code="DS_NOCRIME").values_list("holder_id", flat=True))
    newcomer = (
        Holder.objects.filter(kind=HolderKind.PERSON).exclude(id__in=have).values_list("id", flat=True)[0]
    )
    request = again(ask(newcomer, CRIME))
    assert request.state == State.ASKED and request.attempt_failure == "共享数据中没有足以答复的记录"
    services.answer(actor=clerk("GAJ"), request_id=request.id, revision=request.revision, given=yes())


def test_a_departments_system_answers(town: TestTown, police: System) -> None:
    request = again(ask(town["张三"]))
    assert request.state == State.ANSWERED and request.by_interface
    asked = police.heard[0]
    assert asked["subject"].keys() == {"name", "number"} and police.tokens == [f"Bearer {TOKEN}"]
    assert len(entries(Kind.REQUEST_ANSWERED, request)) == 1
    assert services.attempt(request_ids=[request.id]) == 0, "nobody is asked twice"


@pytest.mark.parametrize(
    "lie",
    [
        lambda asked: honest(asked, request_id="another"),
        lambda asked: honest(asked, verdict="fine"),
        lambda asked: honest(asked, number="371402199001010012"),
        lambda asked: [honest(asked)],
        lambda asked: b"<html>error</html>",
        lambda asked: b"x" * (interface.REPLY_MAX_BYTES + 1),
    ],
)
def test_a_system_that_lies_is_not_believed(town: TestTown, police: System, lie: Answering) -> None:
    police.say = lie
    request = again(ask(town["张三"]))
    assert request.state == State.ASKED and request.attempts == 1 and request.attempt_failure
    assert "3714" not in request.attempt_failure
    services.answer(actor=clerk("GAJ"), request_id=request.id, revision=request.revision, given=yes())
    assert again(request).state == State.ANSWERED and not again(request).by_interface


def test_a_hanging_system_costs_its_budget_and_no_more(town: TestTown, system: System) -> None:
    """Two people's questions wait as long as one: the budget, not its sum."""
    stop = threading.Event()
    system.say = lambda asked: stop.wait(5) and honest(asked)
    requests = [ask(town["张三"], reference=f"application:{n}/M") for n in range(2)]
    connect(system)
    started = time.monotonic()
    services.attempt(request_ids=[one.id for one in requests])
    took = time.monotonic() - started
    stop.set()
    assert took < 1.9, took
    assert {again(one).attempt_failure for one in requests} == {"接口没有在限定时间内答复"}


def test_a_failing_system_is_left_alone_until_it_rested(town: TestTown, police: System) -> None:
    police.say = lambda asked: b"?"
    for number in range(THRESHOLD + 2):
        ask(town["张三"], reference=f"application:{number}/M")
    assert len(police.heard) == THRESHOLD
    police.say = honest
    interface.forget_breakers()
    assert again(ask(town["张三"], reference="application:9/M")).state == State.ANSWERED


def test_the_bureau_sees_how_departments_systems_do(town: TestTown, police: System) -> None:
    """Answers and silences of the last day, and which one is left alone; no person and no address."""
    bureau = clerk("DSJJ", 7, roles=("bureau",))
    ask(town["张三"], reference="application:1/M")
    (found,) = list_systems(bureau)
    assert (found.answered, found.failed, found.rests, found.last_failure) == (1, 0, False, "")
    police.say = lambda asked: b"?"
    for number in range(THRESHOLD):
        ask(town["张三"], reference=f"application:{number + 2}/M")
    (found,) = list_systems(bureau)
    assert found.failed == THRESHOLD and found.rests and found.last_failure
    with pytest.raises(Forbidden):
        list_systems(clerk("GAJ"))


def test_the_round_tries_again_later(town: TestTown, system: System) -> None:
    """What an interface could not answer at once it may answer a minute later, before a person has to."""
    system.say = lambda asked: b"?"
    request = ask(town["张三"])
    connect(system)
    assert services.attempt_waiting() == 0 and again(request).attempts == 1
    assert services.attempt_waiting() == 0 and again(request).attempts == 1, "not twice in a breath"
    system.say = honest
    with on(clock.today() + timedelta(days=1)):
        assert services.attempt_waiting() == 1
    assert again(request).state == State.ANSWERED


def test_a_person_who_is_quicker_wins(town: TestTown, system: System) -> None:
    request = ask(town["张三"])
    connect(system)

    call = interface.call_all

    def meanwhile(calls: Any) -> Any:
        found = call(calls)
        services.answer(actor=clerk("GAJ"), request_id=request.id, revision=1, given=yes("窗口先答复"))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interface, "call_all", meanwhile)
        assert services.attempt(request_ids=[request.id]) == 0
    assert not again(request).by_interface


def test_fifty_sources_five_of_them_hanging(system: System) -> None:
    """The five hold up nobody: all others' replies are there after one budget."""
    hang, budget = threading.Event(), 2.0
    system.say = lambda asked: hang.wait(60) if asked["hang"] else {"ok": True}
    calls = [Call(str(n), f"source-{n}", system.address, TOKEN, {"hang": n < 5}, budget) for n in range(50)]
    started = time.monotonic()
    replies = interface.call_all(calls)
    took = time.monotonic() - started
    hang.set()
    assert took < 5 * budget, "one after another"
    assert [one.failure for one in replies[:5]] == ["timeout"] * 5
    assert all(one.content == {"ok": True} for one in replies[5:])


@pytest.mark.parametrize(
    ("first", "drop"), [(OK, b"X-Slow: x\r\n"), (OK + b"\r\n", b" ")], ids=["headers", "body"]
)
def test_a_dripping_system_frees_its_worker(
    system: System, monkeypatch: pytest.MonkeyPatch, first: bytes, drop: bytes
) -> None:
    """As many systems that never finish as there are workers would be the last ones this node ever asks."""
    system.say = lambda _: {"ok": True}
    late: queue.Queue[Reply] = queue.Queue()
    with ThreadPoolExecutor(1) as one_worker, dripping(first, drop) as dripper:
        monkeypatch.setattr(interface, "_pool", one_worker)
        drips = Call("1", "drips", f"http://{dripper.address}", TOKEN, {}, 0.1, patience_seconds=0.4)
        (reply,) = interface.call_all([drips], lambda _, came: late.put(came))
        assert (reply.failure, interface.breaker_of("drips").failures) == ("timeout", 1)
        assert late.get(timeout=5).failure == "timeout" and dripper.left.wait(5)
        (reply,) = interface.call_all([Call("2", "answers", system.address, TOKEN, {}, 5.0)])
        assert reply.content == {"ok": True}


def test_only_the_lead_registers_only_her_own_over_https(town: TestTown) -> None:
    good = {"template_code": DRIVING, "address": "https://ga.example/answer", "token": TOKEN}
    with pytest.raises(Forbidden):
        services.set_connector(actor=clerk("GAJ"), **good)
    for wrong in ({"address": "http://ga.example/"}, {"token": "short"}, {"template_code": "VT05"}):
        with pytest.raises(InputInvalid):
            services.set_connector(actor=lead("GAJ"), **good | wrong)
    services.set_connector(actor=lead("GAJ"), **good)
    entry = LedgerEntry.objects.filter(kind=Kind.CONNECTOR_SET).get()
    assert TOKEN not in entry.detail

"""Live sources: each has its time, none stops the others, what is late comes in, what lies is not believed."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from proofless import ledger
from proofless.access.rules import permissions_of
from proofless.applications.models import LiveAnswer
from proofless.applications.services.sources import (
    NewSource,
    resume_live_source,
    set_live_source,
    suspend_live_source,
    try_live_source,
)
from proofless.applications.waterfall import live, live_replies
from proofless.applications.waterfall.live_calls import (
    CallView,
    SourceView,
    get_source,
    list_sources,
    rests_until,
)
from proofless.applications.waterfall.outcome import Mode, Plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.data import queries as data
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.verification import interface
from proofless.verification.rules.breaker import Breaker
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM, REGISTER, TOKEN = "I003", "DS_MARRIAGE", "a-token-of-the-register"
TODAY = clock.today().isoformat()


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """The asker did not wait."""


class Register:
    """A provider's own system on the loopback; ``say`` turns what it was asked into what it sends."""

    def __init__(self) -> None:
        self.say: Callable[[dict[str, Any]], object] = self.rows()
        self.heard: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.heard.append(asked)
                text = json.dumps(outer.say(asked)).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/rows"

    @staticmethod
    def rows(**values: object) -> Callable[[dict[str, Any]], object]:
        row = {"as_of": TODAY, "values": {"op_type": "IA", "op_date": "2020-05-20", **values}}
        return lambda asked: {"request_id": asked["request_id"], "rows": [row]}


@pytest.fixture
def register(town: TestTown) -> Iterator[Register]:
    interface.forget_breakers()
    made = Register()
    on(made)
    yield made
    made.server.shutdown()
    made.server.server_close()
    interface.forget_breakers()


def bureau() -> Actor:
    return Actor(new_id(), "大数据局", permissions_of(["bureau"]), department_code="DSJJ")


def on(register: Register, code: str = REGISTER, **changes: Any) -> None:
    wanted = {"address": register.address, "token": TOKEN, "budget_ms": 300, **changes}
    set_live_source(actor=bureau(), source=NewSource(code, **wanted))


def plan(town: TestTown, name: str = "张三", item_code: str = ITEM) -> Plan:
    with ledger.reading():
        return make_plan(town.resident(name), items.get_item(item_code), Request(Case(town[name])))


def sources_of(made: Plan) -> set[str]:
    return {e.source.split(":")[0] for m in made.materials for e in m.evidence if e.code == REGISTER}


def test_what_it_says_stands_in_the_plan_with_its_date(town: TestTown, register: Register) -> None:
    made = plan(town)
    assert sources_of(made) == {"live"} and not made.waiting
    assert {asked["dataset"] for asked in register.heard} == {REGISTER}
    entry = LedgerEntry.objects.filter(kind=Kind.LIVE_ASKED).latest("at")
    assert '"outcome":"answered"' in entry.detail.replace(" ", "") and str(town["张三"]) in entry.holders


def test_a_fresh_answer_is_not_asked_for_again_and_costs_one_statement(
    town: TestTown, register: Register
) -> None:
    plan(town)
    heard = len(register.heard)
    with CaptureQueriesContext(connection) as captured:
        plan(town)
    assert len(register.heard) == heard
    assert len([q for q in captured if "applications_live_answer" in q["sql"]]) == 1


def test_silence_is_an_answer_of_a_register_that_holds_nothing(town: TestTown, register: Register) -> None:
    register.say = lambda asked: {"request_id": asked["request_id"], "rows": []}
    plan(town)
    rows = LiveAnswer.objects.filter(dataset_code=REGISTER)
    assert rows and not [row for row in rows if row.failure or row.payload_sealed]


@pytest.mark.parametrize(
    "say",
    [
        lambda asked: [],
        lambda asked: {"request_id": "another", "rows": []},
        lambda asked: {"request_id": asked["request_id"], "rows": "many"},
        Register.rows(never_heard_of="x"),
        Register.rows(op_date="the day before yesterday"),
        Register.rows(op_type={"nested": 1}),
        lambda asked: {
            "request_id": asked["request_id"],
            "rows": [{"as_of": "2999-01-01", "values": {"op_type": "IA"}}],
        },
    ],
)
def test_a_source_that_lies_about_its_schema_is_unknown_not_believed(
    town: TestTown, register: Register, say: Callable[[dict[str, Any]], object]
) -> None:
    """Its column moved: better no answer than somebody else's marriage."""
    register.say = say
    made = plan(town)
    assert "live" not in sources_of(made) and made.materials
    assert {row.failure for row in LiveAnswer.objects.filter(dataset_code=REGISTER)} == {"lied"}
    assert '"lied"' in LedgerEntry.objects.filter(kind=Kind.LIVE_ASKED).latest("at").detail


def test_a_hanging_source_costs_its_budget_and_nothing_else(
    town: TestTown, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where rows are held here too, they serve; the others are not held up."""
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 0.0)
    release = threading.Event()
    register.say = lambda asked: release.wait(5) and None
    began = time.monotonic()
    made = plan(town)
    took = time.monotonic() - began
    release.set()
    assert took < 3.0 and made.materials and made.waiting
    assert "data" in sources_of(made) or any(m.mode is Mode.DATA for m in made.materials)


def test_a_source_that_keeps_failing_is_left_alone(town: TestTown, register: Register) -> None:
    register.say = lambda asked: []
    for _ in range(4):
        plan(town)
        with ledger.act(Kind.TOWN_MADE, bureau()):
            LiveAnswer.objects.all().delete()
    heard = len(register.heard)
    plan(town)
    assert len(register.heard) == heard


@pytest.mark.django_db(transaction=True)
def test_a_late_answer_comes_into_the_plan_by_itself(town: TestTown, register: Register) -> None:
    release = threading.Event()
    honest = Register.rows()

    def slowly(asked: dict[str, Any]) -> object:
        release.wait(10)
        return honest(asked)

    register.say = slowly
    assert plan(town).waiting
    release.set()
    for _ in range(100):
        if LiveAnswer.objects.filter(dataset_code=REGISTER, failure="").exists():
            break
        time.sleep(0.05)
    made = plan(town)
    assert sources_of(made) == {"live"} and not made.waiting


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "http://example.com/rows"}, "address"),
        ({"token": "short"}, "token"),
        ({"budget_ms": 60_000}, "budget_ms"),
        ({"keep_minutes": 0}, "keep_minutes"),
    ],
)
def test_a_source_is_registered_with_care(
    town: TestTown, register: Register, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        on(register, **changes)
    assert list(refused.value.detail["fields"]) == [field]  # type: ignore[call-overload]
    with pytest.raises(Forbidden):
        set_live_source(actor=town.clerk("MZJ"), source=NewSource(REGISTER, register.address, TOKEN))


# whoever watches the sources


def watched() -> SourceView:
    return get_source(bureau(), REGISTER)


def test_what_came_of_asking_is_seen_without_whom_it_was_about(town: TestTown, register: Register) -> None:
    assert watched().state == ("还没有问过", "info")
    plan(town)
    found = watched()
    assert (
        found.state == ("正常", "ok")
        and found.calls[0].holders
        and found.people
        and found.slow_ms is not None
    )
    register.say = lambda asked: []
    with ledger.act(Kind.TOWN_MADE, bureau()):
        LiveAnswer.objects.all().delete()
    plan(town)
    found = watched()
    assert (
        found.lies == found.failures == 1
        and found.state[1] == "warn"
        and found.calls[0].label == "答复不合约定，未采信"
    )


def test_a_source_left_alone_is_shown_with_the_time_it_is_tried_again(
    town: TestTown, register: Register
) -> None:
    register.say = lambda asked: []
    for _ in range(3):
        plan(town)
        with ledger.act(Kind.TOWN_MADE, bureau()):
            LiveAnswer.objects.all().delete()
    found = watched()
    assert found.rests_until and found.rests_until > clock.now() and found.state[1] == "bad"
    assert list_sources(bureau())[0] == found


def test_a_trial_asks_about_nobody_and_keeps_nothing(town: TestTown, register: Register) -> None:
    register.say = lambda asked: {"request_id": asked["request_id"], "rows": []}
    tried = try_live_source(actor=bureau(), dataset_code=REGISTER)
    assert tried.good and tried.trial and [asked["number"] for asked in register.heard] == ["0" * 18]
    assert not LiveAnswer.objects.exists()
    entry = LedgerEntry.objects.filter(kind=Kind.LIVE_TRIED).latest("at")
    assert entry.holders in {"", "[]"} and '"answered"' in entry.detail
    register.say = lambda asked: []
    assert try_live_source(actor=bureau(), dataset_code=REGISTER).outcome == "lied"


def test_a_good_trial_lets_plans_ask_again(town: TestTown, register: Register) -> None:
    """The operator mended it: nobody waits out the rest."""
    for _ in range(3):
        interface.note_result(f"live:{REGISTER}", success=False)
    try_live_source(actor=bureau(), dataset_code=REGISTER)
    assert sources_of(plan(town)) == {"live"}


def test_a_suspended_source_is_not_asked_until_it_is_resumed(town: TestTown, register: Register) -> None:
    with pytest.raises(InputInvalid):
        suspend_live_source(actor=bureau(), dataset_code=REGISTER, reason="停")
    suspend_live_source(actor=bureau(), dataset_code=REGISTER, reason="对方割接，明早恢复")
    assert not plan(town).waiting and not register.heard and watched().state[0] == "已暂停"
    resume_live_source(actor=bureau(), dataset_code=REGISTER)
    assert sources_of(plan(town)) == {"live"} and not watched().suspended_reason
    kinds = LedgerEntry.objects.filter(object_kind="live_source", object_id=REGISTER).values_list(
        "kind", flat=True
    )
    assert {Kind.LIVE_SUSPENDED, Kind.LIVE_RESUMED} <= set(kinds)


def test_only_the_bureau_watches_and_switches(town: TestTown, register: Register) -> None:
    clerk = town.clerk("MZJ")
    for refused in (
        lambda: list_sources(clerk),
        lambda: try_live_source(actor=clerk, dataset_code=REGISTER),
        lambda: suspend_live_source(actor=clerk, dataset_code=REGISTER, reason="不该由我"),
        lambda: resume_live_source(actor=clerk, dataset_code=REGISTER),
    ):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(NotFound):
        try_live_source(actor=bureau(), dataset_code="DS_ESTATE")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=8))
def test_the_breaker_shown_is_the_breaker_that_counts(steps: list[tuple[bool, int]]) -> None:
    """Replayed from the calls it says what the one in the process says that made them."""
    at, breaker, calls = clock.now() - timedelta(hours=1), Breaker(), []
    for good, seconds in steps:
        at += timedelta(seconds=seconds)
        breaker = breaker.after(good, at.timestamp())
        calls.append(CallView(at, "answered" if good else "timeout", 1, 5, late=False, trial=False))
    assert (rests_until(calls, at) is None) == breaker.may_call(at.timestamp())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@given(json_values)
def test_nothing_a_source_sends_breaks_the_plan(content: object) -> None:
    """Whatever comes: rows in the promised shape, or no answer. Never an error at the resident's phone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "get_dataset", lambda _: _Shape())
        for sent in (content, {"request_id": "k", "rows": content}, {"request_id": "k", "rows": [content]}):
            found = live_replies.read_rows("DS_X", "k", sent, clock.today())
            assert found is None or all(values for _, values in found)


class _Shape:
    types = {"op_type": "code", "op_date": "date"}

"""Fifty registers asked over the line in one plan, five of which hang: what that adds to the plan's time.

The registers are one little server on the loopback that answers at once, or not within the budget.
"""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from proofless.bench.report import Figure, percentile

SOURCES, HANGING, BUDGET_MS, ROUNDS = 50, 5, 300, 60
SLACK_MS = 50.0  # what scheduling thirty threads on two cores may add to the budget itself
TOKEN = "a-token-of-the-benchmark"


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    hanging: frozenset[str] = frozenset()
    released = threading.Event()

    def handle_error(self, *_: object) -> None:
        """The asker did not wait."""


class _Register(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked["dataset"] in self.server.hanging:
            self.server.released.wait(BUDGET_MS / 1000 * 4)
        text = json.dumps({"request_id": asked["request_id"], "rows": []}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def _registers() -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), _Register)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()


def measure_hanging(applicants: Sequence[UUID]) -> tuple[list[Figure], bool]:
    """Figures, and whether five of fifty that hang add no more than their budget. Django must be set up."""
    from proofless.applications.waterfall import live

    patience, live.PATIENCE_SECONDS = live.PATIENCE_SECONDS, 0.0
    try:
        with _registers() as server:
            return _measured(server, applicants)
    finally:
        live.PATIENCE_SECONDS = patience


def _measured(server: _Server, applicants: Sequence[UUID]) -> tuple[list[Figure], bool]:
    from proofless.verification import interface

    item = _wide_item()
    codes = sorted(item.dataset_codes)[:SOURCES]
    _register(codes, f"http://127.0.0.1:{server.server_port}/rows", enabled=True)
    try:
        times: dict[str, list[float]] = {"all": [], "five": [], "resting": []}
        for number in range(ROUNDS + 1):
            for name, hanging in (("all", ()), ("five", codes[:HANGING]), ("resting", codes[:HANGING])):
                server.hanging = frozenset(hanging)
                if name != "resting":
                    interface.forget_breakers()
                took = _one(applicants[number % len(applicants)], item)
                if number:
                    times[name].append(took)
                if name == "five":  # the breaker opens by itself after its failures; here at once
                    for code in codes[:HANGING]:
                        for _ in range(3):
                            interface.note_result(f"live:{code}", success=False)
        return _judged(len(codes), times)
    finally:
        _register(codes, "https://register.invalid/rows", enabled=False)


def _judged(sources: int, times: dict[str, list[float]]) -> tuple[list[Figure], bool]:
    base, five, resting = (percentile(times[name], 0.95) for name in ("all", "five", "resting"))
    added = five - base
    figures = [
        Figure("live_sources", "在线来源", sources),
        Figure("live_hanging", "其中不答复", HANGING),
        Figure("live_budget_ms", "每个来源的等待时间", BUDGET_MS, " 毫秒"),
        Figure("live_all_p95_ms", "全部答复时整张方案 p95", round(base, 1), " 毫秒"),
        Figure("live_five_p95_ms", "五个不答复时 p95", round(five, 1), " 毫秒"),
        Figure("live_added_ms", "五个不答复增加", round(added, 1), " 毫秒"),
        Figure("live_resting_ms", "熔断以后增加", round(resting - base, 1), " 毫秒"),
    ]
    return figures, sources == SOURCES and added <= BUDGET_MS + SLACK_MS


def _wide_item() -> Any:
    """Neighbouring items of residents as one, until it reads as many registers as are to be asked."""
    from proofless.bench.combining import combine
    from proofless.items import queries as items

    group: list[Any] = []
    for line in items.list_items():
        if line.object_type != "enterprise":
            group.append(line)
        if len(frozenset().union(*(one.dataset_codes for one in group))) >= SOURCES:
            break
    return replace(combine("live", group), roles=group[0].roles)


def _register(codes: Sequence[str], address: str, *, enabled: bool) -> None:
    from proofless.access.actors import system_actor
    from proofless.applications.services.sources import NewSource, set_live_source
    from proofless.kit.permissions import Permission

    loader = system_actor(Permission.DATA_LOAD, label="量测")
    for code in codes:
        source = NewSource(code, address, TOKEN, budget_ms=BUDGET_MS, keep_minutes=1, enabled=enabled)
        set_live_source(actor=loader, source=source)


def _one(applicant: UUID, item: Any) -> float:
    """One plan with nothing kept from before. Milliseconds."""
    from proofless import ledger
    from proofless.access.actors import system_actor
    from proofless.applications.models import LiveAnswer
    from proofless.applications.waterfall.people import Case
    from proofless.applications.waterfall.plan import Request, make_plan
    from proofless.kit.kinds import Kind
    from proofless.simulator.acting import resident

    with ledger.act(Kind.TOWN_MADE, system_actor(label="量测")):
        LiveAnswer.objects.all().delete()
    began = time.perf_counter()
    with ledger.reading():
        make_plan(resident(applicant), item, Request(Case(applicant)))
    return (time.perf_counter() - began) * 1000

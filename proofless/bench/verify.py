"""``bench verify``: the HTTP verification answer with its committed ledger line, over a million certificates.

The limit is a bare WSGI program that does the same lookup and one committed INSERT in one statement; runs of both
and of the bare lookup alternate under the same server, workers, threads, connections and load tool. At the end the
verify group is killed in mid-load and every acknowledged answer is looked up in the ledger.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psycopg

from proofless.bench import library
from proofless.bench.cpu import pids_of, tree_seconds
from proofless.bench.limits import sequencer_limit
from proofless.bench.place import Place, open_place
from proofless.bench.report import Figure, Result, machine, print_result, spread
from proofless.kit.ids import new_id

CONNECTIONS, WORKERS, THREADS = 16, 2, 4
TARGET_RATIO, TARGET_P99_MS = 0.6, 20.0
TARGETS = {
    "limit": "proofless.bench.limits.verify_limit:application",
    "ours": "proofless.bench.served:verify",
    "lookup": "proofless.bench.limits.verify_limit:lookup",
}
READY_SECONDS, DRAIN_SECONDS = 60, 120
ENTERED_SQL = "SELECT object_id FROM ledger_entry WHERE kind = 'certificates.verified' AND id > %s"


@dataclass(slots=True)
class Runs:
    """One list a program: requests per second, latencies, processor µs a request (client included)."""

    per_s: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Killed:
    """What clients were told before the kill, and how many of these answers have no entry."""

    acknowledged: int
    missing: int


def run(as_json: bool = False, *, rounds: int = 5, seconds: float = 4.0) -> int:
    with open_place("verify") as place:
        sequencer_limit.prepare(place.owner)
        library.fill(place.superuser, lambda done: print(f"  证照 {done:,}", file=sys.stderr))
        place.empty_ledger()
        return print_result(_measure(place, rounds, seconds), as_json)


def _measure(place: Place, rounds: int, seconds: float) -> Result:
    load, runs = machine(), {name: Runs() for name in TARGETS}
    with place.sequencing(), ExitStack() as stack:
        served = {name: stack.enter_context(_serving(place, target)) for name, target in TARGETS.items()}
        for _, port in served.values():
            _finish(_start_load(port, 0.5))
        for _ in range(rounds):
            for name, (_, port) in served.items():
                _one_run(place, port, seconds, runs[name])
        killed = _kill_in_load(place, *served["ours"], seconds)
        place.drain(DRAIN_SECONDS)
    return _judge(place, runs, killed, load)


def _one_run(place: Place, port: int, seconds: float, runs: Runs) -> None:
    load = _start_load(port, seconds)
    spent = tree_seconds(os.getpid())
    found = _finish(load)
    spent = tree_seconds(os.getpid()) - spent
    if found["refused"] or found["lost"]:
        raise RuntimeError(f"load was not answered: {found}")
    runs.per_s.append(found["per_s"])
    runs.p50_ms.append(found["p50_ms"])
    runs.p99_ms.append(found["p99_ms"])
    runs.micros.append(spent / found["answered"] * 1_000_000)
    place.drain(DRAIN_SECONDS)


@contextmanager
def _serving(place: Place, target: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """One program under granian as the node runs it; gives its process and port."""
    port = _free_port()
    sizes = ["--workers", str(WORKERS), "--blocking-threads", str(THREADS)]
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--http", "1"]
    command = ["-m", "granian", *options, *sizes, "--log-level", "warning", target]
    with place.running(command, PROOFLESS_BENCH_DSN=place.app) as process:
        deadline = time.monotonic() + READY_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{target} does not serve")
            time.sleep(0.1)
        yield process, port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _start_load(port: int, seconds: float, file: str = "") -> "subprocess.Popen[str]":
    """The load tool, its connections open and about to ask."""
    first = str(random.randrange(library.CERTIFICATES))
    command = [sys.executable, "-m", "proofless.bench.load", str(port), str(CONNECTIONS), str(seconds), first]
    process = subprocess.Popen([*command, *filter(None, [file])], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def _finish(load: "subprocess.Popen[str]") -> dict[str, float]:
    found: dict[str, float] = json.loads(load.communicate()[0].splitlines()[-1])
    return found


def _kill_in_load(place: Place, process: "subprocess.Popen[bytes]", port: int, seconds: float) -> Killed:
    """kill -9 of every process of the verify group while it answers; then look every answer up."""
    mark, file = new_id(), place.home.run / "acknowledged"
    load = _start_load(port, seconds, str(file))
    time.sleep(seconds / 2)
    for pid in pids_of(process.pid):
        os.kill(pid, signal.SIGKILL)
    load.communicate()
    answered = Counter(library.identifier(int(number)) for number in file.read_text().split())
    with psycopg.connect(place.superuser) as connection:
        entered = Counter(str(row[0]) for row in connection.execute(ENTERED_SQL, (mark,)))
    return Killed(answered.total(), (answered - entered).total())


def _judge(place: Place, runs: dict[str, Runs], killed: Killed, load: list[Figure]) -> Result:
    ours, limit, lookup = runs["ours"], runs["limit"], runs["lookup"]
    check = place.check_chain()
    ratios = [mine / bare for mine, bare in zip(ours.per_s, limit.per_s, strict=True)]
    to_lookup = [mine / bare for mine, bare in zip(ours.per_s, lookup.per_s, strict=True)]
    ratio, p99 = spread(ratios, "ratio", "与极限程序之比"), spread(ours.p99_ms, "p99_ms", "p99", " 毫秒")
    rate = spread(limit.per_s, "limit_per_s", "极限程序", " 次/秒")
    figures = (
        *load,
        Figure("certificates", "证照", library.CERTIFICATES),
        *rate,
        *spread(ours.per_s, "per_s", "核验", " 次/秒"),
        *spread(lookup.per_s, "lookup_per_s", "只查不记", " 次/秒"),
        *ratio,
        *spread(to_lookup, "ratio_to_lookup", "与只查不记之比"),
        *spread(ours.p50_ms, "p50_ms", "p50", " 毫秒"),
        *p99,
        *spread(limit.p99_ms, "limit_p99_ms", "极限程序 p99", " 毫秒"),
        *spread(ours.micros, "cpu_us", "处理器时间(服务、数据库、排序器、请求方)", " 微秒/次"),
        *spread(limit.micros, "limit_cpu_us", "极限程序处理器时间", " 微秒/次"),
        *spread(lookup.micros, "lookup_cpu_us", "只查不记处理器时间", " 微秒/次"),
        Figure("killed_acknowledged", "强杀前已答复", killed.acknowledged),
        Figure("killed_missing", "其中账目缺失", killed.missing),
        Figure("ledger_ok", "链核对无缺无重", check.ok and not check.pending),
    )
    held = killed.acknowledged > 0 and not killed.missing and check.ok
    share = float(ratio[0].value)
    return Result(
        name="verify",
        figures=figures,
        limit=rate[0].value if isinstance(rate[0].value, float) else None,
        ratio=share,
        target={"ratio": TARGET_RATIO, "p99_ms": TARGET_P99_MS},
        met=held and share >= TARGET_RATIO and float(p99[0].value) <= TARGET_P99_MS,
        notes=check.problems,
    )

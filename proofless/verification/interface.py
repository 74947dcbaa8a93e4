"""核验接口: calling departments' systems at once, each within its time budget, behind a circuit breaker.

No table is touched here: callers prepare what is sent and judge what came. A reply is JSON of at most 64 KiB.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from proofless.gm.exchange import post
from proofless.verification.rules.breaker import Breaker

REPLY_MAX_BYTES = 64 << 10
WORKERS = 32
OK = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One question to one system. ``budget_seconds`` is all the time it gets, connecting included.

    ``patience_seconds``, from the same moment, is all the time for an answer that comes later, for ``call_all``'s
    ``late``.
    """

    key: str
    source: str
    address: str
    token: str
    body: Mapping[str, object]
    budget_seconds: float
    patience_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """``content`` is the JSON sent, or ``failure`` one of timeout, unreachable, refused, unreadable, resting.

    ``took_ms`` counts from the call to its reply, or as long as it was waited for.
    """

    key: str
    content: object = None
    failure: str = ""
    took_ms: int = 0


_breakers: dict[str, Breaker] = {}
_lock = threading.Lock()
# A call that outlives its budget keeps a worker until its patience ends: few systems can hold only few, and not long.
_pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="verification")


def breaker_of(source: str) -> Breaker:
    with _lock:
        return _breakers.get(source, Breaker())


def forget_breaker(source: str) -> None:
    """Let the next call through: somebody tries it by hand."""
    with _lock:
        _breakers.pop(source, None)


def forget_breakers() -> None:
    """Start afresh: after a system's address changed, and in tests."""
    with _lock:
        _breakers.clear()


def note_result(source: str, success: bool) -> None:
    """What came of a call; judging the content may turn a success into a failure."""
    with _lock:
        _breakers[source] = _breakers.get(source, Breaker()).after(success, time.monotonic())


def call_all(calls: Sequence[Call], late: Callable[[Call, Reply], None] | None = None) -> list[Reply]:
    """All at once; takes as long as the longest budget, not as their sum. Replies in the order of the calls.

    What comes after its budget is given to ``late``, in a thread of its own, when the call has patience for it.
    """
    started = time.monotonic()
    running: list[tuple[Call, Future[Reply] | None]] = [
        (call, _pool.submit(_timed, call) if _let_through(call.source) else None) for call in calls
    ]
    return [_await(call, future, started, late) for call, future in running]


def _let_through(source: str) -> bool:
    with _lock:
        now, held = time.monotonic(), _breakers.get(source, Breaker())
        if held.may_call(now):
            _breakers[source] = held.trying(now)
            return True
        return False


def _await(
    call: Call,
    future: "Future[Reply] | None",
    started: float,
    late: Callable[[Call, Reply], None] | None = None,
) -> Reply:
    if future is None:
        return Reply(call.key, failure="resting")
    try:
        reply = future.result(timeout=max(0.0, started + call.budget_seconds - time.monotonic()))
    except TimeoutError:
        if not future.cancel() and late is not None and call.patience_seconds:
            future.add_done_callback(lambda done: late(call, done.result()))
        reply = Reply(call.key, failure="timeout", took_ms=round(call.budget_seconds * 1000))
    if reply.failure:
        note_result(call.source, success=False)
    return reply


def _timed(call: Call) -> Reply:
    began = time.monotonic()
    reply = _post(call)
    return replace(reply, took_ms=round((time.monotonic() - began) * 1000))


def _post(call: Call) -> Reply:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {call.token}"}
    body = json.dumps(call.body, ensure_ascii=False).encode()
    longest = max(call.budget_seconds, call.patience_seconds)
    try:
        said = post(call.address, body, headers, timeout_s=longest, most_bytes=REPLY_MAX_BYTES + 1)
        if said.status != OK:
            return Reply(call.key, failure="refused")
        if len(said.content) > REPLY_MAX_BYTES:
            return Reply(call.key, failure="unreadable")
        return Reply(call.key, json.loads(said.content))
    except TimeoutError:
        return Reply(call.key, failure="timeout")
    except OSError:
        return Reply(call.key, failure="unreachable")
    except (ValueError, RecursionError):
        return Reply(call.key, failure="unreadable")

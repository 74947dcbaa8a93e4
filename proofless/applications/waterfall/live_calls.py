"""在线来源的运行情况: what came of asking each source lately, for whoever watches it. Kept for a day, without whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from proofless.applications.models import LiveAnswer, LiveCall, LiveSource
from proofless.data import queries as data
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.ids import new_id
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification.rules.breaker import REST_SECONDS, Breaker

ANSWERED, LIED = "answered", "lied"
KEPT = timedelta(days=1)
SHOWN = 30
OUTCOMES = {
    ANSWERED: "已答复",
    "timeout": "超过等待时间",
    "unreachable": "连接不上",
    "refused": "对方拒绝",
    "unreadable": "答复读不出",
    LIED: "答复不合约定，未采信",
}


@dataclass(frozen=True, slots=True)
class CallView:
    """One asking: of how many people at once, what came of it, how long it took."""

    at: datetime
    outcome: str
    holders: int
    took_ms: int
    late: bool
    trial: bool

    @property
    def label(self) -> str:
        return OUTCOMES.get(self.outcome, self.outcome)

    @property
    def good(self) -> bool:
        return self.outcome == ANSWERED


@dataclass(frozen=True, slots=True)
class SourceView:
    """A registered source as it does lately; ``calls`` are of the last day, newest first. Without its token.

    ``rests_until``: it failed too often and is left alone till then. ``people`` have an answer kept.
    """

    code: str
    title: str
    department: str
    address: str
    budget_ms: int
    keep_minutes: int
    enabled: bool
    suspended_reason: str
    changed_at: datetime
    calls: tuple[CallView, ...]
    rests_until: datetime | None
    people: int

    @property
    def failures(self) -> int:
        return sum(not one.good for one in self.calls)

    @property
    def lies(self) -> int:
        return sum(one.outcome == LIED for one in self.calls)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.calls)

    @property
    def slow_ms(self) -> int | None:
        """What nineteen of twenty answers stayed under (p95), in milliseconds."""
        times = sorted(one.took_ms for one in self.calls if one.good)
        return times[min(len(times) - 1, round(0.95 * len(times)))] if times else None

    @property
    def state(self) -> tuple[str, str]:
        """(words, tone) of what a plan finds now."""
        if not self.enabled:
            return "已暂停", "quiet"
        if self.rests_until is not None:
            return "熔断，暂不询问", "bad"
        if not self.calls:
            return "还没有问过", "info"
        return ("正常", "ok") if self.calls[0].good else ("上次没有答复", "warn")


def record_calls(
    grouped: Mapping[tuple[str, str], Sequence[UUID]], took: Mapping[tuple[str, str], int], *, late: bool
) -> None:
    """Note what came of asking, by (source, outcome), inside the act that keeps the answers."""
    now = clock.now()
    LiveCall.objects.filter(dataset_code__in={code for code, _ in grouped}, at__lt=now - KEPT).delete()
    LiveCall.objects.bulk_create(
        LiveCall(
            id=new_id(),
            dataset_code=code,
            outcome=outcome,
            holders=len(holders),
            took_ms=took[code, outcome],
            late=late,
            trial=False,
            at=now,
        )
        for (code, outcome), holders in sorted(grouped.items())
    )


def list_sources(actor: Actor) -> list[SourceView]:
    """Every registered source, those in trouble first. Raises Forbidden."""
    actor.check(Permission.DATA_LOAD)
    found = _views(LiveSource.objects.all())
    return sorted(found, key=lambda one: (one.rests_until is None, not one.failures, one.code))


def get_source(actor: Actor, code: str) -> SourceView:
    """Raises Forbidden, NotFound."""
    actor.check(Permission.DATA_LOAD)
    for one in _views(LiveSource.objects.filter(dataset_code=code)):
        return one
    raise NotFound()


def _views(rows: Iterable[LiveSource]) -> list[SourceView]:
    rows, now = list(rows), clock.now()
    codes = [row.dataset_code for row in rows]
    calls: dict[str, list[CallView]] = defaultdict(list)
    for one in LiveCall.objects.filter(dataset_code__in=codes, at__gt=now - KEPT).order_by("-id"):
        view = CallView(one.at, one.outcome, one.holders, one.took_ms, one.late, one.trial)
        calls[one.dataset_code].append(view)
    held: dict[str, set[UUID]] = defaultdict(set)
    kept = LiveAnswer.objects.filter(dataset_code__in=codes, failure="")
    for code, holder in kept.values_list("dataset_code", "holder_id"):
        held[code].add(holder)
    titles = {one.code: one.name for one in data.list_datasets()}
    return [
        SourceView(
            row.dataset_code,
            titles.get(row.dataset_code, row.dataset_code),
            parties.find_department_name(row.department_code) or row.department_code,
            row.address,
            row.budget_ms,
            row.keep_minutes,
            row.enabled,
            row.suspended_reason,
            row.changed_at,
            tuple(calls[row.dataset_code]),
            rests_until(reversed(calls[row.dataset_code]), now),
            len(held[row.dataset_code]),
        )
        for row in rows
    ]


def rests_until(calls: Iterable[CallView], now: datetime) -> datetime | None:
    """Until when the breaker rests, replayed from the calls, oldest first; None while questions go through. Every
    process of the node counts for itself: this is what one that saw them all does.
    """
    breaker = Breaker()
    for one in calls:
        breaker = breaker.after(one.good, one.at.timestamp())
    if breaker.opened_at is None or breaker.may_call(now.timestamp()):
        return None
    return now + timedelta(seconds=REST_SECONDS - (now.timestamp() - breaker.opened_at))

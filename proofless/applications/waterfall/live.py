"""在线来源: registers asked over the line while a plan is made, each within its time budget, behind a circuit breaker.

All at once: a plan waits for the longest budget, never for their sum. What comes too late is kept when it comes and
stands in the next plan. What a source says is believed only in the shape its catalogue promises. Nothing here decides:
an answer becomes a record like any other, a silence makes the source unknown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from proofless import ledger
from proofless.access import Ground, SealedRecord, open_records, permit
from proofless.access.queries import find_holder_records
from proofless.applications.models import LiveAnswer, LiveSource
from proofless.applications.waterfall.live_calls import ANSWERED, LIED, record_calls
from proofless.applications.waterfall.live_replies import read_rows
from proofless.applications.waterfall.records import Held
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger import HolderLine
from proofless.ledger.acts import current_act
from proofless.standards.versions import Versioned
from proofless.vault import cipher
from proofless.verification import interface
from proofless.verification.interface import Call, Reply

ROOM = "applications.live"
FAILURE_KEPT = timedelta(seconds=30)  # what failed is not asked again at every change of an answer
PATIENCE_SECONDS = 20.0
RESTING = "resting"
Pair = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Source:
    code: str
    address: str
    token: str
    budget_ms: int
    keep: timedelta


@dataclass(frozen=True, slots=True)
class LiveFound:
    """``down`` failed, ``waiting`` have not answered yet, ``whole`` answered for everybody asked about."""

    records: tuple[Held, ...] = ()
    down: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


NOT_ASKED = LiveFound()


@dataclass(slots=True)
class _Answers:
    """What is kept and still fresh, by whom and what it is about."""

    rows: dict[Pair, list[LiveAnswer]] = field(default_factory=lambda: defaultdict(list))

    def failure(self, pair: Pair) -> str:
        return next((row.failure for row in self.rows.get(pair, ()) if row.failure), "")


def source_name(code: str) -> str:
    """What the breaker of a dataset's source is kept under."""
    return f"live:{code}"


def live_codes() -> frozenset[str]:
    return frozenset(_sources.get())


def token_context(dataset_code: str) -> bytes:
    return b"applications_live_source:" + dataset_code.encode()


def row_context(holder_id: UUID, dataset_code: str) -> bytes:
    """What a kept answer is bound to."""
    return b"applications_live_answer:" + holder_id.bytes + b":" + dataset_code.encode()


def wanted_of(items: Sequence[ItemView], roles: Mapping[str, tuple[UUID, ...]]) -> list[Pair]:
    """About whom which live source is asked: the people in the roles that name it, nobody else."""
    live, found = live_codes(), dict[Pair, None]()
    for item in items if live else ():
        named: dict[str, set[str]] = defaultdict(set)
        for material in item.materials:
            named[material.dataset_code].update(material.roles or ("applicant",))
        for one in item.fields:
            owner = one.reference.split(".", 1)[0]
            named[item.backing.get(owner, owner)].add(one.role)
        for code in sorted(live & item.dataset_codes):
            for role in sorted(named.get(code) or {"applicant"}):
                found |= dict.fromkeys((holder, code) for holder in roles.get(role, ()))
    return list(found)


def find_live(office: Actor, items: Sequence[ItemView], wanted: Sequence[Pair], basis: str) -> LiveFound:
    """Answers for the pairs: kept ones where fresh, else asked now. One statement when all are fresh."""
    if not wanted:
        return NOT_ASKED
    kept = _read(wanted)
    missing = [pair for pair in wanted if pair not in kept.rows]
    if missing and current_act() is None:
        _ask(office, missing, basis)
        kept = _read(wanted)
    return _found(items, wanted, kept)


def _read(wanted: Collection[Pair]) -> _Answers:
    rows = LiveAnswer.objects.filter(
        holder_id__in={holder for holder, _ in wanted}, dataset_code__in={code for _, code in wanted}
    ).order_by("seq")
    sources, now, found = _sources.get(), clock.now(), _Answers()
    for row in rows:
        source = sources.get(row.dataset_code)
        age = FAILURE_KEPT if row.failure else (source.keep if source else timedelta())
        if row.answered_at > now - age:
            found.rows[row.holder_id, row.dataset_code].append(row)
    return found


def _found(items: Sequence[ItemView], wanted: Sequence[Pair], kept: _Answers) -> LiveFound:
    terms = {code: term for item in items for code, term in item.terms.items()}
    titles = {code: title for item in items for code, title in item.titles.items()}
    failed = {pair: kept.failure(pair) or ("" if pair in kept.rows else RESTING) for pair in wanted}
    down = frozenset(code for (_, code), why in failed.items() if why)
    records = tuple(
        _held(row, titles.get(row.dataset_code, ""), terms[row.dataset_code].provider_code)
        for pair in wanted
        for row in kept.rows.get(pair, ())
        if row.payload_sealed is not None
    )
    return LiveFound(
        records,
        down,
        frozenset(code for (_, code), why in failed.items() if why == "timeout"),
        frozenset(code for _, code in wanted) - down,
    )


def _held(row: LiveAnswer, title: str, provider_code: str) -> Held:
    context = row_context(row.holder_id, row.dataset_code)
    source = f"live:{row.id}"
    record = SealedRecord(row.holder_id, bytes(row.payload_sealed or b""), context, row.dataset_code, source)
    as_of = row.as_of.isoformat() if row.as_of else ""
    checks = (("提供部门的系统在线答复", True),)
    return Held(
        row.holder_id, row.dataset_code, source, title, provider_code, as_of, True, "", "", record, checks
    )


def _ask(office: Actor, pairs: Sequence[Pair], basis: str) -> None:
    """Call every source at once and keep what came; what is late is kept when it comes."""
    sources, numbers = _sources.get(), _numbers(office, {holder for holder, _ in pairs}, basis)
    asked = {str(new_id()): pair for pair in pairs if pair[0] in numbers}
    calls = [
        Call(
            key=key,
            source=source_name(code),
            address=sources[code].address,
            token=sources[code].token,
            body={"request_id": key, "dataset": code, "number": numbers[holder]},
            budget_seconds=sources[code].budget_ms / 1000,
            patience_seconds=PATIENCE_SECONDS,
        )
        for key, (holder, code) in asked.items()
    ]
    replies = interface.call_all(calls, late=partial(_late, office, asked))
    _keep(office, [(asked[reply.key], reply) for reply in replies if reply.failure != RESTING])


def _late(office: Actor, asked: Mapping[str, Pair], call: Call, reply: Reply) -> None:
    """In a thread of its own, long after the plan was shown."""
    try:
        if not reply.failure:
            _keep(office, [(asked[call.key], reply)], late=True)
    finally:
        connection.close()


def _numbers(office: Actor, holders: Iterable[UUID], basis: str) -> dict[UUID, str]:
    """Whom it is about is told by number to the one register that is asked, as the department's own reading."""
    records = find_holder_records(holders)
    duty = permit(
        office, records, ["account.number"], "在线核对登记信息", ground=Ground.STATUTORY, basis=basis
    )
    opened = open_records(duty, records.values())
    return {holder: str(values["number"]) for holder, values in zip(records, opened, strict=True)}


def _keep(office: Actor, answers: Sequence[tuple[Pair, Reply]], *, late: bool = False) -> None:
    """Judge and write answers, one entry a source."""
    if not answers:
        return
    grouped: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    took: dict[tuple[str, str], int] = defaultdict(int)
    rows: list[LiveAnswer] = []
    for (holder, code), reply in answers:
        failure, given = _judged(code, reply)
        about = code, failure or ANSWERED
        grouped[about].append(holder)
        took[about] = max(took[about], reply.took_ms)
        rows += _rows(holder, code, failure, given)
    with ledger.act(None, office) as act:
        for holder, code in {pair for pair, _ in answers}:
            LiveAnswer.objects.filter(holder_id=holder, dataset_code=code).delete()
        LiveAnswer.objects.bulk_create(rows)
        record_calls(grouped, took, late=late)
        for (code, outcome), holders in sorted(grouped.items()):
            act.enter(
                Kind.LIVE_ASKED,
                object_kind="live_source",
                object_id=code,
                holders=[HolderLine(holder, source=code) for holder in holders],
                detail={
                    "outcome": outcome,
                    "holders": len(holders),
                    "ms": took[code, outcome],
                    "late": late,
                },
            )


def _rows(
    holder: UUID, code: str, failure: str, given: Sequence[tuple[date, Mapping[str, Any]]]
) -> list[LiveAnswer]:
    common: dict[str, Any] = {"holder_id": holder, "dataset_code": code, "answered_at": clock.now()}
    if failure or not given:
        return [LiveAnswer(id=new_id(), seq=0, failure=failure, as_of=clock.today(), **common)]
    context = row_context(holder, code)
    return [
        LiveAnswer(
            id=new_id(),
            seq=number,
            as_of=as_of,
            payload_sealed=cipher.seal_record(dict(values), context),
            **common,
        )
        for number, (as_of, values) in enumerate(given)
    ]


def judge(code: str, reply: Reply) -> str:
    """What an answer that came is worth: ``answered`` or ``lied``."""
    return _judged(code, reply)[0] or ANSWERED


def _judged(code: str, reply: Reply) -> tuple[str, list[tuple[date, Mapping[str, Any]]]]:
    """(failure, rows). A source that breaks its own schema has not answered."""
    if reply.failure:
        return reply.failure, []
    given = read_rows(code, reply.key, reply.content, clock.today())
    interface.note_result(source_name(code), success=given is not None)
    return (LIED, []) if given is None else ("", given)


def _build(_: int) -> dict[str, Source]:
    return {
        row.dataset_code: Source(
            row.dataset_code,
            row.address,
            cipher.open_sealed(bytes(row.token_sealed), token_context(row.dataset_code)).decode(),
            row.budget_ms,
            timedelta(minutes=row.keep_minutes),
        )
        for row in LiveSource.objects.filter(enabled=True)
    }


_sources = Versioned(ROOM, _build)

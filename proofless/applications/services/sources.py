"""Registering where a dataset's provider answers over the line; trying it, leaving it alone for a while."""

from dataclasses import dataclass

from proofless import ledger
from proofless.applications.models import LiveCall, LiveSource
from proofless.applications.waterfall.live import ROOM, judge, source_name, token_context
from proofless.applications.waterfall.live_calls import CallView
from proofless.data import queries as data
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.standards import versions
from proofless.vault import cipher
from proofless.verification import interface
from proofless.verification.interface import Call

BUDGET_MS = (50, 5000)
KEEP_MINUTES = (1, 7 * 24 * 60)
REASON_LEAST, REASON_MOST = 4, 300
NOBODYS_NUMBER = "000000000000000000"


@dataclass(frozen=True, slots=True)
class NewSource:
    """``budget_ms`` is all a plan waits for it; an answer is fresh for ``keep_minutes``."""

    dataset_code: str
    address: str
    token: str
    budget_ms: int = 800
    keep_minutes: int = 60
    enabled: bool = True


def set_live_source(*, actor: Actor, source: NewSource) -> None:
    """Say where a dataset is asked over the line. https only, save on the loopback of a demo home.

    Raises DatasetUnknown, InputInvalid.
    """
    actor.check(Permission.DATA_LOAD)
    dataset = data.get_dataset(source.dataset_code)
    if faults := _faults(source):
        raise InputInvalid(fields=faults)
    with ledger.act(
        Kind.LIVE_SOURCE_SET,
        actor,
        object_kind="live_source",
        object_id=source.dataset_code,
        detail={"enabled": source.enabled, "budget_ms": source.budget_ms},
    ):
        LiveSource.objects.update_or_create(
            dataset_code=source.dataset_code,
            defaults={
                "department_code": dataset.provider_code,
                "address": source.address,
                "token_sealed": cipher.seal(source.token.encode(), token_context(source.dataset_code)),
                "budget_ms": source.budget_ms,
                "keep_minutes": source.keep_minutes,
                "enabled": source.enabled,
                "suspended_reason": "",
                "changed_at": clock.now(),
            },
        )
        versions.bump(ROOM)
    interface.forget_breakers()


def suspend_live_source(*, actor: Actor, dataset_code: str, reason: str) -> None:
    """Ask it no more until somebody resumes: plans go by what is held here and by the next way. Raises NotFound,
    InputInvalid without a reason.
    """
    text = reason.strip()
    if not REASON_LEAST <= len(text) <= REASON_MOST:
        raise InputInvalid(fields={"reason": f"请写明暂停的原因（{REASON_LEAST}至{REASON_MOST}字）"})
    _switch(actor, dataset_code, Kind.LIVE_SUSPENDED, enabled=False, reason=text)


def resume_live_source(*, actor: Actor, dataset_code: str) -> None:
    """Ask it again from the next plan on. Raises NotFound."""
    _switch(actor, dataset_code, Kind.LIVE_RESUMED, enabled=True, reason="")
    interface.forget_breaker(source_name(dataset_code))


def _switch(actor: Actor, dataset_code: str, kind: Kind, *, enabled: bool, reason: str) -> None:
    actor.check(Permission.DATA_LOAD)
    with ledger.act(kind, actor, object_kind="live_source", object_id=dataset_code):
        found = LiveSource.objects.filter(dataset_code=dataset_code)
        if not found.update(enabled=enabled, suspended_reason=reason, changed_at=clock.now()):
            raise NotFound()
        versions.bump(ROOM)


def try_live_source(*, actor: Actor, dataset_code: str) -> CallView:
    """Ask it now about a number nobody has: an honest source says that it holds nothing. Also while it rests or is
    suspended; no person is concerned and no answer kept. Raises NotFound.
    """
    actor.check(Permission.DATA_LOAD)
    row = LiveSource.objects.filter(dataset_code=dataset_code).first()
    if row is None:
        raise NotFound()
    name = source_name(dataset_code)
    interface.forget_breaker(name)
    key = str(new_id())
    body = {"request_id": key, "dataset": dataset_code, "number": NOBODYS_NUMBER}
    token = cipher.open_sealed(bytes(row.token_sealed), token_context(dataset_code)).decode()
    (reply,) = interface.call_all([Call(key, name, row.address, token, body, row.budget_ms / 1000)])
    outcome = reply.failure or judge(dataset_code, reply)
    detail = {"outcome": outcome, "ms": reply.took_ms}
    with ledger.act(Kind.LIVE_TRIED, actor, object_kind="live_source", object_id=dataset_code, detail=detail):
        made = LiveCall.objects.create(
            id=new_id(),
            dataset_code=dataset_code,
            outcome=outcome,
            holders=0,
            took_ms=reply.took_ms,
            late=False,
            trial=True,
            at=clock.now(),
        )
    return CallView(made.at, outcome, 0, made.took_ms, late=False, trial=True)


def _faults(source: NewSource) -> dict[str, str]:
    faults = {}
    plain = env.home().demo and source.address.startswith(("http://127.0.0.1:", "http://localhost:"))
    if len(source.address) > 300 or not (source.address.startswith("https://") or plain):
        faults["address"] = "接口地址应以 https:// 开头"
    if not 16 <= len(source.token) <= 200 or not source.token.isascii():
        faults["token"] = "令牌应为16至200个字母、数字或符号"
    if not BUDGET_MS[0] <= source.budget_ms <= BUDGET_MS[1]:
        faults["budget_ms"] = f"等待时间应为{BUDGET_MS[0]}至{BUDGET_MS[1]}毫秒"
    if not KEEP_MINUTES[0] <= source.keep_minutes <= KEEP_MINUTES[1]:
        faults["keep_minutes"] = "保鲜时间应为1分钟至7天"
    return faults

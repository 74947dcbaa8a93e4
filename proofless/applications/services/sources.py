"""Registering where a dataset's provider answers over the line."""

from dataclasses import dataclass

from proofless import ledger
from proofless.applications.models import LiveSource
from proofless.applications.waterfall.live import ROOM, token_context
from proofless.data import queries as data
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.standards import versions
from proofless.vault import cipher
from proofless.verification import interface

BUDGET_MS = (50, 5000)
KEEP_MINUTES = (1, 7 * 24 * 60)


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
                "changed_at": clock.now(),
            },
        )
        versions.bump(ROOM)
    interface.forget_breakers()


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

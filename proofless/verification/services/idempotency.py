"""Idempotency keys: a call a department's system repeats, because its line broke, is done once."""

from dataclasses import dataclass
from uuid import UUID

from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.vault import cipher
from proofless.verification.errors import KeyReused
from proofless.verification.models import IdempotencyKey

KEY_MIN, KEY_MAX = 8, 64


@dataclass(frozen=True, slots=True)
class Once:
    """``digest`` is keyed (HMAC-SM3): the same key with another content is another call, and refused."""

    key: str
    digest: bytes


def once_of(key: str, content: str) -> Once:
    """Raises InputInvalid for a key that is missing or of a strange form."""
    if not KEY_MIN <= len(key) <= KEY_MAX or not key.isascii() or not key.isprintable():
        raise InputInvalid(fields={"Idempotency-Key": f"请求头须带幂等键（{KEY_MIN}至{KEY_MAX}个字符）"})
    return Once(key, cipher.blind_index("idempotency", content))


def find_done(actor: Actor, once: Once) -> UUID | None:
    """The request an earlier call with this key made or answered. Raises KeyReused."""
    row = IdempotencyKey.objects.filter(account_id=actor.account_id, key=once.key).first()
    if row is None:
        return None
    if bytes(row.digest) != once.digest:
        raise KeyReused()
    return row.request_id


def keep_done(actor: Actor, once: Once, request_id: UUID) -> None:
    """Remember the key in the open act. A twin that runs at the same time fails here, and with it its act."""
    row = IdempotencyKey(
        id=new_id(),
        account_id=actor.account_id,
        key=once.key,
        digest=once.digest,
        request_id=request_id,
        used_at=clock.now(),
    )
    IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    held = IdempotencyKey.objects.get(account_id=actor.account_id, key=once.key)
    if held.id != row.id:
        raise KeyReused()

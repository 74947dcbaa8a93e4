"""验证码: sent to the mobile of record, used once, for what it was sent for."""

import secrets
from uuid import UUID

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.notices.errors import NoTransport, PasscodeInvalid, TooOften
from proofless.notices.models import Passcode
from proofless.notices.rules.passcodes import DIGITS, LIFETIME, Purpose, may_send, usable, words
from proofless.notices.services.messaging import queue_message
from proofless.notices.transports import find_transport
from proofless.vault import cipher


def send_passcode(*, actor: Actor, holder_id: UUID, purpose: Purpose, reference: str = "") -> None:
    """Send a new code to a holder; earlier ones of the same purpose are no longer good.

    The caller decides that this holder may be sent one. Raises TooOften, NoTransport.
    """
    if find_transport() is None:
        raise NoTransport()
    sent = Passcode.objects.filter(holder_id=holder_id).order_by("-made_at")[:20]
    if not may_send(clock.now(), list(sent.values_list("made_at", flat=True))):
        raise TooOften("验证码发得太频繁")
    code, key, now = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", new_id(), clock.now()
    row = Passcode(
        id=key,
        holder_id=holder_id,
        purpose=purpose.value,
        reference=reference,
        digest=_digest(key, code),
        made_at=now,
        expires_at=now + LIFETIME,
    )
    with ledger.act(
        Kind.PASSCODE_SENT,
        actor,
        object_kind="passcode",
        object_id=key,
        holders=[holder_id],
        purpose=purpose.label,
    ):
        row.save(force_insert=True)
        queue_message(holder_id, f"passcode:{purpose.value}", words(purpose, code), expires_at=row.expires_at)


def use_passcode(*, actor: Actor, holder_id: UUID, purpose: Purpose, code: str, reference: str = "") -> None:
    """Use up the latest code sent for this purpose and reference. Every try is an entry; five spoil the code.

    Raises PasscodeInvalid, the same for wrong, late, used and none.
    """
    rows = Passcode.objects.filter(holder_id=holder_id, purpose=purpose.value, reference=reference)
    good = False
    with ledger.act(None, actor) as act:
        row = rows.select_for_update().order_by("-made_at").first()
        if row is not None and usable(clock.now(), row.expires_at, row.tries, row.used_at is not None):
            good = secrets.compare_digest(bytes(row.digest), _digest(row.id, code.strip()))
            changes = {"used_at": clock.now()} if good else {"tries": row.tries + 1}
            Passcode.objects.filter(id=row.id, holder_id=holder_id).update(**changes)
        act.enter(
            Kind.PASSCODE_USED if good else Kind.PASSCODE_REFUSED,
            object_kind="passcode",
            object_id=row.id if row else "",
            holders=[holder_id],
            purpose=purpose.label,
        )
    if not good:
        raise PasscodeInvalid()


def _digest(passcode_id: UUID, code: str) -> bytes:
    return cipher.blind_index("passcode", f"{passcode_id}:{code}")

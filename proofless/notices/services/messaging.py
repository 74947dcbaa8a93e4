"""短信: queued in the act that has something to say, sent afterwards, tried again, and recorded either way."""

import logging
from datetime import datetime
from uuid import UUID

from proofless import ledger
from proofless.access import Ground, open_records, permit
from proofless.access.actors import agent_actor, system_actor
from proofless.access.queries import find_holder_records
from proofless.kit import clock, env
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.notices.models import Message, MessageState, message_context
from proofless.notices.rules.messages import BACKOFF, pause_after
from proofless.notices.transports import Transport, Undelivered, find_transport
from proofless.vault import cipher

AGENT = "发送短信"
BATCH = 50
_log = logging.getLogger("proofless.notices")


def queue_message(holder_id: UUID, about: str, text: str, *, expires_at: datetime | None = None) -> UUID:
    """Put a message into the queue, in the caller's open act."""
    key, now = new_id(), clock.now()
    Message.objects.create(
        id=key,
        holder_id=holder_id,
        about=about,
        text_sealed=cipher.seal(
            f"【{env.home().city}免证办】{text}".encode(), message_context(holder_id, key)
        ),
        made_at=now,
        next_at=now,
        expires_at=expires_at,
    )
    return key


def dispatch_waiting() -> int:
    """Send what waits; returns how many went out. Two workers never send one message at the same time."""
    transport = find_transport()
    if transport is None:
        return 0
    waiting = Message.objects.filter(state=MessageState.WAITING, next_at__lte=clock.now())
    return sum(_dispatch(transport, row) for row in waiting.order_by("next_at")[:BATCH])


def _dispatch(transport: Transport, row: Message) -> bool:
    attempts = row.attempts + 1
    pause = pause_after(attempts)
    later = clock.now() + (pause or BACKOFF[-1])
    # Claimed by counting the attempt: whoever counts it first sends it.
    claimed = Message.objects.filter(
        id=row.id, holder_id=row.holder_id, state=MessageState.WAITING, attempts=row.attempts
    ).update(attempts=attempts, next_at=later)
    if not claimed:
        return False
    if row.expires_at is not None and row.expires_at <= clock.now():
        return _over(row, transport, MessageState.FAILED, attempts, "expired")
    mobile = _mobile(row.holder_id)
    if not mobile:
        return _over(row, transport, MessageState.FAILED, attempts, "no_mobile")
    try:
        transport.send(row.id, mobile, _text(row))
    except Undelivered as failed:
        if not failed.again or pause is None:
            return _over(row, transport, MessageState.FAILED, attempts, failed.reason)
        Message.objects.filter(id=row.id, holder_id=row.holder_id).update(failure=failed.reason[:32])
        return False
    return _over(row, transport, MessageState.SENT, attempts, "")


def _mobile(holder_id: UUID) -> str:
    """The mobile of record; the holder sees that it was used to reach her."""
    agent = agent_actor(holder_id, AGENT)
    with ledger.reading():
        own = permit(agent, [holder_id], ["account.mobile"], AGENT, ground=Ground.OWN)
        (found,) = open_records(own, find_holder_records([holder_id]).values())
    return str(found.get("mobile") or "")


def _text(row: Message) -> str:
    return cipher.open_sealed(bytes(row.text_sealed or b""), message_context(row.holder_id, row.id)).decode()


def _over(row: Message, transport: Transport, state: MessageState, attempts: int, failure: str) -> bool:
    sent = state is MessageState.SENT
    with ledger.act(
        Kind.MESSAGE_SENT if sent else Kind.MESSAGE_FAILED,
        system_actor(label=AGENT),
        object_kind="message",
        object_id=row.id,
        holders=[row.holder_id],
        detail={"about": row.about, "transport": transport.name, "attempts": attempts, "failure": failure},
    ):
        Message.objects.filter(id=row.id, holder_id=row.holder_id).update(
            state=state, transport=transport.name, failure=failure[:32], text_sealed=None, over_at=clock.now()
        )
    if not sent:
        _log.warning("message given up", extra={"message_id": str(row.id), "failure": failure})
    return sent

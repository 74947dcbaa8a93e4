"""Tables of notices. ``holder_id`` is whose inbox it is: a holder's, or in his place an official's account.

A notice's words name an item and a receipt number and nobody; a message's are sealed until it is sent.
"""

from uuid import UUID

from django.db import models
from django.db.models import Q

ROOM = "notices"


def message_context(holder_id: UUID, message_id: UUID) -> bytes:
    """What the sealed words of a message are bound to."""
    return b"notices_message:" + holder_id.bytes + message_id.bytes


class Notice(models.Model):
    """通知. ``entry_id`` is the ledger entry it tells of, or the day's reminder; once each.

    ``subject_kind`` and ``subject_id`` are the ledger's names of what it is about. ``asks``: the reader must do
    something.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    entry_id = models.UUIDField()
    news = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=128)
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    tone = models.CharField(max_length=8)
    asks = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_notice"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "entry_id", "news"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["holder_id", "-at"], name="notice_by_inbox"),
            models.Index(fields=["holder_id"], condition=Q(read_at=None), name="notice_unread"),
        ]


class Cursor(models.Model):
    """How far the chain has been followed."""

    name = models.CharField(primary_key=True, max_length=32)
    position = models.BigIntegerField()

    class Meta:
        db_table = "notices_cursor"


class MessageState(models.TextChoices):
    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"


class Message(models.Model):
    """短信: the queue and the record of what was sent. Its words are sealed, and forgotten once it is over."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    about = models.CharField(max_length=64)
    text_sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.WAITING)
    transport = models.CharField(max_length=16, default="")
    attempts = models.SmallIntegerField(default=0)
    failure = models.CharField(max_length=32, default="")
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_message"
        indexes = [
            models.Index(fields=["state", "next_at"], name="message_to_send"),
            models.Index(fields=["holder_id", "-made_at"], name="message_by_holder"),
        ]


class Passcode(models.Model):
    """验证码. ``digest`` is keyed; the code itself is nowhere. ``reference`` binds it to one thing."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    purpose = models.CharField(max_length=16)
    reference = models.CharField(max_length=64, default="")
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_passcode"
        indexes = [models.Index(fields=["holder_id", "-made_at"], name="passcode_by_holder")]


class Choice(models.Model):
    """通知设置: what a holder wants told. Without a row: messages for what asks something, none of scans."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    messages = models.BooleanField(default=True)
    scans = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "notices_choice"
        constraints = [models.UniqueConstraint(fields=["holder_id"], name="choice_once")]


class Reminder(models.Model):
    """提醒过的事: what a holder was reminded of, so that it is once."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=128)
    what = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "notices_reminder"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "subject_kind", "subject_id", "what"], name="reminded_once"
            ),
        ]

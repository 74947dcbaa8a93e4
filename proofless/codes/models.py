"""Tables of codes: scanning scenes, and the short-lived tickets behind shown codes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

ROOM = "codes"


class Scene(models.Model):
    """扫码场景. ``minimal_attributes`` is all a scan may answer; ``not_disclosed`` is told to both sides."""

    code = models.CharField(primary_key=True, max_length=8)
    name = models.CharField(max_length=64)
    domain = models.CharField(max_length=32)
    relying_party = models.CharField(max_length=64)
    department_code = models.CharField(max_length=16)
    code_type = models.CharField(max_length=16)
    purpose = models.CharField(max_length=100)
    minimal_attributes = ArrayField(models.CharField(max_length=64))
    cert_codes = ArrayField(models.CharField(max_length=64))
    not_disclosed = ArrayField(models.CharField(max_length=64))
    retention_rule = models.CharField(max_length=100)
    verify_mode = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    source = models.TextField()

    class Meta:
        db_table = "codes_scene"


class Ticket(models.Model):
    """码票: what a shown code stands for, for a minute and one scan. Of the code itself only a keyed digest
    is kept.

    ``authority`` is the
    relation by which an enterprise's code was shown. ``entered`` marks showings the ledger holds: renewing a
    code on the same screen is not a new showing.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32)
    authority = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    entered = models.BooleanField(default=False)

    class Meta:
        db_table = "codes_ticket"
        indexes = [
            models.Index(fields=["digest"], name="ticket_by_digest"),
            models.Index(fields=["holder_id", "made_at"], name="ticket_by_holder"),
        ]

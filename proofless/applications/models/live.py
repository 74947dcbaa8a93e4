"""Tables of live sources: registers asked over the line, and what they said, kept sealed as long as it is fresh."""

from django.db import models


class LiveSource(models.Model):
    """在线数据接口: where a dataset's provider answers about one person. The token is sealed.

    ``budget_ms`` is all the time a plan waits for it; ``keep_minutes`` how long an answer is fresh enough.
    """

    dataset_code = models.CharField(primary_key=True, max_length=32)
    department_code = models.CharField(max_length=16)
    address = models.CharField(max_length=300)
    token_sealed = models.BinaryField()
    budget_ms = models.IntegerField(default=800)
    keep_minutes = models.IntegerField(default=60)
    enabled = models.BooleanField(default=True)
    suspended_reason = models.CharField(max_length=300, default="")  # why it is not asked for the time being
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "applications_live_source"


class LiveAnswer(models.Model):
    """在线答复. One row of what a source said of a holder; ``seq`` 0 with no ``payload_sealed``: it holds nothing.

    ``failure`` is why there is none: timeout, unreachable, refused, unreadable, lied.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    dataset_code = models.CharField(max_length=32)
    seq = models.SmallIntegerField()
    payload_sealed = models.BinaryField(null=True)
    key_version = models.SmallIntegerField(default=1)
    as_of = models.DateField(null=True)
    failure = models.CharField(max_length=16, default="")
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "applications_live_answer"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "dataset_code", "seq"], name="live_answer_once")
        ]


class LiveCall(models.Model):
    """询问记录: what came of asking a source, for whoever watches it; without whom it was about. Kept for a day.

    ``outcome`` is ``answered`` or a failure of LiveAnswer; ``late``: after the plan had stopped waiting; ``trial``: an
    operator tried it. ``took_ms`` is the slowest of ``holders`` questions asked at once.
    """

    id = models.UUIDField(primary_key=True)
    dataset_code = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    holders = models.IntegerField()
    took_ms = models.IntegerField()
    late = models.BooleanField()
    trial = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "applications_live_call"
        indexes = [models.Index(fields=["dataset_code", "at"], name="live_call_by_source")]

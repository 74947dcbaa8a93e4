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

"""Tables of corrections: two sources disagree, or she says one is wrong; the department that owns it looks."""

from django.db import models
from django.db.models import Q


class Correction(models.Model):
    """更正请求. A thin record: who owns ``reference``, what disagrees, what she says; the department answers once.

    ``words_sealed`` holds both values and her words. ``by_system``: opened at submission because sources disagreed.
    """

    class State(models.TextChoices):
        OPEN = "open", "等部门核实"
        CORRECTED = "corrected", "已更正"
        KEPT = "kept", "核实无误，维持"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField(null=True)
    item_code = models.CharField(max_length=32)
    reference = models.CharField(max_length=96)
    other_reference = models.CharField(max_length=96, default="")
    department_code = models.CharField(max_length=16)
    words_sealed = models.BinaryField()
    key_version = models.SmallIntegerField(default=1)
    by_system = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    answer = models.CharField(max_length=500, default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_correction"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "reference"], condition=Q(state="open"), name="correction_open_once"
            )
        ]
        indexes = [models.Index(fields=["department_code", "state"], name="correction_queue")]

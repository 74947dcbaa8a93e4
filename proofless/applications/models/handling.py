"""Tables of handling: what somebody present agreed to, what was found missing, what stops the clocks, who is heard."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Confirmation(models.Model):
    """当面确认: what somebody present agreed to and promised in one case, by her code or on paper she signed.

    ``agreed`` are transfer keys with their fields, ``signed`` material codes; ``witness_id`` is the official's account.
    ``application_id`` is a theme case for what was confirmed once for all its items; each item's own case then keeps
    its part, with the same paper.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    presence_id = models.UUIDField()
    how = models.CharField(max_length=8)
    agreed = ArrayField(models.CharField(max_length=200), default=list)
    signed = ArrayField(models.CharField(max_length=32), default=list)
    file_address = models.CharField(max_length=64, default="")
    witness_id = models.UUIDField()
    confirmed_at = models.DateTimeField()

    class Meta:
        db_table = "applications_confirmation"
        indexes = [models.Index(fields=["holder_id", "application_id"], name="confirmation_of_application")]


class Supplement(models.Model):
    """一次性告知: one notice that names everything still to be corrected.

    ``seen`` are the materials as the clerk saw them (``code=fingerprint``), ``values_sealed`` the form as she saw it: a
    later notice may not name what stood the same then. ``again`` is why it does all the same, shown to the supervisor.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    department_code = models.CharField(max_length=16)
    number = models.SmallIntegerField()
    materials = ArrayField(models.CharField(max_length=32), default=list)
    fields = ArrayField(models.CharField(max_length=64), default=list)
    note = models.CharField(max_length=500, default="")
    late = ArrayField(models.CharField(max_length=64), default=list)
    again = models.CharField(max_length=500, default="")
    seen = ArrayField(models.CharField(max_length=120), default=list)
    values_sealed = models.BinaryField(null=True)
    noticed_by = models.UUIDField()
    noticed_at = models.DateTimeField()

    class Meta:
        db_table = "applications_supplement"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "application_id", "number"], name="supplement_once")
        ]
        indexes = [models.Index(fields=["-noticed_at"], name="supplement_by_day")]


class Procedure(models.Model):
    """中止与特别程序: the clocks stand still from ``since`` until it is ended. ``kind`` is one of ``rules.KINDS``."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)
    limit_days = models.SmallIntegerField()
    since = models.DateField()
    due_on = models.DateField(null=True)
    until = models.DateField(null=True)
    outcome = models.CharField(max_length=500, default="")
    begun_by = models.UUIDField()
    begun_at = models.DateTimeField()
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_procedure"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "application_id"],
                condition=models.Q(ended_at__isnull=True),
                name="procedure_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["holder_id", "application_id"], name="procedure_of_application")]


class Opinion(models.Model):
    """会签: another department is heard before the decision."""

    class State(models.TextChoices):
        ASKED = "asked", "等对方答复"
        AGREED = "agreed", "同意"
        CONDITIONS = "conditions", "附条件同意"
        DISAGREED = "disagreed", "不同意"
        LAPSED = "lapsed", "逾期未答复"
        WITHDRAWN = "withdrawn", "已撤回"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    item_code = models.CharField(max_length=32)
    asking_code = models.CharField(max_length=16)
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    question = models.CharField(max_length=500)
    state = models.CharField(max_length=16, choices=State, default=State.ASKED)
    answer = models.CharField(max_length=1000, default="")
    limit_days = models.SmallIntegerField()
    due_on = models.DateField(null=True)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_opinion"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "application_id", "department_code"],
                condition=models.Q(state="asked"),
                name="opinion_asked_once",
            )
        ]
        indexes = [
            models.Index(fields=["holder_id", "application_id"], name="opinion_of_application"),
            models.Index(fields=["department_code", "state", "due_on"], name="opinion_queue"),
        ]

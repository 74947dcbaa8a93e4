"""Tables of commitments: overrides of templates, signed promises, breaches, deferrals. No personal value in any."""

from uuid import UUID

from django.db import models

ROOM = "commitments"


def breach_context(holder_id: UUID, breach_id: UUID) -> bytes:
    """What a person's sealed statement is bound to."""
    return b"commitments_breach:" + holder_id.bytes + breach_id.bytes


class State(models.TextChoices):
    OPEN = "open", "待核查"
    KEPT = "kept", "已核实"
    BROKEN = "broken", "与承诺不符"
    POOLED = "pooled", "待抽查"
    SAMPLED = "sampled", "抽中待查"
    UNSAMPLED = "unsampled", "未抽中，结案"
    WITHDRAWN = "withdrawn", "已改为提交材料"
    RELEASED = "released", "办件未办成，承诺终止"


class Channel(models.TextChoices):
    PHONE = "phone", "手机签署"
    WINDOW = "window", "窗口签署"
    PAPER = "paper", "纸质签署"


class TemplateRow(models.Model):
    """承诺模板补充: what the catalogue of items does not know about a promise."""

    material_code = models.CharField(primary_key=True, max_length=16)
    check_text = models.CharField(max_length=128)
    absence = models.CharField(max_length=16)
    days = models.CharField(max_length=4)
    risk = models.CharField(max_length=8)
    excluded = models.CharField(max_length=100)
    source = models.TextField()

    class Meta:
        db_table = "commitments_template"


class DeferrableRow(models.Model):
    """容缺清单: a material a case may be accepted without, and the working days in which it follows."""

    material_code = models.CharField(primary_key=True, max_length=16)
    days = models.SmallIntegerField()
    source = models.TextField()

    class Meta:
        db_table = "commitments_deferrable"


class Commitment(models.Model):
    """承诺. Lives with the promiser's holder. ``sheet`` is the text signed, word for word.

    ``check_text`` and ``due_on`` are what it compiled to; ``due_unknown``: a year's holidays are not published.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    signed_by = models.UUIDField()
    reference = models.CharField(max_length=128)
    item_code = models.CharField(max_length=16)
    material_code = models.CharField(max_length=16)
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12, default="")
    channel = models.CharField(max_length=8, choices=Channel)
    sheet = models.TextField()
    paper_address = models.CharField(max_length=64, default="")
    check_text = models.CharField(max_length=128)
    absence = models.CharField(max_length=16)
    risk = models.CharField(max_length=8)
    days = models.SmallIntegerField()
    signed_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    due_unknown = models.BooleanField(default=False)
    next_look_on = models.DateField()
    looks = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    revision = models.IntegerField(default=1)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    class Meta:
        db_table = "commitments_commitment"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "reference", "material_code"], name="commitment_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "next_look_on"], name="commitment_to_look"),
            models.Index(fields=["department_code", "state"], name="commitment_by_department"),
        ]


class Breach(models.Model):
    """不实承诺的处理. ``noticed_by`` found it, another decides."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    commitment_id = models.UUIDField()
    department_code = models.CharField(max_length=16)
    stage = models.CharField(max_length=16)
    revision = models.IntegerField(default=1)
    noticed_at = models.DateTimeField()
    noticed_by = models.UUIDField()
    statement_until = models.DateField(null=True)
    statement_sealed = models.BinaryField(null=True)
    degree = models.CharField(max_length=16, default="")
    reason = models.CharField(max_length=500, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    barred_until = models.DateField(null=True)
    repairable_on = models.DateField(null=True)
    repaired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "commitments_breach"
        constraints = [models.UniqueConstraint(fields=["holder_id", "commitment_id"], name="breach_once")]
        indexes = [models.Index(fields=["department_code", "stage"], name="breach_by_department")]


class Deferral(models.Model):
    """容缺受理: a material that may follow by ``due_on``, ``days`` working days after it was opened."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    reference = models.CharField(max_length=128)
    material_code = models.CharField(max_length=16)
    department_code = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    opened_at = models.DateTimeField()
    days = models.SmallIntegerField()
    due_on = models.DateField(null=True)
    extended = models.BooleanField(default=False)
    supplied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "commitments_deferral"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "reference", "material_code"], name="deferral_once")
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="deferral_by_day")]

"""Tables of one application: the case, its materials, its course, who was asked to take part."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待受理"
    RETURNED = "returned", "退回补正"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "不予受理"
    APPROVED = "approved", "准予办结"
    DENIED = "denied", "不予许可"
    WITHDRAWN = "withdrawn", "已撤回"


class Application(models.Model):
    """办件. ``plan_sealed`` and ``values_sealed`` are what was last submitted, ``draft_sealed`` what is being written.

    ``unknown_rules`` are conditions no record could settle at submission: the clerk must check each. ``chosen`` says
    whom a role means (``child=<holder id>``), ``declined`` which transfers the applicant does not agree to.
    ``standing_id`` is the presence or authority it was opened under, if any; ``draft_at`` when the draft was last kept,
    on which ``draft_channel`` and by which device (``draft_pen``).
    ``due_on`` is the promised limit, ``legal_due_on`` the law's; both are empty while ``paused`` stops the clocks.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    enterprise_id = models.UUIDField(null=True)
    item_code = models.CharField(max_length=32)
    item_version = models.IntegerField()
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    revision = models.IntegerField(default=1)
    channel = models.CharField(max_length=16)
    receipt = models.CharField(max_length=32, default="")
    situations = ArrayField(models.CharField(max_length=64), default=list)
    chosen = ArrayField(models.CharField(max_length=64), default=list)
    declined = ArrayField(models.CharField(max_length=64), default=list)
    plan_sealed = models.BinaryField(null=True)
    values_sealed = models.BinaryField(null=True)
    draft_sealed = models.BinaryField(null=True)
    unknown_rules = ArrayField(models.CharField(max_length=32), default=list)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    due_unknown = models.BooleanField(default=False)
    legal_due_on = models.DateField(null=True)
    paused = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, default="")
    result_certificate_id = models.UUIDField(null=True)
    standing_id = models.UUIDField(null=True)
    draft_at = models.DateTimeField(null=True)
    draft_channel = models.CharField(max_length=16, default="")
    draft_pen = models.CharField(max_length=16, default="")

    class Meta:
        db_table = "applications_application"
        indexes = [
            models.Index(fields=["holder_id", "-opened_at"], name="application_by_holder"),
            models.Index(fields=["department_code", "state", "due_on"], name="application_queue"),
        ]


class ApplicationMaterial(models.Model):
    """办件材料: how each material of a submitted application was obtained. Holds no value."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    material_code = models.CharField(max_length=32)
    mode = models.CharField(max_length=16)
    sources = ArrayField(models.CharField(max_length=64), default=list)
    awaiting = models.BooleanField(default=False)
    answer = models.CharField(max_length=16, default="")
    answered_at = models.DateTimeField(null=True)
    file_address = models.CharField(max_length=64, default="")
    committed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_material"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "application_id", "material_code"], name="material_once"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(awaiting=True), name="material_waiting"),
        ]


class Event(models.Model):
    """办理过程: one line a step, shown to the applicant as progress."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    at = models.DateTimeField()
    step = models.CharField(max_length=32)
    note = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "applications_event"
        indexes = [models.Index(fields=["holder_id", "application_id", "at"], name="event_by_application")]


class Invitation(models.Model):
    """邀请: somebody is asked to take part in another's application. Lives with the invited, who answers it."""

    class State(models.TextChoices):
        ASKED = "asked", "等对方答复"
        AGREED = "agreed", "对方已同意"
        REFUSED = "refused", "对方没有同意"
        REPLACED = "replaced", "已改邀别人"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    applicant_id = models.UUIDField()
    item_code = models.CharField(max_length=32)
    role = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_invitation"
        indexes = [
            models.Index(fields=["application_id"], name="invitation_of_application"),
            models.Index(fields=["holder_id", "state"], name="invitation_by_invited"),
        ]

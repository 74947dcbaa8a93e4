"""Tables of applications. An application lives with its applicant."""

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
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, default="")
    result_certificate_id = models.UUIDField(null=True)

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


class ThemeCase(models.Model):
    """一件事办件: several items wanted as one. Its members are handed in together, or each when its turn comes.

    ``party_id`` is who applies (a guardian for her ward). ``selected`` says of each item whether it is wanted
    (``I075=Y``), ``situations`` and ``chosen`` are as in an application; ``agreed`` are the transfers agreed to,
    ``line field`` each, ``signed`` the materials promised. ``values_sealed`` is the merged form, by box.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已提交"
        WITHDRAWN = "withdrawn", "已撤回"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    party_id = models.UUIDField()
    enterprise_id = models.UUIDField(null=True)
    theme_code = models.CharField(max_length=8)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    revision = models.IntegerField(default=1)
    channel = models.CharField(max_length=16)
    receipt = models.CharField(max_length=32, default="")
    selected = ArrayField(models.CharField(max_length=40), default=list)
    situations = ArrayField(models.CharField(max_length=64), default=list)
    chosen = ArrayField(models.CharField(max_length=64), default=list)
    declined = ArrayField(models.CharField(max_length=64), default=list)
    agreed = ArrayField(models.CharField(max_length=200), default=list)
    signed = ArrayField(models.CharField(max_length=32), default=list)
    values_sealed = models.BinaryField(null=True)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_theme_case"
        indexes = [models.Index(fields=["holder_id", "-opened_at"], name="theme_case_by_holder")]


class ThemeMember(models.Model):
    """一件事的一个事项. ``after`` are the items whose results it waits for; ``application_id`` once it has a case."""

    class State(models.TextChoices):
        WAITING = "waiting", "等前一项办好"
        HANDED_IN = "handed_in", "已交承办部门"
        HELD_UP = "held_up", "要您再办一步"
        STOPPED = "stopped", "不再办理"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    theme_case_id = models.UUIDField()
    item_code = models.CharField(max_length=32)
    seq = models.SmallIntegerField()
    state = models.CharField(max_length=16, choices=State)
    after = ArrayField(models.CharField(max_length=32), default=list)
    application_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, default="")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "applications_theme_member"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "theme_case_id", "item_code"], name="theme_member_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "theme_case_id"], name="theme_member_waiting"),
            models.Index(fields=["application_id"], name="theme_member_of_application"),
        ]


class ThemeFile(models.Model):
    """一件事材料文件: one paper brought once for all members that need it. ``material`` is the merged material."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    theme_case_id = models.UUIDField()
    material = models.CharField(max_length=32)
    file_address = models.CharField(max_length=64)

    class Meta:
        db_table = "applications_theme_file"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "theme_case_id", "material"], name="theme_file_once")
        ]

"""Tables of themes: a case of several items, its members, the papers brought once for all."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ThemeCase(models.Model):
    """一件事办件: several items wanted as one. Its members are handed in together, or each when its turn comes.

    ``party_id`` is who applies (a guardian for her ward). ``selected`` says of each item whether it is wanted
    (``I075=Y``), ``situations`` and ``chosen`` are as in an application; ``agreed`` are the transfers agreed to,
    ``line field`` each, ``signed`` the materials promised. ``values_sealed`` is the merged form, by box.
    ``standing_id`` is the presence or authority it was begun in; ``said`` how she agreed at submission: self, code or
    paper before an official, agent. ``draft_at``, ``draft_channel`` and ``draft_pen`` say which device wrote last.
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
    standing_id = models.UUIDField(null=True)
    said = models.CharField(max_length=8, default="self")
    draft_at = models.DateTimeField(null=True)
    draft_channel = models.CharField(max_length=16, default="")
    draft_pen = models.CharField(max_length=16, default="")
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

"""Tables of the hard gate: who asked for what the government holds, on what law, and who complained of it."""

from django.db import models
from django.db.models import Q


class Demand(models.Model):
    """仍要求提供: a clerk asks, on a law he names, for a material that resolved. Lives with the applicant.

    ``mode`` is how the material had resolved. ``law`` and ``reason`` are what the resident and the supervisor read.
    """

    class State(models.TextChoices):
        OPEN = "open", "等申请人提交"
        SUPPLIED = "supplied", "申请人已提交"
        REPORTED = "reported", "申请人已举报，处理前不必提交"
        CANCELLED = "cancelled", "监督部门已撤销"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    item_code = models.CharField(max_length=32)
    material_code = models.CharField(max_length=32)
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    mode = models.CharField(max_length=16)
    law = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_demand"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "application_id", "material_code"],
                condition=Q(state__in=["open", "reported"]),
                name="demand_open_once",
            )
        ]
        indexes = [models.Index(fields=["-asked_at"], name="demand_newest")]


class AskReport(models.Model):
    """违规索证举报. ``evidence_sealed`` is what the node itself knows of the ask; ``words_sealed`` what she says.

    ``application_id`` is empty for an ask at a counter before there was a case.
    """

    class Place(models.TextChoices):
        ONLINE = "online", "网上办理时"
        WINDOW = "window", "在窗口"
        PHONE = "phone", "电话里"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        OPEN = "open", "处理中"
        UPHELD = "upheld", "属实，已纠正"
        DISMISSED = "dismissed", "不属于违规索证"
        WITHDRAWN = "withdrawn", "已撤回"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    number = models.CharField(max_length=24)
    application_id = models.UUIDField(null=True)
    demand_id = models.UUIDField(null=True)
    item_code = models.CharField(max_length=32)
    material_code = models.CharField(max_length=32)
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12, default="")
    place = models.CharField(max_length=16, choices=Place)
    words_sealed = models.BinaryField()
    evidence_sealed = models.BinaryField()
    key_version = models.SmallIntegerField(default=1)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    reported_by = models.UUIDField()
    reported_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    finding = models.CharField(max_length=500, default="")
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_ask_report"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "item_code", "material_code"],
                condition=Q(state="open"),
                name="ask_report_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="ask_report_queue"),
            models.Index(fields=["holder_id", "-reported_at"], name="ask_report_by_holder"),
        ]

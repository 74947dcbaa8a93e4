"""Tables of papers an applicant brought: what each file is, what was checked at capture, whether it can be trusted."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Document(models.Model):
    """材料文件. One file brought for one material. ``key`` is the material's normal name: another item asks for it too.

    ``level``: C as brought, B once a clerk of ``checked_department`` has held the original beside it; only B serves
    another case, until ``good_until``. ``checks`` are ``name=verdict`` of ``uploads.rules``, computed at capture.
    ``kind`` is what the file looks like: photo, scan, screenshot or pdf.
    """

    class Level(models.TextChoices):
        CHECKED = "B", "窗口核对过原件"
        UNCHECKED = "C", "未核对原件"
        DIFFERS = "X", "与原件不符"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    item_code = models.CharField(max_length=32)
    material_code = models.CharField(max_length=32)
    key = models.CharField(max_length=100)
    address = models.CharField(max_length=64)
    media_type = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    size = models.IntegerField()
    pages = models.SmallIntegerField()
    checks = ArrayField(models.CharField(max_length=32), default=list)
    scanner = models.CharField(max_length=32)
    level = models.CharField(max_length=1, choices=Level, default=Level.UNCHECKED)
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    checked_department = models.CharField(max_length=16, default="")
    check_note = models.CharField(max_length=300, default="")
    good_until = models.DateField(null=True)

    class Meta:
        db_table = "applications_document"
        indexes = [
            models.Index(fields=["holder_id", "key", "level"], name="document_to_reuse"),
            models.Index(fields=["holder_id", "application_id"], name="document_of_application"),
        ]

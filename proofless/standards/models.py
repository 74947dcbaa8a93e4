"""Tables of standard fields and code lists, and which version of the catalogue each room has loaded."""

from django.db import models

ROOM = "standards"


class Version(models.Model):
    """目录版本: ``stamp`` is new with every change, so that processes know when to read again."""

    room = models.CharField(primary_key=True, max_length=32)
    number = models.IntegerField()
    stamp = models.UUIDField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "standards_version"


class ListKind(models.TextChoices):
    ENUM = "enum", "枚举"
    PATTERN = "pattern", "格式规则"
    EXTERNAL = "external_standard", "外部标准"


class CodeList(models.Model):
    """代码表. ``rule`` says the form of a pattern; an external standard's values are not held here."""

    code = models.CharField(primary_key=True, max_length=16)
    name = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=32, choices=ListKind)
    rule = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "standards_code_list"


class CodeValue(models.Model):
    """代码值. ``code`` is ``<list>.<value>``."""

    code = models.CharField(primary_key=True, max_length=64)
    list_code = models.CharField(max_length=16, db_index=True)
    seq = models.SmallIntegerField()
    value = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    source = models.TextField()

    class Meta:
        db_table = "standards_code_value"


class Origin(models.TextChoices):
    CERTIFICATE = "certificate", "电子证照"
    DATASET = "dataset", "共享数据"


class StandardField(models.Model):
    """标准字段: one field of a certificate's face or of a dataset.

    ``ref`` is ``<cert_code|DATASET>.<name_en>``; fields that mean the same carry the same ``key``. ``grade``
    L1 to L4 decides who may read it (GB/T 43697-2024 grading; the catalogue's data_grade and sensitivity).
    """

    ref = models.CharField(primary_key=True, max_length=96)
    key = models.CharField(max_length=128, db_index=True)
    origin = models.CharField(max_length=16, choices=Origin)
    owner_code = models.CharField(max_length=32, db_index=True)
    name_en = models.CharField(max_length=64)
    name_cn = models.CharField(max_length=64)
    seq = models.SmallIntegerField()
    data_type = models.CharField(max_length=16)
    list_name = models.CharField(max_length=64)
    required = models.BooleanField()
    is_key = models.BooleanField()
    sensitivity = models.CharField(max_length=16)
    grade = models.CharField(max_length=2)
    source = models.TextField()

    class Meta:
        db_table = "standards_field"


class LimitSetting(models.Model):
    """本市设定: one time a number of ``kit.limits`` was set; the last counts. ``set_by`` is the account's label."""

    id = models.UUIDField(primary_key=True)
    limit = models.CharField(max_length=64)
    value = models.IntegerField()
    reason = models.TextField()
    set_by = models.CharField(max_length=100)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "standards_limit_setting"

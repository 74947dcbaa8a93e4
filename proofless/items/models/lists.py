"""Tables of what is published and decided about items. Rows of published versions are never changed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ItemEdition(models.Model):
    """事项版本: the catalogue's rows of one item as they stood from ``version`` on, for cases begun under it."""

    id = models.UUIDField(primary_key=True)
    item_code = models.CharField(max_length=16)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    rows = models.JSONField()

    class Meta:
        db_table = "items_edition"
        constraints = [
            models.UniqueConstraint(fields=["item_code", "version"], name="items_edition_once"),
        ]


class ItemList(models.Model):
    """事项清单: the elements of one item in one division, from ``effective_on`` on. ``upper_id`` is the list it
    was held against; a city's own has none.
    """

    id = models.UUIDField(primary_key=True)
    item_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    level = models.CharField(max_length=16)
    number = models.IntegerField()
    effective_on = models.DateField()
    elements = models.JSONField()
    catalog_code = models.CharField(max_length=12)
    task_code = models.CharField(max_length=31)
    handle_code = models.CharField(max_length=33)
    extra = models.JSONField()
    upper_id = models.UUIDField(null=True)
    published_at = models.DateTimeField()
    account_id = models.UUIDField()
    note = models.TextField()

    class Meta:
        db_table = "items_list"
        constraints = [
            models.UniqueConstraint(fields=["item_code", "division_code", "number"], name="items_list_once"),
        ]


class ListFile(models.Model):
    """接收的清单文件: known again by its digest, so a file sent twice goes on where it stopped."""

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    account_id = models.UUIDField()

    class Meta:
        db_table = "items_list_file"


class ListUnit(models.Model):
    """清单文件中的一个事项: its rows, what is wrong with them, and what became of it."""

    id = models.UUIDField(primary_key=True)
    file_id = models.UUIDField(db_index=True)
    seq = models.IntegerField()
    line = models.IntegerField()
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    draft = models.JSONField(null=True)
    problems = models.JSONField()
    list_id = models.UUIDField(null=True)

    class Meta:
        db_table = "items_list_unit"
        constraints = [
            models.UniqueConstraint(fields=["file_id", "seq"], name="items_list_unit_once"),
        ]


class LibraryDecision(models.Model):
    """标准库的决定: two names are one (``from_key`` is called ``into_key``), or are not."""

    id = models.UUIDField(primary_key=True)
    library = models.CharField(max_length=16)
    from_key = models.CharField(max_length=100)
    into_key = models.CharField(max_length=100)
    verdict = models.CharField(max_length=16)
    reason = models.TextField()
    decided_at = models.DateTimeField()
    account_id = models.UUIDField()

    class Meta:
        db_table = "items_library_decision"
        constraints = [
            models.UniqueConstraint(
                fields=["library", "from_key", "into_key"], name="items_library_decision_once"
            ),
        ]


class UseList(models.Model):
    """用证事项清单: one published version. ``endings`` are the entries dropped and the law that ended each."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField(unique=True)
    published_on = models.DateField()
    published_at = models.DateTimeField()
    account_id = models.UUIDField()
    note = models.TextField()
    endings = models.JSONField()

    class Meta:
        db_table = "items_use_list"


class UseEntry(models.Model):
    """清单条目: in this item, this material is not asked for, because of this certificate or dataset."""

    id = models.UUIDField(primary_key=True)
    list_id = models.UUIDField()
    item_code = models.CharField(max_length=16)
    material_code = models.CharField(max_length=16)
    item_name = models.CharField(max_length=100)
    material_name = models.CharField(max_length=100)
    department_code = models.CharField(max_length=16)
    way = models.CharField(max_length=16)
    source_code = models.CharField(max_length=64)
    source_name = models.CharField(max_length=100)

    class Meta:
        db_table = "items_use_entry"
        constraints = [
            models.UniqueConstraint(fields=["list_id", "material_code"], name="items_use_entry_once"),
        ]


class ProofDecision(models.Model):
    """证明清理决定: by what route a proof stops being asked for. The latest of a material counts."""

    id = models.UUIDField(primary_key=True)
    item_code = models.CharField(max_length=16)
    material_code = models.CharField(max_length=64, db_index=True)
    defects = ArrayField(models.CharField(max_length=32))
    route = models.CharField(max_length=16)
    reason = models.TextField()
    law = models.TextField()
    decided_at = models.DateTimeField()
    account_id = models.UUIDField()
    department_code = models.CharField(max_length=16)

    class Meta:
        db_table = "items_proof_decision"

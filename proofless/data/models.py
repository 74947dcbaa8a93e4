"""Tables of data: the catalogue of datasets, the state of their sources, and the sealed rows of holders."""

from uuid import UUID

from django.db import models

ROOM = "data"
SOURCES = "data.sources"


def row_context(holder_id: UUID, dataset_code: str) -> bytes:
    """What a sealed row is bound to."""
    return b"data_row:" + holder_id.bytes + b":" + dataset_code.encode()


class Dataset(models.Model):
    """数据资源. Share type and condition as in 政务信息资源共享管理暂行办法 (国发〔2016〕51号) art. 9."""

    code = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=100)
    provider_code = models.CharField(max_length=16)
    base_library = models.CharField(max_length=32)
    update_frequency = models.CharField(max_length=16)
    share_type = models.CharField(max_length=16)
    share_condition = models.CharField(max_length=200)
    open_type = models.CharField(max_length=16)
    grade = models.CharField(max_length=2)
    service_form = models.CharField(max_length=32)
    response_target = models.CharField(max_length=32)
    source = models.TextField()

    class Meta:
        db_table = "data_dataset"


class DatasetField(models.Model):
    """数据项. ``ref`` is also the reference of its standard field."""

    ref = models.CharField(primary_key=True, max_length=96)
    dataset_code = models.CharField(max_length=32, db_index=True)
    seq = models.SmallIntegerField()
    name_en = models.CharField(max_length=64)
    name_cn = models.CharField(max_length=64)
    data_type = models.CharField(max_length=16)
    sensitivity = models.CharField(max_length=16)
    is_query_key = models.BooleanField()
    source = models.TextField()

    class Meta:
        db_table = "data_field"


class Source(models.Model):
    """来源状态: whether a dataset's source answers, and when it last delivered rows (none: nothing is held here)."""

    dataset_code = models.CharField(primary_key=True, max_length=32)
    available = models.BooleanField(default=True)
    loaded_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "data_source"


class DataRow(models.Model):
    """数据行: one sealed row of a dataset about one holder, true as of a day."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    dataset_code = models.CharField(max_length=32)
    payload_sealed = models.BinaryField()
    key_version = models.SmallIntegerField(default=1)
    as_of = models.DateField()
    batch_id = models.UUIDField()

    class Meta:
        db_table = "data_row"
        indexes = [models.Index(fields=["holder_id", "dataset_code"], name="row_by_holder_dataset")]

"""Facts derived from the chain. They can be dropped and recomputed; the chain cannot."""

from django.db import models


class CaseFact(models.Model):
    """One submitted application, as its latest submission entry says. Counts only."""

    application_id = models.UUIDField(primary_key=True)
    entry_id = models.UUIDField()
    position = models.BigIntegerField()
    submitted_at = models.DateTimeField()
    item_code = models.CharField(max_length=32)
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    materials_required = models.IntegerField()
    materials_official = models.IntegerField()
    materials_free = models.IntegerField()
    fields_total = models.IntegerField()
    fields_official = models.IntegerField()
    fields_filled = models.IntegerField()

    class Meta:
        db_table = "supervision_fact"
        indexes = [models.Index(fields=["department_code", "division_code"], name="fact_by_place")]


class Cursor(models.Model):
    """How far a follower has read the chain."""

    name = models.CharField(primary_key=True, max_length=32)
    position = models.BigIntegerField()

    class Meta:
        db_table = "supervision_cursor"

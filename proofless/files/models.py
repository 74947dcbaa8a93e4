"""Where each stored file lies. The bytes lie in segments under the home; this table is their only index."""

from django.db import models


class FileBlob(models.Model):
    """文件. ``address`` is HMAC-SM3 of the content in hex: keyed, so that nobody can test for a known file.

    ``offset`` and ``length`` are bytes of the sealed form in the segment, ``size`` bytes of the file itself.
    ``holds`` counts how many times the content was stored and not released. ``pattern`` is the address of the pattern
    it is stored against, empty for a file stored whole.
    """

    address = models.CharField(primary_key=True, max_length=64)
    segment = models.UUIDField()
    offset = models.BigIntegerField()
    length = models.IntegerField()
    size = models.IntegerField()
    holds = models.IntegerField(default=1)
    pattern = models.CharField(max_length=64, default="")
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "files_blob"
        indexes = [models.Index(fields=["segment", "offset"], name="blob_by_place")]


class FilePattern(models.Model):
    """样本. What many files have in common, stored once: of a certificate its template page, fonts and seal, never
    anything of one holder, so that erasing a file leaves nothing of it here. Patterns stay."""

    address = models.CharField(primary_key=True, max_length=64)
    segment = models.UUIDField()
    offset = models.BigIntegerField()
    length = models.IntegerField()
    size = models.IntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "files_pattern"
        indexes = [models.Index(fields=["segment", "offset"], name="pattern_by_place")]

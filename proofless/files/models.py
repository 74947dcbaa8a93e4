"""Where each stored file lies. The bytes lie in segments under the home; this table is their only index."""

from django.db import models


class FileBlob(models.Model):
    """文件. ``address`` is HMAC-SM3 of the content in hex: keyed, so that nobody can test for a known file.

    ``offset`` and ``length`` are bytes of the sealed form in the segment, ``size`` bytes of the file itself.
    ``holds`` counts how many times the content was stored and not released.
    """

    address = models.CharField(primary_key=True, max_length=64)
    segment = models.UUIDField()
    offset = models.BigIntegerField()
    length = models.IntegerField()
    size = models.IntegerField()
    holds = models.IntegerField(default=1)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "files_blob"
        indexes = [models.Index(fields=["segment", "offset"], name="blob_by_place")]

"""Consent: what a holder (or her guardian) agreed to, field by field; withdrawable."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Consent(models.Model):
    """同意. ``reference`` names what it was given for, e.g. an application id."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    given_by = models.UUIDField()
    reference = models.CharField(max_length=64)
    purpose = models.CharField(max_length=128)
    recipient_code = models.CharField(max_length=16)
    fields = ArrayField(models.CharField(max_length=96))
    sensitive = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_consent"
        indexes = [models.Index(fields=["holder_id", "reference"], name="consent_by_holder")]

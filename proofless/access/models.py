"""Consents, and the two standings in which an account works for somebody else: her presence, her authority."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Consent(models.Model):
    """同意. ``reference`` names what it was given for, e.g. an application id.

    ``how``: self (ticked by herself), code or paper (before an official, ``witness_id``), agent (by her authority).
    """

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
    how = models.CharField(max_length=8, default="self")
    witness_id = models.UUIDField(null=True)

    class Meta:
        db_table = "access_consent"
        indexes = [models.Index(fields=["holder_id", "reference"], name="consent_by_holder")]


class Presence(models.Model):
    """到场: a holder stands before an official, who works with her at one item until she leaves or time is up.

    ``shown`` is what she identified herself by: code or number. Who came for a theme has ``theme_code`` and the codes
    of its items instead of an ``item_code``.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    official_id = models.UUIDField()
    department_code = models.CharField(max_length=16)
    channel = models.CharField(max_length=16)
    shown = models.CharField(max_length=8)
    item_code = models.CharField(max_length=32, default="")
    theme_code = models.CharField(max_length=8, default="")
    item_codes = ArrayField(models.CharField(max_length=32), default=list)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_presence"
        indexes = [
            models.Index(fields=["holder_id", "-opened_at"], name="presence_by_holder"),
            models.Index(fields=["official_id", "-opened_at"], name="presence_by_official"),
        ]


class Authority(models.Model):
    """委托: a principal (``holder_id``) lets an agent act for her in some items, from a day to a day.

    ``special``: also to agree to sensitive fields and to sign promises (特别授权). ``given``: online by herself, or
    on paper before an official (``witness_id``), whose scan is ``file_address``.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    agent_id = models.UUIDField()
    item_codes = ArrayField(models.CharField(max_length=32))
    special = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField()
    given = models.CharField(max_length=8)
    witness_id = models.UUIDField(null=True)
    file_address = models.CharField(max_length=64, default="")
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_authority"
        indexes = [
            models.Index(fields=["holder_id", "-given_at"], name="authority_by_principal"),
            models.Index(fields=["agent_id", "until"], name="authority_by_agent"),
        ]

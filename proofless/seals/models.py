"""Tables of seals: the authorities of this home, the seals of its departments. No private keys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class AuthorityRole(models.TextChoices):
    ROOT = "root", "根证书机构"
    SUB = "sub", "签发机构"
    MAKER = "maker", "印章制作机构"


class Authority(models.Model):
    """证书机构. Signing key under ``key_id`` in the home's key store; root and sub publish a CRL."""

    role = models.CharField(primary_key=True, max_length=8, choices=AuthorityRole)
    key_id = models.CharField(max_length=64)
    certificate = models.BinaryField()
    crl = models.BinaryField(default=b"")
    crl_next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "seals_authority"


class SealState(models.TextChoices):
    MAKING = "making", "制作中"
    ACTIVE = "active", "启用"
    SUSPENDED = "suspended", "停用"
    EXPIRED = "expired", "过期"
    REVOKED = "revoked", "撤销"


class Seal(models.Model):
    """印章. ``code``: division (6 digits), sequence (8). Empty ``type_codes``: every kind of its department.

    Expired is computed from ``valid_to``, so that no clock has to write it.
    """

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=128)
    department_code = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=SealState)
    type_codes = ArrayField(models.CharField(max_length=64), default=list)
    signer_key_id = models.CharField(max_length=64)
    certificate = models.BinaryField()
    seal = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "seals_seal"
        indexes = [models.Index(fields=["department_code", "state"], name="seal_by_department")]

"""Tables of certificates. Face values live only in ``face_sealed``; numbers also in the blind index."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from proofless.vault import cipher

# Nothing enters the library, or waits for it, without a sealed file and the seal it carries.
SEALED = Q(file_address__regex="^[0-9a-f]{64}$") & ~Q(seal_id=UUID(int=0))


def face_context(holder_id: UUID, certificate_id: UUID) -> bytes:
    """What a sealed face is bound to: its first holder and its certificate."""
    return b"certificates_certificate:" + holder_id.bytes + certificate_id.bytes


def number_index(type_code: str, number: str) -> bytes:
    return cipher.blind_index("certificate:" + type_code, number.upper())


class CertificateState(models.TextChoices):
    """What was decided about a certificate. Expired and not yet valid follow from its dates."""

    VALID = "valid", "有效"
    SUSPENDED = "suspended", "暂停使用"
    SUPERSEDED = "superseded", "已换发"
    REVOKED = "revoked", "已撤销"


class PreparationState(models.TextChoices):
    OPEN = "open", "待签发"
    ISSUED = "issued", "已签发"
    ABANDONED = "abandoned", "已作废"


class CertificateType(models.Model):
    """证照类型. ``type_code21`` is the national code, or in a demo home a placeholder marked ``provisional``.

    Empty when the type has neither: such a type is known but cannot be issued.
    """

    code = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=128)
    kind = models.CharField(max_length=16)
    holder_type = models.CharField(max_length=16)
    issuing_dept_code = models.CharField(max_length=16)
    issuing_authority = models.CharField(max_length=128)
    define_authority = models.CharField(max_length=64)
    national_type_code = models.CharField(max_length=21)
    national_type_code_source = models.TextField()
    type_code21 = models.CharField(max_length=21)
    provisional = models.BooleanField()
    validity_type = models.CharField(max_length=16)
    validity_months = models.IntegerField(null=True)
    validity_rule = models.TextField()
    security_grade = models.CharField(max_length=2)
    issue_mode = models.CharField(max_length=16)
    backing_dataset_code = models.CharField(max_length=64)
    typical_fields = models.TextField()
    legal_basis = models.TextField()
    initial_list = models.CharField(max_length=32)
    named_in_document = models.BooleanField()
    freq_rank = models.IntegerField(null=True)
    rollout_phase = models.CharField(max_length=16)
    source = models.TextField()

    class Meta:
        db_table = "certificates_type"


class CertificateTypeField(models.Model):
    """照面项. ``ref`` is ``<type code>.<name_en>``, the reference permits and prefill use."""

    ref = models.CharField(primary_key=True, max_length=128)
    type_code = models.CharField(max_length=64)
    seq = models.IntegerField()
    name_cn = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64)
    data_type = models.CharField(max_length=16)
    code_list = models.CharField(max_length=64)
    required = models.BooleanField()
    sensitivity = models.CharField(max_length=16)
    is_key = models.BooleanField()
    source = models.TextField()

    class Meta:
        db_table = "certificates_type_field"
        indexes = [models.Index(fields=["type_code", "seq"], name="type_field_order")]


class Certificate(models.Model):
    """证照. Lives with its first holder; every further holder has a ``Holding``."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    type_code = models.CharField(max_length=64)
    identifier = models.CharField(max_length=96)
    number_index = models.BinaryField(max_length=32)
    serial = models.CharField(max_length=32)
    version = models.SmallIntegerField()
    state = models.CharField(max_length=16, choices=CertificateState)
    valid_from = models.DateField()
    valid_to = models.DateField()
    issue_dept_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    seal_id = models.UUIDField()
    face_sealed = models.BinaryField()
    key_version = models.SmallIntegerField(default=1)
    file_address = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    replaces_id = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason_code = models.CharField(max_length=16, default="")

    class Meta:
        db_table = "certificates_certificate"
        indexes = [
            models.Index(fields=["holder_id", "type_code"], name="certificate_by_holder"),
            models.Index(fields=["number_index"], name="certificate_by_number"),
        ]
        constraints = [models.CheckConstraint(condition=SEALED, name="certificate_sealed")]


class Holding(models.Model):
    """持有: a certificate under one of its holders, with the side he stands on (``man``, ``woman``, …).

    One row for every further holder; one for the first holder too when the certificate has sides.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    certificate_id = models.UUIDField()
    certificate_holder_id = models.UUIDField()
    type_code = models.CharField(max_length=64)
    side = models.CharField(max_length=16)

    class Meta:
        db_table = "certificates_holding"
        constraints = [models.UniqueConstraint(fields=["holder_id", "certificate_id"], name="holding_once")]
        indexes = [models.Index(fields=["holder_id", "type_code"], name="holding_by_type")]


class CertificateLookup(models.Model):
    """The verification answer by identifier. It names no holder; ``holder_id`` is for the ledger line."""

    identifier = models.CharField(primary_key=True, max_length=96)
    certificate_id = models.UUIDField()
    holder_id = models.UUIDField()
    type_code = models.CharField(max_length=64)
    type_name = models.CharField(max_length=128)
    issuer_name = models.CharField(max_length=128)
    state = models.CharField(max_length=16, choices=CertificateState)
    valid_from = models.DateField()
    valid_to = models.DateField()
    issued_on = models.DateField()
    version = models.SmallIntegerField()

    class Meta:
        db_table = "certificates_lookup"


class Preparation(models.Model):
    """待签发: the visible intent to issue. Its id becomes the certificate's id.

    ``holders`` is a JSON list of [holder id, side]; ``file_address`` is the sealed file's HMAC-SM3.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    holders = models.JSONField()
    type_code = models.CharField(max_length=64)
    identifier = models.CharField(max_length=96)
    number_index = models.BinaryField(max_length=32)
    serial = models.CharField(max_length=32)
    version = models.SmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    issue_dept_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    seal_id = models.UUIDField()
    face_sealed = models.BinaryField()
    key_version = models.SmallIntegerField(default=1)
    file_address = models.CharField(max_length=64)
    replaces_id = models.UUIDField(null=True)
    prepared_by = models.UUIDField()
    prepared_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=PreparationState)

    class Meta:
        db_table = "certificates_preparation"
        indexes = [models.Index(fields=["state", "prepared_at"], name="preparation_by_state")]
        constraints = [models.CheckConstraint(condition=SEALED, name="preparation_sealed")]

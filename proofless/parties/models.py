"""Tables of parties. Numbers, phones, addresses and accounts are sealed; names stay searchable, behind role and
permit.
"""

from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from proofless.vault import cipher


def holder_context(holder_id: UUID) -> bytes:
    """What a holder's sealed record is bound to."""
    return b"parties_holder:" + holder_id.bytes


def number_index(number: str) -> bytes:
    return cipher.blind_index("number", number.upper())


class HolderKind(models.TextChoices):
    PERSON = "person", "自然人"
    ENTERPRISE = "enterprise", "法人和其他组织"


class HolderState(models.TextChoices):
    ACTIVE = "active", "正常"
    DECEASED = "deceased", "死亡"
    DEREGISTERED = "deregistered", "注销"


class Holder(models.Model):
    """持证主体: a person or an enterprise. ``id`` is random and says nothing of the number.

    ``record_sealed`` holds number, mobile, address, bank_name, bank_account and birth date.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16, choices=HolderKind)
    state = models.CharField(max_length=16, choices=HolderState, default=HolderState.ACTIVE)
    name = models.CharField(max_length=200)
    number_type = models.CharField(max_length=3)  # GB/T 36903-2018 Annex A, e.g. 111, 001
    division_code = models.CharField(max_length=12)
    sex = models.CharField(max_length=1, default="")  # roles such as mother and father resolve by it
    # The day a minor comes of age; empty for adults. Parents act for a child until then (Civil Code art. 17).
    minor_until = models.DateField(null=True)
    record_sealed = models.BinaryField()
    key_version = models.SmallIntegerField(default=1)
    registered_at = models.DateTimeField()

    class Meta:
        db_table = "parties_holder"


class HolderNumber(models.Model):
    """Blind index of a number → holder. The one way from a number to an id."""

    number_index = models.BinaryField(primary_key=True, max_length=32)
    holder_id = models.UUIDField()

    class Meta:
        db_table = "parties_holder_number"


class Relation(models.Model):
    """关系: one row per side, each under its own holder. ``evidence`` names the record it rests on."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    forward = models.BooleanField()
    other_id = models.UUIDField()
    evidence = models.CharField(max_length=128)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        db_table = "parties_relation"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "kind", "forward", "other_id"], name="relation_once"
            ),
        ]


class Division(models.Model):
    """行政区划."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=64)
    short_name = models.CharField(max_length=32)
    level = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    parent_code = models.CharField(max_length=12)
    tags = models.CharField(max_length=200)
    source = models.TextField()

    class Meta:
        db_table = "parties_division"


class Department(models.Model):
    """部门. ``uscc`` is synthetic in a demo home."""

    code = models.CharField(primary_key=True, max_length=16)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=64)
    level = models.CharField(max_length=16)
    category = models.CharField(max_length=32)
    programme_role = models.TextField()
    uscc = models.CharField(max_length=18)
    source = models.TextField()

    class Meta:
        db_table = "parties_department"


class Account(AbstractBaseUser):
    """账号. Officials carry a department; residents and handlers carry a holder."""

    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=32))
    party_id = models.UUIDField(null=True)
    represents = models.UUIDField(null=True)
    department_code = models.CharField(max_length=16, default="")
    division_code = models.CharField(max_length=12, default="")
    scene_codes = ArrayField(models.CharField(max_length=8), default=list)
    is_active = models.BooleanField(default=True)
    failed_attempts = models.SmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    last_login = None  # sign-in is a ledger entry, not a column

    USERNAME_FIELD = "username"

    class Meta:
        db_table = "parties_account"
        constraints = [
            models.CheckConstraint(
                condition=Q(party_id__isnull=False)
                | ~Q(department_code="")
                | Q(roles__contains=["administrator"]),
                name="account_belongs_somewhere",
            )
        ]

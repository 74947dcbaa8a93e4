"""Tables of seals: authorities, the register with its applications and keepers, plans of several seals,
succession, trust in others. No private keys."""

from collections.abc import Iterable
from typing import Protocol

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from proofless.seals.rules import (
    ApplicationState,
    ItemState,
    PlanKind,
    PlanState,
    SealForm,
    SealState,
    StepState,
    SubjectKind,
    TrustRole,
)

__all__ = [
    "Application",
    "Authority",
    "AuthorityRole",
    "Batch",
    "BatchItem",
    "CustodyRow",
    "Plan",
    "Recognition",
    "Seal",
    "SealState",
    "Step",
    "SuccessionRow",
    "TrustedCertificate",
]


class _Labelled(Protocol):
    @property
    def value(self) -> str: ...

    @property
    def label(self) -> str: ...


def _choices(kind: Iterable[_Labelled]) -> list[tuple[str, str]]:
    return [(member.value, member.label) for member in kind]


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
    reminded_of = models.DateTimeField(null=True)  # the end of the list that was told of

    class Meta:
        db_table = "seals_authority"


class Application(models.Model):
    """印章申请. ``renews_id`` names the seal whose place the new one takes. Applicant and approver differ."""

    id = models.UUIDField(primary_key=True)
    department_code = models.CharField(max_length=16)
    form = models.CharField(max_length=16, choices=_choices(SealForm))
    name = models.CharField(max_length=128)
    owner_name = models.CharField(max_length=128)
    type_codes = ArrayField(models.CharField(max_length=64), default=list)
    years = models.SmallIntegerField()
    reason = models.CharField(max_length=500)
    renews_id = models.UUIDField(null=True)
    state = models.CharField(max_length=16, choices=_choices(ApplicationState))
    applied_by = models.UUIDField()
    applied_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=500, default="")
    seal_id = models.UUIDField(null=True)

    class Meta:
        db_table = "seals_application"
        indexes = [models.Index(fields=["state", "applied_at"], name="seal_application_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applied_by")),
                name="seal_application_two_persons",
            )
        ]


class Seal(models.Model):
    """印章. ``code``: division (6 digits), sequence (8). Empty ``type_codes``: every kind of its department.

    Expired is computed from ``valid_to``, so that no clock has to write it. ``department_code`` answers for the
    seal, ``owner_name`` is drawn on it. Who made it and who took it into use differ; a seal of the first
    filling has neither.
    """

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=128)
    form = models.CharField(max_length=16, choices=_choices(SealForm), default=SealForm.DEPARTMENT.value)
    owner_name = models.CharField(max_length=128, default="")
    department_code = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=_choices(SealState))
    type_codes = ArrayField(models.CharField(max_length=64), default=list)
    signer_key_id = models.CharField(max_length=64)
    certificate = models.BinaryField()
    seal = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    activated_by = models.UUIDField(null=True)
    activated_at = models.DateTimeField(null=True)
    application_id = models.UUIDField(null=True)
    renews_id = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    state_reason = models.CharField(max_length=500, default="")
    reminded_days = models.SmallIntegerField(null=True)  # how many days before its end it was last told of

    class Meta:
        db_table = "seals_seal"
        indexes = [models.Index(fields=["department_code", "state"], name="seal_by_department")]
        constraints = [
            models.CheckConstraint(
                condition=Q(activated_by__isnull=True) | ~Q(activated_by=F("made_by")),
                name="seal_two_persons",
            )
        ]


class CustodyRow(models.Model):
    """保管. See ``rules.Custody``; an ended row stays for the record."""

    id = models.UUIDField(primary_key=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT)
    account_id = models.UUIDField()
    account_label = models.CharField(max_length=100)
    type_codes = ArrayField(models.CharField(max_length=64), default=list)
    weekdays = ArrayField(models.SmallIntegerField(), default=list)
    from_time = models.TimeField()
    to_time = models.TimeField()
    since = models.DateField()
    until = models.DateField()
    given_by = models.UUIDField()
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "seals_custody"
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "account_id"], condition=Q(ended_at__isnull=True), name="custody_once"
            )
        ]


class SuccessionRow(models.Model):
    """颁发机构调整. See ``rules.Succession``; ``document`` is the number of the paper that orders it,
    ``coordinator_code`` the department in charge that sees to it that the seals are there (业务主管部门)."""

    id = models.UUIDField(primary_key=True)
    from_code = models.CharField(max_length=16)
    to_code = models.CharField(max_length=16)
    since = models.DateField()
    type_codes = ArrayField(models.CharField(max_length=64), default=list)
    document = models.CharField(max_length=128)
    coordinator_code = models.CharField(max_length=16, default="")
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "seals_succession"


class Plan(models.Model):
    """联合签章: several seals over one body, in order. ``body_address`` is the file before the first seal,
    ``file_address`` with the seals so far; ``holders`` are those the document concerns."""

    id = models.UUIDField(primary_key=True)
    title = models.CharField(max_length=128)
    kind = models.CharField(max_length=16, choices=_choices(PlanKind))
    type_code = models.CharField(max_length=64)
    object_id = models.CharField(max_length=128)
    department_code = models.CharField(max_length=16)
    holders = ArrayField(models.UUIDField(), default=list)
    state = models.CharField(max_length=16, choices=_choices(PlanState))
    body_address = models.CharField(max_length=64)
    file_address = models.CharField(max_length=64)
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "seals_plan"
        indexes = [models.Index(fields=["department_code", "opened_at"], name="plan_by_department")]


class Step(models.Model):
    """签章步骤. ``number`` orders the parties; of replaced ones several may share a number. ``x y w h`` in mm
    on ``page`` (from 1)."""

    id = models.UUIDField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT)
    number = models.SmallIntegerField()
    department_code = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=_choices(StepState))
    page = models.SmallIntegerField()
    x = models.FloatField()
    y = models.FloatField()
    w = models.FloatField()
    h = models.FloatField()
    seal_id = models.UUIDField(null=True)
    begun_by = models.UUIDField(null=True)
    begun_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "seals_step"
        indexes = [models.Index(fields=["department_code", "state"], name="step_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], condition=~Q(state=StepState.REPLACED.value), name="step_one_party"
            )
        ]


class Batch(models.Model):
    """批量盖章: files of one department under one wish (see ``papers.pack_wish``). Kept until ``forget_at`` at most."""

    id = models.UUIDField(primary_key=True)
    title = models.CharField(max_length=128)
    department_code = models.CharField(max_length=16)
    wish = models.JSONField()
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    forget_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "seals_batch"
        indexes = [models.Index(fields=["department_code", "opened_at"], name="seal_batch_by_department")]


class BatchItem(models.Model):
    """One file of a batch. ``source`` is the SM3 of what was brought; ``file_address`` that file and, once sealed,
    the sealed one. Its name may be somebody's: it is sealed too."""

    id = models.UUIDField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    number = models.SmallIntegerField()
    name_sealed = models.BinaryField()
    state = models.CharField(max_length=16, choices=_choices(ItemState))
    reason = models.CharField(max_length=200, default="")
    source = models.CharField(max_length=64)
    file_address = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.UUIDField(null=True)

    class Meta:
        db_table = "seals_batch_item"
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="seal_batch_item_once")]


class TrustedCertificate(models.Model):
    """信任的证书 of others. Trusted from ``trusted_from`` to ``trusted_until``; ``distrusted_from`` ends it
    earlier. ``scope`` holds subject kinds; ``crl_url`` is where its revocation list is fetched."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=16, choices=_choices(TrustRole))
    certificate = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    scope = ArrayField(models.CharField(max_length=16))
    trusted_from = models.DateTimeField()
    trusted_until = models.DateTimeField()
    distrusted_from = models.DateTimeField(null=True)
    distrust_reason = models.CharField(max_length=500, default="")
    crl_url = models.CharField(max_length=500, default="")
    crl = models.BinaryField(default=b"")
    crl_this_at = models.DateTimeField(null=True)
    crl_next_at = models.DateTimeField(null=True)
    crl_tried_at = models.DateTimeField(null=True)
    crl_problem = models.CharField(max_length=200, default="")
    reminded_of = models.DateTimeField(null=True)  # the end of the list that was told of
    imported_by = models.UUIDField()
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "seals_trusted"


class Recognition(models.Model):
    """互认策略: which foreign seals and plain signatures count, by whose they are."""

    subject_kind = models.CharField(primary_key=True, max_length=16, choices=_choices(SubjectKind))
    seals = models.BooleanField()
    signatures = models.BooleanField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "seals_recognition"

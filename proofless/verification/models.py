"""Tables of verification: templates, requests with two clocks, pauses, evidence, delegations, interfaces.

What is asked and answered is sealed; state, limits and codes are not.
"""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from proofless.verification.rules.clocks import Level
from proofless.verification.rules.states import OPEN, State

ROOM = "verification"
OPEN_STATES = sorted(state.value for state in OPEN)
HELD_STATES = sorted([*OPEN_STATES, State.ANSWERED.value])


def question_context(holder_id: UUID, request_id: UUID) -> bytes:
    """What the sealed parameters of a request are bound to."""
    return b"verification_question:" + holder_id.bytes + request_id.bytes


def answer_context(holder_id: UUID, request_id: UUID) -> bytes:
    """What a sealed answer is bound to."""
    return b"verification_answer:" + holder_id.bytes + request_id.bytes


class Template(models.Model):
    """协查模板. ``carries`` are the references the answering side may read to know whom it is about; ``confirms``
    says what in ``dataset_code`` is a yes; ``materials`` are those it verifies (``rules.templates.read_served``),
    ``fills`` the form fields its answer fills (``read_fills``). Days are working days.
    """

    code = models.CharField(primary_key=True, max_length=32)
    title = models.CharField(max_length=64)
    question = models.CharField(max_length=300)
    legal_basis = models.CharField(max_length=300)
    department_code = models.CharField(max_length=16)
    shape = models.CharField(max_length=16)
    answer_fields = models.TextField()
    evidence_required = models.BooleanField()
    carries = ArrayField(models.CharField(max_length=96))
    parameters = models.TextField()
    connector = models.CharField(max_length=16)
    dataset_code = models.CharField(max_length=32)
    confirms = models.CharField(max_length=96)
    budget_ms = models.IntegerField()
    legal_days = models.SmallIntegerField()
    promised_days = models.SmallIntegerField()
    extension_days = models.SmallIntegerField()
    phrases = ArrayField(models.CharField(max_length=200))
    materials = ArrayField(models.CharField(max_length=96), default=list)
    fills = models.TextField(default="")
    source = models.TextField()

    class Meta:
        db_table = "verification_template"


class Request(models.Model):
    """协查. Lives with the holder it is about.

    ``department_code`` answers for it, ``unit_code`` works on it when that was delegated. ``reference`` is the
    asker's own name for it. ``due_unknown``: the holidays of a year in its limits are not published.
    ``case_closed_at``: what it was asked for is over. The limits were fixed at asking (``*_days``).
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    number = models.CharField(max_length=24)
    template_code = models.CharField(max_length=32)
    reference = models.CharField(max_length=128)
    purpose = models.CharField(max_length=100)
    asker_code = models.CharField(max_length=16)
    asked_by = models.UUIDField()
    division_code = models.CharField(max_length=12, default="")
    department_code = models.CharField(max_length=16)
    unit_code = models.CharField(max_length=16, default="")
    state = models.CharField(max_length=16, choices=[(s.value, s.label) for s in State])
    revision = models.IntegerField(default=1)
    question_sealed = models.BinaryField()
    taken_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    legal_days = models.SmallIntegerField()
    promised_days = models.SmallIntegerField()
    extended_days = models.SmallIntegerField(default=0)
    legal_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    due_unknown = models.BooleanField(default=False)
    level = models.CharField(max_length=16, default=Level.NONE.value)
    attempts = models.SmallIntegerField(default=0)
    attempt_failure = models.CharField(max_length=100, default="")
    tried_at = models.DateTimeField(null=True)
    case_closed_at = models.DateTimeField(null=True)
    answer_sealed = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    by_interface = models.BooleanField(default=False)
    closing_note = models.CharField(max_length=500, default="")
    key_version = models.SmallIntegerField(default=1)

    class Meta:
        db_table = "verification_request"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "reference", "template_code"],
                condition=Q(state__in=HELD_STATES),
                name="request_once",
            )
        ]
        indexes = [
            models.Index(fields=["department_code", "state", "promised_due_on"], name="request_queue"),
            models.Index(fields=["unit_code", "state"], name="request_of_unit"),
            models.Index(fields=["asker_code", "-asked_at"], name="request_by_asker"),
            models.Index(fields=["reference"], name="request_by_reference"),
        ]


class Pause(models.Model):
    """暂停计时. Days by Asia/Shanghai; ``until_on`` empty while it lasts."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    request_id = models.UUIDField()
    reason = models.CharField(max_length=500)
    since_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        db_table = "verification_pause"
        indexes = [models.Index(fields=["holder_id", "request_id"], name="pause_of_request")]


class Step(models.Model):
    """协查过程: one line a step, for both departments."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    request_id = models.UUIDField()
    at = models.DateTimeField()
    step = models.CharField(max_length=32)
    note = models.CharField(max_length=500, default="")
    account_id = models.UUIDField()
    department_code = models.CharField(max_length=16, default="")

    class Meta:
        db_table = "verification_step"
        indexes = [models.Index(fields=["holder_id", "request_id", "at"], name="step_of_request")]


class Evidence(models.Model):
    """佐证. The file lies in the file store under ``address``."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    request_id = models.UUIDField()
    address = models.CharField(max_length=64)
    media_type = models.CharField(max_length=32)
    size = models.IntegerField()
    added_by = models.UUIDField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "verification_evidence"
        indexes = [models.Index(fields=["holder_id", "request_id"], name="evidence_of_request")]


class Delegation(models.Model):
    """委托. The department stays answerable (行政许可法第24条 by analogy); empty template or division: all of them."""

    id = models.UUIDField(primary_key=True)
    department_code = models.CharField(max_length=16)
    unit_code = models.CharField(max_length=16)
    template_code = models.CharField(max_length=32, default="")
    division_code = models.CharField(max_length=12, default="")
    basis = models.CharField(max_length=200)
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    set_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "verification_delegation"
        indexes = [models.Index(fields=["department_code", "ended_at"], name="delegation_of_department")]


class Connector(models.Model):
    """核验接口: where a department's system answers a template. The token is sealed."""

    template_code = models.CharField(primary_key=True, max_length=32)
    department_code = models.CharField(max_length=16)
    address = models.CharField(max_length=300)
    token_sealed = models.BinaryField()
    enabled = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "verification_connector"


class IdempotencyKey(models.Model):
    """幂等键: what an account's key was used for. ``digest`` is keyed: the body stays out of the database."""

    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    key = models.CharField(max_length=64)
    digest = models.BinaryField(max_length=32)
    request_id = models.UUIDField()
    used_at = models.DateTimeField()

    class Meta:
        db_table = "verification_idempotency"
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="key_once")]

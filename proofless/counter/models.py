"""Tables around a case: windows and appointments, fees, delivery of results, ratings and what follows a bad one.

Addresses, recipients and what a rating says are sealed; the rest names nobody.
"""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

ROOM = "counter"


def delivery_context(holder_id: UUID, delivery_id: UUID) -> bytes:
    """What a sealed address is bound to."""
    return b"counter_delivery:" + holder_id.bytes + delivery_id.bytes


def rating_context(holder_id: UUID, rating_id: UUID) -> bytes:
    """What the sealed words of a rating are bound to."""
    return b"counter_rating:" + holder_id.bytes + rating_id.bytes


class Window(models.Model):
    """预约窗口. ``capacity`` people a slot of ``slot_minutes``; ``hours`` as 09:00-11:30；14:00-16:30, on working
    days, from tomorrow to ``days_ahead`` working days on. No ``item_codes``: every item of the department.
    """

    id = models.UUIDField(primary_key=True)
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12, default="")
    name = models.CharField(max_length=40)
    address = models.CharField(max_length=100)
    phone = models.CharField(max_length=20, default="")
    hours = models.CharField(max_length=60)
    slot_minutes = models.SmallIntegerField()
    capacity = models.SmallIntegerField()
    days_ahead = models.SmallIntegerField()
    item_codes = ArrayField(models.CharField(max_length=32), default=list)
    closed_on = ArrayField(models.DateField(), default=list)
    open = models.BooleanField(default=True)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "counter_window"
        indexes = [models.Index(fields=["department_code", "open"], name="window_of_department")]


class AppointmentState(models.TextChoices):
    BOOKED = "booked", "已预约"
    CALLED = "called", "已叫号"
    SERVED = "served", "已到场"
    MISSED = "missed", "未到场"
    CANCELLED = "cancelled", "已取消"


HELD = [AppointmentState.BOOKED.value, AppointmentState.CALLED.value]


class Appointment(models.Model):
    """预约. Takes one place of a slot while booked, called or served. ``reference`` names the case, if any."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    window_id = models.UUIDField()
    department_code = models.CharField(max_length=16)
    item_code = models.CharField(max_length=32)
    number = models.CharField(max_length=24)
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=AppointmentState, default=AppointmentState.BOOKED)
    booked_by = models.UUIDField()
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "counter_appointment"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "starts_at"], condition=Q(state__in=HELD), name="one_place_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["holder_id", "item_code"], condition=Q(state__in=HELD), name="one_booking_an_item"
            ),
        ]
        indexes = [
            models.Index(fields=["window_id", "starts_at"], name="appointment_by_slot"),
            models.Index(fields=["state", "starts_at"], name="appointment_to_come"),
        ]


class FeeState(models.TextChoices):
    PAID = "paid", "已缴费"
    WAIVED = "waived", "已免收"
    VOID = "void", "已作废"


class Fee(models.Model):
    """缴费记录: what was paid at the window or waived by law. Money in cents; no gateway."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    department_code = models.CharField(max_length=16)
    name = models.CharField(max_length=100)
    cents = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=FeeState)
    method = models.CharField(max_length=16, default="")
    receipt_number = models.CharField(max_length=32, default="")
    basis = models.CharField(max_length=200, default="")
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()
    voided_by = models.UUIDField(null=True)
    void_reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "counter_fee"
        indexes = [
            models.Index(fields=["holder_id", "application_id"], name="fee_of_application"),
            models.Index(fields=["department_code", "receipt_number"], name="fee_by_receipt"),
        ]


class Way(models.TextChoices):
    ELECTRONIC = "electronic", "电子证照"
    PICKUP = "pickup", "窗口自取"
    POST = "post", "邮寄"


class DeliveryState(models.TextChoices):
    CHOSEN = "chosen", "等结果"
    SENT = "sent", "已寄出"
    RECEIVED = "received", "已领取"


class Delivery(models.Model):
    """结果送达. ``address_sealed`` holds recipient, mobile and address of what is posted. An electronic result is in
    the library the moment the case is decided and needs no step.
    """

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    department_code = models.CharField(max_length=16)
    way = models.CharField(max_length=16, choices=Way)
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.CHOSEN)
    revision = models.IntegerField(default=1)
    address_sealed = models.BinaryField(null=True)
    chosen_at = models.DateTimeField()
    carrier = models.CharField(max_length=40, default="")
    tracking_number = models.CharField(max_length=40, default="")
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=16, default="")
    handled_by = models.UUIDField(null=True)

    class Meta:
        db_table = "counter_delivery"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "application_id"], name="delivery_once"),
        ]
        indexes = [models.Index(fields=["department_code", "state"], name="delivery_to_do")]


class Rating(models.Model):
    """好差评, once a case (GB/T 39735-2020). ``rated_account`` is who decided; he never learns who rated."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    item_code = models.CharField(max_length=32)
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    rated_account = models.UUIDField(null=True)
    grade = models.SmallIntegerField()
    channel = models.CharField(max_length=16)
    text_sealed = models.BinaryField(null=True)
    rated_at = models.DateTimeField()

    class Meta:
        db_table = "counter_rating"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "application_id"], name="rating_once"),
            models.CheckConstraint(condition=Q(grade__range=(1, 5)), name="rating_grade"),
        ]
        indexes = [models.Index(fields=["department_code", "rated_at"], name="rating_of_department")]


class FollowUpState(models.TextChoices):
    OPEN = "open", "待联系"
    CONTACTED = "contacted", "已联系，待整改"
    CLOSED = "closed", "已办结"


class FollowUp(models.Model):
    """差评回访整改: contact by ``contact_due_on``, done by ``due_on``; ``due_unknown``: holidays not published."""

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    rating_id = models.UUIDField()
    department_code = models.CharField(max_length=16)
    division_code = models.CharField(max_length=12)
    rated_account = models.UUIDField(null=True)
    state = models.CharField(max_length=16, choices=FollowUpState, default=FollowUpState.OPEN)
    revision = models.IntegerField(default=1)
    opened_at = models.DateTimeField()
    contact_due_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_unknown = models.BooleanField(default=False)
    contacted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    outcome = models.CharField(max_length=500, default="")
    handled_by = models.UUIDField(null=True)

    class Meta:
        db_table = "counter_follow_up"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "rating_id"], name="follow_up_once"),
        ]
        indexes = [models.Index(fields=["department_code", "state"], name="follow_up_to_do")]

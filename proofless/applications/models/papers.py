"""Tables of papers handed out: receipt and notices, each under the seal of the department that handles the case."""

from django.db import models


class OfficePaper(models.Model):
    """文书. Written with the act it tells of: the visible intent; sealed once afterwards.

    ``kind`` is one of ``papers.wording.PaperKind``, ``sequence`` counts those of a kind from 1. ``words_sealed`` pins
    what an unsealed paper says, ``reason`` is why it waits (an error code, empty before the first try). The two
    addresses are the sealed files; ``made_by`` is the official whose act the paper tells of, if one acted.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待盖章"
        SEALED = "sealed", "已盖章"

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    application_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    sequence = models.SmallIntegerField()
    department_code = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    words_sealed = models.BinaryField(null=True)
    reason = models.CharField(max_length=64, default="")
    hint = models.CharField(max_length=200, default="")
    ofd_address = models.CharField(max_length=64, default="")
    pdf_address = models.CharField(max_length=64, default="")
    seal_code = models.CharField(max_length=32, default="")
    seal_name = models.CharField(max_length=128, default="")
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_office_paper"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "application_id", "kind", "sequence"], name="office_paper_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sealed")
                | (
                    models.Q(ofd_address__regex="^[0-9a-f]{64}$")
                    & models.Q(pdf_address__regex="^[0-9a-f]{64}$")
                ),
                name="office_paper_sealed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["department_code", "made_at"],
                condition=models.Q(state="waiting"),
                name="office_paper_to_seal",
            )
        ]

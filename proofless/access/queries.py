"""Holders' own registration records, still sealed; and consents."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from proofless.access.models import Consent
from proofless.access.records import SealedRecord
from proofless.kit import clock
from proofless.parties.models import Holder, holder_context

ACCOUNT_PREFIX = "account"


def find_holder_records(holder_ids: Iterable[UUID]) -> dict[UUID, SealedRecord]:
    """The sealed registration record of each holder; open it with a permit for ``account.*``.

    Fields: number, mobile, address, bank_name, bank_account.
    """
    rows = Holder.objects.filter(id__in=list(holder_ids)).values_list("id", "record_sealed")
    return {
        holder_id: SealedRecord(
            holder_id, bytes(sealed), holder_context(holder_id), ACCOUNT_PREFIX, f"account:{holder_id}"
        )
        for holder_id, sealed in rows
    }


def find_registration(holder_id: UUID) -> tuple[SealedRecord, date] | None:
    """The sealed registration record of one holder and the day it was made."""
    row = Holder.objects.filter(id=holder_id).values_list("record_sealed", "registered_at").first()
    if row is None:
        return None
    context, source = holder_context(holder_id), f"account:{holder_id}"
    return SealedRecord(holder_id, bytes(row[0]), context, ACCOUNT_PREFIX, source), clock.day_of(row[1])


def list_consents(holder_id: UUID) -> list[Consent]:
    """All consents about a holder, newest first."""
    return list(Consent.objects.filter(holder_id=holder_id).order_by("-given_at"))

"""沿用: papers of level B, which a clerk once held beside the original, found for a plan. One statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from proofless.applications.models import Document
from proofless.items.queries.library import standing_key
from proofless.kit import clock


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """``checked_on`` is when, ``department_code`` where a clerk saw the original; good until ``good_until``."""

    id: UUID
    holder_id: UUID
    key: str
    department_code: str
    checked_on: str
    good_until: str
    address: str

    @property
    def source(self) -> str:
        return f"document:{self.id}"


def find_checked(holder_ids: Iterable[UUID]) -> tuple[CheckedPaper, ...]:
    """Papers that may serve again today, the latest checked first, under the names the library gives them now."""
    rows = Document.objects.filter(
        holder_id__in=list(holder_ids), level=Document.Level.CHECKED, good_until__gte=clock.today()
    ).order_by("-checked_at")
    return tuple(
        CheckedPaper(
            row.id,
            row.holder_id,
            standing_key(row.key),
            row.checked_department,
            clock.day_of(row.checked_at).isoformat() if row.checked_at else "",
            row.good_until.isoformat() if row.good_until else "",
            row.address,
        )
        for row in rows
    )

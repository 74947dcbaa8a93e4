"""沿用: papers of level B, which a clerk once held beside the original, found for a plan. One statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from proofless.applications.models import Document
from proofless.items.rules.library import normal_name
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


@lru_cache(maxsize=4096)
def key_of(material_name: str) -> str:
    """What papers of one kind are found by, whichever item asks: the material's normal name."""
    return normal_name(material_name)[:100]


def find_checked(holder_ids: Iterable[UUID]) -> tuple[CheckedPaper, ...]:
    """Papers that may serve again today, the latest checked first."""
    rows = Document.objects.filter(
        holder_id__in=list(holder_ids), level=Document.Level.CHECKED, good_until__gte=clock.today()
    ).order_by("-checked_at")
    return tuple(
        CheckedPaper(
            row.id,
            row.holder_id,
            row.key,
            row.checked_department,
            clock.day_of(row.checked_at).isoformat() if row.checked_at else "",
            row.good_until.isoformat() if row.good_until else "",
            row.address,
        )
        for row in rows
    )

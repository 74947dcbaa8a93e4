"""Figures and the cases behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from proofless.kit.actor import Actor
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.supervision.models import CaseFact
from proofless.supervision.rules import Counts

SUMS = (
    "materials_required",
    "materials_official",
    "materials_free",
    "fields_total",
    "fields_official",
    "fields_filled",
)
GROUPS = {"department": "department_code", "division": "division_code", "item": "item_code"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases a figure is about. Empty strings mean all."""

    department_code: str = ""
    division_code: str = ""
    item_code: str = ""


@dataclass(frozen=True, slots=True)
class GroupCounts:
    code: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case behind a figure: what it is and what it counted for. Opens no personal data."""

    application_id: UUID
    position: int
    submitted_at: datetime
    item_code: str
    department_code: str
    division_code: str
    counts: Counts


def total(actor: Actor, scope: Scope = Scope()) -> Counts:
    """The figures of a scope."""
    actor.check(Permission.SUPERVISE)
    sums = _facts(scope).aggregate(cases=Count("application_id"), **{name: Sum(name) for name in SUMS})
    return Counts(**{name: value or 0 for name, value in sums.items()})


def by_group(actor: Actor, group: str, scope: Scope = Scope()) -> list[GroupCounts]:
    """The figures by department, division or item, most cases first."""
    actor.check(Permission.SUPERVISE)
    column = GROUPS[group]
    rows = (
        _facts(scope)
        .values(column)
        .annotate(cases=Count("application_id"), **{f"sum_{name}": Sum(name) for name in SUMS})
        .order_by("-cases", column)
    )
    return [
        GroupCounts(row[column], Counts(cases=row["cases"], **{name: row[f"sum_{name}"] for name in SUMS}))
        for row in rows
    ]


def list_cases(actor: Actor, scope: Scope = Scope(), *, page: int = 1) -> Page[CaseLine]:
    """The cases a figure is made of, newest first. Their counts add up to the figure."""
    actor.check(Permission.SUPERVISE)
    rows = _facts(scope)
    found = rows.order_by("-position")[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([_line(row) for row in found], page, rows.count())


def all_cases(actor: Actor, scope: Scope = Scope()) -> Iterable[CaseLine]:
    """Every case of a scope, streamed, for the Excel export."""
    actor.check(Permission.SUPERVISE)
    for row in _facts(scope).order_by("-position").iterator(chunk_size=1000):
        yield _line(row)


def _facts(scope: Scope) -> QuerySet[CaseFact]:
    rows = CaseFact.objects.all()
    for name in ("department_code", "division_code", "item_code"):
        value = getattr(scope, name)
        if value:
            rows = rows.filter(**{name: value})
    return rows


def _line(row: CaseFact) -> CaseLine:
    counts = Counts(cases=1, **{name: getattr(row, name) for name in SUMS})
    return CaseLine(
        row.application_id,
        row.position,
        row.submitted_at,
        row.item_code,
        row.department_code,
        row.division_code,
        counts,
    )

"""Reads of parties that give out no graded value: ids, states, relations, names of departments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from proofless.kit import clock
from proofless.kit.errors import NotFound
from proofless.parties.models import (
    Account,
    Department,
    Division,
    Holder,
    HolderNumber,
    Relation,
    number_index,
)


@dataclass(frozen=True, slots=True)
class RelationView:
    kind: str
    forward: bool
    other_id: UUID
    evidence: str


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """What may be known of a holder without opening his record."""

    kind: str
    state: str
    division_code: str
    sex: str  # GB/T 2261.1: 1 male, 2 female; empty for enterprises
    minor_until: date | None = None

    def is_minor(self, on: date) -> bool:
        return self.minor_until is not None and on < self.minor_until


@dataclass(frozen=True, slots=True)
class DepartmentView:
    code: str
    name: str
    short_name: str
    uscc: str


def find_holder_id(number: str) -> UUID | None:
    row = HolderNumber.objects.filter(number_index=number_index(number)).first()
    return row.holder_id if row else None


def list_relations(holder_ids: Iterable[UUID]) -> dict[UUID, list[RelationView]]:
    """Current relations of each holder, oldest first."""
    found: dict[UUID, list[RelationView]] = defaultdict(list)
    rows = Relation.objects.filter(holder_id__in=list(holder_ids), until__isnull=True).order_by("since", "id")
    for row in rows:
        found[row.holder_id].append(RelationView(row.kind, row.forward, row.other_id, row.evidence))
    return dict(found)


def holder_facts(holder_ids: Iterable[UUID]) -> dict[UUID, HolderFacts]:
    """What may be known of each holder without opening his record."""
    rows = Holder.objects.filter(id__in=list(holder_ids)).values_list(
        "id", "kind", "state", "division_code", "sex", "minor_until"
    )
    return {row[0]: HolderFacts(*row[1:]) for row in rows}


def holder_names(holder_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names, for pages whose reader already holds a permit or is the holder himself."""
    return dict(Holder.objects.filter(id__in=list(holder_ids)).values_list("id", "name"))


def find_account_of(holder_id: UUID) -> UUID | None:
    """The living account of a resident, the first made; None for somebody without one or locked out of it."""
    rows = Account.objects.filter(party_id=holder_id, is_active=True, roles__contains=["resident"])
    found = (
        rows.filter(Q(locked_until__isnull=True) | Q(locked_until__lte=clock.now())).order_by("id").first()
    )
    return found.id if found else None


def resident_accounts(holder_id: UUID) -> dict[UUID, bool]:
    """Every account a resident ever had, the first made first, each with whether it is open."""
    rows = Account.objects.filter(party_id=holder_id, roles__contains=["resident"]).order_by("id")
    return dict(rows.values_list("id", "is_active"))


def get_account(account_id: UUID) -> Account:
    account = Account.objects.filter(id=account_id, is_active=True).first()
    if account is None:
        raise NotFound()
    return account


def list_departments() -> dict[str, DepartmentView]:
    return {d.code: DepartmentView(d.code, d.name, d.short_name, d.uscc) for d in Department.objects.all()}


def find_department_name(code: str) -> str:
    """The short name of one department; empty for none."""
    return (
        Department.objects.filter(code=code).values_list("short_name", flat=True).first() or ""
        if code
        else ""
    )


def list_divisions(level: str | None = None) -> list[Division]:
    rows = Division.objects.order_by("code")
    return list(rows.filter(level=level) if level else rows)


@dataclass(frozen=True, slots=True)
class OfficialView:
    id: UUID
    label: str
    roles: tuple[str, ...]
    division_code: str = ""


def list_officials(department_code: str) -> list[OfficialView]:
    """The living accounts of a department, by label."""
    rows = Account.objects.filter(department_code=department_code, is_active=True).order_by("label")
    return [_official(row) for row in rows if department_code]


def list_officials_in(roles: Sequence[str]) -> list[OfficialView]:
    """The living accounts that work in one of these roles, of every department, by label."""
    rows = Account.objects.filter(roles__overlap=list(roles), is_active=True).order_by("label")
    return [_official(row) for row in rows]


def _official(row: Account) -> OfficialView:
    return OfficialView(row.id, row.label, tuple(row.roles), row.division_code)


def account_labels(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What officials are called on pages of officials."""
    return dict(Account.objects.filter(id__in=list(account_ids)).values_list("id", "label"))

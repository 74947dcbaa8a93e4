"""How seals and certificates are called in notices, and which officials answer for them."""

from collections.abc import Collection
from uuid import UUID

from proofless.kit.permissions import Permission
from proofless.notices.rules import To
from proofless.notices.subjects import Office, Subject
from proofless.seals import kinds
from proofless.seals.models import Authority, Plan, Seal, Step, TrustedCertificate
from proofless.seals.rules import StepState

BUREAU = Office(permission=Permission.SEAL_APPROVE.value)


def describe_seals(codes: Collection[str]) -> dict[str, Subject]:
    """Seals by their codes."""
    return {row.code: _seal(row) for row in Seal.objects.filter(code__in=codes)}


def _seal(row: Seal) -> Subject:
    keepers = Office(department_code=row.department_code, permission=Permission.SEAL_KEEP.value)
    return Subject(row.name, row.code, offices={To.KEEPERS: keepers, To.BUREAU: BUREAU})


def describe_plans(ids: Collection[str]) -> dict[str, Subject]:
    """Joint sealings by their ids: called by their kind of document, as a title may name people."""
    return {str(row.id): _plan(row) for row in Plan.objects.filter(id__in=[UUID(one) for one in ids])}


def describe_planned(ids: Collection[str]) -> dict[str, Subject]:
    """The same by what the leader's system calls the document."""
    return {row.object_id: _plan(row) for row in Plan.objects.filter(object_id__in=ids)}


def _plan(row: Plan) -> Subject:
    offices = {To.ASKER: Office(row.opened_by)}
    due = Step.objects.filter(plan=row, state__in=(StepState.READY, StepState.SEALING)).first()
    if due is not None:
        keep = Permission.SEAL_KEEP.value
        offices[To.KEEPERS] = Office(department_code=due.department_code, permission=keep)
    return Subject(kinds.names().get(row.type_code, "联合签章的文件"), offices=offices)


def describe_authorities(roles: Collection[str]) -> dict[str, Subject]:
    """Our own CAs by their roles."""
    rows = Authority.objects.filter(role__in=roles)
    return {row.role: Subject(f"本节点{row.get_role_display()}", offices={To.BUREAU: BUREAU}) for row in rows}


def describe_trusted(ids: Collection[str]) -> dict[str, Subject]:
    """Certificates of others by the ledger's name of them."""
    rows = TrustedCertificate.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): Subject(row.name, offices={To.BUREAU: BUREAU}) for row in rows}

"""How cases are called in notices: the item and the receipt, and who is in charge. Names nobody."""

from collections.abc import Collection
from uuid import UUID

from proofless.applications.models import Application, AskReport, Correction, Invitation, Opinion, ThemeCase
from proofless.items import queries as items
from proofless.kit.permissions import Permission
from proofless.notices.rules import To
from proofless.notices.subjects import Office, Subject


def describe_cases(ids: Collection[str]) -> dict[str, Subject]:
    """Applications by the ledger's name of them; an enterprise's are told to the enterprise too."""
    rows = Application.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): _subject(row) for row in rows}


def _subject(row: Application) -> Subject:
    handlers = Office(row.taken_by, row.department_code, row.division_code, Permission.HANDLE.value)
    return Subject(
        name=_item(row.item_code),
        number=row.receipt,
        also=(row.enterprise_id,) if row.enterprise_id else (),
        offices={To.HANDLERS: handlers},
    )


def describe_opinions(ids: Collection[str]) -> dict[str, Subject]:
    """会签 by the ledger's name of them: the department asked and the clerk who asked."""
    rows = Opinion.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): _opinion(row) for row in rows}


def _opinion(row: Opinion) -> Subject:
    asked = Office(None, row.department_code, row.division_code, Permission.HANDLE.value)
    return Subject(_item(row.item_code), offices={To.ANSWERERS: asked, To.ASKER: Office(row.asked_by)})


def describe_corrections(ids: Collection[str]) -> dict[str, Subject]:
    """更正请求 by the ledger's name of them: the item it came up in, and who keeps the register."""
    rows = Correction.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): _correction(row) for row in rows}


def _correction(row: Correction) -> Subject:
    owner = Office(None, row.department_code, permission=Permission.HANDLE.value)
    return Subject(_item(row.item_code), offices={To.ANSWERERS: owner})


def describe_invitations(ids: Collection[str]) -> dict[str, Subject]:
    """共同办理的邀请 by the ledger's name of them: the item, and nobody's name."""
    rows = Invitation.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): Subject(_item(row.item_code)) for row in rows}


def describe_reports(ids: Collection[str]) -> dict[str, Subject]:
    """违规索证举报 by the ledger's name of them."""
    rows = AskReport.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): Subject(_item(row.item_code), row.number) for row in rows}


def _item(code: str) -> str:
    found = items.find_item(code)
    return found.name if found else ""


def describe_themes(ids: Collection[str]) -> dict[str, Subject]:
    rows = ThemeCase.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): Subject(items.get_theme(row.theme_code).name, row.receipt) for row in rows}

"""How cases are called in notices: the item and the receipt, and who is in charge. Names nobody."""

from collections.abc import Collection
from uuid import UUID

from proofless.applications.models import Application, ThemeCase
from proofless.items import queries as items
from proofless.kit.permissions import Permission
from proofless.notices.rules import To
from proofless.notices.subjects import Office, Subject


def describe_cases(ids: Collection[str]) -> dict[str, Subject]:
    """Applications by the ledger's name of them; an enterprise's are told to the enterprise too."""
    rows = Application.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): _subject(row) for row in rows}


def _subject(row: Application) -> Subject:
    found = items.find_item(row.item_code)
    handlers = Office(row.taken_by, row.department_code, row.division_code, Permission.HANDLE.value)
    return Subject(
        name=found.name if found else "",
        number=row.receipt,
        also=(row.enterprise_id,) if row.enterprise_id else (),
        offices={To.HANDLERS: handlers},
    )


def describe_themes(ids: Collection[str]) -> dict[str, Subject]:
    rows = ThemeCase.objects.filter(id__in=[UUID(one) for one in ids])
    return {str(row.id): Subject(items.get_theme(row.theme_code).name, row.receipt) for row in rows}

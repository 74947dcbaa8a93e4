"""How requests are called in notices: the question and its number, who asked and who answers. Names nobody."""

from collections.abc import Collection
from uuid import UUID

from proofless.kit.permissions import Permission
from proofless.notices.rules import To
from proofless.notices.subjects import Office, Subject
from proofless.verification.models import Request, Template


def describe_requests(ids: Collection[str]) -> dict[str, Subject]:
    """Requests by the ledger's name of them."""
    rows = list(Request.objects.filter(id__in=[UUID(one) for one in ids]))
    titles = dict(
        Template.objects.filter(code__in={row.template_code for row in rows}).values_list("code", "title")
    )
    return {str(row.id): _subject(row, titles.get(row.template_code, "")) for row in rows}


def _subject(row: Request, title: str) -> Subject:
    answerers = Office(
        row.taken_by,
        row.unit_code or row.department_code,
        row.division_code,
        Permission.VERIFICATION_ANSWER.value,
    )
    return Subject(title, row.number, offices={To.ANSWERERS: answerers, To.ASKER: Office(row.asked_by)})

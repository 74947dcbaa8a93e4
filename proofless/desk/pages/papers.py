"""文书: receipt and notices of a case, for the clerk to print, stamp and hand over."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from proofless.access.edge import actor, guarded
from proofless.applications import queries
from proofless.applications.papers.drawing import rendered
from proofless.applications.papers.queries import get_paper
from proofless.kit import clock
from proofless.kit.permissions import Permission
from proofless.web.shell import is_demo


@guarded(Permission.HANDLE)
def paper(request: HttpRequest, application_id: UUID, kind: str, format_: str) -> HttpResponse:
    """One paper as PDF or OFD; opening the case for it is a read like any other."""
    found = get_paper(queries.open_case(actor(request), application_id), kind)
    data, media, name = rendered(found, format_, clock.now(), demo=is_demo())
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response

"""文书: receipt and notices of one's own case, at home or at the window, and the item guide, to keep or print."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from proofless.access import standing
from proofless.access.edge import actor, guarded, public
from proofless.applications import queries as applications
from proofless.applications.papers.drawing import rendered
from proofless.applications.papers.queries import get_guide, hand_out
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.portal.pages.acting import acting_in
from proofless.web.shell import is_demo


def inline(handed: tuple[bytes, str, str]) -> HttpResponse:
    """A paper shown in the browser, from where it is printed or kept."""
    data, media, name = handed
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@guarded(Permission.APPLY)
def own(request: HttpRequest, application_id: UUID, kind: str, format_: str) -> HttpResponse:
    return _of(acting_in(actor(request), application_id), application_id, kind, format_)


@guarded(Permission.WINDOW)
def at_window(
    request: HttpRequest, presence_id: UUID, application_id: UUID, kind: str, format_: str
) -> HttpResponse:
    """For whoever stands here: the clerk prints it and hands it over."""
    who = actor(request)
    here = applications.assisted_in(who, standing.get_presence(who, presence_id), application_id)
    return _of(here, application_id, kind, format_)


def _of(who: Actor, application_id: UUID, kind: str, format_: str) -> HttpResponse:
    return inline(hand_out(applications.open_own_case(who, application_id), kind, format_, demo=is_demo()))


@public
def guide(request: HttpRequest, code: str, format_: str) -> HttpResponse:
    return inline(rendered(get_guide(code), format_, clock.now(), demo=is_demo()))

"""The figure beside the bell, counted once a page before any template is at work."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from proofless.access.edge import actor
from proofless.kit.actor import Channel
from proofless.notices import queries


class UnreadMiddleware:
    """Sets ``request.unread`` on pages of people who signed in; calls of the API and pieces of pages go without."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        who = actor(request)
        piece = request.headers.get("HX-Request") == "true"
        if who.channel is not Channel.API and not piece:
            request.unread = queries.count_unread(who)  # type: ignore[attr-defined]
        return self._get_response(request)

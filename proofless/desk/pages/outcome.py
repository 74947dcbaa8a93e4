"""What an act on a page came to: said at the top of the page one returns to, or stays on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from proofless.applications.errors import ReportState
from proofless.kit.errors import InputInvalid, NotFound, Refusal

REFUSED_STATUS = 422


def told(
    request: HttpRequest, act: Callable[[], str], back_to: str, page: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do it, say so and go back; or stay on ``page`` and say why not and what to do next."""
    try:
        messages.success(request, act(), fail_silently=True)
    except NotFound:
        raise
    except Refusal as refusal:
        fields = refusal.detail.get("fields")
        more = "；".join(map(str, fields.values())) if isinstance(fields, dict) else ""
        messages.error(request, f"{refusal.message}。{more or refusal.next_step}", fail_silently=True)
        response = page()
        response.status_code = REFUSED_STATUS
        return response
    return redirect(back_to)


def answered(
    request: HttpRequest,
    act: Callable[[], None],
    said: str,
    back_to: str,
    page: Callable[..., HttpResponse],
    field: str,
) -> HttpResponse:
    """Settle what somebody waits for; or stay on ``page`` with the ``error`` of ``field``, or the ``problem``."""
    try:
        act()
    except InputInvalid as refused:
        fields = refused.detail.get("fields", {})
        return page(error=fields.get(field, "") if isinstance(fields, dict) else "")
    except ReportState as refused:
        return page(problem=f"{refused.message}。{refused.next_step}")
    messages.success(request, said, fail_silently=True)
    return redirect(back_to)

"""错误应答: one refusal, two faces: problem+json (RFC 9457) for programs, a Chinese page for people."""

import json
import sys
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.template import engines

from proofless.kit.errors import ErrorCode, Refusal
from proofless.web.shell import Shell

PROBLEM = "application/problem+json"
_KNOWN: tuple[tuple[type[BaseException], ErrorCode], ...] = (
    (RequestDataTooBig, ErrorCode.BODY_TOO_LARGE),
    (Http404, ErrorCode.NOT_FOUND),
    (PermissionDenied, ErrorCode.FORBIDDEN),
    (SuspiciousOperation, ErrorCode.INPUT_INVALID),
    (BadRequest, ErrorCode.INPUT_INVALID),
    (UnreadablePostError, ErrorCode.INPUT_INVALID),
    # What no column can hold: a NUL in a text, a number beyond its type.
    (DataError, ErrorCode.INPUT_INVALID),
    (OperationalError, ErrorCode.UNAVAILABLE),
    (InterfaceError, ErrorCode.UNAVAILABLE),
)


def refusal_of(error: BaseException | None) -> Refusal | None:
    """The refusal an exception stands for; None when nobody foresaw it."""
    if isinstance(error, Refusal):
        return error
    for kind, code in _KNOWN:
        if isinstance(error, kind):
            return Refusal(code=code)
    return None


def respond(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as the caller wants it. Middleware returns this instead of raising."""
    style = "desk" if request.path.startswith("/desk") else "phone"
    response = problem_response(request, refusal) if wants_json(request) else page(request, refusal, style)
    if refusal.status == ErrorCode.TOO_MANY_REQUESTS.status:
        response["Retry-After"] = "60"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Programs, and htmx, whose script shows the title and the next step in a toast."""
    accepts = request.headers.get("Accept", "")
    return (
        request.path.startswith("/api/") or "HX-Request" in request.headers or "json" in accepts.split(",")[0]
    )


def problem_of(refusal: Refusal, request_id: str = "") -> dict[str, Any]:
    """RFC 9457 members, with ``code``, ``next_step``, ``request_id`` and ``detail`` values as extensions."""
    extra = {key: _plain(value) for key, value in refusal.detail.items()}
    return {
        **extra,
        "type": f"urn:proofless:problem:{refusal.code.name.lower().replace('_', '-')}",
        "title": refusal.code.text,
        "status": refusal.status,
        "detail": refusal.message,
        "code": refusal.code.name,
        "next_step": refusal.next_step,
        "request_id": request_id,
    }


def read_json(request: HttpRequest) -> Any:
    """The body as JSON. Raises a JSON_BROKEN refusal, also for bytes that are no UTF-8 and for NaN."""
    try:
        return json.loads(request.body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(code=ErrorCode.JSON_BROKEN) from None


def bad_request(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """handler400"""
    return respond(request, refusal_of(exception) or Refusal(code=ErrorCode.INPUT_INVALID))


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """handler403"""
    return respond(request, refusal_of(exception) or Refusal(code=ErrorCode.FORBIDDEN))


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """handler404"""
    return respond(request, Refusal(code=ErrorCode.NOT_FOUND))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: refusals and lost connections raised in middleware come here and answer as themselves."""
    return respond(request, refusal_of(sys.exc_info()[1]) or Refusal(code=ErrorCode.MASK_BROKEN))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: a forged or outlived form."""
    return respond(request, Refusal("页面已过期或来源不明", code=ErrorCode.SESSION_FORGED))


def problem_response(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """application/problem+json (RFC 9457)."""
    body = problem_of(refusal, getattr(request, "request_id", ""))
    options = {"ensure_ascii": False}
    return JsonResponse(body, status=refusal.status, content_type=PROBLEM, json_dumps_params=options)


def page(request: HttpRequest, refusal: Refusal, style: str) -> HttpResponse:
    """The refusal for people. ``style`` is phone or desk; needs neither session nor database."""
    style = "desk" if style == "desk" else "phone"
    context = {
        "request": request,
        "shell": Shell(request, quiet=True),
        "csrf_token": "",
        "refusal": refusal,
        "fields": refusal.detail.get("fields") or {},
        "request_id": getattr(request, "request_id", ""),
        "home": "/desk/" if style == "desk" else "/",
    }
    text = engines["jinja2"].get_template(f"web/errors/{style}.html").render(context)
    return HttpResponse(text, status=refusal.status)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    return (
        str(value)
        if isinstance(value, UUID) or not isinstance(value, (str, int, float, bool, type(None)))
        else value
    )

"""错误应答: one refusal, two faces: problem+json (RFC 9457) for programs, a Chinese page with a next step for people."""

import json
import sys
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.template import engines
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as NinjaValidationError

from proofless.kit.errors import ErrorCode, Refusal
from proofless.web.shell import Shell

PROBLEM = "application/problem+json"
_KNOWN: tuple[tuple[type[BaseException], ErrorCode], ...] = (
    (RequestDataTooBig, ErrorCode.BODY_TOO_LARGE),
    (Http404, ErrorCode.NOT_FOUND),
    (PermissionDenied, ErrorCode.FORBIDDEN),
    (AuthenticationError, ErrorCode.SIGN_IN_REQUIRED),
    (SuspiciousOperation, ErrorCode.INPUT_INVALID),
    (BadRequest, ErrorCode.INPUT_INVALID),
    (UnreadablePostError, ErrorCode.INPUT_INVALID),
    (OperationalError, ErrorCode.UNAVAILABLE),
    (InterfaceError, ErrorCode.UNAVAILABLE),
)
_OF_STATUS = {
    400: ErrorCode.INPUT_INVALID,
    401: ErrorCode.SIGN_IN_REQUIRED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    413: ErrorCode.BODY_TOO_LARGE,
    429: ErrorCode.TOO_MANY_REQUESTS,
    503: ErrorCode.UNAVAILABLE,
}


def refusal_of(error: BaseException | None) -> Refusal | None:
    """The refusal an exception stands for; None when nobody foresaw it."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, NinjaValidationError):
        return Refusal(code=ErrorCode.INPUT_INVALID, fields=_complaints(error))
    for kind, code in _KNOWN:
        if isinstance(error, kind):
            return Refusal(code=code)
    return None


def respond(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as the caller wants it. Middleware returns this instead of raising."""
    response = _json(request, refusal) if wants_json(request) else _page(request, refusal)
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


def install(api: NinjaAPI) -> None:
    """Make an API answer with problem+json for refusals, validation and everything known."""

    def answer(request: HttpRequest, error: Exception) -> HttpResponse:
        found = refusal_of(error)
        if found is None:
            raise error
        return _json(request, found)

    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        broken = error.status_code == 400 and "parse" in str(error).lower()
        code = ErrorCode.JSON_BROKEN if broken else _OF_STATUS.get(error.status_code, ErrorCode.INPUT_INVALID)
        return _json(request, Refusal(code=code))

    for kind in (Refusal, NinjaValidationError, *(kind for kind, _ in _KNOWN)):
        api.add_exception_handler(kind, answer)
    api.add_exception_handler(HttpError, http_error)


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
    """handler500: also reached by refusals and lost connections raised in middleware, which answer as themselves."""
    return respond(request, refusal_of(sys.exc_info()[1]) or Refusal(code=ErrorCode.MASK_BROKEN))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: a forged or outlived form."""
    return respond(request, Refusal("页面已过期或来源不明", code=ErrorCode.SESSION_FORGED))


def _json(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    body = problem_of(refusal, getattr(request, "request_id", ""))
    options = {"ensure_ascii": False}
    return JsonResponse(body, status=refusal.status, content_type=PROBLEM, json_dumps_params=options)


def _page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    style = "desk" if request.path.startswith("/desk") else "phone"
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


def _complaints(error: NinjaValidationError) -> dict[str, str]:
    """Which inputs were wrong and how, without repeating their values."""
    return {".".join(str(part) for part in one["loc"][1:]): str(one["type"]) for one in error.errors}


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

"""中间件: request id and access log, headers, body limit, refusals: in settings in this order."""

import logging
import re
import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.ids import new_id
from proofless.web import health, problems

GetResponse = Callable[[HttpRequest], HttpResponseBase]
P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., Any])
_log = logging.getLogger("proofless.access")
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_PACKED = ("text/html", "image/svg+xml")
BODY_LIMIT = 2 * 1024 * 1024

_CSP = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": _CSP.format(wasm=""),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


class RequestLogMiddleware:
    """First of all. One log line a request: ids and the route's name, no query string, no raw path.

    A path nobody routes may hold anything somebody typed, a citizen number too: it is logged as unmatched.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(new_id())
        request.request_id = request_id  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        response["X-Request-ID"] = request_id
        route = route_of(request)
        health.count_request(request.method or "", route, response.status_code, seconds)
        _log.info("request", extra=_line(request, request_id, route, response.status_code, seconds))
        return response


def route_of(request: HttpRequest) -> str:
    """The URL pattern's name or text: few values, none of them personal."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "unmatched"


def _line(request: HttpRequest, request_id: str, route: str, status: int, seconds: float) -> dict[str, Any]:
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    # Read without evaluating: a lazy actor would query the database after the reply.
    actor = vars(request).get("actor")
    return {
        "request_id": request_id,
        "method": request.method,
        "route": route,
        "ids": {key: str(value) for key, value in kwargs.items() if isinstance(value, UUID)},
        "status": status,
        "ms": round(seconds * 1000, 1),
        "account": str(actor.account_id) if type(actor) is Actor else "",
    }


class HeadersMiddleware:
    """Security headers, and no-store on every reply whose view did not say otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure():  # on plain http browsers ignore it and complain in their console
            response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


class TextGzipMiddleware(GZipMiddleware):
    """Pages and drawings travel packed, with padding of random length (Django's answer to BREACH); files are packed
    already, and answers of the API are small.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(_PACKED):
            return response
        packed: HttpResponseBase = super().process_response(request, response)
        return packed


class BodyLimitMiddleware:
    """Refuses a body by its declared length before reading any of it; ``BODY_LIMIT_BYTES`` in settings.

    Stands before the CSRF middleware, which reads posts. Views that take files wear ``@accepts_files``. To
    Django a body of undeclared length is empty.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.limit = int(getattr(settings, "BODY_LIMIT_BYTES", BODY_LIMIT))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = getattr(view, "body_limit", self.limit)
        if not length.isdigit():
            return problems.respond(request, Refusal(code=ErrorCode.INPUT_INVALID))
        if int(length) > limit:
            return problems.respond(request, Refusal(code=ErrorCode.BODY_TOO_LARGE, limit_bytes=limit))
        return None


class RefusalMiddleware:
    """Last, next to the view: what it raised becomes its page or problem; the unforeseen stays a 500.

    A method a view does not take is refused in the same words as everything else.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or "Allow" not in response.headers:
            return response
        refused = problems.respond(request, Refusal(code=ErrorCode.METHOD_NOT_ALLOWED))
        refused["Allow"] = response["Allow"]
        return refused

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = problems.refusal_of(error)
        return problems.respond(request, refusal) if refusal else None


def accepts_files(limit_bytes: int) -> Callable[[View], View]:
    """Raises the body limit of one view, or of one operation of the API."""

    def mark(view: View) -> View:
        view.body_limit = limit_bytes  # type: ignore[attr-defined]
        return view

    return mark


def uses_camera(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For pages with ``ui.scanner``: these alone may open the camera and run the decoder's WebAssembly."""

    @wraps(view)
    def with_camera(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = _CSP.format(wasm=" 'wasm-unsafe-eval'")
        response["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")
        return response

    return with_camera

"""``/api/v1``: the domains' routers put together; refusals leave as problem+json (RFC 9457)."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from proofless import __version__
from proofless.applications.api import router as applications
from proofless.applications.gate.api import router as asks
from proofless.applications.handling.api import router as handling
from proofless.applications.handling.theme_api import router as theme_presences
from proofless.applications.papers.api import router as papers
from proofless.applications.themes.api import router as themes
from proofless.applications.waterfall.api import router as live_sources
from proofless.certificates.api import router as certificates
from proofless.codes.api import router as codes
from proofless.counter.api import router as counter
from proofless.desk.api import router as limits
from proofless.items.api import router as items
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.notices.api import router as notices
from proofless.portal.api import router as portal
from proofless.seals.api import router as seals
from proofless.seals.api import sealing
from proofless.supervision.api import router as supervision
from proofless.verification.api import router as verification
from proofless.web.problems import problem_response, respond

_PARAMETER = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
FRAMEWORK_REFUSALS = {
    400: ErrorCode.JSON_BROKEN,
    401: ErrorCode.SIGN_IN_REQUIRED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    413: ErrorCode.BODY_TOO_LARGE,
    429: ErrorCode.TOO_MANY_REQUESTS,
    503: ErrorCode.UNAVAILABLE,
}

api = NinjaAPI(
    title="Proofless 免证",
    version=__version__,
    description="免证办事节点的接口:事项、办件、证照、码、监督。错误一律为 problem+json。",
    urls_namespace="api",
    docs_url="docs",
)
api.add_router("/items", items)
api.add_router("/applications", applications)
api.add_router("/handling", handling)
api.add_router("/handling/presences", theme_presences)
api.add_router("/themes", themes)
api.add_router("/papers", papers)
api.add_router("/asks", asks)
api.add_router("/live-sources", live_sources)
api.add_router("/certificates", certificates)
api.add_router("/codes", codes)
api.add_router("/sealing", sealing)
api.add_router("/seals", seals)
api.add_router("/supervision", supervision)
api.add_router("/verification", verification)
api.add_router("/notices", notices)
api.add_router("/counter", counter)
api.add_router("/limits", limits)
api.add_router("", portal)


def operations() -> Any:
    """The addresses of the API for ``urlpatterns``; an operation that ``accepts_files`` has the limit it asks for."""
    found = api.urls
    limits = {
        _plain("/".join(part for part in (prefix.strip("/"), path.strip("/")) if part)): limit
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        if (limit := max(getattr(one.view_func, "body_limit", 0) for one in view.operations))
    }
    for entry in found[0]:
        if limit := limits.get(_plain(str(entry.pattern))):
            setattr(entry.callback, "body_limit", limit)  # noqa: B010 (the callback is a plain function)
    return found


def _plain(path: str) -> str:
    """An address whose parameters are names alone: ``<uuid:request_id>`` and ``{request_id}`` are the same."""
    return _PARAMETER.sub(r"{\1}", path)


@api.exception_handler(Refusal)
def on_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem_response(request, refusal)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Field names and rules only: the offending value stays out of the answer."""
    fields = {".".join(str(part) for part in one["loc"]): str(one["type"]) for one in error.errors}
    return problem_response(request, InputInvalid(fields=fields))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself refuses, a body it cannot parse above all, answers as our own refusal would."""
    return respond(request, Refusal(code=FRAMEWORK_REFUSALS.get(error.status_code, ErrorCode.INPUT_INVALID)))

"""健康: ``/healthz`` (it lives), ``/readyz`` (it can serve), ``/metrics`` (Prometheus, own registry).

Rooms above register what only they can measure: ``add_check`` for readiness, ``add_gauge`` for a figure.
"""

import os
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from proofless.kit.errors import NotFound
from proofless.web.guard import public

REGISTRY = CollectorRegistry()
_requests = Counter("proofless_http_requests", "应答数", ("method", "route", "status"), registry=REGISTRY)
_seconds = Histogram(
    "proofless_http_request_seconds",
    "应答用时(秒)",
    ("route",),
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
_checks: dict[str, Callable[[], str]] = {}
_gauges: dict[str, tuple[Gauge, Callable[[], float]]] = {}
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    _requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def add_check(name: str, check: Callable[[], str]) -> None:
    """``check`` returns "" when all is well, else what is wrong, in Chinese."""
    _checks[name] = check


def add_gauge(name: str, text: str, measure: Callable[[], float]) -> None:
    """``measure`` is called at each scrape, e.g. for ``proofless_ledger_lag_seconds``."""
    if name not in _gauges:
        _gauges[name] = (Gauge(name, text, registry=REGISTRY, multiprocess_mode="mostrecent"), measure)


def database_check() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return "数据库连不上"
    return ""


add_check("database", database_check)


@public
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every check passes, 503 with what is wrong."""
    answers = {name: _asked(check) for name, check in _checks.items()}
    wrong = {name: text for name, text in answers.items() if text}
    status = "unavailable" if wrong else "ok"
    body = {"status": status, "checks": {name: text or "ok" for name, text in answers.items()}}
    return JsonResponse(body, status=503 if wrong else 200, json_dumps_params={"ensure_ascii": False})


def _asked(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, InterfaceError):
        return "检查时数据库连不上"


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper that reaches the port itself; to what comes through the reverse proxy it is absent."""
    if "X-Forwarded-For" in request.headers:
        raise NotFound()
    for gauge, measure in _gauges.values():
        try:
            gauge.set(measure())
        except (DatabaseError, InterfaceError):
            gauge.set(float("nan"))
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

"""A site of base pages alone, some of which go wrong on purpose, with a clerk signed in under /desk.

It needs no database: what is tested here must hold while the database is away.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.permissions import Permission
from proofless.web import health, jinja, menu, middleware, problems

NUMBER = "371402199001011234"
CLERK = Actor(
    account_id=UUID(int=7),
    label="陈科员",
    permissions=frozenset({Permission.HANDLE, Permission.DECIDE}),
    department_code="RSJ",
    department_name="德城区人力资源和社会保障局",
    channel=Channel.DESK,
)
DESK_MENU = (
    menu.Entry("queue", "待办件", "inbox", "web:styleguide", Permission.HANDLE, "办件", 10, shortcut="q"),
    menu.Entry("done", "已办件", "checks", "web:styleguide", Permission.HANDLE, "办件", 11, shortcut="d"),
    menu.Entry("seals", "印章", "rubber-stamp", "web:styleguide", Permission.SEAL_KEEP, "证照", 20),
    menu.Entry("types", "证照目录", "certificate", "web:styleguide", None, "证照", 21, shortcut="c"),
)
TABS = (
    menu.Entry("home", "首页", "home", "web:styleguide", order=1),
    menu.Entry("items", "办事", "clipboard-list", "web:styleguide", order=2),
    menu.Entry("code", "我的码", "qrcode", "web:styleguide", order=3),
    menu.Entry("me", "我的", "user", "web:styleguide", order=4),
)


def at_the_desk(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def signed_in(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/desk") or request.GET.get("part") == "desk":
            request.actor = CLERK  # type: ignore[attr-defined]
        return get_response(request)

    return signed_in


def forbidden(request: HttpRequest) -> HttpResponse:
    raise Forbidden()


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError(NUMBER)


def database_gone(request: HttpRequest) -> HttpResponse:
    raise OperationalError(f"server closed the connection at {NUMBER}")


def invalid(request: HttpRequest) -> HttpResponse:
    raise InputInvalid(fields={"phone": "请输入11位手机号码"})


def echo(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"got": problems.read_json(request)})


echo.csrf_exempt = True  # type: ignore[attr-defined]


@middleware.accepts_files(8 * 1024 * 1024)
def upload(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"bytes": len(request.body)})


upload.csrf_exempt = True  # type: ignore[attr-defined]


class Urls:
    urlpatterns = (
        path("", include("proofless.web.urls")),
        path("healthz", health.healthz),
        path("readyz", health.readyz),
        path("metrics", health.metrics, name="metrics"),
        path("forbidden", forbidden),
        path("desk/forbidden", forbidden),
        path("broken", broken, name="broken"),
        path("gone", database_gone),
        path("invalid", invalid),
        path("people/<uuid:holder_id>/<str:word>", forbidden, name="person"),
        path("api/v1/echo", echo),
        path("api/v1/upload", upload),
    )
    handler400 = staticmethod(problems.bad_request)
    handler403 = staticmethod(problems.forbidden)
    handler404 = staticmethod(problems.not_found)
    handler500 = staticmethod(problems.server_error)


SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": Urls,
    "MIDDLEWARE": [
        "proofless.web.middleware.RequestLogMiddleware",
        "proofless.web.middleware.HeadersMiddleware",
        "proofless.web.middleware.TextGzipMiddleware",
        "proofless.web.middleware.BodyLimitMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "tests.web.site.at_the_desk",
        "proofless.web.middleware.RefusalMiddleware",
    ],
    "CSRF_FAILURE_VIEW": "proofless.web.problems.csrf_failed",
    "ALLOWED_HOSTS": ["*"],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": jinja.template_dirs(),
            "OPTIONS": {
                "environment": "proofless.web.jinja.environment",
                "context_processors": ["proofless.web.shell.shell"],
            },
        }
    ],
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Access lines would drown pytest's own report."""


@contextmanager
def serving() -> Iterator[str]:
    """This process's Django on a free port, with its static files; gives the address."""
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

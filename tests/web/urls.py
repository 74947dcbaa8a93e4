"""Base pages plus a few that go wrong on purpose."""

from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from proofless.kit.errors import Forbidden, InputInvalid
from proofless.web import problems


def forbidden(request: HttpRequest) -> HttpResponse:
    raise Forbidden()


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("371402199001011234")


def database_gone(request: HttpRequest) -> HttpResponse:
    raise OperationalError("server closed the connection")


def invalid(request: HttpRequest) -> HttpResponse:
    raise InputInvalid(fields={"phone": "请输入11位手机号码"})


def echo(request: HttpRequest) -> HttpResponse:
    body: Any = problems.read_json(request)
    return JsonResponse({"got": body})


urlpatterns = [
    path("", include("proofless.web.urls")),
    path("forbidden", forbidden),
    path("desk/forbidden", forbidden),
    path("broken", broken),
    path("gone", database_gone),
    path("invalid", invalid),
    path("api/v1/echo", echo),
]
handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error

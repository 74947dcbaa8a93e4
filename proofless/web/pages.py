"""基座自己的页面: the large-type switch, and the style guide of a demo home."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from proofless.kit.errors import ErrorCode, NotFound, Refusal
from proofless.web import problems, samples
from proofless.web.guard import public
from proofless.web.middleware import uses_camera
from proofless.web.qr import qr_svg
from proofless.web.shell import LARGE_COOKIE, is_demo

YEAR_SECONDS = 365 * 24 * 3600


@public
def display(request: HttpRequest) -> HttpResponse:
    """长辈版 on or off: only a cookie of the asking browser changes, so a plain link may do it."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.GET.get("type") == "large":
        response.set_cookie(LARGE_COOKIE, "large", max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(LARGE_COOKIE, samesite="Lax")
    return response


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """``?part=`` phone (default), desk, scan, code or error; the last with ``name`` and ``style``."""
    if not is_demo():
        raise NotFound()
    return _PARTS.get(request.GET.get("part", "phone"), _phone)(request)


def _phone(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide/phone.html", samples.everything(request))


def _desk(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide/desk.html", samples.everything(request))


@uses_camera
def _scan(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide/scan.html", {"code": request.POST.get("code", "")})


def _code(request: HttpRequest) -> HttpResponse:
    """What ``ui.qr_box`` fetches: the next symbol alone."""
    return HttpResponse(qr_svg(samples.next_code(), "样例二维码"))


def _error(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("name", "")
    code = ErrorCode[name] if name in ErrorCode.__members__ else ErrorCode.NOT_FOUND
    return problems.page(request, Refusal(code=code), request.GET.get("style", "phone"))


_PARTS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "phone": _phone,
    "desk": _desk,
    "scan": _scan,
    "code": _code,
    "error": _error,
}

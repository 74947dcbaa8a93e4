"""基座自己的页面: the large-type switch, and the style guide of a demo home."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from proofless.kit.errors import ErrorCode, Refusal
from proofless.web import samples
from proofless.web.middleware import uses_camera
from proofless.web.qr import qr_svg
from proofless.web.shell import LARGE_COOKIE, is_demo

YEAR_SECONDS = 365 * 24 * 3600


def display(request: HttpRequest) -> HttpResponse:
    """长辈版 on or off; it changes only a cookie of the asking browser, so a plain link serves people without scripts."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.GET.get("type") == "large":
        response.set_cookie(LARGE_COOKIE, "large", max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(LARGE_COOKIE, samesite="Lax")
    return response


def styleguide(request: HttpRequest, style: str) -> HttpResponse:
    _demo_only()
    return render(request, f"web/styleguide/{style}.html", samples.everything(request))


@uses_camera
def styleguide_scan(request: HttpRequest) -> HttpResponse:
    """The scanner on a page of its own; a post shows the code it read."""
    _demo_only()
    return render(request, "web/styleguide/scan.html", {"code": request.POST.get("code", "")})


def styleguide_code(request: HttpRequest) -> HttpResponse:
    """What ``ui.qr_box`` fetches: the next symbol alone."""
    _demo_only()
    return HttpResponse(qr_svg(samples.next_code(), "样例二维码"))


def styleguide_error(request: HttpRequest, name: str) -> HttpResponse:
    _demo_only()
    raise (
        Refusal(code=ErrorCode[name]) if name in ErrorCode.__members__ else Refusal(code=ErrorCode.NOT_FOUND)
    )


def _demo_only() -> None:
    if not is_demo():
        raise Refusal(code=ErrorCode.NOT_FOUND)

"""自助终端: the first page of a device that stands open to all, and the way out of one's turn at it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access import kiosk as turns
from proofless.access.edge import actor, guarded, public
from proofless.applications.handling.cards import CardReader, TypedCard, find_reader
from proofless.applications.handling.services.kiosk import (
    send_code_at_kiosk,
    sign_in_at_kiosk,
    sign_in_by_card,
    sign_in_by_passcode,
)
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.permissions import Permission
from proofless.kit.rate import RateLimit
from proofless.notices.transports import find_transport
from proofless.portal import services
from proofless.portal.forms import uuid_of
from proofless.web.middleware import uses_camera
from proofless.web.shell import is_demo

TRIES_PER_MINUTE = 10
ASKED = "kiosk_asked"
_tries = RateLimit(TRIES_PER_MINUTE)


@guarded(Permission.KIOSK)
@uses_camera
def kiosk(request: HttpRequest) -> HttpResponse:
    """Nobody's turn: her code and the end of her number, a code sent to whatever telephone she has, or her card."""
    vars(request)["kiosk_page"] = True  # large type before anybody's turn, too
    problem: Refusal | None = None
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _act(request)
        except InputInvalid as refused:
            fields = refused.detail.get("fields")
            errors = dict(fields) if isinstance(fields, dict) else {}
        except Refusal as refused:
            problem = refused
    context = {
        "problem": problem,
        "errors": errors,
        "sending": find_transport() is not None,
        "reading": find_reader() is not None or is_demo(),
        "typing": find_reader() is None and is_demo(),
        "asked": ASKED in request.session,
    }
    status = problem.status if problem else 422 if errors else 200
    return render(request, "portal/kiosk.html", context, status=status)


def _act(request: HttpRequest) -> HttpResponse:
    if not _tries.admits(str(actor(request).account_id)):
        raise Refusal(code=ErrorCode.TOO_MANY_REQUESTS)
    way, posted = request.POST.get("way", ""), request.POST
    if way == "send":
        holder = send_code_at_kiosk(actor=actor(request), number=posted.get("number", "")[:18])
        request.session[ASKED] = str(holder or "")
        messages.info(request, "这个号码登记过手机的，验证码已发出，五分钟内有效", fail_silently=True)
        return redirect("portal:kiosk")
    if way == "passcode":
        account = sign_in_by_passcode(
            actor=actor(request),
            holder_id=uuid_of(request.session.get(ASKED)),
            code=posted.get("passcode", "")[:8],
        )
    elif way == "card":
        account = sign_in_by_card(actor=actor(request), reader=_reader(request), device=actor(request).label)
    else:
        account = sign_in_at_kiosk(
            actor=actor(request),
            code=posted.get("code", "").strip()[:64],
            tail=posted.get("tail", "")[:8],
        )
    turns.begin(request, account)
    return redirect("portal:home")


def _reader(request: HttpRequest) -> CardReader:
    """The device's reader; in a demo home without one what is typed in its place."""
    if found := find_reader():
        return found
    return TypedCard(request.POST.get("card", "")[:18], request.POST.get("card_name", "")[:200])


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Her turn is over: nothing of it stays in the device."""
    if not turns.at_kiosk(request.session):
        return redirect("portal:home")
    services.sign_out(actor=actor(request))
    turns.end(request)
    messages.success(request, "已退出，屏幕上没有留下您的信息", fail_silently=True)
    return redirect("portal:kiosk")

"""Signing in with a code sent to the mobile of record: who forgot the password gets in all the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from proofless.access.edge import SESSION_ACCOUNT, actor, public, safe_next
from proofless.kit.errors import InputInvalid, Refusal
from proofless.notices.errors import NoTransport, PasscodeInvalid
from proofless.parties.errors import AccountLocked
from proofless.portal import services
from proofless.web.shell import is_demo


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """First the account, then the code. Whether there is such an account is not said."""
    if request.method != "POST":
        return _page(request)
    username = request.POST.get("username", "").strip()[:64]
    try:
        if not username:
            raise InputInvalid("请输入账号")
        if request.POST.get("verb") != "enter":
            services.send_sign_in_code(actor=actor(request), username=username)
            return _page(request, username)
        code = request.POST.get("code", "")[:12]
        account = services.sign_in_by_code(actor=actor(request), username=username, code=code)
    except (InputInvalid, PasscodeInvalid, AccountLocked, NoTransport) as refused:
        return _page(request, username if request.POST.get("verb") == "enter" else "", refused)
    request.session.cycle_key()
    request.session[SESSION_ACCOUNT] = str(account)
    return redirect(safe_next(request, reverse("portal:home")))


def _page(request: HttpRequest, sent_to: str = "", refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "sent_to": sent_to,
        "refusal": refusal,
        "next": safe_next(request, ""),
        "demo": is_demo(),
    }
    return render(request, "portal/sign_in_code.html", context, status=refusal.status if refusal else 200)

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access import kiosk
from proofless.access.edge import DESK_PREFIX, SESSION_ACCOUNT, actor, public, safe_next
from proofless.access.rules import ROLE_LABELS, permissions_of
from proofless.kit.errors import Refusal
from proofless.kit.permissions import Permission
from proofless.parties import services as parties
from proofless.parties.errors import AccountLocked, SignInFailed
from proofless.parties.models import Account
from proofless.parties.services import DEMO_PASSWORD
from proofless.portal import queries, services
from proofless.portal.forms import SignInForm
from proofless.web.shell import is_demo


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """A tapped demo account is a username with the demo password, in demo homes only."""
    if actor(request).permissions and request.method != "POST":
        return redirect(safe_next(request, reverse("portal:home")))
    form, refusal = SignInForm(), None
    if request.method == "POST":
        form = SignInForm(_posted(request))
        if form.is_valid():
            try:
                return _enter(request, form.cleaned_data["username"], form.cleaned_data["password"])
            except (SignInFailed, AccountLocked) as refused:
                refusal = refused
    return _page(request, form, refusal)


def _posted(request: HttpRequest) -> dict[str, str]:
    demo = request.POST.get("demo", "")
    if demo and is_demo():
        return {"username": demo, "password": DEMO_PASSWORD}
    return {name: request.POST.get(name, "") for name in ("username", "password")}


def _enter(request: HttpRequest, username: str, password: str) -> HttpResponse:
    account = parties.sign_in(actor=actor(request), username=username, password=password)
    request.session.cycle_key()
    request.session[SESSION_ACCOUNT] = str(account.id)
    return redirect(safe_next(request, _landing(account)))


def _landing(account: Account) -> str:
    if Permission.KIOSK in permissions_of(account.roles):
        return reverse("portal:kiosk")
    return reverse("portal:home") if Permission.OWN_READ in permissions_of(account.roles) else DESK_PREFIX


def _page(request: HttpRequest, form: SignInForm, refusal: Refusal | None) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "next": safe_next(request, ""),
        "demo_rows": queries.list_demo_accounts() if is_demo() else (),
        "demo_password": DEMO_PASSWORD,
        "roles": ROLE_LABELS,
    }
    status = refusal.status if refusal else 400 if form.errors else 200
    return render(request, "portal/sign_in.html", context, status=status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    services.sign_out(actor=actor(request))
    if kiosk.at_kiosk(request.session):
        kiosk.end(request)
        return redirect("portal:kiosk")
    request.session.flush()
    return redirect("portal:home")

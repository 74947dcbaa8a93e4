"""The edge: who acts in a request, which right a view asks for, and the read lines committed before the reply."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from proofless import ledger
from proofless.access import kiosk
from proofless.access.actors import actor_of, anonymous_actor
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import ErrorCode, NotFound, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

View = TypeVar("View", bound=Callable[..., Any])
SESSION_ACCOUNT = "account_id"
FORBIDDEN_STATUS = 403
API_PREFIX, DESK_PREFIX = "/api/", "/desk/"
GUARD, PUBLIC = "proofless_permission", "public"


class SignInRequired(Refusal):
    code = ErrorCode.SIGN_IN_REQUIRED


def channel_of(path: str) -> Channel:
    if path.startswith(API_PREFIX):
        return Channel.API
    return Channel.DESK if path.startswith(DESK_PREFIX) else Channel.PHONE


class ActorMiddleware:
    """Sets ``request.actor``. A session that names no living account is nobody's; it never fails open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        channel = channel_of(request.path)
        if channel is not Channel.API and kiosk.at_kiosk(request.session):
            if not kiosk.keep_or_end(request):
                return _gone(request)
            channel = Channel.KIOSK
        request.actor = anonymous_actor(channel)  # type: ignore[attr-defined]
        account_id = self._bearer(request) if channel is Channel.API else request.session.get(SESSION_ACCOUNT)
        if account_id:
            try:
                request.actor = actor_of(parties.get_account(UUID(account_id)), channel)  # type: ignore[attr-defined]
            except (NotFound, ValueError):
                request.session.flush()
        return self._get_response(request)

    def _bearer(self, request: HttpRequest) -> str:
        """An API token is a session key sent as a bearer: revoked with the session.

        The API takes nothing else: it checks no CSRF token, so a cookie sent along must count for nothing.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return ""
        return str(SessionStore(session_key=token).get(SESSION_ACCOUNT, ""))


def _gone(request: HttpRequest) -> HttpResponse:
    """Back to the kiosk's first page; a part of a page asked for by script takes the whole one along."""
    if not request.headers.get("HX-Request"):
        return redirect(kiosk.KIOSK_PATH)
    return HttpResponse(headers={"HX-Redirect": kiosk.KIOSK_PATH})


class ReadingMiddleware:
    """Commits a request's read lines before its reply leaves; when that fails, the reply does not leave."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ledger.reading():
            response = self._get_response(request)
        if response.status_code == FORBIDDEN_STATUS:
            _enter_refusal(request)
        return response


def _enter_refusal(request: HttpRequest) -> None:
    """A signed-in person tried what she may not do: that is an entry too, with the route and no value."""
    who = actor(request)
    if not who.permissions:
        return
    route = request.resolver_match.view_name if request.resolver_match else ""
    with ledger.act(Kind.REFUSED, who, object_kind="route", object_id=route[:128]):
        pass


def actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def guarded(permission: Permission) -> Callable[[View], View]:
    """A page for holders of a permission. Nobody signed in is sent to sign in and back; API callers get 401."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            who = actor(request)
            if not who.permissions:
                if who.channel is Channel.API:
                    raise SignInRequired()
                return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.path}")
            who.check(permission)
            return view(request, *args, **kwargs)

        setattr(wrapper, GUARD, permission)
        return wrapper  # type: ignore[return-value]

    return decorate


def public(view: View) -> View:
    """A page for everyone. The rule test holds the list of these."""
    setattr(view, GUARD, PUBLIC)
    return view


class Guard:
    """django-ninja ``auth`` that asks for a permission; refusals are problem+json."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Actor:
        who = actor(request)
        if not who.permissions:
            raise SignInRequired()
        who.check(self.permission)
        return who


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go after signing in: a path of this site only."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    good = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if good else default

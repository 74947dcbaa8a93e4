"""Every address of the node, with somebody who may enter it and values to put into it."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, get_resolver

from proofless.access.actors import system_actor
from proofless.access.edge import GUARD, PUBLIC, SESSION_ACCOUNT
from proofless.access.rules import ROLES, permissions_of
from proofless.certificates.models import Certificate
from proofless.config.api import api
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
NOBODY = UUID(int=0)
# What a converter's name stands for; one that is not named here gets an id nobody has.
WORDS = {
    "item_code": "I081",
    "material_code": "I081-M01",
    "theme_code": "T01",
    "item": "I081",
    "division": "371400",
    "library": "material",
    "number": "1",
}
CODES = {
    "items": "I081",
    "types": "id_card",
    "datasets": "DS_MARRIAGE",
    "materials": "I081-M01",
    "proofs": "I081-M01",
}


@dataclass(frozen=True, slots=True)
class Route:
    """``permission`` is what it asks for, PUBLIC for everybody. ``method`` is GET or an unsafe one."""

    method: str
    pattern: str
    permission: Permission | str
    converters: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.method} /{self.pattern}"

    def address(self, known: dict[str, str]) -> str:
        """The path with each value in its place."""
        path = self.pattern
        for name, text in self.converters:
            folder = path.split(text)[0].rstrip("/").split("/")[-1]
            value = known.get(name) or (CODES.get(folder) if name == "code" else None) or WORDS.get(name)
            path = path.replace(
                text, value or (str(NOBODY) if "uuid" in text or name.endswith("_id") else "x")
            )
        return f"/{path}"


def _patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from _patterns(entry, path)


def _converters(path: str) -> tuple[tuple[str, str], ...]:
    parts = [part for part in path.replace(".", "/").split("/") if part.startswith(("<", "{"))]
    return tuple((part.strip("<>{}").split(":")[-1], part) for part in parts)


def pages() -> list[Route]:
    """Every page; twice where it also takes what a form sends."""
    found = []
    for path, entry in _patterns(get_resolver()):
        if path.startswith("api/v1/"):
            continue
        source = inspect.getsource(inspect.unwrap(entry.callback))
        guard = getattr(entry.callback, GUARD)
        if "require_POST" not in source:
            found.append(Route("GET", path, guard, _converters(path)))
        if "POST" in source:
            found.append(Route("POST", path, guard, _converters(path)))
    return found


def operations() -> list[Route]:
    """Every operation of the API."""
    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            full = "/".join(part for part in ("api/v1", prefix.strip("/"), path.strip("/")) if part)
            for operation in view.operations:
                guard = operation.auth_callbacks[0].permission if operation.auth_callbacks else PUBLIC
                found += [Route(method, full, guard, _converters(full)) for method in operation.methods]
    return found


def unsafe() -> list[Route]:
    return [route for route in (*pages(), *operations()) if route.method in UNSAFE]


class People:
    """Browsers and tokens of accounts found by what they may or may not do."""

    def __init__(self) -> None:
        everybody = frozenset(
            role for roles in Account.objects.values_list("roles", flat=True) for role in roles
        )
        missing = [role for role in ROLES if role not in everybody]
        if missing:
            new = [
                NewAccount(f"the-{role}", "a long password", role, (role,), department_code="DSJJ")
                for role in missing
            ]
            make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=new)
        self._accounts = list(Account.objects.order_by("username"))

    def who_may(self, permission: Permission | str, preferred: str = "") -> Account:
        able = [a for a in self._accounts if permission == PUBLIC or permission in permissions_of(a.roles)]
        return next((a for a in able if a.username == preferred), able[0])

    def who_may_not(self, permission: Permission) -> Account:
        return next(a for a in self._accounts if permission not in permissions_of(a.roles))

    @staticmethod
    def call(route: Route, account: Account, known: dict[str, str], body: Any = None) -> Any:
        """The answer to a call by somebody who signed in, with an empty body unless one is given."""
        client = Client(raise_request_exception=False)
        session = client.session
        session[SESSION_ACCOUNT] = str(account.id)
        session.save()
        sent: dict[str, Any] = {"data": body if body is not None else {}}
        if route.pattern.startswith("api/"):
            sent |= {"content_type": "application/json"} if route.method != "GET" else {}
            sent["headers"] = {"Authorization": f"Bearer {session.session_key}", "Accept": "application/json"}
        return getattr(client, route.method.lower())(route.address(known), **sent)


def own_certificate(holder: UUID) -> tuple[str, str]:
    """Id and identifier of a certificate of a holder."""
    row = Certificate.objects.filter(holder_id=holder).first()
    assert row is not None
    return str(row.id), row.identifier

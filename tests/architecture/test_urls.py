"""Every URL is guarded by a permission or stands on the short public list below."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from proofless.access.edge import GUARD, PUBLIC, Guard
from proofless.config.api import api

# Each public URL with the reason nobody needs to sign in for it.
PUBLIC_URLS = {
    "": "home: search of items",
    "sign-in": "signing in",
    "sign-in/code": "signing in by a code sent to the mobile of record",
    "sign-out": "signing out of nothing is harmless",
    "items": "the public guide",
    "items/<str:code>": "the public guide",
    "items/<str:code>/guide.<str:format_>": "the public guide, to print",
    "kiosk/leave": "leaving a kiosk needs no right; it forgets who was there",
    "help": "how things are done here is no secret",
    "themes": "the public guide to 一件事",
    "themes/<str:theme_code>": "the public guide to 一件事",
    "uses": "用证事项清单 is published",
    "uses.xlsx": "用证事项清单 is published",
    "no-longer-needed": "which proofs nobody may ask for",
    "verify": "anyone may verify an identifier",
    "check": "anyone may check a file he was given; it is not kept",
    "verify/<str:identifier>": "anyone may verify an identifier",
    "desk": "sends an official to her first page and everybody else to sign in",
    "welcome/<str:token>": "the first administrator, by a one-time link",
    "healthz": "liveness",
    "readyz": "readiness",
    "metrics": "figures without personal values, kept inside by the proxy",
    "styleguide": "demo homes only",
    "preferences/type": "large type is a cookie",
}
PUBLIC_API = {
    "session",
    "check",
    "check/report",
    "items",
    "items/themes",
    "themes",
    "items/uses",
    "items/uses/changes",
    "items/unneeded-proofs",
    "items/{item_code}",
}
FRAMEWORK = ("api/v1/docs", "api/v1/openapi.json", "api/v1/")


def patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from patterns(entry, path)


def test_every_page_is_guarded_or_public_for_a_reason() -> None:
    for path, entry in patterns(get_resolver()):
        if path.startswith("api/v1/"):
            continue
        guard = getattr(entry.callback, GUARD, None)
        assert guard is not None, f"{path} names no permission"
        if guard == PUBLIC:
            assert path.rstrip("/") in PUBLIC_URLS, f"{path} is public without a reason"


def test_every_operation_is_guarded_or_public_for_a_reason() -> None:
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                full = "/".join(part for part in (prefix.strip("/"), path.strip("/")) if part)
                if not operation.auth_callbacks:
                    assert full in PUBLIC_API, f"{full} names no permission"
                else:
                    assert all(isinstance(auth, Guard) for auth in operation.auth_callbacks)

"""What changes something leaves an entry: every form's target and every unsafe operation, those of tomorrow too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from proofless.access.edge import PUBLIC
from proofless.kit.kinds import Kind
from proofless.ledger.guard import _WRITE, PLUMBING
from proofless.ledger.models import LedgerEntry
from tests.applications.scenes import open_draft, submitted
from tests.architecture.routes import People, own_certificate, unsafe
from tests.town import TestTown, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
# Answered without an entry though nothing was refused: each with the reason.
SILENT = {
    "POST /me/acting": "whose things her own session shows first; gives no right",
    "POST /applications/<uuid:application_id>/fill": "what was handed in leads to its receipt",
    "POST /kiosk/leave": "whoever sits at no kiosk is led home",
    "POST /desk/lists/files": "without a file it leads back to the lists",
    "POST /desk/papers/seal": "of an office for which no paper waits nothing is sealed",
    "POST /api/v1/papers/seal": "of an office for which no paper waits nothing is sealed",
    "POST /desk/seals/signer/authority": "the maker of seals is made once; asked again it is there",
}
# A valid call: who makes it, and with what; ``{}`` stands for the town's own ids.
VALID: dict[str, tuple[str, dict[str, Any], Kind]] = {
    "POST /sign-in": ("", {"demo": "zhaonainai"}, Kind.SIGNED_IN),
    "POST /sign-out": ("zhaonainai", {}, Kind.SIGNED_OUT),
    "POST /items/<str:code>/start": ("zhaonainai", {}, Kind.DRAFT_OPENED),
    "POST /applications/<uuid:application_id>/fill": ("draft", {"act": "save"}, Kind.DRAFT_SAVED),
    "POST /applications/<uuid:application_id>/plan": ("draft", {}, Kind.DRAFT_SAVED),
    "POST /applications/<uuid:application_id>/withdraw": ("draft", {}, Kind.APPLICATION_WITHDRAWN),
    "POST /applications/<uuid:application_id>/keep": ("draft", {}, Kind.DRAFT_SAVED),
    "POST /kiosk": ("kiosk", {"code": "A" * 20, "tail": "1234"}, Kind.SIGN_IN_REFUSED),
    "POST /window": (
        "clerk-mzj",
        {"item": "I081", "channel": "window", "code": "A" * 20},
        Kind.PRESENCE_REFUSED,
    ),
    "POST /desk/cases/<uuid:application_id>/act": (
        "clerk-mzj",
        {"verb": "take", "revision": "2"},
        Kind.APPLICATION_TAKEN,
    ),
    "POST /desk/cases/<uuid:application_id>/materials/<str:code>/ask": ("clerk-mzj", {}, Kind.ASK_REFUSED),
    "POST /desk/papers/seal": ("clerk-mzj", {}, Kind.PAPER_SEALED),
    "POST /api/v1/papers/seal": ("clerk-mzj", {}, Kind.PAPER_SEALED),
    "POST /desk/uses/publish": ("bureau", {}, Kind.USE_LIST_PUBLISHED),
    "POST /desk/scan": ("inspector", {"scene": "SC01", "code": "A" * 20}, Kind.SCAN_REFUSED),
    "POST /api/v1/session": ("", {"username": "zhangsan", "password": "guess"}, Kind.SIGN_IN_REFUSED),
    "POST /api/v1/applications": ("zhaonainai", {"item_code": "I081"}, Kind.DRAFT_OPENED),
    "POST /api/v1/applications/{application_id}/withdraw": ("draft", {}, Kind.APPLICATION_WITHDRAWN),
    "POST /api/v1/applications/{application_id}/plan": ("draft", {}, Kind.READ),
    "POST /api/v1/applications/{application_id}/take": (
        "clerk-mzj",
        {"revision": 2},
        Kind.APPLICATION_TAKEN,
    ),
    "POST /api/v1/codes/show": ("zhaonainai", {}, Kind.CODE_SHOWN),
    "POST /api/v1/codes/scan": ("inspector", {"code": "A" * 20, "scene_code": "SC01"}, Kind.SCAN_REFUSED),
}


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables written meanwhile and not put back."""
    tables: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("ROLLBACK"):
            tables.clear()
        tables.update(name.lower() for name in _WRITE.findall(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def refused(answer: Any) -> bool:
    """By its status, or in the words a page takes along to where it leads."""
    said = getattr(answer.wsgi_request, "_messages", ())
    return answer.status_code >= 400 or any(one.level_tag in {"error", "warning"} for one in said)


def ids(town: TestTown, *, draft: bool) -> dict[str, str]:
    """An application of 赵奶奶, handed in or not yet, and a certificate of hers."""
    made = open_draft(town, "赵奶奶", "I081") if draft else submitted(town, "赵奶奶", "I081")
    certificate, identifier = own_certificate(town["赵奶奶"])
    return {"application_id": str(made.id), "certificate_id": certificate, "identifier": identifier}


def test_who_may_not_is_refused_and_entered(town: TestTown) -> None:
    """王五 tries every door: each refusal is a line an auditor can count."""
    people, guarded = People(), [route for route in unsafe() if route.permission != PUBLIC]
    assert len(guarded) >= 20
    for route in guarded:
        before = LedgerEntry.objects.filter(kind=Kind.REFUSED).count()
        answer = people.call(route, people.who_may_not(route.permission), {})  # type: ignore[arg-type]
        assert answer.status_code == 403, route
        assert LedgerEntry.objects.filter(kind=Kind.REFUSED).count() == before + 1, route


def test_who_may_changes_nothing_without_an_entry(town: TestTown) -> None:
    """Called with nothing filled in: it is refused, or it leaves an entry, or its silence has a reason."""
    people, values, silent = People(), ids(town, draft=False), set()
    for route in unsafe():
        before = LedgerEntry.objects.count()
        with written() as tables:
            answer = people.call(route, people.who_may(route.permission, "zhaonainai"), values)
        grown = LedgerEntry.objects.count() > before
        assert answer.status_code < 500, route
        assert grown or not tables - PLUMBING.keys() - {"set"}, f"{route} wrote {tables} without an entry"
        if not grown and not refused(answer):
            silent.add(str(route))
    assert silent <= SILENT.keys()


@pytest.mark.parametrize("path", VALID)
def test_a_valid_call_leaves_its_entry(town: TestTown, path: str) -> None:
    who, body, kind = VALID[path]
    route = next(one for one in unsafe() if str(one) == path)
    people, values = People(), ids(town, draft=who == "draft")
    name = {"draft": "zhaonainai", "": "wangwu"}.get(who, who)
    before = LedgerEntry.objects.filter(kind=kind).count()
    answer = people.call(route, people.who_may(route.permission, name), values, body)
    assert answer.status_code < 500
    assert LedgerEntry.objects.filter(kind=kind).count() == before + 1, answer.content

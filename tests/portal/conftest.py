"""张三 and her child 孙豆豆, 李四 guardian of 张小宝, 王五 the outsider, 某公司 with 陈经理 and 周会计.

They live in the town all scenes share.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from proofless.access.edge import SESSION_ACCOUNT
from proofless.parties.models import Account
from proofless.simulator.load import LoadedTown
from tests.town import TestTown, town

__all__ = ["town"]
Enter = Callable[[str], Client]


@pytest.fixture(scope="module")
def loaded(town: TestTown) -> LoadedTown:
    return town.loaded


@pytest.fixture
def cast(loaded: LoadedTown, db: None) -> dict[str, UUID]:
    """Holder ids by name."""
    return loaded.cast()


@pytest.fixture
def enter(cast: dict[str, UUID]) -> Enter:
    """A browser in which somebody has signed in (how that is done, test_session shows)."""

    def sign_in(username: str) -> Client:
        client = Client()
        session = client.session
        session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
        session.save()
        return client

    return sign_in


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def begin(client: Client, item: str, holder: UUID | None = None) -> str:
    """Open a draft; the address of its fill page."""
    reply = client.post(f"/items/{item}/start", {"for": str(holder)} if holder else {})
    assert reply.status_code == 302, text_of(reply)
    return str(reply["Location"])


def complete(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a careful applicant sends: every tick, every empty required box."""
    page = text_of(client.get(address))
    posted: dict[str, Any] = {"act": "submit", "revision": only(r'name="revision" value="(\d+)"', page)}
    posted["consent"] = re.findall(r'name="consent" value="([^"]+)"', page)
    posted["signed"] = re.findall(r'name="signed" value="([^"]+)"', page)
    for tag in re.findall(r"<input[^>]*name=\"value:[^>]*>", page):
        name, value = only(r'name="([^"]+)"', tag), only(r'value="([^"]*)"', tag)
        empty = "2026-01-01" if 'type="date"' in tag else "1"
        posted[name] = value or (empty if " required" in tag else "")
    return posted | changes


def only(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found.group(1)

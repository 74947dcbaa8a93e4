"""The inbox: unread is counted beside the bell, seen is seen once, and nobody reads another's."""

import pytest
from django.test import Client

from proofless.access.edge import SESSION_ACCOUNT
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.notices import queries, services
from proofless.notices.queries import Show
from proofless.parties.models import Account
from tests.notices.test_follow import caught_up, inbox, returned
from tests.town import TestTown

pytestmark = pytest.mark.django_db


@pytest.fixture
def grandmother(town: TestTown, at_once: None) -> Actor:
    """Two notices for 赵奶奶: handed in, and to be corrected."""
    caught_up()
    returned(town, "赵奶奶", "I081")
    services.follow_chain()
    return town.resident("赵奶奶")


def browser(username: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
    session.save()
    return client


def test_seen_is_seen_once_and_entered(grandmother: Actor) -> None:
    first = inbox(grandmother)[0]
    services.mark_read(actor=grandmother, notice_id=first.id)
    services.mark_read(actor=grandmother, notice_id=first.id)
    assert queries.count_unread(grandmother) == 1
    assert LedgerEntry.objects.filter(kind=Kind.NOTICE_READ).count() == 1


def test_all_at_once(grandmother: Actor) -> None:
    assert services.mark_all_read(actor=grandmother) == 2
    assert services.mark_all_read(actor=grandmother) == 0
    assert queries.count_notices(grandmother) == {Show.ALL: 2, Show.UNREAD: 0, Show.ASKS: 1}


def test_another_may_neither_read_nor_mark(town: TestTown, grandmother: Actor) -> None:
    with pytest.raises(NotFound):
        services.mark_read(actor=town.resident("王五"), notice_id=inbox(grandmother)[0].id)
    assert not inbox(town.resident("王五")) and not inbox(town.clerk("MZJ"))


def test_the_page_shows_whole_texts_and_the_bell_counts(grandmother: Actor) -> None:
    client = browser("zhaonainai")
    home = client.get("/").content.decode()
    assert "条未读" in home
    page = client.get("/notices/?show=asks").content.decode()
    assert "需要您补正" in page and "申请已提交" not in page and "去办理" in page
    first = inbox(grandmother)[0]
    went = client.post(f"/notices/{first.id}/read", {"next": first.address})
    assert went.status_code == 302 and went["Location"] == first.address
    assert client.post("/notices/read", {"next": "https://evil.example/"})["Location"] == "/notices/"
    assert "条未读" not in client.get("/").content.decode()


def test_an_official_has_an_inbox_at_the_desk(town: TestTown) -> None:
    client = browser("clerk-mzj")
    assert "还没有通知" in client.get("/desk/notices/").content.decode()
    assert client.get("/notices/").status_code == 403


def test_the_api_gives_the_same(grandmother: Actor) -> None:
    client = browser("zhaonainai")
    token = {"Authorization": f"Bearer {client.session.session_key}"}
    rows = client.get("/api/v1/notices", headers=token).json()
    assert rows["unread"] == 2 and rows["rows"][0]["asks"]
    after = client.post(f"/api/v1/notices/{rows['rows'][0]['id']}/read", headers=token).json()
    assert after == {"unread": 1}

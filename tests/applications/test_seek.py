"""Somebody without her receipt stands at the window: found by her number, and told of it by her own ledger."""

import pytest
from django.test import Client

from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications import services
from proofless.applications.errors import NoCaseHere
from proofless.applications.queries import QueueFilter, list_queue
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ledger.queries import list_for_holder
from proofless.parties.models import Account
from tests.applications.scenes import accepted, submitted
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM = "I081"


def number_of(town: TestTown, name: str) -> str:
    people = {person.holder: person.id_no for person in town.loaded.town.people}
    firms = {firm.holder: firm.uscc for firm in town.loaded.town.enterprises}
    return (people | firms)[town.loaded.town.cast[name]]


def enter(username: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
    session.save()
    return client


def test_she_is_found_by_her_card_and_reads_of_it(town: TestTown) -> None:
    """赵奶奶 left her phone at home; that the clerk looked for her is in her ledger, her number is nowhere."""
    case, clerk = submitted(town, "赵奶奶", ITEM), town.clerk("MZJ")
    number = number_of(town, "赵奶奶")
    assert services.seek_applicant(actor=clerk, number=f" {number.lower()} ") == town["赵奶奶"]
    found = list_queue(clerk, QueueFilter(holder=town["赵奶奶"]))
    assert [row.id for row in found.rows] == [case.id]
    entry = LedgerEntry.objects.get(kind=Kind.APPLICANT_SOUGHT)
    assert number not in f"{entry.detail}{entry.holders}{entry.object_id}{entry.purpose}"


@pytest.mark.django_db(transaction=True)
def test_her_ledger_counts_the_search_among_the_looks_of_others(town: TestTown) -> None:
    submitted(town, "赵奶奶", ITEM)
    services.seek_applicant(actor=town.clerk("MZJ"), number=number_of(town, "赵奶奶"))
    town.chain()
    first = list_for_holder(town["赵奶奶"], reads_only=True, by="others").rows[0]
    assert (first.kind, first.department_code) == (Kind.APPLICANT_SOUGHT, "MZJ")


@pytest.mark.parametrize("name", ["王五", "nobody"])
def test_nobody_known_and_nobody_here_get_one_answer(town: TestTown, name: str) -> None:
    """A clerk must not learn who is registered, nor who does business elsewhere; that she asked is entered."""
    submitted(town, "赵奶奶", ITEM)
    number = "11010519491231002X" if name == "nobody" else number_of(town, name)
    with pytest.raises(NoCaseHere):
        services.seek_applicant(actor=town.clerk("MZJ"), number=number)
    entry = LedgerEntry.objects.get(kind=Kind.APPLICANT_SOUGHT)
    assert '"found":0' in entry.detail.replace(" ", "") and entry.holders == "[]"


def test_another_departments_clerk_finds_nobody(town: TestTown) -> None:
    submitted(town, "赵奶奶", ITEM)
    with pytest.raises(NoCaseHere):
        services.seek_applicant(actor=town.clerk("SPJ"), number=number_of(town, "赵奶奶"))


def test_a_mistyped_number_and_a_resident_are_refused(town: TestTown) -> None:
    with pytest.raises(InputInvalid):
        services.seek_applicant(actor=town.clerk("MZJ"), number="372401195001010000")
    with pytest.raises(Forbidden):
        services.seek_applicant(actor=town.resident("王五"), number=number_of(town, "赵奶奶"))
    assert not LedgerEntry.objects.filter(kind=Kind.APPLICANT_SOUGHT).exists()


def test_the_page_posts_the_number_and_shows_her_alone(town: TestTown) -> None:
    """No number in an address; her decided case is one step away from the waiting ones."""
    case, clerk = submitted(town, "赵奶奶", ITEM).row, enter("clerk-mzj")
    reply = clerk.post("/desk/queue", {"number": number_of(town, "赵奶奶")})
    assert reply.status_code == 302 and reply["Location"] == f"/desk/queue?who={town['赵奶奶']}"
    page = clerk.get(reply["Location"]).content.decode()
    assert case.receipt in page and "只看赵**的办件" in page and "赵奶奶" not in page
    assert f"who={town['赵奶奶']}" in page.split("按状态筛选")[1].split("</nav>")[0]
    elsewhere = enter("clerk-spj").get(reply["Location"]).content.decode()
    assert "赵*" not in elsewhere and case.receipt not in elsewhere


@pytest.mark.parametrize(
    ("number", "words"),
    [("372401195001010000", "号码校验不通过"), ("11010519491231002X", "在本单位没有办件")],
)
def test_the_page_says_why_nobody_was_found(town: TestTown, number: str, words: str) -> None:
    reply = enter("clerk-mzj").post("/desk/queue", {"number": number})
    assert reply.status_code == 422 and words in reply.content.decode()


def test_programs_seek_and_filter_alike(town: TestTown) -> None:
    case = accepted(town, "赵奶奶", ITEM)
    clerk = enter("clerk-mzj")
    token = {"Authorization": f"Bearer {clerk.session.session_key}"}
    body = {"number": number_of(town, "赵奶奶")}
    found = clerk.post(
        "/api/v1/applications/queue/seek", body, content_type="application/json", headers=token
    ).json()
    queue = "/api/v1/applications/queue"
    for query, wanted in (
        ({"holder_id": found["id"], "state": "accepted"}, [str(case.id)]),
        ({"receipt": case.row.receipt[-6:]}, [str(case.id)]),
        ({"holder_id": found["id"], "state": "submitted"}, []),
        ({"item_code": "I076"}, []),
    ):
        rows = clerk.get(queue, query, headers=token).json()["rows"]
        assert [row["id"] for row in rows] == wanted, query

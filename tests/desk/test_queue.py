"""The clerk's list: found by number or item, counted, exported, and naming nobody in full."""

import io
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client
from openpyxl import load_workbook

from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications.models import Application, State
from proofless.desk.pages.queue import limit_look
from proofless.parties.models import Account
from proofless.simulator.acting import Wish, apply_for
from tests.town import TestTown, town
from tests.verification.scenes import on

__all__ = ["town"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(town: TestTown) -> Application:
    return Application.objects.get(id=apply_for(Wish("I081", town["赵奶奶"])))


def enter(username: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
    session.save()
    return client


def shown(client: Client, **query: str) -> str:
    return str(client.get("/desk/queue", query).content.decode())


@pytest.mark.parametrize("words", ["tail", "优待证"])
def test_a_case_is_found_by_the_end_of_its_number_or_its_item(case: Application, words: str) -> None:
    """赵奶奶 stands at the window and reads four digits off her phone."""
    clerk = enter("clerk-mzj")
    page = shown(clerk, q=case.receipt[-5:] if words == "tail" else words)
    assert case.receipt in page
    assert case.receipt not in shown(clerk, q="离婚") and "没有符合条件的办件" in shown(clerk, q="zzzz")


def test_the_list_names_nobody_in_full(case: Application) -> None:
    """Whoever looks over the clerk's shoulder; the case itself names her, and that is entered."""
    page = shown(enter("clerk-mzj"))
    assert "赵**" in page and "赵奶奶" not in page


def test_the_filters_count_and_narrow(case: Application) -> None:
    clerk = enter("clerk-mzj")
    assert case.receipt in shown(clerk, state="submitted")
    for state in ("accepted", "overdue", "urgent", "returned", "mine"):
        assert case.receipt not in shown(clerk, state=state), state


def test_the_workbook_holds_what_the_page_shows(case: Application) -> None:
    reply = enter("clerk-mzj").get("/desk/queue.xlsx", {"state": "submitted"})
    rows = list(load_workbook(io.BytesIO(reply.content)).active.iter_rows(values_only=True))
    assert rows[0][0] == "演示·无效" and rows[1][0] == "办件编号"
    found = [row for row in rows if row[0] == case.receipt]
    assert found and found[0][2] == "赵**"


def test_another_department_finds_nothing(case: Application) -> None:
    stranger = enter("clerk-spj")
    assert "没有符合条件的办件" in shown(stranger, q=case.receipt)
    assert stranger.get(f"/desk/cases/{case.id}").status_code == 404
    assert stranger.get(f"/desk/cases/{UUID(int=5)}").status_code == 404


def test_the_figures_are_exported_by_department_county_and_item(case: Application) -> None:
    reply = enter("supervisor").get("/desk/supervision.xlsx")
    book = load_workbook(io.BytesIO(reply.content))
    assert book.sheetnames == ["各部门", "各县（市、区）", "各事项"]
    for sheet in book:
        assert list(sheet.iter_rows(values_only=True))[-1][0] == "合计"
    assert enter("clerk-mzj").get("/desk/supervision.xlsx").status_code == 403


@pytest.mark.parametrize(
    ("username", "first"),
    [
        ("clerk-mzj", "/desk/queue"),
        ("inspector", "/desk/scan"),
        ("supervisor", "/desk/supervision"),
        ("window", "/window"),
    ],
)
def test_an_official_lands_on_her_work(town: TestTown, username: str, first: str) -> None:
    """A menu that grows must not put the clerk before her inbox each morning, nor the park keeper."""
    assert enter(username).get("/desk/")["Location"] == first


def test_colour_is_never_the_only_sign_of_a_limit() -> None:
    """Who tells no red from green reads the same queue: each state of a limit has words and a tone of its own."""
    today = date(2026, 3, 2)
    ends = [(False, today + timedelta(days=days), False) for days in (-3, 0, 1, 21)]
    heads = [
        SimpleNamespace(state=State.ACCEPTED, paused=paused, due_on=due_on, due_unknown=unknown)
        for paused, due_on, unknown in (*ends, (False, None, True), (True, None, False))
    ]
    with on(today):
        looks = [limit_look(head) for head in heads]  # type: ignore[arg-type]
    assert all(looks) and len({look[0] for look in looks if look}) == 6, "told apart by words"
    assert len({look[2] for look in looks if look}) == 6, "told apart by shape"

"""委托 on the pages: given, used, seen in the ledger's words, and taken back."""

import pytest
from django.test import Client

from proofless.applications.models import Application
from proofless.kit import clock
from tests.portal.conftest import Enter, complete, text_of
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM = "I081"


def number_of(town: TestTown, name: str) -> str:
    made = town.loaded.town
    return next(one.id_no for one in made.people if one.holder == made.cast[name])


@pytest.fixture
def hers(enter: Enter, town: TestTown) -> Client:
    """赵奶奶, who let 李四 act for her today."""
    client = enter("zhaonainai")
    day = clock.today().isoformat()
    wish = {"item": ITEM, "agent_name": "李四", "agent_number": number_of(town, "李四"), "special": "1"}
    assert client.post("/agents", wish | {"since": day, "until": day})["Location"] == "/agents"
    return client


def link_of(page: str, ending: str) -> str:
    start = page.index('action="/agents/') + len('action="')
    while not page[start : page.index('"', start)].endswith(ending):
        start = page.index('action="/agents/', start) + len('action="')
    return page[start : page.index('"', start)]


def test_he_fills_and_hands_in_for_her(hers: Client, enter: Enter) -> None:
    his = enter("lisi")
    started = his.post(link_of(text_of(his.get("/agents")), "/start"), {"item": ITEM})
    address = started["Location"]
    page = text_of(his.get(address))
    assert "为赵奶奶办理" in page
    reply = his.post(address, complete(his, address))
    assert reply.status_code == 302, text_of(reply)
    assert Application.objects.get().receipt in text_of(his.get("/agents"))
    assert his.get(address.removesuffix("/fill")).status_code == 200
    assert hers.get(address.removesuffix("/fill")).status_code == 200


def test_taken_back_it_is_over_at_once(hers: Client, enter: Enter) -> None:
    his = enter("lisi")
    address = his.post(link_of(text_of(his.get("/agents")), "/start"), {"item": ITEM})["Location"]
    hers.post(link_of(text_of(hers.get("/agents")), "/revoke"))
    assert his.get(address).status_code == 404
    assert "已撤销" in text_of(hers.get("/agents"))


def test_what_is_wrong_with_the_form_is_said_beside_it(enter: Enter) -> None:
    reply = enter("zhaonainai").post(
        "/agents", {"item": ITEM, "agent_number": "1", "since": "", "until": "x"}
    )
    assert reply.status_code == 422 and "请选择日期" in text_of(reply)


def test_at_the_window_the_clerk_serves_the_agent_in_her_name(
    hers: Client, enter: Enter, town: TestTown
) -> None:
    window = enter("clerk-mzj")
    card = {"item": ITEM, "channel": "window", "number": number_of(town, "李四"), "name": "李四"}
    here = window.post("/window", card)["Location"]
    page = text_of(window.get(here))
    assert "替赵奶奶填" in page
    brought = page.split('name="authority" value="')[1].split('"')[0]
    address = window.post(here, {"authority": brought})["Location"]
    page = text_of(window.get(address))
    assert "赵奶奶的代理人李四" in page and "为赵奶奶办理" in page
    sheet = text_of(window.get(address.replace("/fill", "/confirm")))
    assert "李四受赵奶奶委托" in sheet and "代理人签字" in sheet
    assert "赵奶奶" in text_of(window.get(here))

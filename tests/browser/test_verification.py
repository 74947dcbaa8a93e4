"""The desks of verification in a real browser: both departments, the lead and the supervisor, at both widths."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import psycopg
import pytest

from proofless.access.actors import system_actor
from proofless.config.postgres import EmbeddedPostgres
from proofless.kit.permissions import Permission
from proofless.parties.services import NewAccount, make_accounts
from proofless.verification import services
from proofless.verification.models import Request
from proofless.verification.services import NewDelegation
from tests.browser import harness
from tests.browser.harness import Browser
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import TestTown, town
from tests.verification.scenes import ARCHIVE, DRIVING, PNG, again, ask, clerk, lead, on, yes

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long


@dataclass(frozen=True, slots=True)
class Desk:
    """Requests in every state: fresh, overdue, paused, unknown, answered, answered after the case, returned."""

    fresh: Request
    overdue: Request
    paused: Request
    answered: Request


@pytest.fixture(scope="module")
def desk(
    served_town: ServedTown, town: TestTown, postgres: EmbeddedPostgres, django_db_blocker: object
) -> Iterator[Desk]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        accounts = [
            NewAccount("v-police", "x", "公安窗口", ("clerk",), department_code="GAJ"),
            NewAccount("v-lead", "x", "公安协查负责人", ("coordinator",), department_code="GAJ"),
            NewAccount("v-roads", "x", "交通窗口", ("clerk",), department_code="JTJ"),
        ]
        make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=accounts)
        with psycopg.connect(postgres.superuser_dsn()) as connection:
            connection.execute(
                "UPDATE parties_account SET password = (SELECT password FROM parties_account"
                " WHERE username = 'supervisor') WHERE username LIKE 'v-%'"
            )
        yield _made(town)


def _made(town: TestTown) -> Desk:
    police = clerk("GAJ")
    with on(date(2026, 11, 16)):
        overdue = ask(town["李四"], reference="application:2/M")
        answered = ask(town["王五"], reference="application:3/M")
        archive = ask(
            town["张三"], ARCHIVE, reference="application:4/M", parameters={"former_unit": "德州机床厂"}
        )
        other = ask(town["赵奶奶"], "VT05", by="SPJ", reference="application:5/M", purpose="办理企业注销登记")
    with on(date(2026, 11, 18)):
        services.answer(
            actor=police,
            request_id=answered.id,
            revision=1,
            given=yes("经查近三年无相关事故"),
            evidence=[PNG],
        )
        services.answer(actor=clerk("SWJ"), request_id=other.id, revision=1, given=yes())
        services.return_request(
            actor=clerk("RSJ"), request_id=archive.id, revision=1, reason="档案不在本机构，请联系市教育体育局"
        )
    paused = ask(town["赵奶奶"], reference="application:6/M")
    services.take(actor=police, request_id=paused.id, revision=1)
    services.pause(actor=police, request_id=paused.id, revision=2, reason="等申请人补充驾驶证档案编号")
    services.close_case(actor=clerk("JTJ"), reference="application:6")
    with on(date(2026, 12, 30)):
        ask(
            town["张三"],
            "VT08",
            by="MZJ",
            reference="application:7/M",
            purpose="办理收养登记",
            parameters={"relation": "父子", "other_name": "张某"},
        )
    fresh = ask(town["张三"])
    services.delegate(actor=lead("GAJ"), new=NewDelegation("JTJ", "公委〔2026〕3号委托书", date(2026, 11, 1)))
    services.escalate()
    return Desk(again(fresh), again(overdue), again(paused), again(answered))


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_answering_desk(browser: Browser, served_town: ServedTown, desk: Desk, size: str) -> None:
    tab = browser.page_at(f"{served_town.url}/sign-in", size)
    sign_in(tab, served_town.url, "v-police")
    base = f"{served_town.url}/desk/verification/"
    pages = {
        "queue": f"?template={DRIVING}",
        "all": "",
        "closed": "?state=closed",
        "fresh": str(desk.fresh.id),
        "paused": str(desk.paused.id),
        "answered": str(desk.answered.id),
        "templates": "templates",
    }
    for name, path in pages.items():
        reply = tab.page.goto(base + path)
        assert reply and reply.status == 200, path
        look(tab, f"verification-{name}", size)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_asking_desk(browser: Browser, served_town: ServedTown, desk: Desk, size: str) -> None:
    tab = browser.page_at(f"{served_town.url}/sign-in", size)
    sign_in(tab, served_town.url, "v-roads")
    base = f"{served_town.url}/desk/verification/"
    for name, path in (("asked", "asked?state=closed"), ("choose", "ask"), ("ask", "ask/VT03")):
        reply = tab.page.goto(base + path)
        assert reply and reply.status == 200, path
        look(tab, f"verification-{name}", size)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize(("who", "path"), [("v-lead", "delegations"), ("supervisor", "punctuality")])
def test_the_lead_and_the_supervisor(
    browser: Browser, served_town: ServedTown, desk: Desk, who: str, path: str, size: str
) -> None:
    tab = browser.page_at(f"{served_town.url}/sign-in", size)
    sign_in(tab, served_town.url, who)
    tab.page.goto(f"{served_town.url}/desk/verification/{path}")
    tab.page.wait_for_timeout(400)
    look(tab, f"verification-{path}", size)


def test_a_clerk_answers_by_keyboard(browser: Browser, served_town: ServedTown, desk: Desk) -> None:
    """Without a mouse, and an unfinished answer sends her to what is missing."""
    tab = browser.page_at(f"{served_town.url}/sign-in", "desktop")
    sign_in(tab, served_town.url, "v-police")
    tab.page.goto(f"{served_town.url}/desk/verification/{desk.overdue.id}")
    tab.page.get_by_label("无法核实").check()
    press(tab.page, "提交答复")
    tab.complaints.clear()  # the browser itself reports the 422
    assert "为什么无法核实" in tab.page.inner_text("main")
    look(tab, "verification-unfinished", "desktop")
    tab.page.get_by_label("属实", exact=True).check()
    press(tab.page, "提交答复")
    assert "已答复" in tab.page.inner_text("main") and harness.keyboard_walk(tab.page, 3)

"""Promises on the pages: the department inspects and decides, the resident is told and speaks."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from proofless.access.actors import system_actor
from proofless.access.edge import SESSION_ACCOUNT
from proofless.commitments.models import Breach, State
from proofless.commitments.rules.responses import Stage
from proofless.kit import clock
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts
from tests.commitments.scenes import again, broken, drawn, sign
from tests.town import TestTown
from tests.verification.scenes import on

pytestmark = pytest.mark.django_db
DESK = "/desk/commitments/"


@pytest.fixture(autouse=True)
def headed(town: TestTown) -> None:
    """A draw needs a signed head for its seed."""
    town.chain()


def enter(username: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
    session.save()
    return client


def office(department: str, name: str = "c-clerk") -> Client:
    new = NewAccount(name, "x", name, ("clerk",), department_code=department)
    make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=[new])
    return enter(name)


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def test_a_drawn_promise_is_inspected_on_its_page(town: TestTown) -> None:
    row = drawn(town)
    desk = office(row.department_code)
    assert "经济困难说明" in text_of(desk.get(DESK)) and "张三" not in text_of(desk.get(DESK))
    page = f"{DESK}{row.id}"
    assert "张三" in text_of(desk.get(page)) and "与承诺相符" in text_of(desk.get(page))
    assert desk.post(page, {"verb": "dance", "revision": 1}).status_code == 400
    assert desk.post(page, {"verb": "kept", "revision": row.revision}).status_code == 302
    assert again(row).state == State.KEPT
    late = desk.post(page, {"verb": "broken", "revision": row.revision})
    assert late.status_code == 409 and "当前状态不能" in text_of(late)
    assert (
        enter("clerk-swj" if Account.objects.filter(username="clerk-swj") else "clerk-gaj")
        .get(page)
        .status_code
        == 404
    )


def test_she_reads_the_notice_speaks_and_is_answered(town: TestTown) -> None:
    """张三 learns what was found, says her side, and reads the decision with its reason and its end."""
    breach = broken(town)
    found = breach.noticed_at.astimezone(clock.SHANGHAI).date()
    zhang, other = enter("zhangsan"), enter("wangwu")
    with on(found):
        assert "核查与承诺不符" in text_of(zhang.get("/commitments/"))
        page = f"/commitments/breaches/{breach.id}"
        assert other.get(page).status_code == 404
        assert "现在还没有作出决定" in text_of(zhang.get(page))
        assert zhang.post(page, {"verb": "state", "statement": ""}).status_code == 422
        assert zhang.post(page, {"verb": "state", "statement": "当时确实失业在家"}).status_code == 302
        desk, there = office(breach.department_code), f"{DESK}breaches/{breach.id}"
        assert "当时确实失业在家" in text_of(desk.get(there))
        assert desk.post(there, {"verb": "uphold", "reason": ""}).status_code == 422
        decided = {"verb": "uphold", "reason": "经核对家庭收入，与承诺不符"}
        assert desk.post(there, decided).status_code == 302
        told = text_of(zhang.get(page))
        assert "经核对家庭收入" in told and "一年内不适用" in told and "可以申请修复" in told
        again_ = desk.post(there, decided)
        assert again_.status_code == 409
    with on(found + timedelta(days=100)):
        assert zhang.post(page, {"verb": "ask_repair"}).status_code == 302
        assert desk.post(there, {"verb": "repair"}).status_code == 302
        assert "已修复" in text_of(zhang.get(page))
    assert Breach.objects.get(id=breach.id).stage == Stage.REPAIRED


def test_a_hearing_asked_for_is_held_before_a_decision(town: TestTown) -> None:
    breach = broken(town)
    with on(breach.noticed_at.astimezone(clock.SHANGHAI).date()):
        zhang, desk = enter("zhangsan"), office(breach.department_code)
        there = f"{DESK}breaches/{breach.id}"
        assert "期限未满" in text_of(desk.get(there))
        zhang.post(f"/commitments/breaches/{breach.id}", {"verb": "ask_hearing"})
        assert "须先听证" in text_of(desk.get(there))
        assert desk.post(there, {"verb": "uphold", "reason": "经核对，与承诺不符"}).status_code == 409
        assert desk.post(there, {"verb": "hear"}).status_code == 302
        assert desk.post(there, {"verb": "dismiss", "reason": "听证查明，承诺属实"}).status_code == 302
        assert "不构成" in text_of(zhang.get(f"/commitments/breaches/{breach.id}"))


def test_she_finds_what_she_signed(town: TestTown) -> None:
    empty = enter("lisi")
    assert "您没有签过承诺" in text_of(empty.get("/commitments/"))
    sign(town)
    page = text_of(enter("zhangsan").get("/commitments/"))
    assert "经济困难说明" in page and "等待核查" in page and "国办发〔2020〕42号" in page


def test_the_templates_say_how_each_is_checked(town: TestTown) -> None:
    desk = enter("bureau")
    page = text_of(desk.get(f"{DESK}templates?q=出租"))
    assert "请主管部门核验" in page or "没有这样的材料" in page
    assert "查电子证照" in text_of(desk.get(f"{DESK}templates"))

"""本市设定 on its page and by API: the bureau sets, a clerk may look, a colleague's change is not lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from proofless.access.actors import system_actor
from proofless.access.edge import SESSION_ACCOUNT
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts
from proofless.standards.limits import limit_of
from proofless.standards.versions import forget

pytestmark = pytest.mark.django_db
PAGE = f"/desk/limits/{Limit.PAPER_REUSE_DAYS}"


@pytest.fixture(autouse=True)
def accounts() -> Iterator[None]:
    forget()
    made = [
        NewAccount(f"limits-{role}", "x", "某人", (role,), department_code="DSJJ")
        for role in ("bureau", "clerk")
    ]
    make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=made)
    yield
    forget()


def enter(role: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=f"limits-{role}").id)
    session.save()
    return client


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def test_the_bureau_sees_what_each_number_decides_and_sets_one() -> None:
    bureau = enter("bureau")
    page = text_of(bureau.get("/desk/limits"))
    assert all(one.terms.label in page and one.terms.what in page for one in Limit)
    given = {"value": "180", "reason": "原件变化较快", "seen": "365"}
    said = text_of(bureau.post(PAGE, given, follow=True))
    assert "已改为180天" in said and "原件变化较快" in said and limit_of(Limit.PAPER_REUSE_DAYS) == 180


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"value": "5", "reason": "越短越好", "seen": "365"}, "请填写30至1100之间的整数"),
        ({"value": "", "reason": "越短越好", "seen": "365"}, "请填写这一项"),
        ({"value": "180", "reason": "", "seen": "365"}, "请填写这一项"),
    ],
)
def test_what_is_wrong_is_said_beside_it(given: dict[str, str], said: str) -> None:
    reply = enter("bureau").post(PAGE, given)
    assert reply.status_code == 422 and said in text_of(reply) and limit_of(Limit.PAPER_REUSE_DAYS) == 365


def test_a_colleagues_change_is_shown_and_not_overwritten() -> None:
    bureau = enter("bureau")
    bureau.post(PAGE, {"value": "180", "reason": "原件变化较快", "seen": "365"})
    late = text_of(bureau.post(PAGE, {"value": "90", "reason": "再短一点吧", "seen": "365"}, follow=True))
    assert "刚被同事改过" in late and limit_of(Limit.PAPER_REUSE_DAYS) == 180


def test_a_clerk_looks_and_sets_nothing() -> None:
    clerk = enter("clerk")
    assert '<form method="post" action="/desk/limits' not in text_of(clerk.get(PAGE))
    assert clerk.post(PAGE, {"value": "180", "reason": "原件变化较快", "seen": "365"}).status_code == 403
    assert clerk.get("/desk/limits/nothing").status_code == 404


def test_a_system_of_the_bureau_reads_and_sets_by_api() -> None:
    headers = {"Authorization": f"Bearer {enter('bureau').session.session_key}"}
    path = "/api/v1/limits"
    rows = {one["code"]: one for one in Client().get(path, headers=headers).json()}
    assert rows[Limit.UPLOAD_PAGES]["unit"] == "页" and len(rows) == len(Limit)

    def put(value: int) -> int:
        body = {"value": value, "reason": "图纸页数多", "seen": 30}
        address = f"{path}/{Limit.UPLOAD_PAGES}"
        return Client().put(address, body, content_type="application/json", headers=headers).status_code

    assert (put(500), put(50), put(60)) == (400, 204, 409)
    assert limit_of(Limit.UPLOAD_PAGES) == 50

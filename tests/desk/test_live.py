"""在线数据接口 on its page: registered, tried, suspended and resumed by the bureau, and nobody else's business."""

from typing import Any

import pytest
from django.test import Client

from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications.models import LiveSource
from proofless.parties.models import Account
from tests.applications.test_live import REGISTER, TOKEN, Register, bureau, register, suspend_live_source
from tests.town import TestTown, town

__all__ = ["register", "town"]
pytestmark = pytest.mark.django_db
PAGE = f"/desk/live/{REGISTER}"


def enter(username: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
    session.save()
    return client


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def test_without_a_source_the_page_says_so_and_registers_one(town: TestTown) -> None:
    client = enter("bureau")
    assert "还没有登记在线接口" in text_of(client.get("/desk/live"))
    assert client.get("/desk/live", {"dataset": REGISTER}).headers["Location"] == PAGE
    given = {"address": "http://elsewhere/rows", "token": TOKEN, "budget_ms": "800", "keep_minutes": "60"}
    refused = client.post(PAGE, given)
    assert refused.status_code == 422 and "https://" in text_of(refused)
    client.post(PAGE, {**given, "address": "https://data.example.gov.cn/rows"})
    assert LiveSource.objects.get(dataset_code=REGISTER).budget_ms == 800
    page = text_of(client.get("/desk/live"))
    assert "婚姻登记信息" in page and "还没有问过" in page and TOKEN not in page


def test_the_operator_tries_suspends_and_resumes(town: TestTown, register: Register) -> None:
    client = enter("bureau")
    register.say = lambda asked: {"request_id": asked["request_id"], "rows": []}
    assert "试问结果：已答复" in text_of(client.post(f"{PAGE}/act", {"verb": "try"}, follow=True))
    refused = client.post(f"{PAGE}/act", {"verb": "suspend", "reason": ""})
    assert refused.status_code == 422 and "请写明暂停的原因" in text_of(refused)
    said = text_of(client.post(f"{PAGE}/act", {"verb": "suspend", "reason": "对方割接"}, follow=True))
    assert "对方割接" in said and "恢复询问" in said
    assert "已恢复" in text_of(client.post(f"{PAGE}/act", {"verb": "resume"}, follow=True))


def test_a_suspension_ends_when_it_is_registered_anew(town: TestTown, register: Register) -> None:
    suspend_live_source(actor=bureau(), dataset_code=REGISTER, reason="对方割接")
    given = {"address": register.address, "token": TOKEN, "budget_ms": "500", "keep_minutes": "60"}
    assert enter("bureau").post(PAGE, given).status_code == 302
    row = LiveSource.objects.get(dataset_code=REGISTER)
    assert row.enabled and not row.suspended_reason and row.budget_ms == 500


def test_a_system_of_the_bureau_does_the_same_by_api(town: TestTown, register: Register) -> None:
    headers = {"Authorization": f"Bearer {enter('bureau').session.session_key}"}
    path = "/api/v1/live-sources"
    register.say = lambda asked: {"request_id": asked["request_id"], "rows": []}
    assert Client().post(f"{path}/{REGISTER}/try", headers=headers).json()["outcome"] == "answered"
    body = {"reason": "对方割接"}
    json = {"content_type": "application/json", "headers": headers}
    assert Client().post(f"{path}/{REGISTER}/suspend", body, **json).status_code == 204  # type: ignore[arg-type]
    (row,) = Client().get(path, headers=headers).json()
    assert (row["state"], row["suspended_reason"]) == ("已暂停", "对方割接") and "token" not in row
    assert Client().post(f"{path}/{REGISTER}/resume", headers=headers).status_code == 204
    assert enter("clerk-mzj").get("/desk/live").status_code == 403

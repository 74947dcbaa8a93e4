"""The desk pages of verification as officials use them, by hand and from another department's system."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from proofless.access.actors import system_actor
from proofless.access.edge import SESSION_ACCOUNT
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts
from proofless.verification.models import Delegation, Request
from proofless.verification.rules.states import State
from tests.town import TestTown
from tests.verification.scenes import ARCHIVE, DRIVING, PNG, again, ask, entries

pytestmark = pytest.mark.django_db
HERE = "/desk/verification/"


@pytest.fixture
def people(town: TestTown) -> dict[str, Account]:
    """A clerk of 公安 and of 交通, 公安's lead, a department's system, a supervisor."""
    new = [
        ("v-police", ("clerk",), "GAJ"),
        ("v-roads", ("clerk",), "JTJ"),
        ("v-lead", ("coordinator",), "GAJ"),
        ("v-system", ("department_system",), "GAJ"),
        ("v-asking", ("department_system",), "JTJ"),
    ]
    made = make_accounts(
        actor=system_actor(Permission.ACCOUNT_MANAGE),
        accounts=[NewAccount(name, "x", name, roles, department_code=dept) for name, roles, dept in new],
    )
    found = {one.username: one for one in Account.objects.filter(id__in=made)}
    return found | {"supervisor": Account.objects.get(username="supervisor")}


def enter(account: Account) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(account.id)
    session.save()
    return client


def bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {enter(account).session.session_key}"}


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def given(**changes: Any) -> dict[str, Any]:
    return {"revision": 1, "verdict": "confirmed", "as_of": "2026-11-20", "note": "", **changes}


def test_a_question_goes_there_and_comes_back(town: TestTown, people: dict[str, Account]) -> None:
    """交通 asks, 公安 answers on a page, 交通 reads it: nobody's cousin fetched a stamp."""
    roads, police = enter(people["v-roads"]), enter(people["v-police"])
    number = "".join(p.id_no for p in town.loaded.town.people if p.name == "张三")[:18]
    assert "安全驾驶经历核验" in text_of(roads.get(f"{HERE}ask"))
    bad = roads.post(
        f"{HERE}ask/{DRIVING}", {"number": "371402199001010011", "purpose": "办证", "basis": "I067"}
    )
    assert bad.status_code == 422 and "号码校验不通过" in text_of(bad)
    sent = roads.post(f"{HERE}ask/{DRIVING}", {"number": number, "purpose": "办理从业资格", "basis": "I067"})
    assert sent.status_code == 302, text_of(sent)
    page = str(sent["Location"])
    queue = text_of(police.get(HERE))
    assert "安全驾驶经历核验" in queue and "市交通运输局" in queue and "张三" not in queue
    opened = text_of(police.get(page))
    assert "张三" in opened and number in opened and "剩" in opened
    late = police.post(f"{page}/answer", given(verdict="unknown"))
    assert late.status_code == 422 and "为什么无法核实" in text_of(late)
    done = police.post(f"{page}/answer", given(phrase="经查近三年无相关事故"))
    assert done.status_code == 302, text_of(done)
    said = text_of(roads.get(page))
    assert "属实" in said and "经查近三年无相关事故" in said
    assert text_of(enter(people["v-lead"]).get(page)).count("市公安局") >= 1


def test_the_second_clerk_is_told(town: TestTown, people: dict[str, Account]) -> None:
    request = ask(town["张三"])
    police, lead = enter(people["v-police"]), enter(people["v-lead"])
    assert police.post(f"{HERE}{request.id}/answer", given()).status_code == 302
    second = lead.post(f"{HERE}{request.id}/answer", given(verdict="denied"))
    assert second.status_code == 409 and "当前状态不能" in text_of(second)


def test_pausing_and_extending_ask_for_a_reason(town: TestTown, people: dict[str, Account]) -> None:
    request = ask(town["张三"])
    lead, page = enter(people["v-lead"]), f"{HERE}{request.id}/act"
    assert lead.post(page, {"verb": "take", "revision": 1}).status_code == 302
    assert lead.post(page, {"verb": "pause", "revision": 2, "reason": ""}).status_code == 422
    reason = "等申请人补充材料"
    assert lead.post(page, {"verb": "pause", "revision": 2, "reason": reason}).status_code == 302
    assert reason in text_of(lead.get(f"{HERE}{request.id}")) and again(request).state == State.PAUSED
    assert lead.post(page, {"verb": "resume", "revision": 3}).status_code == 302
    told = {"verb": "extend", "revision": 4, "days": "2", "reason": "案卷在外地，调取需要时间"}
    assert lead.post(page, told).status_code == 302 and again(request).extended_days == 2
    assert lead.post(page, {"verb": "dance", "revision": 5}).status_code == 400
    assert lead.post(page, {"verb": "take", "revision": "x"}).status_code == 400


def test_many_are_answered_at_once(town: TestTown, people: dict[str, Account]) -> None:
    made = [
        ask(town[name], reference=f"application:{n}/M") for n, name in enumerate(("张三", "李四", "王五"))
    ]
    police = enter(people["v-police"])
    page = text_of(police.get(f"{HERE}?template={DRIVING}"))
    picks = re.findall(r'name="pick" value="([^"]+)"', page)
    assert len(picks) == 3
    police.post(f"{HERE}{made[0].id}/answer", given(verdict="denied"))
    none = police.post(f"{HERE}bulk?template={DRIVING}", given())
    assert none.status_code == 422 and "请先勾选" in text_of(none)
    sent = police.post(f"{HERE}bulk?template={DRIVING}", given(pick=picks), follow=True)
    assert "已答复2项" in text_of(sent) and "1项没有答复" in text_of(sent)
    assert [again(one).state for one in made] == [State.ANSWERED] * 3


def test_evidence_is_seen_by_both_sides_only(town: TestTown, people: dict[str, Account]) -> None:
    request = ask(town["张三"], DRIVING)
    police, file = enter(people["v-police"]), SimpleUploadedFile("a.png", PNG)
    assert police.post(f"{HERE}{request.id}/answer", given(evidence=file)).status_code == 302
    address = re.search(
        rf"{HERE}{request.id}/evidence/[0-9a-f-]+", text_of(police.get(f"{HERE}{request.id}"))
    )
    assert address and enter(people["v-roads"]).get(address.group()).content == PNG
    stranger = enter(Account.objects.get(username="clerk-mzj"))
    assert stranger.get(address.group()).status_code == stranger.get(f"{HERE}{request.id}").status_code == 404
    nobody = Client().get(f"{HERE}{request.id}")
    assert nobody.status_code == 302 and "sign-in" in nobody["Location"]


def test_a_lead_delegates_and_ends_it(town: TestTown, people: dict[str, Account]) -> None:
    lead = enter(people["v-lead"])
    sent = {"unit_code": "JTJ", "basis": "公委〔2026〕3号", "since_on": "2026-11-01"}
    assert lead.post(f"{HERE}delegations", sent).status_code == 302
    assert "公委〔2026〕3号" in text_of(lead.get(f"{HERE}delegations"))
    wrong = lead.post(f"{HERE}delegations", sent | {"since_on": "2026-11-09", "until_on": "2026-11-01"})
    assert wrong.status_code == 422 and "不能早于" in text_of(wrong)
    made = Delegation.objects.get()
    assert lead.post(f"{HERE}delegations/{made.id}/end").status_code == 302
    connected = {"connected": DRIVING, "address": "ftp://x", "token": "t" * 20, "enabled": "on"}
    assert "https://" in text_of(lead.post(f"{HERE}connectors", connected))
    assert lead.post(f"{HERE}connectors", connected | {"address": "https://ga.example/a"}).status_code == 302
    assert enter(people["v-police"]).get(f"{HERE}delegations").status_code == 403


def test_punctuality_is_a_plot_a_table_and_a_workbook(town: TestTown, people: dict[str, Account]) -> None:
    request = ask(town["张三"])
    enter(people["v-police"]).post(f"{HERE}{request.id}/answer", given())
    ask(town["李四"], reference="application:2/M")
    supervisor = enter(people["supervisor"])
    page = text_of(supervisor.get(f"{HERE}punctuality"))
    assert "data-chart" in page and "市公安局" in page and "100.0%" in page
    assert "没有协查" in text_of(supervisor.get(f"{HERE}punctuality?since=2020-01-01&until=2020-02-01"))
    assert supervisor.get(f"{HERE}punctuality?since=2020-99-01&until=abc").status_code == 200
    book = load_workbook(io.BytesIO(supervisor.get(f"{HERE}punctuality.xlsx").content))
    rows = list(book.active.values)
    assert rows[0][0] == "演示·无效" and rows[2][:3] == ("市公安局", 2, 1)
    lists = enter(people["v-police"]).get(f"{HERE}export.xlsx?state=closed")
    assert request.number in str(list(load_workbook(io.BytesIO(lists.content)).active.values))


# the API


def post(client: Client, path: str, body: dict[str, Any], account: Account, key: str = "") -> Any:
    headers = bearer(account) | ({"Idempotency-Key": key} if key else {})
    return client.post(f"/api/v1/verification/{path}", body, content_type="application/json", headers=headers)


def test_systems_ask_and_answer(town: TestTown, people: dict[str, Account]) -> None:
    """A line that broke makes nobody ask or answer twice."""
    client, asking, system = Client(), people["v-asking"], people["v-system"]
    number = "".join(p.id_no for p in town.loaded.town.people if p.name == "张三")[:18]
    body = {
        "template_code": DRIVING,
        "number": number,
        "reference": "roads:77",
        "purpose": "办理从业资格",
        "basis": "I067",
    }
    assert post(client, "requests", body, asking).status_code == 400, "a change needs its key"
    first = post(client, "requests", body, asking, "key-00000001")
    twin = post(client, "requests", body, asking, "key-00000001")
    assert first.status_code == twin.status_code == 201 and first.json() == twin.json()
    reused = post(client, "requests", body | {"purpose": "别的用途"}, asking, "key-00000001")
    assert reused.status_code == 409 and reused.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert reused["Content-Type"] == "application/problem+json"
    request = Request.objects.get(id=UUID(first.json()["id"]))
    listed = client.get("/api/v1/verification/requests", headers=bearer(system)).json()
    assert [row["reference"] for row in listed["rows"]] == ["roads:77"]
    opened = client.get(f"/api/v1/verification/requests/{request.id}", headers=bearer(system)).json()
    assert opened["subject"]["number"] == number
    said = {"revision": 1, "verdict": "confirmed", "as_of": "2026-11-20", "note": "无事故"}
    lied = post(client, f"requests/{request.id}/answer", said | {"values": {"x": 1}}, system, "key-00000002")
    assert lied.status_code == 400 and lied.json()["code"] == "VERIFICATION_ANSWER_INVALID"
    for _ in range(2):
        assert post(client, f"requests/{request.id}/answer", said, system, "key-00000003").status_code == 204
    assert len(entries(Kind.REQUEST_ANSWERED, request)) == 1
    again_ = post(client, f"requests/{request.id}/answer", said, system, "key-00000004")
    assert again_.status_code == 409 and again_.json()["code"] == "VERIFICATION_STATE"
    read = client.get(f"/api/v1/verification/requests/{request.id}", headers=bearer(asking)).json()
    assert read["answer"]["verdict"] == "confirmed" and read["head"]["state"] == "answered"


def test_a_system_attaches_a_scan_of_the_size_a_person_may(
    town: TestTown, people: dict[str, Account]
) -> None:
    """A photo of a file is larger than the two megabytes other bodies may have."""
    request = ask(town["张三"], DRIVING)
    address = f"/api/v1/verification/requests/{request.id}/evidence"
    sent = {"file": SimpleUploadedFile("a.png", PNG + bytes(4 << 20))}
    made = Client().post(address, sent, headers=bearer(people["v-system"]))
    assert made.status_code == 201, made.content
    sent = {"file": SimpleUploadedFile("a.png", PNG + bytes(11 << 20))}
    refused = Client().post(address, sent, headers=bearer(people["v-system"]))
    assert refused.status_code == 400 and refused.json()["code"] == "UPLOAD_INVALID"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"verdict": "yes"}, 400),
        ({"as_of": "20261120"}, 400),
        ({"as_of": "2099-01-01"}, 400),
        ({"revision": 9}, 409),
        ({"revision": "x"}, 400),
        ({"values": {"a": [1]}}, 400),
        ({"note": "x" * 1001}, 400),
    ],
)
def test_bad_answers_are_problems(
    town: TestTown, people: dict[str, Account], changes: dict[str, Any], status: int
) -> None:
    request = ask(town["张三"])
    body = {"revision": 1, "verdict": "confirmed", "as_of": "2026-11-20"} | changes
    reply = post(Client(), f"requests/{request.id}/answer", body, people["v-system"], "key-00000009")
    assert reply.status_code == status and reply["Content-Type"] == "application/problem+json"
    assert again(request).state == State.ASKED


def test_the_api_keeps_strangers_out(town: TestTown, people: dict[str, Account]) -> None:
    request = ask(town["张三"], ARCHIVE, by="JYTYJ")
    client, path = Client(), f"/api/v1/verification/requests/{request.id}"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=bearer(people["v-asking"])).status_code == 404
    unknown = {
        "template_code": DRIVING,
        "number": "371402199001010012",
        "reference": "r",
        "purpose": "用途",
        "basis": "b",
    }
    reply = post(client, "requests", unknown, people["v-asking"], "key-00000005")
    assert reply.status_code == 404 and "371402" not in text_of(reply)

"""The thread through the API, each act as a kiosk or a department's own system makes it."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proofless import ledger
from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications import queries
from proofless.applications.models import Application, State
from proofless.commitments.models import Deferral
from proofless.commitments.rules.deferrals import DeferralState
from proofless.parties.models import Account
from proofless.simulator.acting import answer_for_departments, blank_png, clerk
from tests.town import TestTown

pytestmark = pytest.mark.django_db
AID, PAPER, PROMISE = "I083", "I083-M04", "I083-M02"


class Caller:
    """Somebody with a token."""

    def __init__(self, username: str) -> None:
        session = Client().session
        session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
        session.save()
        self._headers = {"Authorization": f"Bearer {session.session_key}"}

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 204) -> Any:
        more: dict[str, Any] = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer = getattr(Client(), method)(f"/api/v1/applications{path}", headers=self._headers, **more)
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def send(self, path: str, data: bytes, *, status: int = 204) -> None:
        body = {"file": SimpleUploadedFile("a.png", data)}
        answer = Client().post(f"/api/v1/applications{path}", body, headers=self._headers)
        assert answer.status_code == status, answer.content


def test_a_kiosk_hands_in_and_an_office_accepts(town: TestTown) -> None:
    """What a page can do and the API cannot would keep every kiosk on paper."""
    zhang, office = Caller("zhangsan"), Caller("clerk-sfj")
    made = zhang("post", "", {"item_code": AID}, status=201)["id"]
    zhang("put", f"/{made}/draft", {"values": {"case_cause": "演示"}})
    zhang.send(f"/{made}/materials/{PAPER}/file", blank_png())
    zhang.send(f"/{made}/materials/I083-M01/file", blank_png(), status=409)
    plan = zhang("post", f"/{made}/plan", {}, status=200)
    whole = {
        "revision": plan["revision"],
        "values": {"case_cause": "演示", "apply_item": "演示"},
        "agreed": [one["key"] for one in plan["consents"]],
        "signed": [PROMISE],
    }
    receipt = zhang("post", f"/{made}/submit", whole, status=200)["receipt"]
    case = office("get", f"/{made}/case", status=200)
    assert case["receipt"] == receipt and case["values"]["applicant_name"] == "张三"
    assert {s["code"] for s in case["states"] if s["has_file"]} == {PAPER}
    assert all(m["evidence"] for m in case["materials"] if m["mode"] in {"certificate", "data"})
    office("post", f"/{made}/take", {"revision": case["revision"]})
    accept = {"revision": case["revision"] + 1, "checked": case["unknown_rules"]}
    office("post", f"/{made}/accept", accept)
    assert Application.objects.get(id=made).state == State.ACCEPTED
    own = zhang("get", f"/{made}", status=200)
    assert [e["step"] for e in own["events"]] == ["提交申请", "窗口收件", "受理"]
    Caller("wangwu")("get", f"/{made}", status=404)
    Caller("clerk-mzj")("get", f"/{made}/case", status=404)


def test_an_office_answers_a_verification_and_decides(town: TestTown) -> None:
    zhang, office = Caller("zhangsan"), Caller("clerk-cl")
    made = zhang("post", "", {"item_code": "I075"}, status=201)["id"]
    plan = zhang("post", f"/{made}/plan", {}, status=200)
    for material in plan["materials"]:
        if material["mode"] == "upload":
            zhang.send(f"/{made}/materials/{material['code']}/file", blank_png())
    written = {f["name"]: "1" for f in plan["fields"] if f["required"] and f["value"] in (None, "")}
    whole = {
        "revision": plan["revision"],
        "values": written,
        "agreed": [one["key"] for one in plan["consents"]],
        "signed": [m["code"] for m in plan["materials"] if m["mode"] == "commitment"],
    }
    zhang("post", f"/{made}/submit", whole, status=200)
    case = office("get", f"/{made}/case", status=200)
    waiting = [state["code"] for state in case["states"] if state["awaiting"]]
    assert waiting
    for code in waiting:  # the hospitals' department answers, not the clerk who asks
        office("post", f"/{made}/materials/{code}/answer", {"confirmed": True}, status=409)
    with ledger.reading():
        answer_for_departments(clerk("CL"), queries.open_case(clerk("CL"), UUID(made)))
    answered = office("get", f"/{made}/case", status=200)
    assert {s["answer"] for s in answered["states"] if s["code"] in waiting} == {"confirmed"}


def test_what_may_follow_is_left_and_brought_by_the_api(town: TestTown) -> None:
    """容缺: a kiosk that could leave a paper out but not bring it later would make her come back."""
    zhang, office = Caller("zhangsan"), Caller("clerk-sfj")
    made = zhang("post", "", {"item_code": AID}, status=201)["id"]
    plan = zhang("post", f"/{made}/plan", {}, status=200)
    whole = {
        "revision": plan["revision"],
        "values": {"case_cause": "演示", "apply_item": "演示"},
        "agreed": [one["key"] for one in plan["consents"]],
        "signed": [PROMISE],
    }
    zhang("post", f"/{made}/submit", whole, status=409)
    zhang("post", f"/{made}/submit", whole | {"later": [PAPER]}, status=200)
    supply = f"/{made}/materials/{PAPER}/supply"
    zhang.send(supply, blank_png(), status=409)  # not accepted yet: nothing is owed
    row = Application.objects.get(id=made)
    office("post", f"/{made}/accept", {"revision": row.revision, "checked": row.unknown_rules})
    deferral = Deferral.objects.get(reference=f"application:{made}")
    assert deferral.state == DeferralState.OPEN and deferral.due_on
    Caller("wangwu").send(supply, blank_png(), status=404)
    zhang.send(supply, b"no picture", status=400)
    zhang.send(supply, blank_png())
    assert Deferral.objects.get(id=deferral.id).state == DeferralState.SUPPLIED
    zhang.send(supply, blank_png(), status=409)

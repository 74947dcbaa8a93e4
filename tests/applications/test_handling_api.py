"""The same acts by the API: a window's own system, a department asked, an agent."""

from typing import Any

import pytest
from django.test import Client

from proofless import ledger
from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications import services
from proofless.applications.models import Application, Opinion, State
from proofless.codes import services as codes
from proofless.kit import clock
from proofless.parties.models import Account
from tests.applications.scenes import submitted
from tests.applications.test_window import ITEM, number_of
from tests.town import TestTown

pytestmark = pytest.mark.django_db
BASE = "/api/v1/handling"


class Caller:
    """An account's system: JSON and a bearer."""

    def __init__(self, username: str) -> None:
        self._client = Client()
        session = self._client.session
        session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
        session.save()
        self._headers = {"Authorization": f"Bearer {session.session_key}"}

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        reply = getattr(self._client, method)(
            path, body, content_type="application/json", headers=self._headers
        )
        assert reply.status_code == status, reply.content.decode()
        return reply.json() if reply.content else None


def test_a_window_system_serves_her_from_card_to_receipt(town: TestTown) -> None:
    window = Caller("clerk-mzj")
    card = {"item_code": ITEM, "number": number_of(town, "赵奶奶"), "name": "赵奶奶"}
    window("post", f"{BASE}/presences", card | {"name": "王五"}, 409)
    presence = window("post", f"{BASE}/presences", card, 201)["id"]
    made = window("post", f"{BASE}/presences/{presence}/applications", {}, 201)["id"]
    case = f"{BASE}/presences/{presence}/applications/{made}"
    plan = window("post", f"{case}/plan", {})
    window("put", f"{case}/draft", {"values": {}, "revision": plan["revision"]}, 204)
    window("put", f"{case}/draft", {"values": {}, "revision": plan["revision"]}, 409)
    window("post", f"{case}/submit", {"revision": plan["revision"] + 1}, 409)
    with ledger.reading():
        code = codes.show_code(actor=town.resident("赵奶奶")).text
    said = {"code": code, "agreed": [one["key"] for one in plan["consents"]]}
    window("post", f"{case}/confirm", said, 204)
    assert window("post", f"{case}/submit", {"revision": plan["revision"] + 1})["receipt"]
    window("post", f"{BASE}/presences/{presence}/close", status=204)
    window("post", f"{case}/plan", {}, 404)
    assert Application.objects.get(id=made).channel == "window"


def test_procedures_and_opinions_by_their_systems(town: TestTown) -> None:
    case = submitted(town, "赵奶奶", ITEM)
    clerk = town.clerk("MZJ")
    with ledger.reading():
        services.accept(
            actor=clerk,
            application_id=case.id,
            revision=case.row.revision,
            checked=frozenset(case.row.unknown_rules),
        )
    mine, other, path = Caller("clerk-mzj"), Caller("clerk-spj"), f"{BASE}/applications/{case.id}"
    begin = {"revision": case.row.revision, "kind": "publicity", "reason": "依规定公示", "limit_days": 5}
    mine("post", f"{path}/procedure", begin, 201)
    ended = {"revision": case.row.revision, "outcome": "公示无异议"}
    other("post", f"{path}/procedure/end", ended, 404)
    mine("post", f"{path}/procedure/end", ended, 204)
    asked = mine("post", f"{path}/opinions", {"department_code": "SPJ", "question": "是否同意"}, 201)["id"]
    assert [one["id"] for one in other("get", f"{BASE}/opinions")["rows"]] == [asked]
    other("post", f"{BASE}/opinions/{asked}/answer", {"answer": "agreed"}, 204)
    mine("post", f"{BASE}/opinions/{asked}/withdraw", status=409)
    assert Opinion.objects.get(id=asked).state == Opinion.State.AGREED


def test_an_agent_by_his_own_system(town: TestTown) -> None:
    hers, his = Caller("zhaonainai"), Caller("lisi")
    day = clock.today().isoformat()
    wish = {
        "name": "李四",
        "number": number_of(town, "李四"),
        "item_codes": [ITEM],
        "since": day,
        "until": day,
    }
    authority = hers("post", f"{BASE}/authorities", wish, 201)["id"]
    assert his("get", f"{BASE}/authorities")["held"][0]["id"] == authority
    made = his("post", f"{BASE}/authorities/{authority}/applications", {"item_code": ITEM}, 201)["id"]
    assert his("get", f"/api/v1/applications/{made}")["state"] == State.DRAFT
    hers("post", f"{BASE}/authorities/{authority}/revoke", status=204)
    his("get", f"/api/v1/applications/{made}", status=404)
    hers("get", f"/api/v1/applications/{made}")

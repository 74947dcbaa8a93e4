"""The same acts by the API: what a department's own system may do, and what it is refused."""

import base64
from typing import Any

import pytest
from django.test import Client

from proofless.ofd.package import pack
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries
from tests.seals.conftest import Office, package

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/seals"


def call(office: Office, who: str, path: str, body: Any = None) -> Any:
    client, headers = Client(headers=office.bearer(who)), {"content_type": "application/json"}
    return client.get(ROOT + path) if body is None else client.post(ROOT + path, body, **headers)


def test_a_seal_is_applied_for_made_and_used_by_program(office: Office) -> None:
    wish = {"name": "户籍专用章", "form": "department", "reason": "业务需要", "type_codes": ["hukou_book"]}
    made = call(office, "keeper-gaj", "/applications", wish).json()
    path = f"/applications/{made['id']}"
    assert call(office, "keeper-gaj", f"{path}/approve", {}).status_code == 403
    assert call(office, "approver", f"{path}/approve", {}).json()["state"] == "approved"
    seal = call(office, "approver", f"{path}/make", {}).json()
    refused = call(office, "approver", f"/{seal['id']}/activate", {})
    assert refused.status_code == 409 and refused.json()["code"] == "SECOND_PERSON_REQUIRED"
    assert call(office, "keeper-gaj", f"/{seal['id']}/activate", {}).json()["state"] == "active"
    suspended = call(office, "keeper-gaj", f"/{seal['id']}/suspend", {"reason": "盘点"}).json()
    assert suspended["state"] == "suspended" and suspended["state_reason"] == "盘点"
    keeper = {
        "account_id": str(office["keeper-gaj"].account_id),
        "since": "2026-01-01",
        "until": "2030-01-01",
    }
    assert call(office, "approver", f"/{seal['id']}/custody", keeper).status_code == 200
    assert call(office, "keeper-gaj", f"/{seal['id']}").json()["keepers"][0]["hours"] == "每天 全天"
    log = [one["kind"] for one in call(office, "keeper-gaj", f"/{seal['id']}/uses").json()["rows"]]
    assert log == ["seals.custody_given", "seals.suspended", "seals.activated", "seals.made"]


def test_a_joint_document_is_sealed_by_two_programs(office: Office) -> None:
    boxes = [
        {"department_code": c, "page": 1, "x": x, "y": 200, "w": 42, "h": 42}
        for c, x in (("MZJ", 9), ("GAJ", 99))
    ]
    body = base64.b64encode(pack(package("联合"))).decode()
    wish = {"title": "联合", "kind": "joint", "type_code": "x", "body": body, "parties": boxes}
    plan = call(office, "keeper-mzj", "/plans", wish).json()
    for who in ("keeper-mzj", "keeper-gaj"):
        due = call(office, who, "/plans?mine=true").json()["rows"][0]
        step = next(one for one in due["steps"] if one["state"] == "ready")
        assert call(office, who, f"/plans/{plan['id']}/steps/{step['id']}/seal", {}).status_code == 200
    file = call(office, "keeper-gaj", f"/plans/{plan['id']}/file").content
    assert verify(file, queries.trust_store()).verdict is Verdict.VALID
    assert call(office, "keeper-spj", f"/plans/{plan['id']}").status_code == 404
    wish["body"] = "***"
    assert call(office, "keeper-mzj", "/plans", wish).json()["fields"] == {"body": "不是 base64"}


def test_nobody_without_a_token_sees_a_seal(office: Office) -> None:
    assert Client().get(ROOT).status_code == 401
    assert call(office, "keeper-gaj", "").json()["total"] == 1
    assert call(office, "auditor", "").json()["total"] == 4
    state = call(office, "auditor", "/signer").json()
    assert not state["locked"] and not state["certified"]
    assert call(office, "auditor", "/trust").json()["recognition"]["person"] == {
        "seals": False,
        "signatures": False,
    }
    assert call(office, "keeper-gaj", "/successions").json() == []

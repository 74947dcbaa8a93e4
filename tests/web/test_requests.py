"""What every reply carries and what every request leaves behind."""

import gzip
import json
import logging
from uuid import UUID

import pytest
from django.test import Client

from proofless.web import health
from tests.web.site import CLERK, NUMBER

pytestmark = pytest.mark.usefixtures("base_site")
HOLDER = UUID(int=9)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_pages_are_neither_cached_nor_framed_nor_scripted_by_strangers(client: Client) -> None:
    headers = client.get("/styleguide").headers
    policy = headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


def test_a_page_travels_packed_and_differs_in_length_each_time(client: Client) -> None:
    """On a slow telephone a certificate's page came in a quarter of a megabyte; a constant length would tell a
    listener what stands in it (BREACH)."""
    packed = [client.get("/styleguide", headers={"accept-encoding": "gzip"}) for _ in range(8)]
    assert all(one["Content-Encoding"] == "gzip" for one in packed)
    assert len({len(one.content) for one in packed}) > 1
    assert gzip.decompress(packed[0].content).startswith(b"<!doctype html>")
    assert "Content-Encoding" not in client.get("/styleguide").headers


def test_only_the_scanner_may_open_the_camera(client: Client) -> None:
    scan, other = client.get("/styleguide?part=scan"), client.get("/styleguide")
    assert (
        "camera=(self)" in scan["Permissions-Policy"]
        and "'wasm-unsafe-eval'" in scan["Content-Security-Policy"]
    )
    assert "camera=()" in other["Permissions-Policy"]


def test_the_log_has_ids_and_route_but_nothing_anybody_typed(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A tool run in this process by an earlier scene may have switched off every logger there was.
    monkeypatch.setattr(logging.getLogger("proofless.access"), "disabled", False)
    with caplog.at_level(logging.INFO, "proofless.access"):
        client.get(f"/people/{HOLDER}/张三?q={NUMBER}")
        client.get(f"/{NUMBER}")
        client.get("/desk/forbidden", HTTP_X_REQUEST_ID="trace-12345678")
    person, typed, desk = (vars(record) for record in caplog.records if record.name == "proofless.access")
    assert person["route"] == "person" and person["ids"] == {"holder_id": str(HOLDER)}
    assert typed["route"] == "unmatched" and typed["status"] == 404
    assert desk["account"] == str(CLERK.account_id) and desk["request_id"] == "trace-12345678"
    said = json.dumps([person, typed, desk], default=str, ensure_ascii=False)
    assert NUMBER not in said and "张三" not in said


@pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f g h", "张三张三张三张三"])
def test_an_odd_request_id_is_replaced(client: Client, given: str) -> None:
    assert client.get("/healthz", HTTP_X_REQUEST_ID=given)["X-Request-ID"] != given


def test_metrics_count_by_route_and_are_absent_through_the_proxy(client: Client) -> None:
    client.get("/broken")
    text = client.get("/metrics").content.decode()
    assert 'proofless_http_requests_total{method="GET",route="broken",status="500"}' in text
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.7").status_code == 404


def test_a_lagging_sequencer_makes_the_node_unready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_checks", {"ledger": lambda: "审计日志滞后9秒"})
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json()["checks"] == {"ledger": "审计日志滞后9秒"}
    assert client.get("/healthz").status_code == 200


def test_large_type_is_kept_and_leads_only_to_this_site(client: Client) -> None:
    away = client.get("/preferences/type", {"type": "large", "next": "https://example.org/"})
    assert away["Location"] == "/" and away.cookies["pf_type"].value == "large"
    assert 'class="pf-large"' in client.get("/styleguide").content.decode()
    client.get("/preferences/type", {"type": "normal", "next": "/styleguide"})
    assert 'class="pf-large"' not in client.get("/styleguide").content.decode()


def test_the_menu_shows_what_the_clerk_may_do(client: Client) -> None:
    text = client.get("/styleguide?part=desk").content.decode()
    assert "待办件" in text and "证照目录" in text and "rubber-stamp" not in text
    assert "陈科员" in text and "德城区人力资源和社会保障局" in text

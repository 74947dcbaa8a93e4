"""What a person and a program are told when something is refused or goes wrong."""

import json
import logging
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from proofless.kit.errors import ErrorCode, Refusal
from proofless.web.problems import problem_of
from tests.web.site import NUMBER

pytestmark = pytest.mark.usefixtures("base_site")
PAGE = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_zhang_san_reads_what_to_do_next(client: Client) -> None:
    page = client.get("/forbidden", **PAGE)
    text = page.content.decode()
    assert page.status_code == 403
    assert ErrorCode.FORBIDDEN.text in text and ErrorCode.FORBIDDEN.next_step in text
    assert page["X-Request-ID"] in text, "she has a number to tell the clerk"


def test_a_program_gets_problem_json(client: Client) -> None:
    answer = client.get("/invalid", HTTP_ACCEPT="application/json")
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == 400 and body["code"] == "INPUT_INVALID"
    assert body["fields"] == {"phone": "请输入11位手机号码"} and body["next_step"]


def test_htmx_gets_what_its_toast_shows(client: Client) -> None:
    body = client.get("/forbidden", HTTP_HX_REQUEST="true").json()
    assert body["title"] == ErrorCode.FORBIDDEN.text


@pytest.mark.parametrize("path", ["/broken", "/gone"])
def test_no_page_and_no_log_repeats_a_value_from_an_exception(
    client: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.INFO, "proofless.access"):
        answer = client.get(path, **PAGE)
    assert answer.status_code == {"/broken": 500, "/gone": 503}[path]
    assert NUMBER not in answer.content.decode()
    assert NUMBER not in json.dumps(
        [vars(r) for r in caplog.records if r.name == "proofless.access"], default=str
    )


def test_the_lost_database_is_a_passing_state_not_a_fault(client: Client) -> None:
    assert "稍后再试" in client.get("/gone", **PAGE).content.decode()


def test_absent_page_is_chinese(client: Client) -> None:
    answer = client.get("/nothing-here", **PAGE)
    assert answer.status_code == 404 and ErrorCode.NOT_FOUND.next_step in answer.content.decode()


def test_forged_form_is_refused_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/styleguide?part=scan", {"code": "x"}, **PAGE)
    assert answer.status_code == 403 and "重新登录" in answer.content.decode()


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000])
def test_broken_json_is_the_callers_fault(client: Client, body: bytes) -> None:
    answer = client.post("/api/v1/echo", body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["code"] == "JSON_BROKEN"


def test_an_oversized_body_is_refused_by_its_length_unread(client: Client) -> None:
    answer = client.generic("POST", "/api/v1/echo", b"{}", CONTENT_LENGTH=str(3 * 1024 * 1024))
    assert answer.status_code == 413 and answer.json()["limit_bytes"] == 2 * 1024 * 1024


def test_a_view_for_files_may_take_more(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
    body = b"x" * (3 * 1024 * 1024)
    assert client.generic("POST", "/api/v1/upload", body, "image/png").json() == {"bytes": len(body)}


@pytest.mark.parametrize("code", list(ErrorCode), ids=lambda code: code.name)
def test_every_refusal_has_a_page_in_both_styles(client: Client, home: object, code: ErrorCode) -> None:
    for style in ("phone", "desk"):
        page = client.get("/styleguide", {"part": "error", "name": code.name, "style": style})
        assert page.status_code == code.status and code.next_step in page.content.decode()


@given(
    st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.uuids(), st.lists(st.uuids(), max_size=2)))
)
def test_any_detail_becomes_json_and_never_hides_the_problem(detail: dict[str, Any]) -> None:
    detail.pop("code", None)
    refusal = Refusal(code=ErrorCode.NOT_FOUND)
    refusal.detail = detail
    body = json.loads(json.dumps(problem_of(refusal)))
    assert body["status"] == 404 and body["code"] == "NOT_FOUND"


def test_uuids_in_details_are_text() -> None:
    assert problem_of(Refusal(code=ErrorCode.NOT_FOUND, id=UUID(int=5)))["id"] == str(UUID(int=5))

"""Bad input through the real front door: every answer is a clear refusal, none is a 500, none does anything."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.edge import Guard
from proofless.applications import services as applications
from proofless.certificates.models import CertificateLookup
from proofless.kit import clock
from proofless.kit.ids import certificate_identifier, is_certificate_identifier, new_id
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Account
from proofless.parties.services import DEMO_PASSWORD as PASSWORD
from tests.town import TestTown

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def client(town: TestTown) -> Client:
    """A browser; what nobody foresaw would come back as a 500 instead of an exception."""
    return Client(raise_request_exception=False)


@pytest.fixture
def lenient(town: TestTown) -> Iterator[Client]:
    yield Client(raise_request_exception=False, enforce_csrf_checks=True)


def token(client: Client, username: str, password: str = PASSWORD) -> str:
    answer = client.post("/api/v1/session", {"username": username, "password": password}, content_type=JSON)
    assert answer.status_code == 200, answer.content
    client.cookies.clear()
    return str(answer.json()["token"])


def bearer(client: Client, username: str) -> dict[str, Any]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token(client, username)}"}


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The answer is a problem with a Chinese text and what to do next."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), (
        answer.content
    )
    body: dict[str, Any] = answer.json()
    assert body["code"] == code and body["title"] and body["next_step"]
    return body


def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post("/api/v1/session", {"username": username, "password": password}, content_type=JSON)


def test_a_wrong_password_and_an_unknown_name_are_one_answer(client: Client) -> None:
    """Names of accounts are not to be found out by trying."""
    known, unknown = sign_in(client, "zhangsan", "x"), sign_in(client, "nobody", "x")
    bodies = [problem(one, 401, "SIGN_IN_FAILED") | {"request_id": ""} for one in (known, unknown)]
    assert bodies[0] == bodies[1]
    assert LedgerEntry.objects.filter(kind=Kind.SIGN_IN_REFUSED).count() == 2


def test_five_failures_lock_the_account_for_a_while(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        problem(sign_in(client, "wangwu", "guess"), 401, "SIGN_IN_FAILED")
    problem(sign_in(client, "wangwu", PASSWORD), 423, "ACCOUNT_LOCKED")
    assert LedgerEntry.objects.filter(kind=Kind.ACCOUNT_LOCKED).count() == 1
    assert LedgerEntry.objects.filter(kind=Kind.SIGN_IN_REFUSED).count() == 5
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "_source", lambda: later)
    assert sign_in(client, "wangwu", PASSWORD).status_code == 200
    assert Account.objects.get(username="wangwu").failed_attempts == 0


def test_success_forgets_earlier_failures(client: Client) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(client, "wangwu", "guess")
        assert sign_in(client, "wangwu", PASSWORD).status_code == 200


@pytest.mark.parametrize("cookie", ["forged", "a" * 32, "x" * 5000, "'; DROP TABLE", "张三"])
def test_a_forged_session_is_nobodys(client: Client, cookie: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie.encode().hex() if cookie == "张三" else cookie
    page = client.get("/certificates")
    assert page.status_code == 302 and page["Location"].startswith(reverse("sign_in"))
    problem(client.get("/api/v1/certificates"), 401, "SIGN_IN_REQUIRED")


@pytest.mark.parametrize("account", ["not-a-uuid", str(UUID(int=5)), "1"])
def test_a_session_that_names_no_living_account_is_nobodys(client: Client, account: str) -> None:
    session = client.session
    session["account_id"] = account
    session.save()
    assert client.get("/certificates").status_code == 302
    problem(client.get("/api/v1/certificates"), 401, "SIGN_IN_REQUIRED")


def test_a_closed_account_is_out_at_once(client: Client) -> None:
    who = bearer(client, "zhangsan")
    assert client.get("/api/v1/certificates", **who).status_code == 200
    with ledger.act(Kind.ACCOUNT_LOCKED, system_actor()):
        Account.objects.filter(username="zhangsan").update(is_active=False)
    problem(client.get("/api/v1/certificates", **who), 401, "SIGN_IN_REQUIRED")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer " + "x" * 4000])
def test_a_made_up_token_is_nobodys(client: Client, header: str) -> None:
    problem(client.get("/api/v1/certificates", HTTP_AUTHORIZATION=header), 401, "SIGN_IN_REQUIRED")


def test_a_token_works_on_the_api_and_opens_no_page(lenient: Client) -> None:
    """A leaked integrator's token would otherwise be a browser session."""
    who = bearer(lenient, "zhangsan")
    assert lenient.get("/api/v1/applications", **who).json()["rows"] == []
    assert lenient.get("/certificates", **who).status_code == 302
    made = lenient.post("/api/v1/applications", {"item_code": "I013"}, content_type=JSON, **who)
    assert made.status_code == 201


def test_a_form_from_elsewhere_is_refused(lenient: Client) -> None:
    """Another site can make her browser send the cookie: a page wants the form's token too, the API no cookie."""
    lenient.cookies[settings.SESSION_COOKIE_NAME] = token(lenient, "zhangsan")
    assert lenient.get("/certificates").status_code == 200
    assert lenient.post("/items/I013/start").status_code == 403
    sent = lenient.generic("POST", "/api/v1/applications", '{"item_code": "I013"}', content_type="text/plain")
    problem(sent, 401, "SIGN_IN_REQUIRED")
    assert not LedgerEntry.objects.filter(kind=Kind.DRAFT_OPENED).exists()


@pytest.mark.parametrize(
    "body", ["", "{", "[1,", "\x00", '{"item_code": NaN}', "[" * 3000, '"x"', "null", b"\xff\xfe"]
)
def test_broken_json_is_a_problem(client: Client, body: str | bytes) -> None:
    who = bearer(client, "zhangsan")
    answer = client.generic("POST", "/api/v1/applications", body, content_type=JSON, **who)
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in {"JSON_BROKEN", "INPUT_INVALID"}
    if body in ("{", "[1,", "\x00", b"\xff\xfe"):
        assert answer.json()["code"] == "JSON_BROKEN"


def test_the_offending_value_is_not_repeated(client: Client) -> None:
    number = "371402199001011234"
    body = {"item_code": number * 9, "enterprise_id": number}
    answer = client.post("/api/v1/applications", body, content_type=JSON, **bearer(client, "zhangsan"))
    assert problem(answer, 400, "INPUT_INVALID")["fields"] and number not in answer.content.decode()


NUL = "a\x00b"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/session", {"username": NUL, "password": NUL}),
        ("/api/v1/applications", {"item_code": NUL}),
        ("/api/v1/applications?page=999999999999999999999999", None),
        ("/api/v1/items?words=%00&theme=%00&life_stage=%00", None),
        ("/api/v1/ledger?page=999999999999999999999999", None),
        ("/sign-in?next=%00", {"username": NUL, "password": NUL}),
        ("/items?q=%00&theme=%00&stage=%00&page=99999999999999999999", None),
        ("/applications?page=99999999999999999999", None),
        ("/certificates?for=%00&state=%00", None),
    ],
)
def test_what_no_column_can_hold_is_no_fault_of_ours(
    client: Client, path: str, body: dict[str, str] | None
) -> None:
    """A NUL or a number of thirty digits reaches the database unseen by any form."""
    who = bearer(client, "zhangsan") if path.startswith("/api/") else {}
    if not path.startswith("/api/"):
        client.cookies[settings.SESSION_COOKIE_NAME] = token(client, "zhangsan")
    kind = {"content_type": JSON} if path.startswith("/api/") else {}
    answer = client.get(path, **who) if body is None else client.post(path, body, **kind, **who)
    assert answer.status_code in {200, 302, 400, 401, 404}, answer.content


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/applications", "/sign-in"])
def test_an_oversized_body_is_refused_unread(client: Client, path: str) -> None:
    answer = client.generic("POST", path, b"x" * (3 * 1024 * 1024), content_type=JSON, HTTP_ACCEPT=JSON)
    problem(answer, 413, "BODY_TOO_LARGE")


ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
GOOD = "1.2.156.3005.2.11100000000013127D001.11371400DM16764539.20261124FT20Q3FKVU0P.001.B"
ILL_FORMED = [
    "x",
    "1.2.156",
    GOOD[:-1] + "?",
    GOOD.replace("FT2", "FT3"),
    "%27%20OR%201=1",
    "9" * 110,
    "张三",
]


@pytest.mark.parametrize("identifier", ILL_FORMED)
def test_an_ill_formed_certificate_number_is_named_as_such(client: Client, identifier: str) -> None:
    page = client.get(f"/verify/{identifier}", HTTP_ACCEPT="text/html")
    assert page.status_code == 400 and "证照标识" in page.content.decode()
    assert not LedgerEntry.objects.filter(kind=Kind.VERIFIED).exists()


@pytest.mark.parametrize("issuer", ["11370100004188888X", "123456789012345678"])
def test_another_citys_certificate_number_is_not_listed(client: Client, issuer: str) -> None:
    """Well formed, perhaps good elsewhere: this library does not vouch for it, nor say that it is false."""
    foreign = certificate_identifier("11100000000013127D001", issuer, "20260101FOREIGN", 1)
    page = client.get(f"/verify/{foreign}", HTTP_ACCEPT="text/html")
    assert page.status_code == 200 and "没有查到这份证照" in page.content.decode()
    assert not LedgerEntry.objects.filter(kind=Kind.VERIFIED).exists()


def test_an_unknown_certificate_number_is_not_listed(client: Client) -> None:
    """Well formed, its check character right, and nobody ever issued it."""
    real = CertificateLookup.objects.values_list("identifier", flat=True)[0]
    stem = real.rsplit(".", 2)[0]
    made = next(one for c in ALPHABET if is_certificate_identifier(one := f"{stem}.999.{c}"))
    unknown, known = (client.get(f"/verify/{one}", HTTP_ACCEPT="text/html") for one in (made, real))
    assert (unknown.status_code, known.status_code) == (200, 200)
    assert "没有" in unknown.content.decode()
    assert LedgerEntry.objects.filter(kind=Kind.VERIFIED).count() == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("delete", "/api/v1/applications"),
        ("put", "/api/v1/session"),
        ("get", "/sign-out"),
        ("get", "/api/v1/codes/scan"),
    ],
)
def test_a_wrong_method_is_a_problem_like_any_other(client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(path, HTTP_ACCEPT=JSON)
    problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"]


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (AuthenticationError(), 401, "SIGN_IN_REQUIRED"),
        (AuthorizationError(), 403, "FORBIDDEN"),
        (Throttled(wait=5), 429, "TOO_MANY_REQUESTS"),
        (HttpError(400, "x"), 400, "JSON_BROKEN"),
        (HttpError(418, "x"), 400, "INPUT_INVALID"),
    ],
)
def test_what_the_framework_refuses_answers_by_its_status(
    client: Client, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int, code: str
) -> None:
    """A program that is throttled or signed out must not be told that its JSON is broken."""

    def refuse(*_: object) -> object:
        raise raised

    monkeypatch.setattr(Guard, "__call__", refuse)
    problem(client.get("/api/v1/certificates"), status, code)


def scan(client: Client, code: str, who: dict[str, Any]) -> Any:
    body = {"code": code, "scene_code": "SC01"}
    return client.post("/api/v1/codes/scan", body, content_type=JSON, **who)


def test_a_replayed_code_is_refused_and_shows_nothing(client: Client) -> None:
    grandmother, keeper = bearer(client, "zhaonainai"), bearer(client, "inspector")
    code = client.post("/api/v1/codes/show", {}, content_type=JSON, **grandmother).json()["code"]
    first = scan(client, code, keeper)
    assert first.status_code == 200 and first.json()["answers"]
    problem(scan(client, code, keeper), 409, "CODE_REPLAYED")
    problem(scan(client, "A" * 20, keeper), 404, "CODE_INVALID")
    assert scan(client, "x" * 500, keeper).json()["code"] == "INPUT_INVALID"
    problem(scan(client, code, grandmother), 403, "FORBIDDEN")
    assert LedgerEntry.objects.filter(kind=Kind.CODE_SCANNED).count() == 1


def test_another_residents_objects_answer_as_absent(client: Client, town: TestTown) -> None:
    """王五 with 张三's addresses in his hands sees what he sees with made-up ones."""
    made = applications.open_draft(actor=town.resident("张三"), item_code="I013")
    wang = bearer(client, "wangwu")
    client.cookies[settings.SESSION_COOKIE_NAME] = token(client, "wangwu")
    session = client.cookies.copy()
    for one in ("/applications/{}", "/applications/{}/fill", "/certificates/{}"):
        client.cookies.update(session)
        assert [client.get(one.format(i)).status_code for i in (made, new_id())] == [404, 404]
    bodies = []
    for one in (made, new_id()):
        answer = client.post(f"/api/v1/applications/{one}/submit", {"revision": 1}, content_type=JSON, **wang)
        bodies.append(problem(answer, 404, "NOT_FOUND") | {"request_id": ""})
    assert bodies[0] == bodies[1]


def test_a_double_click_through_the_api_submits_once(client: Client, town: TestTown) -> None:
    who = bearer(client, "zhaonainai")
    made = client.post("/api/v1/applications", {"item_code": "I081"}, content_type=JSON, **who).json()["id"]
    plan = client.post(f"/api/v1/applications/{made}/plan", {}, content_type=JSON, **who).json()
    body = {"revision": plan["revision"], "agreed": [one["key"] for one in plan["consents"]]}
    path = f"/api/v1/applications/{made}/submit"
    first, second = (client.post(path, json.dumps(body), content_type=JSON, **who) for _ in range(2))
    assert first.status_code == 200 and first.json()["receipt"]
    problem(second, 409, "APPLICATION_STATE")
    assert LedgerEntry.objects.filter(kind=Kind.APPLICATION_SUBMITTED, object_id=made).count() == 1


@pytest.mark.parametrize(
    "path", ["/items/I999", "/applications/x", "/desk/cases/1", "/api/v1/nothing", "/%00", "/\ud83d"]
)
def test_what_is_not_there_is_not_there(client: Client, path: str) -> None:
    assert client.get(path.encode("utf-8", "surrogatepass").decode("latin-1")).status_code in {302, 400, 404}


def test_a_resident_at_the_desk_is_refused(client: Client) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = token(client, "zhangsan")
    for path in ("/desk/queue", "/desk/supervision", "/desk/chain"):
        assert client.get(path).status_code == 403

"""Verification: anybody may ask, gets facts and nothing of the holder, who sees that somebody asked."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from proofless.access.actors import anonymous_actor
from proofless.certificates import lean, queries, services
from proofless.certificates.errors import CertificateIdentifierInvalid
from proofless.kit import clock, ids
from proofless.kit.actor import Channel
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry, LedgerPending

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = anonymous_actor(Channel.API)
UNKNOWN = ids.certificate_identifier("11100000000013127D001", "11371400004502345A", "20260101ABSENT", 1)


@pytest.fixture
def card(cast: Any) -> services.CertificateIssued:
    return services.issue_many(actor=cast.node, wishes=[cast.id_card("张三")])[0]


def ask(identifier: str) -> Any:
    return queries.verify_identifier(actor=NOBODY, identifier=identifier)


def verified() -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(kind=Kind.VERIFIED).order_by("id"))


def call(app: Any, method: str, path: str, body: bytes = b"", **more: str) -> tuple[str, dict[str, Any]]:
    answer: dict[str, str] = {}
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **more,
    }
    data = b"".join(app(environ, lambda status, headers: answer.update(status=status, **dict(headers))))
    return answer["status"][:3], json.loads(data)


def test_a_valid_certificate_shows_its_facts_and_none_of_its_holder(cast: Any, card: Any) -> None:
    facts = ask(card.identifier)
    assert facts.good
    assert (facts.type_name, facts.issuer, facts.valid_to) == ("居民身份证", "德州市公安局", date(2040, 1, 1))
    assert str(cast["张三"]) not in repr(facts)
    (entry,) = verified()
    assert str(cast["张三"]) in entry.holders
    assert entry.object_id == card.identifier


def test_a_revoked_certificate_is_revoked_at_once(cast: Any, card: Any) -> None:
    services.revoke_certificate(actor=cast.node, certificate_id=card.certificate_id, reason_code="fraud")
    facts = ask(card.identifier)
    assert facts.listed
    assert facts.revoked
    assert not facts.good
    assert call(lean.Verifier(0), "GET", f"/verify/{card.identifier}")[1]["revoked"] is True


def test_a_replaced_certificate_says_so(cast: Any, card: Any) -> None:
    services.issue_many(actor=cast.node, wishes=[cast.id_card("张三", replaces=card.certificate_id)])
    assert ask(card.identifier).superseded


def test_an_expired_certificate_says_so(card: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_source", lambda: datetime(2041, 1, 1, tzinfo=UTC))
    assert ask(card.identifier).expired


def test_an_unknown_identifier_fails_closed_and_leaves_no_line(cast: Any) -> None:
    facts = ask(UNKNOWN)
    assert not facts.listed
    assert not facts.good
    assert facts.revoked is None
    status, body = call(lean.Verifier(0), "GET", f"/verify/{UNKNOWN}")
    assert (status, body["listed"], body["revoked"]) == ("404", False, None)
    assert verified() == []


def test_a_mistyped_identifier_is_told_apart_from_an_unknown_one(cast: Any) -> None:
    wrong = UNKNOWN[:-1] + ("0" if UNKNOWN[-1] != "0" else "1")
    with pytest.raises(CertificateIdentifierInvalid):
        ask(wrong)
    status, body = call(lean.Verifier(0), "GET", f"/verify/{wrong}")
    assert (status, body["code"]) == ("400", "CERTIFICATE_IDENTIFIER_INVALID")


def test_the_lean_path_answers_and_enters_what_the_service_does(cast: Any, card: Any) -> None:
    slow = ask(card.identifier)
    status, fast = call(
        lean.Verifier(0), "POST", lean.POST_PATH, json.dumps({"identifier": card.identifier}).encode()
    )
    assert status == "200"
    assert fast | {"as_of": ""} == json.loads(lean._encode(slow)) | {"as_of": ""}
    one, other = (
        {f.attname: getattr(e, f.attname) for f in e._meta.fields if f.attname not in {"id", "at"}}
        for e in verified()
    )
    assert one == other
    assert LedgerPending.objects.filter(entry_id__in=[e.id for e in verified()]).count() == 2


def test_broken_and_oversized_requests_are_refused_before_the_database(cast: Any) -> None:
    app = lean.Verifier(0)
    assert call(app, "POST", lean.POST_PATH, b"{")[1]["code"] == "JSON_BROKEN"
    assert call(app, "POST", lean.POST_PATH, b'{"identifier": 7}')[1]["code"] == "JSON_BROKEN"
    assert call(app, "POST", lean.POST_PATH, b"x" * 2000)[0] == "413"
    assert call(app, "POST", lean.POST_PATH, b"{}", CONTENT_LENGTH="-5")[0] == "413"


def test_one_client_cannot_take_the_path_from_the_others(cast: Any) -> None:
    app = lean.Verifier(per_minute=2)
    statuses = [call(app, "GET", f"/verify/{UNKNOWN}")[0] for _ in range(3)]
    assert statuses == ["404", "404", "429"]
    assert call(app, "GET", f"/verify/{UNKNOWN}", REMOTE_ADDR="192.0.2.2")[0] == "404"


def test_a_proxy_of_ours_names_its_client_and_nobody_else_does(settings: Any, cast: Any) -> None:
    """Behind the proxy every shop would otherwise share one limit; believing anybody would lift it."""
    settings.PROOFLESS_PROXIES = ("127.0.0.1",)
    app = lean.Verifier(per_minute=1)

    def status(peer: str, forwarded: str) -> str:
        return call(app, "GET", f"/verify/{UNKNOWN}", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)[0]

    assert [status("127.0.0.1", "192.0.2.1"), status("127.0.0.1", "192.0.2.2")] == ["404", "404"]
    assert status("127.0.0.1", "198.51.100.9, 192.0.2.2") == "429", (
        "what a client wrote before is not believed"
    )
    assert [status("203.0.113.5", "192.0.2.7"), status("203.0.113.5", "192.0.2.8")] == ["404", "429"]


def test_nothing_is_answered_when_the_line_cannot_be_committed(
    card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lean._local, "cursor", None, raising=False)
    monkeypatch.setattr(lean, "_connect", lambda: (_ for _ in ()).throw(psycopg.OperationalError("down")))
    status, body = call(lean.Verifier(0), "GET", f"/verify/{card.identifier}")
    assert (status, body["code"]) == ("503", "UNAVAILABLE")
    assert "type_name" not in body


def test_a_connection_that_died_is_replaced_and_the_line_is_written_once(card: Any) -> None:
    app = lean.Verifier(0)
    call(app, "GET", f"/verify/{card.identifier}")
    lean._local.cursor.connection.close()
    assert call(app, "GET", f"/verify/{card.identifier}")[0] == "200"
    assert len(verified()) == 2


def test_only_its_own_requests_take_the_lean_path() -> None:
    def environ(method: str, path: str, accept: str = "*/*") -> dict[str, str]:
        return {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_ACCEPT": accept}

    assert lean.handles(environ("GET", "/verify/1.2"))
    assert lean.handles(environ("POST", "/api/v1/verify"))
    assert not lean.handles(environ("GET", "/verify/1.2", "text/html,*/*"))
    assert not lean.handles(environ("POST", "/verify/1.2"))
    assert not lean.handles(environ("GET", "/items/"))

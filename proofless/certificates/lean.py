"""The lean path of verification: one prepared statement looks up and enters that somebody asked.

``GET /verify/<identifier>`` and ``POST /api/v1/verify`` (``{"identifier": …}``) as a WSGI callable in front
of Django, whose middleware does not see it: body limit, rate limit and the ledger line are this module's own
duty. The answer is sent after the statement has committed; when the line cannot be committed nothing is
answered but 503.
"""

import logging
import threading
from collections.abc import Collection, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
import psycopg
from django.conf import settings

from proofless.certificates.rules import VerifyFacts, facts_of
from proofless.kit import clock
from proofless.kit.errors import ErrorCode
from proofless.kit.ids import is_certificate_identifier, new_id
from proofless.kit.rate import RateLimit, client_of

GET_PREFIX, POST_PATH = "/verify/", "/api/v1/verify"
MAX_BODY_BYTES = 1024
# The columns of an entry made by `verify_identifier` for nobody in particular, so that both leave
# equal lines.
SQL = (
    "WITH found AS (SELECT type_name, issuer_name, state, valid_from, valid_to, issued_on, version, holder_id"
    " FROM certificates_lookup WHERE identifier = %(identifier)s),"
    " entry AS (INSERT INTO ledger_entry (id, at, kind, actor_id, party_id, department_code, channel,"
    " object_kind, object_id, purpose, ground, holders, detail)"
    " SELECT %(entry)s, clock_timestamp(), 'certificates.verified', '00000000-0000-0000-0000-000000000000',"
    " NULL, '', 'api', 'certificate', %(identifier)s, '公开核验', 'public',"
    " '[{\"h\":\"' || holder_id || '\"}]', '{}' FROM found"
    " ON CONFLICT (id) DO NOTHING RETURNING id),"
    " pending AS (INSERT INTO ledger_pending (entry_id) SELECT id FROM entry)"
    " SELECT type_name, issuer_name, state, valid_from, valid_to, issued_on, version FROM found"
)
_encode = msgspec.json.Encoder().encode
_local = threading.local()
_log = logging.getLogger("proofless.certificates.lean")


class _Query(msgspec.Struct):
    identifier: str


_decode = msgspec.json.Decoder(_Query).decode


def handles(environ: WSGIEnvironment) -> bool:
    """Whether a request is the lean path's; a browser that wants a page is Django's."""
    path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD")
    if method == "POST":
        return bool(path == POST_PATH)
    wants_page = "text/html" in environ.get("HTTP_ACCEPT", "")
    return method == "GET" and path.startswith(GET_PREFIX) and not wants_page


def in_front_of(application: WSGIApplication) -> WSGIApplication:
    """``application`` with the lean path before it."""
    lean = Verifier()

    def entry(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return (lean if handles(environ) else application)(environ, start_response)

    return entry


class Verifier:
    """The WSGI callable. ``per_minute``: requests a client may make in a minute."""

    def __init__(self, per_minute: int | None = None) -> None:
        configured = int(getattr(settings, "PROOFLESS_VERIFY_PER_MINUTE", 600))
        self._rate = RateLimit(configured if per_minute is None else per_minute)
        self._proxies = frozenset(getattr(settings, "PROOFLESS_PROXIES", ()))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._rate.admits(_client(environ, self._proxies)):
            return _problem(start_response, ErrorCode.TOO_MANY_REQUESTS)
        identifier = _identifier(environ)
        if isinstance(identifier, ErrorCode):
            return _problem(start_response, identifier)
        if not is_certificate_identifier(identifier):
            return _problem(start_response, ErrorCode.CERTIFICATE_IDENTIFIER_INVALID)
        try:
            facts = verify(identifier)
        except psycopg.Error as error:
            _log.error("verification not entered", extra={"reason": type(error).__name__})
            return _problem(start_response, ErrorCode.UNAVAILABLE)
        return _answer(
            start_response, "200 OK" if facts.listed else "404 Not Found", "application/json", facts
        )


def verify(identifier: str) -> VerifyFacts:
    """Look up and enter in one committed statement. Raises psycopg.Error when it cannot be committed.

    A connection that turns out dead is replaced once; the entry's id makes the second try safe when the first
    had committed without saying so.
    """
    parameters = {"identifier": identifier, "entry": new_id()}
    fresh = getattr(_local, "cursor", None) is None
    try:
        return facts_of(identifier, _fetch(parameters), clock.now())
    except psycopg.OperationalError:
        if fresh:
            raise
        return facts_of(identifier, _fetch(parameters), clock.now())


def _fetch(parameters: dict[str, Any]) -> Any:
    cursor = getattr(_local, "cursor", None)
    if cursor is None:
        cursor = _local.cursor = _connect().cursor()
    try:
        return cursor.execute(SQL, parameters, prepare=True).fetchone()
    except psycopg.Error:
        _local.cursor = None
        cursor.connection.close()
        raise


def _connect() -> psycopg.Connection[Any]:
    """A connection of the application role that commits each statement by itself."""
    database = settings.DATABASES["default"]
    options = {name: value for name, value in database["OPTIONS"].items() if name != "server_side_binding"}
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"],
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        autocommit=True,
        **options | {"connect_timeout": 3, "options": "-c statement_timeout=3000"},
        application_name="proofless-verify",
    )


def _client(environ: WSGIEnvironment, proxies: Collection[str]) -> str:
    return client_of(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""), proxies)


def _identifier(environ: WSGIEnvironment) -> str | ErrorCode:
    if environ["REQUEST_METHOD"] == "GET":
        return str(environ["PATH_INFO"][len(GET_PREFIX) :])
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_BODY_BYTES:
        return ErrorCode.BODY_TOO_LARGE
    try:
        return _decode(environ["wsgi.input"].read(int(length))).identifier
    except msgspec.MsgspecError:
        return ErrorCode.JSON_BROKEN


def _problem(start_response: StartResponse, code: ErrorCode) -> Iterable[bytes]:
    """RFC 9457 problem details."""
    body = {
        "type": f"urn:proofless:problem:{code.name.lower().replace('_', '-')}",
        "title": code.text,
        "status": code.status,
        "code": code.name,
        "next_step": code.next_step,
    }
    return _answer(start_response, f"{code.status} {code.name}", "application/problem+json", body)


def _answer(start_response: StartResponse, status: str, content_type: str, body: object) -> Iterable[bytes]:
    data = _encode(body)
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(data))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [data]

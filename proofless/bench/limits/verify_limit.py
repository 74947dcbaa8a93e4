"""Limit of the verification benchmark: bare WSGI and psycopg, the same lookup and one INSERT in one statement.

``lookup`` is the same without the INSERT. The DSN comes from PROOFLESS_BENCH_DSN; each thread has its connection.
"""

import os
import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec
import psycopg

FOUND = (
    "SELECT type_name, issuer_name, state, valid_from, valid_to, issued_on, version, holder_id"
    " FROM certificates_lookup WHERE identifier = %(identifier)s"
)
LOOKUP_SQL = FOUND.encode()
SQL = (
    f"WITH found AS ({FOUND}), entry AS (INSERT INTO bench_entry (id, at, kind, actor_id, party_id, department_code,"
    " channel, object_kind, object_id, purpose, ground, holders, detail)"
    " SELECT uuidv7(), clock_timestamp(), 'certificates.verified', '00000000-0000-0000-0000-000000000000', NULL, '',"
    " 'api', 'certificate', %(identifier)s, '公开核验', 'public', '[{\"h\":\"' || holder_id || '\"}]', '{}' FROM found)"
    " SELECT * FROM found"
).encode()
NAMES = ("type_name", "issuer_name", "state", "valid_from", "valid_to", "issued_on", "version")
PREFIX = len("/verify/")
_encode = msgspec.json.Encoder().encode
_local = threading.local()


def _cursor() -> psycopg.Cursor[Any]:
    if not hasattr(_local, "cursor"):
        _local.cursor = psycopg.connect(os.environ["PROOFLESS_BENCH_DSN"], autocommit=True).cursor()
    found: psycopg.Cursor[Any] = _local.cursor
    return found


def _answer(sql: bytes, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    row = _cursor().execute(sql, {"identifier": environ["PATH_INFO"][PREFIX:]}, prepare=True).fetchone()
    data = _encode(dict(zip(NAMES, row, strict=False)) if row else None)
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(data)))]
    start_response("200 OK" if row else "404 Not Found", headers)
    return [data]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return _answer(SQL, environ, start_response)


def lookup(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return _answer(LOOKUP_SQL, environ, start_response)

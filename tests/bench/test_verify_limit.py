"""If the limit were slower than it must be, our ratio would flatter us: it answers by one prepared statement."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from proofless.bench import library
from proofless.bench.limits import sequencer_limit, verify_limit
from proofless.config.database import Role
from proofless.config.postgres import EmbeddedPostgres
from proofless.kit.ids import new_id


@pytest.fixture
def certificate(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("PROOFLESS_BENCH_DSN", postgres.dsn(Role.APP))
    sequencer_limit.prepare(postgres.dsn(Role.OWNER))
    identifier = library.identifier(7)
    row = (identifier, new_id(), new_id(), "id_card", "居民身份证", "某局", "valid")
    days = (date(2020, 1, 1), date(2040, 1, 1), date(2020, 1, 1), 1)
    marks = ", ".join(["%s"] * 11)
    with psycopg.connect(postgres.superuser_dsn(), autocommit=True) as connection:
        connection.execute(
            f"INSERT INTO certificates_lookup ({library.COLUMNS}) VALUES ({marks})", row + days
        )
        yield identifier
        verify_limit._cursor().connection.close()
        connection.execute("DELETE FROM certificates_lookup WHERE identifier = %s", (identifier,))
        connection.execute("DROP TABLE bench_entry")


def ask(application: Any, identifier: str) -> tuple[str, Any]:
    statuses: list[str] = []
    body = application({"PATH_INFO": f"/verify/{identifier}"}, lambda status, _: statuses.append(status))
    return statuses[0], json.loads(b"".join(body))


def test_limit_answers_and_enters_each_answer_once(certificate: str, postgres: EmbeddedPostgres) -> None:
    status, answer = ask(verify_limit.application, certificate)
    assert (status, answer["state"]) == ("200 OK", "valid")
    assert ask(verify_limit.lookup, certificate)[0] == "200 OK"
    assert ask(verify_limit.application, library.identifier(8))[0] == "404 Not Found"
    with psycopg.connect(postgres.superuser_dsn()) as connection:
        assert connection.execute("SELECT object_id FROM bench_entry").fetchall() == [(certificate,)]

"""Database roles: what the server, the sequencer and nobody may do, asked of PostgreSQL itself."""

import psycopg
import pytest
from psycopg import errors, sql

from proofless.config.database import Role
from proofless.config.postgres import EmbeddedPostgres

LEDGER = {
    "ledger_entry": {Role.APP: {"SELECT", "INSERT"}, Role.SEQUENCER: {"SELECT"}},
    "ledger_pending": {Role.APP: {"SELECT", "INSERT"}, Role.SEQUENCER: {"SELECT", "DELETE"}},
    "ledger_chain": {Role.APP: {"SELECT"}, Role.SEQUENCER: {"SELECT", "INSERT"}},
    "ledger_node": {Role.APP: {"SELECT"}, Role.SEQUENCER: {"SELECT", "INSERT"}},
    "ledger_head": {Role.APP: {"SELECT"}, Role.SEQUENCER: {"SELECT", "INSERT"}},
    "ledger_subject": {Role.APP: {"SELECT"}, Role.SEQUENCER: {"SELECT", "INSERT"}},
}
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def rights(postgres: EmbeddedPostgres, role: Role, table: str) -> set[str]:
    with psycopg.connect(postgres.superuser_dsn()) as connection:
        query = "SELECT has_table_privilege(%s, %s, %s)"
        return {
            right
            for right in RIGHTS
            if connection.execute(query, (role.login, table, right)).fetchone() == (True,)
        }


@pytest.mark.parametrize("table", LEDGER)
@pytest.mark.parametrize("role", [Role.APP, Role.SEQUENCER])
def test_the_ledger_can_be_added_to_and_not_changed(
    postgres: EmbeddedPostgres, table: str, role: Role
) -> None:
    """A clerk who takes over the server still cannot remove the line that says what he read."""
    assert rights(postgres, role, table) == LEDGER[table][role]


def test_the_sequencer_sees_nothing_but_the_ledger(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.superuser_dsn()) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    others = {row[0] for row in found} - LEDGER.keys()
    assert others
    assert {table for table in others if rights(postgres, Role.SEQUENCER, table)} == set()


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t (n int)", "TRUNCATE ledger_entry", "DROP TABLE ledger_head"]
)
def test_the_server_makes_and_drops_no_tables(postgres: EmbeddedPostgres, statement: str) -> None:
    with (
        psycopg.connect(postgres.dsn(Role.APP)) as connection,
        pytest.raises((errors.InsufficientPrivilege, errors.InvalidSchemaName)),
    ):
        connection.execute(sql.SQL(statement))  # type: ignore[arg-type]

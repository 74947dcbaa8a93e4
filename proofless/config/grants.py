"""授权: what each database role may do, applied after every migration by the owner.

The ledger's promise rests here: the server can add entries but change none, and only the sequencer chains
them.
"""

from typing import Any

import psycopg
from psycopg import sql

from proofless.config.database import Role

APP, SEQUENCER = Role.APP.login, Role.SEQUENCER.login
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
CHAIN = ("ledger_chain", "ledger_node", "ledger_head", "ledger_subject")
# table → role → rights. A table not named here gives EVERYTHING to the application and nothing to the
# sequencer.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "ledger_entry": {APP: "SELECT, INSERT", SEQUENCER: "SELECT"},
    "ledger_pending": {APP: "SELECT, INSERT", SEQUENCER: "SELECT, DELETE"},
    **{table: {APP: "SELECT", SEQUENCER: "SELECT, INSERT"} for table in CHAIN},
    "django_migrations": {APP: "SELECT"},
}
TABLES_SQL = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def apply_grants(dsn: str) -> int:
    """Give and take rights on every table of the database; returns how many tables.

    ``dsn`` is the owner's.
    """
    with psycopg.connect(dsn) as connection:
        _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", connection.info.dbname)
        _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for role in (APP, SEQUENCER):
            _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", connection.info.dbname, role)
            _run(connection, "GRANT USAGE ON SCHEMA public TO {}", role)
        _run(connection, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}", APP)
        tables = [str(row[0]) for row in connection.execute(TABLES_SQL).fetchall()]
        for table in tables:
            _run(connection, "REVOKE ALL ON {} FROM PUBLIC, {}, {}", table, APP, SEQUENCER)
            for role, rights in EXCEPTIONS.get(table, {APP: EVERYTHING}).items():
                _run(connection, f"GRANT {rights} ON {{}} TO {{}}", table, role)
    return len(tables)


def _run(connection: psycopg.Connection[Any], statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

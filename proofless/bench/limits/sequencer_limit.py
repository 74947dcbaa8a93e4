"""Limit of the sequencer's benchmark: the same entries into a bare table, one committed INSERT each, unchained."""

import psycopg

TABLE_SQL = "CREATE TABLE IF NOT EXISTS bench_entry (LIKE ledger_entry INCLUDING ALL)"
GRANT_SQL = "GRANT INSERT ON bench_entry TO proofless_app"
INSERT_SQL = (
    "INSERT INTO bench_entry (id, at, kind, actor_id, party_id, department_code, channel, object_kind, object_id,"
    " purpose, ground, holders, detail)"
    " VALUES (%s, clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def prepare(owner_dsn: str) -> None:
    """An empty table like the ledger's own."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for statement in (TABLE_SQL, GRANT_SQL, "TRUNCATE bench_entry"):
            connection.execute(statement.encode())

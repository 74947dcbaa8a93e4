"""Tables: one noun in its places, holder-owned ones ready to be distributed, no foreign key upwards."""

from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from proofless.config import distribute
from proofless.config.database import Role
from proofless.config.distribute import FOUND_OTHERWISE
from proofless.config.postgres import EmbeddedPostgres
from proofless.ledger.guard import PLUMBING

OURS = [model for model in apps.get_models() if model.__module__.startswith("proofless.")]
NOT_OWNED = FOUND_OTHERWISE  # tables that carry a holder's id without belonging to him, each with its reason


def test_table_names_begin_with_their_room() -> None:
    for model in OURS:
        assert model._meta.db_table.startswith(model._meta.app_label + "_"), model


def test_foreign_keys_stay_inside_their_room() -> None:
    for model in OURS:
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                assert field.related_model._meta.app_label == model._meta.app_label, field


def test_unique_constraints_of_holder_owned_tables_contain_the_holder() -> None:
    for model in OURS:
        names = {field.name for field in model._meta.fields}
        if "holder_id" not in names or model._meta.db_table in NOT_OWNED:
            continue
        uniques = [set(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
        uniques += [{f.name} for f in model._meta.fields if f.unique and not f.primary_key]
        for unique in uniques:
            assert "holder_id" in unique, f"{model._meta.db_table} is unique by {unique}"


def test_ids_are_made_by_us() -> None:
    for model in OURS:
        key = model._meta.pk
        assert not isinstance(key, models.AutoField), f"{model._meta.db_table} has a serial key"


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_plumbing_is_short_explained_and_there() -> None:
    """The list in ``ledger/guard.py`` is the only one: a table that is gone leaves a hole for the next of its name."""
    assert len(PLUMBING) <= 10 and all(PLUMBING.values())
    assert PLUMBING.keys() <= set(connection.introspection.table_names())


UNIQUE_SQL = (
    "SELECT t.relname, i.relname, array_agg(a.attname::text) FROM pg_index x"
    " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
    " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(x.indkey)"
    " WHERE x.indisunique AND NOT x.indisprimary AND t.relnamespace = 'public'::regnamespace"
    " AND EXISTS (SELECT 1 FROM pg_attribute h WHERE h.attrelid = t.oid AND h.attname = 'holder_id')"
    " GROUP BY 1, 2"
)


@pytest.mark.django_db
def test_what_is_unique_of_a_holder_is_unique_under_him_in_the_database() -> None:
    """Prepared for distribution by holder: a unique index across holders could not be kept on many machines."""
    with connection.cursor() as cursor:
        cursor.execute(UNIQUE_SQL)
        found = [row for row in cursor.fetchall() if row[0] not in NOT_OWNED]
    assert found and not [(table, index) for table, index, columns in found if "holder_id" not in columns]


@pytest.fixture
def rekeyed(postgres: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """The tables as ``proofless distribute`` leaves their keys, for the length of a test."""
    with psycopg.connect(postgres.dsn(Role.OWNER)) as connection:
        connection.execute("SET LOCAL lock_timeout = '20s'")
        for statement in distribute.key_statements():
            connection.execute(statement.encode())
        yield connection
        connection.rollback()


KEYS_SQL = (
    "SELECT t.relname, array_agg(a.attname::text ORDER BY array_position(x.indkey::int2[], a.attnum))"
    " FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid"
    " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(x.indkey)"
    " WHERE x.indisunique AND t.relname = ANY(%s) GROUP BY x.indexrelid, t.relname"
)
FOREIGN_SQL = (
    "SELECT conname FROM pg_constraint c JOIN pg_class t ON t.oid IN (c.conrelid, c.confrelid)"
    " WHERE c.contype = 'f' AND t.relname = ANY(%s)"
)


def test_distributed_by_holder_every_key_of_an_owned_table_names_him(rekeyed: psycopg.Connection) -> None:
    """The printed statements run as they stand; then nothing unique and no foreign key crosses machines."""
    owned = [one.table for one in distribute.owned_tables()]
    carrying = {m._meta.db_table for m in OURS if any(f.name == "holder_id" for f in m._meta.fields)}
    assert set(owned) | FOUND_OTHERWISE.keys() == carrying
    keys = rekeyed.execute(KEYS_SQL, (owned,)).fetchall()
    assert {table for table, _ in keys} == set(owned)
    assert not [(table, columns) for table, columns in keys if "holder_id" not in columns]
    assert rekeyed.execute(FOREIGN_SQL, ([distribute.FIRST, *owned, *FOUND_OTHERWISE],)).fetchall() == []


def test_the_printed_statements_say_what_they_are() -> None:
    """An operator must not take for proven what has never run on a cluster."""
    printed = distribute.script()
    assert "尚未在 Citus 集群上运行过" in printed and "\\set ON_ERROR_STOP on" in printed
    assert all(f"'{one.table}'" in printed for one in distribute.owned_tables())

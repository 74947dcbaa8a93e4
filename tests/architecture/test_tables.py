"""Tables: one noun in its places, holder-owned ones ready to be distributed, no foreign key upwards."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from proofless.ledger.guard import PLUMBING

OURS = [model for model in apps.get_models() if model.__module__.startswith("proofless.")]
NOT_OWNED = {  # tables that carry a holder's id without belonging to him, each with its reason
    "parties_holder_number": "the lookup from a number to an id",
    "certificates_lookup": "the lookup from an identifier to its answer",
    "codes_ticket": "lives a minute, found by its digest",
    "ledger_subject": "the ledger's own index",
}


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

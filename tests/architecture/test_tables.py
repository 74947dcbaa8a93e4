"""Tables: one noun in its places, holder-owned ones ready to be distributed, no foreign key upwards."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

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


def test_plumbing_is_short_and_explained() -> None:
    assert len(PLUMBING) <= 10 and all(PLUMBING.values())

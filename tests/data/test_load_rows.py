"""Bringing rows in: the police station's extract arrives whole or not at all, and the ledger says so."""

from datetime import date
from uuid import UUID

import pytest

from proofless.access.actors import system_actor
from proofless.data import queries
from proofless.data.errors import DatasetUnknown, RowInvalid
from proofless.data.models import DataRow
from proofless.data.services import load_rows
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry

POLICE = system_actor(Permission.DATA_LOAD, department_code="GAJ")
DAY = date(2025, 3, 1)
pytestmark = pytest.mark.usefixtures("datasets")


def test_one_entry_per_dataset_and_no_value_in_it(zhang: UUID, wang: UUID) -> None:
    rows = [
        ("DS_PERSON_BASE", who, {"name": "张三", "birth_date": "1990-05-01"}, DAY) for who in (zhang, wang)
    ]
    loaded = load_rows(actor=POLICE, rows=[*rows, ("DS_DISABLED", zhang, {"disability_level": "2"}, DAY)])
    assert (loaded.total, queries.count_rows()) == (3, {"DS_DISABLED": 1, "DS_PERSON_BASE": 2})
    entries = LedgerEntry.objects.filter(kind="data.rows_loaded").values_list("object_id", "detail")
    assert sorted(code for code, _ in entries) == ["DS_DISABLED", "DS_PERSON_BASE"]
    assert "张三" not in str(list(entries))


def test_values_lie_sealed_in_the_table(zhang: UUID) -> None:
    load_rows(actor=POLICE, rows=[("DS_PERSON_BASE", zhang, {"name": "张三"}, DAY)])
    assert "张三".encode() not in bytes(DataRow.objects.get().payload_sealed)


@pytest.mark.parametrize(
    "values", [{"nickname": "三儿"}, {"birth_date": "1990年"}, {"name": 1.5}, {"name": {"first": "三"}}]
)
def test_a_row_that_does_not_fit_stops_the_whole_extract(
    zhang: UUID, wang: UUID, values: dict[str, str]
) -> None:
    good = ("DS_PERSON_BASE", zhang, {"name": "张三"}, DAY)
    with pytest.raises(RowInvalid) as refused:
        load_rows(actor=POLICE, rows=[good, ("DS_PERSON_BASE", wang, values, DAY)])
    assert DataRow.objects.count() == 0
    assert "三儿" not in str(refused.value.detail), "a refusal names fields, never values"


def test_an_unknown_dataset_is_refused(zhang: UUID) -> None:
    with pytest.raises(DatasetUnknown):
        load_rows(actor=POLICE, rows=[("DS_NOWHERE", zhang, {}, DAY)])


def test_a_new_extract_replaces_what_it_names_and_nothing_else(zhang: UUID, wang: UUID) -> None:
    """Else every nightly load would double 张三's rows, or lose 王五's."""
    first = [("DS_PERSON_BASE", who, {"name": "旧名"}, DAY) for who in (zhang, zhang, wang)]
    load_rows(actor=POLICE, rows=first)
    load_rows(actor=POLICE, rows=[("DS_PERSON_BASE", zhang, {"name": "新名"}, DAY)] * 2, replace=True)
    assert DataRow.objects.filter(holder_id=zhang).count() == 2
    assert DataRow.objects.filter(holder_id=wang).count() == 1

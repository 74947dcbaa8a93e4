"""Reading rows: a clerk sees what her permit covers, and a source that is down is never a no."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from proofless import ledger
from proofless.access import Ground, Permit, permit
from proofless.access.actors import system_actor
from proofless.access.errors import PermitDenied
from proofless.data import queries
from proofless.data.errors import SourceUnavailable
from proofless.data.models import DataRow, row_context
from proofless.data.services import load_rows, mark_source
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.reads import ReadUnrecorded
from proofless.vault.cipher import SealedValueBroken

BUREAU = system_actor(Permission.DATA_LOAD)
CLERK = system_actor(Permission.HANDLE, department_code="MZJ")
pytestmark = pytest.mark.usefixtures("datasets")


@pytest.fixture
def rows(datasets: None, zhang: UUID) -> None:
    load_rows(
        actor=BUREAU,
        rows=[
            ("DS_PERSON_BASE", zhang, {"name": "张叁", "birth_date": "1990-05-01"}, date(2024, 1, 1)),
            ("DS_PERSON_BASE", zhang, {"name": "张三", "birth_date": "1990-05-01"}, date(2025, 1, 1)),
            ("DS_DISABLED", zhang, {"disability_level": "2"}, date(2025, 1, 1)),
        ],
    )


def for_names(*holders: UUID) -> Permit:
    return permit(CLERK, holders, ["DS_PERSON_BASE.name"], "高龄津贴", ground=Ground.STATUTORY, basis="I072")


def test_a_clerk_reads_the_permitted_fields_newest_first(
    rows: None, zhang: UUID, reading: list[ledger.ReadLine]
) -> None:
    found = queries.read_rows(for_names(zhang), [zhang], ["DS_PERSON_BASE"])
    assert [row.values for row in found] == [{"name": "张三"}, {"name": "张叁"}]
    assert [(line.holder_id, line.fields) for line in reading] == [(zhang, ("DS_PERSON_BASE.name",))] * 2
    assert {line.source for line in reading} == {row.source for row in found}


@pytest.mark.usefixtures("reading")
def test_a_permit_for_somebody_else_opens_nothing(rows: None, zhang: UUID, wang: UUID) -> None:
    with pytest.raises(PermitDenied):
        queries.read_rows(for_names(wang), [zhang], ["DS_PERSON_BASE"])


def test_a_read_nobody_would_record_is_refused(rows: None, zhang: UUID) -> None:
    with pytest.raises(ReadUnrecorded):
        queries.read_rows(for_names(zhang), [zhang], ["DS_PERSON_BASE"])


def test_a_source_that_is_down_is_unknown_and_the_others_still_answer(rows: None, zhang: UUID) -> None:
    mark_source(actor=BUREAU, dataset_code="DS_PERSON_BASE", available=False)
    found = queries.find_rows([zhang], ["DS_PERSON_BASE", "DS_DISABLED"])
    assert [row.dataset_code for row in found.rows] == ["DS_DISABLED"]
    assert found.down == {"DS_PERSON_BASE"}
    with pytest.raises(SourceUnavailable):
        queries.read_dataset(for_names(zhang), [zhang], "DS_PERSON_BASE")
    mark_source(actor=BUREAU, dataset_code="DS_PERSON_BASE", available=True)
    assert len(queries.find_rows([zhang], ["DS_PERSON_BASE"]).rows) == 2


def test_no_row_means_no_record_only_where_rows_were_ever_brought_in(rows: None, wang: UUID) -> None:
    found = queries.find_rows([wang], ["DS_DISABLED"])
    assert (found.rows, found.loaded) == ((), {"DS_DISABLED"})


def test_finding_takes_one_statement_and_opens_nothing(
    rows: None, zhang: UUID, wang: UUID, reading: list[ledger.ReadLine]
) -> None:
    queries.find_rows([zhang], ["DS_DISABLED"])
    with connection.execute_wrapper(count := Counting()):
        queries.find_rows([zhang, wang], ["DS_PERSON_BASE", "DS_DISABLED"])
    assert (count.statements, reading) == (1, [])


class Counting:
    statements = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.statements += 1
        return execute(sql, params, many, context)


@pytest.mark.usefixtures("reading")
def test_a_row_copied_under_another_holder_does_not_open(rows: None, zhang: UUID, wang: UUID) -> None:
    """Else whoever can write the table could make 张三's row 王五's."""
    row = DataRow.objects.filter(dataset_code="DS_DISABLED").get()
    with connection.cursor() as cursor, ledger.act(None, BUREAU) as act:
        cursor.execute("UPDATE data_row SET holder_id = %s WHERE id = %s", [wang, row.id])
        act.enter(Kind.ROWS_LOADED)
    everything = permit(CLERK, [wang], ["DS_DISABLED.*"], "x", ground=Ground.STATUTORY, basis="I072")
    with pytest.raises(SealedValueBroken):
        queries.read_rows(everything, [wang], ["DS_DISABLED"])
    assert row_context(zhang, "DS_DISABLED") != row_context(wang, "DS_DISABLED")

"""Acts on data: bring in the resource catalogue, bring in rows, mark a source as down or up."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db import connection

from proofless import ledger
from proofless.data.errors import DatasetUnknown, RowInvalid
from proofless.data.models import ROOM, SOURCES, Dataset, DatasetField, Source, row_context
from proofless.data.queries import get_dataset
from proofless.data.rules import NewRow, Problem, find_problems
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.standards import versions
from proofless.standards.loading import Change, Target, load_tables
from proofless.vault import cipher, keys

Row = Mapping[str, str]
CHUNK = 2000
DELIVERY_NOTED = timedelta(hours=12)  # a later delivery of the same day changes nothing that is read
SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class RowsLoaded:
    """``counts`` are rows per dataset."""

    batch_id: UUID
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def load_datasets(*, actor: Actor, datasets: Sequence[Row], dataset_fields: Sequence[Row]) -> list[Change]:
    """Bring the resource catalogue to the state of the catalogue's rows (checked by the caller)."""
    return load_tables(
        actor=actor,
        room=ROOM,
        kind=Kind.DATASETS_LOADED,
        targets=[
            Target(Dataset, [_dataset(row) for row in datasets]),
            Target(DatasetField, [_field(row) for row in dataset_fields]),
        ],
    )


def _dataset(row: Row) -> Dataset:
    return Dataset(
        code=row["dataset_code"],
        name=row["dataset_name"],
        provider_code=row["provider_dept_code"],
        base_library=row["base_library"],
        update_frequency=row["update_frequency"],
        share_type=row["share_type"],
        share_condition=row["share_condition"],
        open_type=row["open_type"],
        grade=row["data_grade"],
        service_form=row["service_form"],
        response_target=row["response_target"],
        source=row["source"],
    )


def _field(row: Row) -> DatasetField:
    return DatasetField(
        ref=f"{row['dataset_code']}.{row['field_name_en']}",
        dataset_code=row["dataset_code"],
        seq=int(row["seq"]),
        name_en=row["field_name_en"],
        name_cn=row["field_name_cn"],
        data_type=row["data_type"],
        sensitivity=row["sensitivity"],
        is_query_key=row["is_query_key"] == "Y",
        source=row["source"],
    )


def load_rows(*, actor: Actor, rows: Sequence[NewRow], replace: bool = False) -> RowsLoaded:
    """Bring in rows; all are checked before the first is written, then chunks of 2000 commit one by one.

    Each chunk leaves one entry per dataset. ``replace`` first removes what the named holders had in the named
    datasets. Raises DatasetUnknown, or RowInvalid with the first problems (row numbers and field names, never
    values).
    """
    actor.check(Permission.DATA_LOAD)
    _check(rows)
    batch_id, counts = new_id(), Counter(row[0] for row in rows)
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        with ledger.act(None, actor) as act:
            if replace:
                _remove_earlier(chunk, batch_id)
            _copy(chunk, batch_id)
            _mark_loaded(sorted({row[0] for row in chunk}))
            _enter(act, chunk, batch_id)
    return RowsLoaded(batch_id, dict(counts))


def _check(rows: Sequence[NewRow]) -> None:
    types = {code: get_dataset(code).types for code in {row[0] for row in rows}}
    problems: list[Problem] = []
    for number, (code, _, values, _) in enumerate(rows):
        problems.extend(find_problems(number, values, types[code]))
        if len(problems) >= SHOWN_PROBLEMS:
            break
    if problems:
        first = rows[problems[0][0]][0]
        raise RowInvalid(f"数据行不符合资源目录:{first}.{problems[0][1]} {problems[0][2]}", problems=problems)


def _remove_earlier(chunk: Sequence[NewRow], batch_id: UUID) -> None:
    pairs = sorted({(row[1], row[0]) for row in chunk})
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM data_row r USING unnest(%s::uuid[], %s::text[]) AS n(holder_id, dataset_code)"
            " WHERE r.holder_id = n.holder_id AND r.dataset_code = n.dataset_code AND r.batch_id <> %s",
            [[holder for holder, _ in pairs], [code for _, code in pairs], batch_id],
        )


def _copy(chunk: Sequence[NewRow], batch_id: UUID) -> None:
    columns = "id, holder_id, dataset_code, payload_sealed, key_version, as_of, batch_id"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY data_row ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["uuid", "uuid", "varchar", "bytea", "int2", "date", "uuid"])
        for record in _sealed(chunk, batch_id):
            copy.write_row(record)


def _sealed(chunk: Sequence[NewRow], batch_id: UUID) -> Iterator[tuple[object, ...]]:
    for code, holder_id, values, as_of in chunk:
        sealed = cipher.seal_record(dict(values), row_context(holder_id, code))
        yield new_id(), holder_id, code, sealed, keys.CURRENT_VERSION, as_of, batch_id


def _mark_loaded(codes: Sequence[str]) -> None:
    """Note datasets of which this node now holds rows, and the day they came: no row then means no record."""
    now = clock.now()
    known = set(
        Source.objects.filter(dataset_code__in=codes, loaded_at__gt=now - DELIVERY_NOTED).values_list(
            "pk", flat=True
        )
    )
    fresh = [code for code in codes if code not in known]
    if fresh:
        Source.objects.bulk_create(
            [Source(dataset_code=code, loaded_at=now, changed_at=now) for code in fresh],
            update_conflicts=True,
            unique_fields=["dataset_code"],
            update_fields=["loaded_at", "changed_at"],
        )
        versions.bump(SOURCES)


def _enter(act: Act, chunk: Sequence[NewRow], batch_id: UUID) -> None:
    for code, count in sorted(Counter(row[0] for row in chunk).items()):
        act.enter(
            Kind.ROWS_LOADED,
            object_kind="dataset",
            object_id=code,
            detail={"batch": str(batch_id), "rows": count},
        )


def mark_source(*, actor: Actor, dataset_code: str, available: bool) -> None:
    """Say whether a dataset's source answers. Raises DatasetUnknown."""
    actor.check(Permission.DATA_LOAD)
    if not Dataset.objects.filter(code=dataset_code).exists():
        raise DatasetUnknown(dataset=dataset_code)
    detail = {"available": int(available)}
    with ledger.act(Kind.SOURCE_MARKED, actor, object_kind="source", object_id=dataset_code, detail=detail):
        Source.objects.update_or_create(
            dataset_code=dataset_code, defaults={"available": available, "changed_at": clock.now()}
        )
        versions.bump(SOURCES)

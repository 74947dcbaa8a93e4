"""Reads of data: the catalogue of datasets, which rows exist, and, under a permit, what they say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection

from proofless.access import Permit, SealedRecord, open_records
from proofless.data.errors import DatasetUnknown, SourceUnavailable
from proofless.data.models import ROOM, SOURCES, Dataset, DatasetField, Source, row_context
from proofless.kit import clock
from proofless.standards.rules import Value
from proofless.standards.versions import Versioned


@dataclass(frozen=True, slots=True)
class DatasetFieldView:
    ref: str
    name_en: str
    name_cn: str
    data_type: str
    sensitivity: str
    is_query_key: bool


@dataclass(frozen=True, slots=True)
class DatasetView:
    """A dataset of the catalogue with its fields in order."""

    code: str
    name: str
    provider_code: str
    base_library: str
    update_frequency: str
    share_type: str
    share_condition: str
    open_type: str
    grade: str
    service_form: str
    response_target: str
    source: str
    fields: tuple[DatasetFieldView, ...]

    @property
    def types(self) -> dict[str, str]:
        """Field name → data type."""
        return {field.name_en: field.data_type for field in self.fields}


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that exists, unopened. ``record`` opens it through ``access.open_records``."""

    holder_id: UUID
    dataset_code: str
    row_id: UUID
    as_of: date
    record: SealedRecord


@dataclass(frozen=True, slots=True)
class FoundRows:
    """What was found, newest first for each holder and dataset. ``down`` did not answer: unknown, not absent.

    ``loaded`` are the datasets of which this node holds rows at all: only there does no row mean no record;
    ``delivered`` the day each of them last came.
    """

    rows: tuple[FoundRow, ...]
    down: frozenset[str]
    loaded: frozenset[str]
    delivered: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A row as permitted to the reader."""

    holder_id: UUID
    dataset_code: str
    row_id: UUID
    as_of: date
    values: Mapping[str, Value]

    @property
    def source(self) -> str:
        return f"data:{self.row_id}"


def list_datasets() -> tuple[DatasetView, ...]:
    """The whole catalogue, by code."""
    return tuple(_datasets.get().values())


def get_dataset(code: str) -> DatasetView:
    """Raises DatasetUnknown."""
    found = _datasets.get().get(code)
    if found is None:
        raise DatasetUnknown(dataset=code)
    return found


def unavailable_datasets() -> frozenset[str]:
    """Datasets whose source does not answer now."""
    return frozenset(code for code, source in _sources.get().items() if not source.available)


_FIND = (
    "SELECT holder_id, dataset_code, id, as_of, payload_sealed FROM data_row"
    " WHERE holder_id = ANY(%s) AND dataset_code = ANY(%s)"
    " ORDER BY holder_id, dataset_code, as_of DESC, id DESC"
)


def find_rows(holder_ids: Iterable[UUID], dataset_codes: Iterable[str]) -> FoundRows:
    """Which rows the holders have in the datasets, in one statement, without opening any."""
    holders, codes = list(holder_ids), frozenset(dataset_codes)
    down = codes & unavailable_datasets()
    sources = _sources.get()
    delivered = {code: day for code in codes if (held := sources.get(code)) and (day := held.delivered_on)}
    asked = sorted(codes - down)
    if not holders or not asked:
        return FoundRows((), down, frozenset(delivered), delivered)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [holders, asked])
        rows = tuple(_found(*row) for row in cursor.fetchall())
    return FoundRows(rows, down, frozenset(delivered), delivered)


def _found(holder_id: UUID, code: str, row_id: UUID, as_of: date, sealed: bytes) -> FoundRow:
    record = SealedRecord(
        holder_id=holder_id,
        sealed=bytes(sealed),
        context=row_context(holder_id, code),
        prefix=code,
        source=f"data:{row_id}",
    )
    return FoundRow(holder_id, code, row_id, as_of, record)


def read_rows(permit: Permit, holder_ids: Iterable[UUID], dataset_codes: Iterable[str]) -> list[RowRecord]:
    """The permitted values of the holders' rows, newest first; datasets whose source is down give none.

    Every row opened is one read line. Raises PermitDenied for a row of which the permit covers nothing.
    """
    found = find_rows(holder_ids, dataset_codes).rows
    opened = open_records(permit, (row.record for row in found))
    return [
        RowRecord(row.holder_id, row.dataset_code, row.row_id, row.as_of, values)
        for row, values in zip(found, opened, strict=True)
    ]


def read_dataset(permit: Permit, holder_ids: Iterable[UUID], dataset_code: str) -> list[RowRecord]:
    """As ``read_rows`` for one dataset that must answer. Raises DatasetUnknown, SourceUnavailable."""
    get_dataset(dataset_code)
    if dataset_code in unavailable_datasets():
        raise SourceUnavailable(dataset=dataset_code)
    return read_rows(permit, holder_ids, [dataset_code])


def count_rows() -> dict[str, int]:
    """Rows held per dataset."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dataset_code, count(*) FROM data_row GROUP BY dataset_code")
        return {code: int(count) for code, count in cursor.fetchall()}


def _build_datasets(_: int) -> dict[str, DatasetView]:
    fields: dict[str, list[DatasetFieldView]] = defaultdict(list)
    names = DatasetFieldView.__dataclass_fields__
    for row in DatasetField.objects.order_by("dataset_code", "seq"):
        fields[row.dataset_code].append(DatasetFieldView(**{name: getattr(row, name) for name in names}))
    plain = [name for name in DatasetView.__dataclass_fields__ if name != "fields"]
    return {
        row.code: DatasetView(**{name: getattr(row, name) for name in plain}, fields=tuple(fields[row.code]))
        for row in Dataset.objects.order_by("code")
    }


@dataclass(frozen=True, slots=True)
class _SourceState:
    available: bool
    delivered_on: date | None


def _build_sources(_: int) -> dict[str, _SourceState]:
    return {
        row.dataset_code: _SourceState(row.available, clock.day_of(row.loaded_at) if row.loaded_at else None)
        for row in Source.objects.all()
    }


_datasets = Versioned(ROOM, _build_datasets)
_sources = Versioned(SOURCES, _build_sources)

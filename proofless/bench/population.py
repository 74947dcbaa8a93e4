"""A town of any size put straight into the tables by COPY: the benchmark's own fixture.

Faces, rows and registration records are sealed as the services seal them; no act, no OFD file and no ledger entry
stands behind them.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from proofless.certificates.models import face_context, number_index
from proofless.data.models import row_context
from proofless.kit import clock
from proofless.kit.ids import new_id
from proofless.parties.models import holder_context
from proofless.simulator.town import stream_town
from proofless.simulator.town.model import Batch, CertificateSpec, Enterprise, Key, Person, Relation
from proofless.vault import cipher

TABLES = {
    "parties_holder": (
        "id, kind, state, name, number_type, division_code, sex, record_sealed, key_version, registered_at",
        "uuid text text text text text text bytea int2 timestamptz",
    ),
    "parties_relation": (
        "id, holder_id, kind, forward, other_id, evidence, since, until",
        "uuid uuid text bool uuid text date date",
    ),
    "data_row": (
        "id, holder_id, dataset_code, payload_sealed, key_version, as_of, batch_id",
        "uuid uuid text bytea int2 date uuid",
    ),
    "certificates_certificate": (
        "id, holder_id, type_code, identifier, number_index, serial, version, state, valid_from, valid_to,"
        " issue_dept_code, division_code, seal_id, face_sealed, key_version, file_address, issued_at,"
        " replaces_id, revoked_at, revoke_reason_code",
        "uuid uuid text text bytea text int2 text date date text text uuid bytea int2 text timestamptz"
        " uuid timestamptz text",
    ),
    "certificates_holding": (
        "id, holder_id, certificate_id, certificate_holder_id, type_code, side",
        "uuid uuid uuid uuid text text",
    ),
}
SOURCE_SQL = (
    "INSERT INTO data_source (dataset_code, available, loaded_at, changed_at) SELECT DISTINCT dataset_code, true,"
    " now(), now() FROM data_row ON CONFLICT (dataset_code) DO UPDATE SET loaded_at = now()"
)
SEED = 2026
BATCH_ID, SEAL_ID = UUID(int=1), UUID(int=1)
NO_FILE = "0" * 64  # the library only takes sealed files; these are measured without reading any
Row = tuple[Any, ...]


class Population:
    """Turns batches of a town into rows of the tables."""

    def __init__(self) -> None:
        self._ids: defaultdict[Key, UUID] = defaultdict(new_id)
        self._related: set[tuple[str, Key, Key]] = set()

    def rows(self, batch: Batch) -> dict[str, list[Row]]:
        """Table → rows, in the order of TABLES."""
        made = {table: list[Row]() for table in TABLES}
        everybody: list[Person | Enterprise] = [*batch.people, *batch.enterprises]
        made["parties_holder"] += [self._holder(one) for one in everybody]
        for relation in batch.relations:
            made["parties_relation"] += self._relation(relation)
        for row in batch.rows:
            holder = self._ids[row.holder]
            sealed = cipher.seal_record(dict(row.values), row_context(holder, row.dataset_code))
            made["data_row"].append((new_id(), holder, row.dataset_code, sealed, 1, row.as_of, BATCH_ID))
        for spec in batch.certificates:
            self._certificate(spec, made)
        return made

    def _holder(self, one: Person | Enterprise) -> Row:
        holder = self._ids[one.holder]
        person = isinstance(one, Person)
        record = {
            "mobile": one.mobile,
            "bank_name": one.bank_name,
            "bank_account": one.bank_account,
            "name": one.name,
        }
        if isinstance(one, Person):
            record |= {"number": one.id_no, "address": one.residence_address}
            state, sex, division = "deceased" if one.died_on else "active", one.sex, one.residence_division
        else:
            record |= {"number": one.uscc, "address": one.address}
            state, sex, division = "active", "", one.division
        sealed = cipher.seal_record(record, holder_context(holder))
        kind, number_type = ("person", "111") if person else ("enterprise", "001")
        return holder, kind, state, one.name, number_type, division, sex, sealed, 1, clock.now()

    def _relation(self, new: Relation) -> list[Row]:
        name = (new.kind, new.from_key, new.to_key)
        if name in self._related:
            return []
        self._related.add(name)
        one, other = self._ids[new.from_key], self._ids[new.to_key]
        sides = ((one, True, other), (other, False, one))
        return [
            (new_id(), mine, new.kind, ahead, of, new.evidence, new.since, None) for mine, ahead, of in sides
        ]

    def _certificate(self, spec: CertificateSpec, made: dict[str, list[Row]]) -> None:
        holders = [(self._ids[key], side) for key, side in spec.holders]
        certificate, first = new_id(), holders[0][0]
        sealed = cipher.seal_record(dict(spec.face), face_context(first, certificate))
        state = "valid" if spec.state == "expired" else spec.state
        issued_at = datetime.combine(spec.valid_from, time(), UTC)
        index = number_index(spec.cert_code, spec.number)
        made["certificates_certificate"].append(
            (certificate, first, spec.cert_code, certificate.hex, index, "0", 1, state, spec.valid_from,
             date.fromisoformat(spec.valid_to), spec.issue_dept_code, spec.division_code, SEAL_ID, sealed, 1, NO_FILE,
             issued_at, None, None, "")
        )  # fmt: skip
        for holder, side in holders:
            if side or holder != first:
                made["certificates_holding"].append(
                    (new_id(), holder, certificate, first, spec.cert_code, side)
                )


def populate(
    dsn: str, marker: Path, residents: int, catalog: Path, report: Callable[[int], object]
) -> dict[str, int]:
    """Make the town unless ``marker`` says it is there; half a town is made again. Rows per table.

    ``dsn`` may truncate. Fifteen enterprises to a hundred residents, as in the demo town.
    """
    wanted: dict[str, int] = {"residents": residents}
    found: dict[str, int] = json.loads(marker.read_text()) if marker.exists() else {}
    if found.get("residents") == residents:
        return found
    marker.unlink(missing_ok=True)
    counts = dict.fromkeys(TABLES, 0)
    population = Population()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES)}".encode())
        for batch in stream_town(residents, max(residents * 3 // 20, 60), SEED, catalog):
            for table, rows in population.rows(batch).items():
                _copy(connection, table, rows)
                counts[table] += len(rows)
            report(counts["parties_holder"])
        connection.execute(SOURCE_SQL.encode())
        connection.execute("VACUUM ANALYZE")
    wanted |= counts
    marker.write_text(json.dumps(wanted))
    return wanted


def _copy(connection: psycopg.Connection[Any], table: str, rows: Iterable[Row]) -> None:
    columns, types = TABLES[table]
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)".encode()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types.split())
        for row in rows:
            copy.write_row(row)

"""Gathering evidence for a scan: found in bulk, opened under the scene's permit only when a predicate asks.

Lies between ``services`` and ``queries``; writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from proofless.access import Ground, Permit, SealedRecord, open_records, permit
from proofless.access.errors import PermitDenied
from proofless.access.queries import ACCOUNT_PREFIX, find_holder_records
from proofless.certificates.queries import library
from proofless.certificates.queries import types as certificate_types
from proofless.codes.models import Ticket
from proofless.codes.queries import SceneView
from proofless.codes.rules.evidence import Evidence, Predicate, Record, Value
from proofless.data import queries as data
from proofless.kit import clock
from proofless.kit.actor import Actor

EVERY_CERTIFICATE = "*"
PUBLIC_GRADE = "L1"


def gather(
    actor: Actor, scene: SceneView, ticket: Ticket, predicates: Iterable[Predicate], about: str
) -> Evidence:
    """What the predicates may look at of the holder. Three statements at most; nothing is opened yet."""
    asked = list(predicates)
    codes = frozenset(code for predicate in asked for code in predicate.all_codes)
    refs = frozenset(ref for predicate in asked for ref in predicate.refs)
    ground = permit(actor, [ticket.holder_id], refs, scene.name, ground=Ground.STATUTORY, basis=scene.code)
    datasets = {code for code in codes if code.startswith("DS_")}
    rows = data.find_rows([ticket.holder_id], datasets)
    records = [*_certificates(ticket.holder_id, codes - datasets), *map(_row, rows.rows)]
    if ACCOUNT_PREFIX in codes:
        records += _account(ticket.holder_id)
    grouped: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        grouped[record.code].append(record)
    return Evidence(
        records={code: tuple(found) for code, found in grouped.items()},
        complete=rows.loaded - rows.down,
        open=_opener(ground),
        today=clock.today(),
        scene_codes=frozenset(scene.cert_codes),
        about=about,
        authority=ticket.authority,
    )


def _certificates(holder_id: UUID, codes: Iterable[str]) -> Iterable[Record]:
    wanted = set(codes)
    types = certificate_types.all_types()
    for held in library.find_held(
        [holder_id], None if EVERY_CERTIFICATE in wanted else wanted & types.keys()
    ):
        kind = types.get(held.type_code)
        yield Record(
            code=held.type_code,
            title=held.type_name,
            as_of=clock.day_of(held.issued_at).isoformat(),
            usable=held.usable,
            valid_to=held.valid_to,
            public=kind is not None and kind.security_grade == PUBLIC_GRADE,
            handle=held.record,
        )


def _row(row: data.FoundRow) -> Record:
    title = data.get_dataset(row.dataset_code).name
    return Record(row.dataset_code, title, row.as_of.isoformat(), None, None, False, row.record)


def _account(holder_id: UUID) -> list[Record]:
    sealed = find_holder_records([holder_id]).get(holder_id)
    if sealed is None:
        return []
    return [Record(ACCOUNT_PREFIX, "账户登记信息", clock.today().isoformat(), None, None, False, sealed)]


def _opener(ground: Permit) -> Callable[[Record], Mapping[str, Value]]:
    """Opens a record once, under the permit; a record that has none of the permitted fields says nothing."""
    opened: dict[str, Mapping[str, Value]] = {}

    def open_record(record: Record) -> Mapping[str, Value]:
        sealed = record.handle
        if not isinstance(sealed, SealedRecord):
            return {}
        if sealed.source not in opened:
            try:
                opened[sealed.source] = open_records(ground, [sealed])[0]
            except PermitDenied:
                opened[sealed.source] = {}
        return opened[sealed.source]

    return open_record

"""Bringing a town in, through the services every department uses: register, relate, share rows, issue, revoke."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TypeVar
from uuid import UUID

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.certificates import services as certificates
from proofless.certificates.services import NewCertificate
from proofless.data import services as data
from proofless.data.rules import NewRow
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import services as parties
from proofless.parties.models import HolderKind
from proofless.parties.services import NewHolder, NewRelation
from proofless.simulator.accounts import check_demo, make_demo_accounts
from proofless.simulator.town.model import CertificateSpec, Enterprise, Key, Person, Town

T = TypeVar("T")
Report = Callable[[str, int, int], None]
CHUNK = 500
OFFICE = (
    Permission.PARTY_REGISTER,
    Permission.DATA_LOAD,
    Permission.ISSUE,
    Permission.REVOKE,
    Permission.ACCOUNT_MANAGE,
    Permission.SEAL_KEEP,
)


@dataclass(frozen=True, slots=True)
class LoadedTown:
    """The town and the holder ids its keys became."""

    town: Town
    ids: dict[Key, UUID]

    def cast(self) -> dict[str, UUID]:
        return {name: self.ids[key] for name, key in self.town.cast.items()}


def quiet(step: str, done: int, total: int) -> None:
    """A report nobody reads."""


def load_town(town: Town, *, report: Report = quiet, processes: int = 1) -> LoadedTown:
    """Bring a whole town into an empty demo home. ``report`` gets (step, done, total) after every chunk."""
    ids = register_town(town, report=report)
    actor = system_actor(*OFFICE, label="演示城市")
    _share(actor, town, ids, report)
    _issue(actor, town, ids, report, processes)
    loaded = LoadedTown(town, ids)
    make_demo_accounts(actor=actor, cast=loaded.cast(), enterprise_of=_enterprise_of(town, ids))
    counts = {"residents": len(town.people), "enterprises": len(town.enterprises), "seed": town.seed}
    with ledger.act(Kind.TOWN_MADE, actor, object_kind="town", detail=counts):
        pass
    return loaded


def register_town(town: Town, *, report: Report = quiet) -> dict[Key, UUID]:
    """Bring in people and enterprises with their relations alone. The holder ids their keys became."""
    check_demo()
    actor = system_actor(*OFFICE, label="演示城市")
    ids = _register(actor, town, report)
    _relate(actor, town, ids, report)
    return ids


def _register(actor: Actor, town: Town, report: Report) -> dict[Key, UUID]:
    keys = [p.holder for p in town.people] + [e.holder for e in town.enterprises]
    new = [_person(p) for p in town.people] + [_enterprise(e) for e in town.enterprises]
    ids: dict[Key, UUID] = {}
    for chunk in _chunks(list(zip(keys, new, strict=True)), CHUNK):
        made = parties.register_holders(actor=actor, holders=[holder for _, holder in chunk])
        ids |= dict(zip((key for key, _ in chunk), made, strict=True))
        report("登记主体", len(ids), len(keys))
    return ids


def _person(p: Person) -> NewHolder:
    record = {
        "mobile": p.mobile,
        "address": p.residence_address,
        "bank_name": p.bank_name,
        "bank_account": p.bank_account,
    }
    return NewHolder(HolderKind.PERSON, p.name, p.id_no, p.residence_division, record, p.died_on is not None)


def _enterprise(e: Enterprise) -> NewHolder:
    record = {
        "mobile": e.mobile,
        "address": e.address,
        "bank_name": e.bank_name,
        "bank_account": e.bank_account,
    }
    return NewHolder(HolderKind.ENTERPRISE, e.name, e.uscc, e.division, record)


def _relate(actor: Actor, town: Town, ids: dict[Key, UUID], report: Report) -> None:
    done = 0
    for chunk in _chunks(town.relations, CHUNK):
        new = [NewRelation(r.kind, ids[r.from_key], ids[r.to_key], r.evidence, r.since) for r in chunk]
        parties.record_relations(actor=actor, relations=new)
        done += len(chunk)
        report("登记关系", done, len(town.relations))


def _share(actor: Actor, town: Town, ids: dict[Key, UUID], report: Report) -> None:
    done = 0
    for chunk in _chunks(town.rows, 2000):
        rows: list[NewRow] = [(r.dataset_code, ids[r.holder], r.values, r.as_of) for r in chunk]
        data.load_rows(actor=actor, rows=rows)
        done += len(chunk)
        report("汇聚数据", done, len(town.rows))


def _issue(actor: Actor, town: Town, ids: dict[Key, UUID], report: Report, processes: int) -> None:
    """Issue what was superseded first, then the rest in its place, then revoke what the town says was revoked."""
    old = [spec for spec in town.certificates if spec.state == "superseded"]
    rest = [spec for spec in town.certificates if spec.state != "superseded"]
    earlier = certificates.issue_many(actor=actor, wishes=[wish_of(spec, ids) for spec in old])
    replaced = {(e.type_code, e.holder_id): e.certificate_id for e in earlier}
    wishes = [wish_of(spec, ids) for spec in rest]
    wishes = [replace(w, replaces=replaced.pop((w.type_code, w.holders[0][0]), None)) for w in wishes]
    total = len(wishes)
    issued = certificates.issue_in_processes(
        actor=actor, wishes=wishes, processes=processes, report=lambda done: report("制发证照", done, total)
    )
    revoked = [i for i, spec in enumerate(rest) if spec.state == "revoked"]
    for number, index in enumerate(revoked, 1):
        certificates.revoke_certificate(
            actor=actor,
            certificate_id=issued[index].certificate_id,
            reason_code=rest[index].revoke_reason or "other",
        )
        report("撤销证照", number, len(revoked))


def wish_of(spec: CertificateSpec, ids: dict[Key, UUID]) -> NewCertificate:
    """A town's certificate as a department would ask for it."""
    return NewCertificate(
        type_code=spec.cert_code,
        holders=tuple((ids[key], side) for key, side in spec.holders),
        face=dict(spec.face),
        valid_from=spec.valid_from,
        valid_to=date.fromisoformat(spec.valid_to),
        number=spec.number,
        issue_dept_code=spec.issue_dept_code,
        division_code=spec.division_code,
    )


def _enterprise_of(town: Town, ids: dict[Key, UUID]) -> dict[str, UUID]:
    """Cast name → the enterprise he acts for."""
    offices = {r.from_key: r.to_key for r in town.relations if r.kind in {"legal_rep_of", "handler_of"}}
    return {name: ids[offices[key]] for name, key in town.cast.items() if key in offices}


def _chunks(rows: Sequence[T] | Iterable[T], size: int) -> Iterator[list[T]]:
    stream = iter(rows)
    while chunk := list(islice(stream, size)):
        yield chunk

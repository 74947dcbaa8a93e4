"""Using seals: the right seal for each document, an entry for each use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import msgspec

from proofless.gm.errors import GmError
from proofless.gm.x509 import KeySigner
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import Refusal
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.ofd import sealing
from proofless.ofd.drawing import Box
from proofless.ofd.errors import DocumentClosed, NotOfd, SealRefused
from proofless.ofd.package import Package, common, pack
from proofless.ofd.sealing import Place
from proofless.parties import queries as parties
from proofless.seals.authorities import signer
from proofless.seals.errors import DocumentRefused, SealForbidden, SealNotActive, SignerFailed
from proofless.seals.models import Seal
from proofless.seals.queries.register import SealView, serving_seals, view_of
from proofless.seals.queries.succession import coordinator_of, sealing_department
from proofless.seals.rules import Custody, check_custody


@dataclass(frozen=True, slots=True)
class Document:
    """An unsealed document, whose seal it takes, as which kind of document, and where (pages from 1)."""

    package: Package
    department_code: str
    type_code: str
    object_id: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed and closed file, the seal it carries, and what it shares with all of its kind under that seal."""

    data: bytes
    seal_id: UUID
    common: bytes


@dataclass(frozen=True, slots=True)
class Chosen:
    """A seal somebody may use now, and its key."""

    view: SealView
    signer: KeySigner


class Sealer:
    """Seals documents in one act. The seals stay locked against suspension until the act ends: after a
    suspension has been committed nothing more is sealed.
    """

    def __init__(self, *, actor: Actor, uses: Iterable[tuple[str, str]], within: Act) -> None:
        """``uses`` are (department, kind of document). Raises SealNotActive, SealForbidden, SignerLocked."""
        actor.check(Permission.ISSUE)
        self._act = within
        self._chosen = choose(actor, uses)

    def affix(self, document: Document, at: datetime) -> Sealed:
        """The document sealed and closed, with its entry. Raises SealNotActive outside the seal's period,
        SignerFailed when the signing device goes away."""
        chosen = self._chosen[document.department_code, document.type_code]
        place = Place(document.page, document.box)
        package = put(document.package, chosen, place, at, close=True)
        self._act.enter(
            Kind.SEAL_USED,
            object_kind="certificate",
            object_id=document.object_id,
            detail={"seal": chosen.view.code, "type": document.type_code},
        )
        return Sealed(pack(package), chosen.view.id, common(package))


def affix(*, actor: Actor, document: Document, at: datetime, within: Act) -> Sealed:
    """Seal one document; see ``Sealer``."""
    use = document.department_code, document.type_code
    return Sealer(actor=actor, uses=[use], within=within).affix(document, at)


def put(
    package: Package, chosen: Chosen, place: Place | Sequence[Place], at: datetime, *, close: bool
) -> Package:
    """The package with one more seal, refusals in the words of this room."""
    code = chosen.view.code
    try:
        return sealing.affix(package, chosen.view.seal, chosen.signer, place, at, close=close)
    except SealRefused as error:
        raise SealNotActive(str(error), seal=code) from error
    except (DocumentClosed, NotOfd) as error:
        raise DocumentRefused(str(error)) from error
    except (GmError, OSError) as error:
        raise SignerFailed(seal=code) from error


_CANDIDATES = (
    "SELECT s.*, (SELECT json_agg(c) FROM seals_custody c WHERE c.seal_id = s.id AND c.ended_at IS NULL)::text"
    " AS keepers FROM seals_seal s WHERE s.department_code = ANY(%s) AND s.state IN ('active', 'suspended')"
    # FOR SHARE: many acts may seal with one seal at a time; suspending it waits for them.
    " ORDER BY s.id FOR SHARE OF s"
)


def choose(actor: Actor, uses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Chosen]:
    """The seal for each (department, kind of document), the successor's where one seals in its place; locked
    against suspension until the act ends. One statement. Raises SealNotActive, SealForbidden, SignerLocked."""
    wanted = {use: sealing_department(*use) for use in set(uses)}
    seals: dict[str, list[SealView]] = {}
    keepers: dict[UUID, list[Custody]] = {}
    for row in Seal.objects.raw(_CANDIDATES, [sorted(set(wanted.values()))]):
        seals.setdefault(row.department_code, []).append(view_of(row))
        keepers[row.id] = _keepers(row.keepers)  # type: ignore[attr-defined]
    found = {}
    for use, department in wanted.items():
        try:
            serving = serving_seals(seals.get(department, []), use[1])
        except (SealNotActive, SealForbidden) as refusal:
            raise _of_successor(refusal, use, department) from refusal
        view = _usable(actor, serving, keepers, use[1])
        found[use] = Chosen(view, signer(env.home_root(), view.signer_key_id, view.certificate))
    return found


def _of_successor(refusal: Refusal, use: tuple[str, str], department: str) -> Refusal:
    """The same refusal; where a successor should have sealed, with who he is and who sees to his seals."""
    if department == use[0]:
        return refusal
    names = {code: view.short_name for code, view in parties.list_departments().items()}
    coordinator = names.get(coordinator_of(*use), "")
    said = f"颁发机构已调整，由{names.get(department, department)}盖章：{refusal.message}"
    found = type(refusal)(f"{said}；由业务主管部门{coordinator}负责协调" if coordinator else said)
    found.detail = refusal.detail
    return found


def _usable(
    actor: Actor, serving: Sequence[SealView], keepers: Mapping[UUID, Sequence[Custody]], type_code: str
) -> SealView:
    """The first seal this person may use now; the first refusal when there is none."""
    now, refusals = clock.now(), []
    for view in serving:
        try:
            check_custody(keepers[view.id], actor.account_id, type_code, now)
        except SealForbidden as refusal:
            refusals.append(refusal)
        else:
            return view
    raise refusals[0]


class _Keeper(msgspec.Struct):
    """A row of seals_custody as PostgreSQL writes it."""

    account_id: UUID
    type_codes: tuple[str, ...]
    weekdays: tuple[int, ...]
    from_time: time
    to_time: time
    since: date
    until: date


_keepers_of = msgspec.json.Decoder(list[_Keeper]).decode


def _keepers(found: str | None) -> list[Custody]:
    return [Custody(**msgspec.structs.asdict(keeper)) for keeper in _keepers_of(found)] if found else []

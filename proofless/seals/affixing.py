"""Using seals: the right seal for each document, an entry for each use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proofless.gm.x509 import KeySigner
from proofless.kit import env
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.ofd import sealing
from proofless.ofd.drawing import Box
from proofless.ofd.errors import SealRefused
from proofless.ofd.package import Package
from proofless.seals.authorities import signer
from proofless.seals.errors import SealNotActive
from proofless.seals.models import Seal
from proofless.seals.queries import SealView, choose_seal, view_of


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
    """A sealed and closed file and the seal it carries."""

    data: bytes
    seal_id: UUID


class Sealer:
    """Seals documents in one act. The seals stay locked against suspension until the act ends: after a
    suspension has been committed nothing more is sealed.
    """

    def __init__(self, *, actor: Actor, uses: Iterable[tuple[str, str]], within: Act) -> None:
        """``uses`` are (department, kind of document). Raises SealNotActive, SealForbidden, SignerLocked."""
        actor.check(Permission.ISSUE)
        self._act = within
        self._chosen = {use: (seal, _signer(seal)) for use, seal in _choose(set(uses)).items()}

    def affix(self, document: Document, at: datetime) -> Sealed:
        """The document sealed and closed, with its entry. Raises SealNotActive outside the seal's period."""
        seal, signer_ = self._chosen[document.department_code, document.type_code]
        try:
            data = sealing.seal(document.package, seal.seal, signer_, document.page, document.box, at)
        except SealRefused as error:
            raise SealNotActive(seal=seal.code) from error
        self._act.enter(
            Kind.SEAL_USED,
            object_kind="certificate",
            object_id=document.object_id,
            detail={"seal": seal.code, "type": document.type_code},
        )
        return Sealed(data, seal.id)


def affix(*, actor: Actor, document: Document, at: datetime, within: Act) -> Sealed:
    """Seal one document; see ``Sealer``."""
    use = document.department_code, document.type_code
    return Sealer(actor=actor, uses=[use], within=within).affix(document, at)


def _choose(uses: set[tuple[str, str]]) -> dict[tuple[str, str], SealView]:
    by_department: dict[str, list[SealView]] = {}
    # FOR SHARE: many acts may seal with one seal at a time; suspending it waits for them.
    rows = Seal.objects.raw(
        "SELECT * FROM seals_seal WHERE department_code = ANY(%s) ORDER BY id FOR SHARE",
        [sorted({department for department, _ in uses})],
    )
    for row in rows:
        by_department.setdefault(row.department_code, []).append(view_of(row))
    return {use: choose_seal(by_department.get(use[0], []), use[1]) for use in uses}


def _signer(seal: SealView) -> KeySigner:
    return signer(env.home_root(), seal.signer_key_id, seal.certificate)

"""Trust: our own, for what was sealed here, and the list of others whose seals and signatures count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from proofless.gm.trust import TrustStore
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.seals import foreign
from proofless.seals.errors import SealNotFound
from proofless.seals.models import Authority, AuthorityRole, Recognition, TrustedCertificate
from proofless.seals.rules import SubjectKind, TrustRole

if TYPE_CHECKING:
    from proofless.ofd.pdf.checking import PdfTrust


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether the seals and the plain signatures of a kind of subject count."""

    subject_kind: SubjectKind
    seals: bool
    signatures: bool


@dataclass(frozen=True, slots=True)
class TrustView:
    """An imported certificate. ``trusted`` is for this moment; ``crl_fresh`` None: it has no list at all."""

    id: UUID
    name: str
    role: TrustRole
    digest: str
    subject: str
    issuer: str
    algorithm: str
    scope: tuple[SubjectKind, ...]
    trusted_from: datetime
    trusted_until: datetime
    distrusted_from: datetime | None
    distrust_reason: str
    crl_url: str
    crl_next_at: datetime | None
    crl_problem: str
    trusted: bool
    crl_fresh: bool | None


def trust_store() -> TrustStore:
    """The home's own trust: what `ofd.verify` needs to judge files sealed here."""
    rows = {row.role: row for row in Authority.objects.all()}
    return TrustStore(
        anchors=[bytes(rows[AuthorityRole.ROOT].certificate)],
        intermediates=[bytes(rows[AuthorityRole.SUB].certificate)],
        crls=[bytes(row.crl) for row in rows.values() if row.crl],
    )


def has_authority() -> bool:
    """Whether this home can make seals at all."""
    return Authority.objects.exists()


def policies() -> tuple[Policy, ...]:
    """One for every kind of subject; what was never decided is not recognised."""
    rows = {row.subject_kind: row for row in Recognition.objects.all()}
    return tuple(
        Policy(kind, kind in rows and rows[kind].seals, kind in rows and rows[kind].signatures)
        for kind in SubjectKind
    )


def foreign_trust(kinds: Iterable[SubjectKind] = tuple(SubjectKind), *, seals: bool = True) -> TrustStore:
    """The trust that judges files sealed (``seals``) or signed elsewhere by these kinds of subjects.

    Our own seals count too. A certificate counts within its period of trust alone, by the time of signing: what
    was signed before a distrust stays as good as it was.
    """
    rows = [row for row in _counting(kinds, seals=seals) if _certificate(row).algorithm == foreign.SM2]
    own = {row.role: row for row in Authority.objects.all()}
    by_role: Mapping[str, list[bytes]] = {
        role.value: [bytes(row.certificate) for row in rows if row.role == role] for role in TrustRole
    }
    ours = {role: [bytes(own[role].certificate)] if role in own else [] for role in AuthorityRole}
    return TrustStore(
        anchors=ours[AuthorityRole.ROOT] + by_role[TrustRole.ANCHOR],
        intermediates=ours[AuthorityRole.SUB] + by_role[TrustRole.INTERMEDIATE] + by_role[TrustRole.MAKER],
        crls=[
            *(bytes(one.crl) for one in own.values() if one.crl),
            *(bytes(row.crl) for row in rows if row.crl),
        ],
        makers=by_role[TrustRole.MAKER],
        periods={bytes(row.certificate): _period(row) for row in rows},
    )


def foreign_pdf_trust(kinds: Iterable[SubjectKind] = tuple(SubjectKind)) -> "PdfTrust":
    """The trust that judges signatures in PDF files by these kinds of subjects, of any algorithm; ours too."""
    rows = [row for row in _counting(kinds, seals=False) if row.role != TrustRole.MAKER]
    own = {row.role: row for row in Authority.objects.all()}
    from proofless.ofd.pdf.checking import PdfTrust  # loads pyHanko, half a second

    return PdfTrust.of(
        [bytes(own[role].certificate) for role in (AuthorityRole.ROOT,) if role in own]
        + [bytes(row.certificate) for row in rows if row.role == TrustRole.ANCHOR],
        [bytes(own[role].certificate) for role in (AuthorityRole.SUB,) if role in own]
        + [bytes(row.certificate) for row in rows if row.role == TrustRole.INTERMEDIATE],
        [*(bytes(one.crl) for one in own.values() if one.crl), *(bytes(row.crl) for row in rows if row.crl)],
        {bytes(row.certificate): _period(row) for row in rows},
    )


def _counting(kinds: Iterable[SubjectKind], *, seals: bool) -> list[TrustedCertificate]:
    """What was imported for kinds of subjects whose seals (or else signatures) the policy recognises."""
    allowed = {p.subject_kind for p in policies() if (p.seals if seals else p.signatures)} & set(kinds)
    return [row for row in TrustedCertificate.objects.all() if allowed & {*row.scope}]


def _certificate(row: TrustedCertificate) -> foreign.ForeignCertificate:
    return foreign.read_certificate(bytes(row.certificate))


def _period(row: TrustedCertificate) -> tuple[datetime, datetime]:
    until = row.trusted_until if row.distrusted_from is None else min(row.trusted_until, row.distrusted_from)
    return row.trusted_from, until


def trusted_now() -> list[TrustedCertificate]:
    """The certificates of others within their time of trust."""
    now = clock.now()
    rows = TrustedCertificate.objects.order_by("imported_at")
    return [row for row in rows if _period(row)[0] <= now < _period(row)[1]]


def recognised_now() -> list[TrustedCertificate]:
    """The certificates of others that count at this moment under the policy, for an export."""
    allowed = {p.subject_kind.value for p in policies() if p.seals or p.signatures}
    return [row for row in trusted_now() if allowed & {*row.scope}]


def list_trusted(actor: Actor) -> list[TrustView]:
    """Everything imported, the newest first."""
    actor.check(Permission.SEAL_READ)
    return [_view(row) for row in TrustedCertificate.objects.order_by("-imported_at")]


def search_trusted(actor: Actor, *, text: str = "", scope: str = "", page: int = 1) -> Page[TrustView]:
    """The newest first. ``text``: part of the name, or the beginning of the fingerprint; ``scope``: a SubjectKind."""
    actor.check(Permission.SEAL_READ)
    rows = TrustedCertificate.objects.order_by("-imported_at")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(digest__startswith=text.lower()))
    if scope:
        rows = rows.filter(scope__contains=[scope])
    chosen = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([_view(row) for row in chosen], page, rows.count())


def access_trusted(actor: Actor, trusted_id: UUID) -> TrustView:
    actor.check(Permission.SEAL_READ)
    row = TrustedCertificate.objects.filter(id=trusted_id).first()
    if row is None:
        raise SealNotFound()
    return _view(row)


def _view(row: TrustedCertificate) -> TrustView:
    certificate, now = _certificate(row), clock.now()
    start, end = _period(row)
    return TrustView(
        id=row.id,
        name=row.name,
        role=TrustRole(row.role),
        digest=row.digest,
        subject=certificate.subject,
        issuer=certificate.issuer,
        algorithm=certificate.algorithm,
        scope=tuple(SubjectKind(kind) for kind in row.scope),
        trusted_from=row.trusted_from,
        trusted_until=row.trusted_until,
        distrusted_from=row.distrusted_from,
        distrust_reason=row.distrust_reason,
        crl_url=row.crl_url,
        crl_next_at=row.crl_next_at,
        crl_problem=row.crl_problem,
        trusted=start <= now < end,
        crl_fresh=None if row.crl_next_at is None else now < row.crl_next_at,
    )

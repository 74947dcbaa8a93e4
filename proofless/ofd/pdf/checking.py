"""验签: what is true of the signatures in a PDF file, ours and foreign (e-invoices, e-contracts). RSA, ECDSA and SM2.

Facts, not a boolean; None is *unknown* and never taken for good news. Nothing is fetched: anchors, intermediate
certificates and revocation lists are given. Judged at the time of a trusted time stamp, else at the signer's own word.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from io import BytesIO
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import RevokedError

from proofless.gm import sm3
from proofless.ofd.errors import NotPdf
from proofless.ofd.facts import TimeSource, Verdict
from proofless.ofd.pdf.algorithms import Signatures, run

_WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})
# A time without a zone is met in files of domestic makers.
_SHANGHAI = timezone(timedelta(hours=8))
_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_SIGNATURES = 64


class Changes(StrEnum):
    """What later revisions of the file did, of which a signature says nothing."""

    NONE = "none"
    SIGNATURES = "signatures"  # further signatures, time stamps, validation data
    CONTENT = "content"  # anything a reader may see, or that we cannot account for


@dataclass(frozen=True)
class PdfTrust:
    """What to judge PDF signers by, as asn1crypto values. ``periods`` narrows certificates (their DER) to the time
    in which they are trusted, wherever they come from: what the file carries itself is held to it too."""

    anchors: tuple[Any, ...] = ()
    intermediates: tuple[Any, ...] = ()
    crls: tuple[Any, ...] = ()
    periods: Mapping[bytes, tuple[datetime, datetime]] = field(default_factory=dict)

    def counts(self, certificate: Any, at: datetime) -> bool:
        """Whether nothing speaks against this CA at that time."""
        period = self.periods.get(certificate.dump())
        return period is None or period[0] <= at < period[1]

    @classmethod
    def of(
        cls,
        anchors: Iterable[bytes],
        intermediates: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
        periods: Mapping[bytes, tuple[datetime, datetime]] | None = None,
    ) -> "PdfTrust":
        """From DER or PEM, of any algorithm. Raises ValueError."""
        return cls(
            tuple(asn1.Certificate.load(_der(raw), strict=True) for raw in anchors),
            tuple(asn1.Certificate.load(_der(raw), strict=True) for raw in intermediates),
            tuple(asn1_crl.CertificateList.load(_der(raw), strict=True) for raw in crls),
            {_der(raw): period for raw, period in (periods or {}).items()},
        )


@dataclass(frozen=True, slots=True)
class PdfSignatureFacts:
    """What is true of one signature; None is unknown. `signer_revoked` is good when False.

    `intact`: the bytes it covers are those that were signed, and the signature value holds. `covers_whole_file`: no
    byte of the file lies outside it. `strong`: no digest that can be forged. `later_changes`: see `Changes`.
    """

    field: str
    intact: bool
    covers_whole_file: bool
    strong: bool
    later_changes: Changes
    signer_chain: bool | None = None
    signer_revoked: bool | None = None
    time_source: TimeSource | None = None
    signed_at: datetime | None = None
    signer: str = ""
    signer_subject: str = ""
    algorithm: str = ""

    @property
    def states(self) -> dict[str, bool | None]:
        """Every fact, True being good."""
        return {
            "intact": self.intact,
            "strong": self.strong,
            "signer_chain": self.signer_chain,
            "not_signer_revoked": None if self.signer_revoked is None else not self.signer_revoked,
            "time_plausible": None
            if self.time_source is None
            else self.time_source is not TimeSource.IMPLAUSIBLE,
            "not_later_changes": self.later_changes is not Changes.CONTENT,
        }


@dataclass(frozen=True, slots=True)
class PdfVerification:
    """The answer about one file; without a signature it is unknown. `file_digest` is SM3."""

    verdict: Verdict
    signatures: tuple[PdfSignatureFacts, ...]
    file_digest: bytes
    judged_at: datetime


def verify_pdf(data: bytes, trust: PdfTrust, *, now: datetime | None = None) -> PdfVerification:
    """Facts about every signature of the file. Raises nothing: what cannot be read is `Verdict.UNREADABLE`."""
    now = now or datetime.now(UTC)
    try:
        found = _signatures(data, trust, now)
    except NotPdf:
        return PdfVerification(Verdict.UNREADABLE, (), sm3.digest(data), now)
    return PdfVerification(_verdict(found), found, sm3.digest(data), now)


def _verdict(signatures: tuple[PdfSignatureFacts, ...]) -> Verdict:
    states = {state for facts in signatures for state in facts.states.values()}
    if False in states:
        return Verdict.INVALID
    return Verdict.UNKNOWN if None in states or not signatures else Verdict.VALID


def _signatures(data: bytes, trust: PdfTrust, now: datetime) -> tuple[PdfSignatureFacts, ...]:
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        embedded = reader.embedded_regular_signatures
        if reader.encrypted or len(embedded) > _MOST_SIGNATURES:
            raise NotPdf("加密的文件或签名过多")
        found = tuple(_facts(signature, trust, now, data) for signature in embedded)
        return (*found, *_strange(reader, embedded))
    except NotPdf:
        raise
    except Exception as error:
        # Not only PdfError: hostile files make a parser raise nearly anything.
        raise NotPdf("不是可以读取的 PDF 文件") from error


def _strange(reader: PdfFileReader, embedded: list[EmbeddedPdfSignature]) -> Iterator[PdfSignatureFacts]:
    """Signature fields whose value is no signature we can read, or a time stamp that shows a picture: whoever looks at
    the page takes it for a seal."""
    stamps = [one for one in reader.embedded_timestamp_signatures if not _shows(one)]
    known = {one.field_name for one in (*embedded, *stamps)}
    for name, _, _ in enumerate_sig_fields(reader, filled_status=True):
        if name not in known:
            yield PdfSignatureFacts(str(name), False, False, False, Changes.CONTENT)


def _shows(signature: EmbeddedPdfSignature) -> bool:
    if "/Kids" in signature.sig_field:
        return True
    left, bottom, right, top = (float(edge) for edge in signature.sig_field.get("/Rect", (0, 0, 0, 0)))
    return right - left > 1 and top - bottom > 1


def _facts(signature: EmbeddedPdfSignature, trust: PdfTrust, now: datetime, data: bytes) -> PdfSignatureFacts:
    certificate = signature.signer_cert
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    source, at = _time(signature, trust, now)
    chain, revoked = _chain(signature, trust, at or now)
    digest = signature.signer_info["digest_algorithm"]["algorithm"].native
    subject = certificate.subject
    return PdfSignatureFacts(
        field=str(signature.field_name),
        intact=_intact(signature),
        covers_whole_file=signature.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        strong=str(digest) not in _WEAK_DIGESTS,
        later_changes=_changes(signature) if _accounted_for(signature, data) else Changes.CONTENT,
        signer_chain=chain,
        signer_revoked=revoked,
        time_source=source,
        signed_at=at,
        signer=str(subject.native.get("common_name", subject.human_friendly)),
        signer_subject=subject.human_friendly,
        algorithm=_algorithm(certificate, str(digest)),
    )


def _algorithm(certificate: Any, digest: str) -> str:
    kind = certificate.public_key.algorithm
    curve = certificate.public_key.curve[1] if kind == "ec" else ""
    return f"{'SM2' if curve == 'sm2p256v1' else curve or kind.upper()} {digest.upper()}"


def _intact(signature: EmbeddedPdfSignature) -> bool:
    if signature.coverage is SignatureCoverageLevel.UNCLEAR:
        return False
    try:
        kept, holds = generic_cms.validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", signature.compute_digest(), Signatures()
        )
    except Exception:
        # Structures no signer of good faith makes; pyHanko and asn1crypto have many words for them.
        return False
    return bool(kept and holds)


def _accounted_for(signature: EmbeddedPdfSignature, data: bytes) -> bool:
    """Whether all bytes behind what was signed belong to later revisions: others no table of the file names, but a
    reader that repairs files finds them."""
    _, _, start, length = (int(edge) for edge in signature.byte_range)
    tail = data[start + length :]
    later = signature.reader.xrefs.total_revisions - 1 - signature.signed_revision
    if later == 0:
        return not tail.strip()
    return tail.count(b"startxref") == later and tail.rstrip().endswith(b"%%EOF")


def _changes(signature: EmbeddedPdfSignature) -> Changes:
    if signature.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Changes.NONE
    found = signature.diff_result
    if found is None or isinstance(found, SuspiciousModification):
        return Changes.CONTENT
    if found.modification_level is ModificationLevel.NONE:
        return Changes.NONE
    names = {str(field.field_name) for field in signature.reader.embedded_signatures}
    is_signing = found.modification_level.value <= ModificationLevel.FORM_FILLING.value
    return Changes.SIGNATURES if is_signing and found.changed_form_fields <= names else Changes.CONTENT


def _time(
    signature: EmbeddedPdfSignature, trust: PdfTrust, now: datetime
) -> tuple[TimeSource | None, datetime | None]:
    """Where the time comes from and what it is: a stamp that holds, else the signer's word."""
    claimed = signature.self_reported_timestamp
    if claimed is not None and claimed.tzinfo is None:
        claimed = claimed.replace(tzinfo=_SHANGHAI)
    context = _context(trust, now, [], "soft-fail")
    stamp = run(
        generic_cms.collect_timing_info(signature.signer_info, context, signature.compute_digest)
    ).get("timestamp_validity")
    if stamp is not None:
        if not (stamp.valid and stamp.intact):
            return TimeSource.IMPLAUSIBLE, claimed
        if stamp.trusted:
            late = claimed is not None and claimed > stamp.timestamp + _CLOCKS_DIFFER
            return (TimeSource.IMPLAUSIBLE if late else TimeSource.STAMPED), stamp.timestamp
        return None, claimed
    if claimed is None:
        return None, None
    return (TimeSource.IMPLAUSIBLE if claimed > now + _CLOCKS_DIFFER else TimeSource.CLAIMED), claimed


def _chain(signature: EmbeddedPdfSignature, trust: PdfTrust, at: datetime) -> tuple[bool | None, bool | None]:
    """Whether a path to an anchor held at that time, and whether a certificate of it was revoked by then."""
    if not trust.anchors:
        return None, None
    others = [one for one in signature.other_embedded_certs if trust.counts(one, at)]
    try:
        _validate_path(signature.signer_cert, others, _context(trust, at, others, "soft-fail"))
    except Exception:
        # asn1crypto raises nearly anything over hostile extensions.
        return False, None
    try:
        context = _context(trust, at, others, "require", trust.crls)
        _validate_path(signature.signer_cert, others, context)
    except RevokedError:
        return True, True
    except Exception:
        return True, None
    return True, False


def _validate_path(certificate: Any, others: list[Any], context: ValidationContext) -> None:
    validator = CertificateValidator(certificate, others, context)
    run(validator.async_validate_usage({"digital_signature"}))  # type: ignore[no-untyped-call]


def _context(
    trust: PdfTrust, at: datetime, others: Iterable[Any], mode: str, crls: Iterable[Any] = ()
) -> ValidationContext:
    return ValidationContext(
        trust_roots=[one for one in trust.anchors if trust.counts(one, at)],
        other_certs=[one for one in (*trust.intermediates, *others) if trust.counts(one, at)],
        moment=at,
        time_tolerance=timedelta(0),
        allow_fetching=False,
        crls=list(crls),
        revocation_mode=mode,
        retroactive_revinfo=True,
        signature_validator=Signatures(),
    )


def _der(data: bytes) -> bytes:
    return bytes(pem.unarmor(data)[2]) if pem.detect(data) else data

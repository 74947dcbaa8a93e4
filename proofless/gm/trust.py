"""信任: which certificates we rely on, and whether a path and its revocation state held at a given time.

`check_path` builds and validates the path after RFC 5280 clause 6 (pyhanko-certvalidator, SM2 signatures
by gm) and judges revocation from the stored lists. Nothing is ever fetched. *Unknown* is None and is
never taken for good news.
"""

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from asn1crypto import pem
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathBuildingError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    SignatureValidationContext,
    SignatureValidator,
)

from proofless.gm import der, sm2, sm3
from proofless.gm.errors import Malformed, Unavailable
from proofless.gm.revocation import RevocationList, load_crl
from proofless.gm.x509 import (
    SEAL_MAKER_PURPOSE,
    SM2_WITH_SM3,
    TIME_STAMPING_PURPOSE,
    Certificate,
    Usage,
    load_certificate,
)

_CERTIFICATE_SUFFIXES = frozenset({".cer", ".crt", ".der", ".pem"})
_CACHED_PATHS = 4096
_SIGNING_BITS = frozenset({"digital_signature", "non_repudiation"})

# asn1crypto objects fill themselves in while they are read: two threads in one of them see it half filled.
_VALIDATING = Lock()

_T = TypeVar("_T")


class PathReason(StrEnum):
    """Why a path or its revocation state is not good; NONE when both are."""

    NONE = ""
    NO_TRUST = "no_trust"
    NO_PATH = "no_path"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    WRONG_USAGE = "wrong_usage"
    INVALID = "invalid"
    REVOKED = "revoked"
    REVOCATION_UNKNOWN = "revocation_unknown"


@dataclass(frozen=True, slots=True)
class PathFacts:
    """`chain`: the path to an anchor held at the asked time (None: nothing to judge by). `revoked`: a
    certificate of it was revoked by then (None: no list in hand tells)."""

    chain: bool | None
    revoked: bool | None
    reason: PathReason


@dataclass(frozen=True, slots=True)
class _ValidPath:
    """A path whose signatures and constraints hold, leaf last, and the period in which all of it is valid."""

    certificates: tuple[Certificate, ...]
    valid_from: datetime
    valid_until: datetime


class TrustStore:
    """Anchors, intermediates, revocation lists and pinned seal makers. Immutable: a change is a new
    store, and with it a new, empty cache of paths."""

    def __init__(
        self,
        anchors: Iterable[bytes],
        intermediates: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
        makers: Iterable[bytes] = (),
        periods: Mapping[bytes, tuple[datetime, datetime]] | None = None,
    ) -> None:
        """All DER or PEM. `periods` narrows certificates (their bytes) to the time in which they are trusted:
        what was signed under one outside it has no trusted path."""
        self.anchors = tuple(load_certificate(raw) for raw in anchors)
        self.intermediates = tuple(load_certificate(raw) for raw in intermediates)
        self.crls = tuple(load_crl(raw) for raw in crls)
        self.makers = frozenset(load_certificate(raw).digest for raw in makers)
        self.periods = {load_certificate(raw).digest: period for raw, period in (periods or {}).items()}
        self._paths: dict[tuple[bytes, Usage], _ValidPath] = {}
        self._issuers: dict[str, _ValidPath] = {}

    @classmethod
    def load(cls, directory: Path) -> "TrustStore":
        """From a folder with `anchors/`, and optionally `intermediates/`, `crls/` and `makers/`.

        Certificates are DER or PEM (.cer .crt .der .pem), lists .crl. Raises `Malformed` naming the bad
        file, or when there is no anchor at all.
        """
        directory = Path(directory)
        found = {
            part: _read_folder(directory / part, suffixes)
            for part, suffixes in (
                ("anchors", _CERTIFICATE_SUFFIXES),
                ("intermediates", _CERTIFICATE_SUFFIXES),
                ("makers", _CERTIFICATE_SUFFIXES),
                ("crls", frozenset({".crl"})),
            )
        }
        if not found["anchors"]:
            raise Malformed(f"no trust anchor under {directory / 'anchors'}")
        return cls(found["anchors"], found["intermediates"], found["crls"], found["makers"])

    @cached_property
    def digest(self) -> bytes:
        """SM3 over everything in the store: names the trust a verification rested on."""
        parts = [certificate.der for certificate in (*self.anchors, *self.intermediates)]
        parts += [revoked.der for revoked in self.crls]
        narrowed = [
            key + f"{start.isoformat()}/{end.isoformat()}".encode()
            for key, (start, end) in self.periods.items()
        ]
        found = sorted(sm3.digest(part) for part in parts) + sorted(self.makers) + sorted(narrowed)
        return sm3.digest(b"".join(found))

    def find_path(self, certificate: Certificate, usage: Usage) -> _ValidPath | None:
        return self._paths.get((certificate.digest, usage))

    def remember_path(self, certificate: Certificate, usage: Usage, path: _ValidPath) -> None:
        if len(self._paths) >= _CACHED_PATHS:
            self._paths.clear()
        self._paths[certificate.digest, usage] = path
        # The same authorities in the same places: they need no second look for the next certificate of theirs.
        if len(path.certificates) > 1 and all(map(_is_plain, path.certificates)):
            self._issuers[certificate.issuer_key] = path

    def forget_leaves(self) -> None:
        """Check every end certificate again (authorities are still known): for measurements."""
        self._paths.clear()

    def find_issued(self, certificate: Certificate) -> _ValidPath | None:
        """The path of another certificate of the same issuer."""
        return self._issuers.get(certificate.issuer_key)


def _read_folder(folder: Path, suffixes: frozenset[str]) -> list[bytes]:
    found = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.suffix.lower() not in suffixes:
            continue
        data = file.read_bytes()
        try:
            blocks = [block[2] for block in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
            for block in blocks:
                load_crl(block) if file.suffix.lower() == ".crl" else load_certificate(block)
        except ValueError as error:  # `Malformed` among them
            raise Malformed(f"{file}: {error}") from error
        found += blocks
    return found


def check_path(
    certificate: Certificate,
    at: datetime,
    trust: TrustStore,
    usage: Usage,
    others: Sequence[Certificate] = (),
) -> PathFacts:
    """Facts about this certificate for this use, judged at the aware time `at`.

    `others` came with the signature: links on the way to an anchor, never anchors themselves.
    """
    if at.tzinfo is None:
        raise Malformed("a time without a time zone")
    if not trust.anchors:
        return PathFacts(None, None, PathReason.NO_TRUST)
    path = trust.find_path(certificate, usage)
    if path is None or not path.valid_from <= at <= path.valid_until:
        found = _beside(certificate, at, trust, usage) or _validate(certificate, at, trust, usage, others)
        if isinstance(found, PathReason):
            return PathFacts(False, None, found)
        path = found
        trust.remember_path(certificate, usage, path)
    revoked = _revoked(path.certificates, at, trust.crls)
    reasons = {True: PathReason.REVOKED, None: PathReason.REVOCATION_UNKNOWN, False: PathReason.NONE}
    return PathFacts(True, revoked, reasons[revoked])


class _Sm2Signatures(SignatureValidator):
    """Checks SM2 signatures for the path validator and refuses every other algorithm."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: Any,
        signature_algorithm: Any,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        if signature_algorithm["algorithm"].dotted != SM2_WITH_SM3:
            raise InvalidSignature
        try:
            key = sm2.PublicKey.from_raw(public_key_info["public_key"].native)
        except Malformed as error:
            raise InvalidSignature from error
        if not key.verify(signed_data, signature):
            raise InvalidSignature


# None of these says what a path may look like (name and policy constraints do), but for CA's basic constraints,
# which held for the sibling at the same place.
_PLAIN_EXTENSIONS = frozenset(
    {
        "authority_information_access",
        "authority_key_identifier",
        "basic_constraints",
        "crl_distribution_points",
        "extended_key_usage",
        "key_identifier",
        "key_usage",
        "subject_alt_name",
    }
)


@lru_cache(maxsize=1024)
def _is_plain(certificate: Certificate) -> bool:
    with _VALIDATING:
        found = certificate.asn1["tbs_certificate"]["extensions"]
        names = [extension["extn_id"].native for extension in found]
    return len(set(names)) == len(names) and _PLAIN_EXTENSIONS.issuperset(names)


@lru_cache(maxsize=1024)
def _signed_parts(raw: bytes) -> tuple[bytes, bytes]:
    """(what was signed, signature value)."""
    tbs, _, signature = der.signed_parts(raw)
    return tbs, signature


def _beside(certificate: Certificate, at: datetime, trust: TrustStore, usage: Usage) -> _ValidPath | None:
    """The path that differs from a valid one only in its last certificate; None when it must be looked for.

    What RFC 5280 asks of a last certificate without constraints above it: signature, period, names that chain and
    no critical extension we do not know (6.1.3, 6.1.5). Everything above it held when the sibling was judged.
    """
    known = trust.find_issued(certificate)
    if known is None or not _is_plain(certificate):
        return None
    issuer = known.certificates[-2]
    tbs, signature = _signed_parts(certificate.der)
    if issuer.subject_key != certificate.issuer_key or not issuer.public_key.verify(tbs, signature):
        return None
    if not _fits(certificate, trust, usage):
        return None
    found = _in_period((*known.certificates[:-1], certificate), at, trust)
    return found if isinstance(found, _ValidPath) else None


def _validate(
    certificate: Certificate, at: datetime, trust: TrustStore, usage: Usage, received: Sequence[Certificate]
) -> _ValidPath | PathReason:
    """The valid path, or why there is none."""
    with _VALIDATING:
        return _search(certificate, at, trust, usage, received)


def _search(
    certificate: Certificate, at: datetime, trust: TrustStore, usage: Usage, received: Sequence[Certificate]
) -> _ValidPath | PathReason:
    # One link for each name, the first: look-alikes naming each other would make the search for a path endless.
    links = {link.subject_key: link for link in reversed(received)}
    others = [known.asn1 for known in (*trust.intermediates, *links.values())]
    context = ValidationContext(
        trust_roots=[anchor.asn1 for anchor in trust.anchors],
        other_certs=others,
        moment=at,
        time_tolerance=timedelta(0),
        allow_fetching=False,
        crls=[],
        # Revocation is judged apart, by `_revoked`: here a missing list must not hide the other facts.
        revocation_mode="soft-fail",
        signature_validator=_Sm2Signatures(),
    )
    validator = CertificateValidator(certificate.asn1, others, context)
    try:
        path = _run(validator.async_validate_path())
    except ExpiredError:
        return PathReason.EXPIRED
    except NotYetValidError:
        return PathReason.NOT_YET_VALID
    except PathBuildingError:
        return PathReason.NO_PATH
    except Unavailable:
        raise
    except Exception:
        # Not only PathError and ValidationError: asn1crypto raises nearly anything over hostile extensions.
        return PathReason.NO_PATH if _self_signed_stranger(certificate, trust) else PathReason.INVALID
    if not _fits(certificate, trust, usage):
        return PathReason.WRONG_USAGE
    return _with_period(path, at, trust)


def _self_signed_stranger(certificate: Certificate, trust: TrustStore) -> bool:
    return certificate.subject_key == certificate.issuer_key and certificate not in trust.anchors


def _fits(certificate: Certificate, trust: TrustStore, usage: Usage) -> bool:
    """Whether the certificate may be used so: signing needs the bit, making seals the purpose or a pin as
    well, stamping times what RFC 3161 clause 2.3 asks, under either bit for signing (RFC 5280 4.2.1.12)."""
    if usage is Usage.TIME_STAMPING:
        return stamps_times(certificate) and bool(_SIGNING_BITS & certificate.key_usage)
    if "digital_signature" not in certificate.key_usage:
        return False
    if usage is Usage.SEAL_MAKING:
        return SEAL_MAKER_PURPOSE in certificate.purposes or certificate.digest in trust.makers
    return True


def stamps_times(certificate: Certificate) -> bool:
    """Whether this is a certificate of a time stamping authority: that purpose alone, marked critical."""
    return certificate.purposes == {TIME_STAMPING_PURPOSE} and "extended_key_usage" in certificate.critical


def _with_period(path: ValidationPath, at: datetime, trust: TrustStore) -> _ValidPath | PathReason:
    """The path with the period all its certificates share. RFC 5280 skips the anchor's own dates; we hold
    to them."""
    return _in_period(tuple(load_certificate(asn1.dump()) for asn1 in path), at, trust)


def _in_period(
    certificates: tuple[Certificate, ...], at: datetime, trust: TrustStore
) -> _ValidPath | PathReason:
    periods = [trust.periods[one.digest] for one in certificates if one.digest in trust.periods]
    if any(not start <= at < end for start, end in periods):
        return PathReason.NO_PATH
    valid_from = max([one.not_before for one in certificates] + [start for start, _ in periods])
    ends = [end - timedelta(microseconds=1) for _, end in periods]
    valid_until = min([one.not_after for one in certificates] + ends)
    if at > valid_until:
        return PathReason.EXPIRED
    return PathReason.NOT_YET_VALID if at < valid_from else _ValidPath(certificates, valid_from, valid_until)


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine that never waits (nothing is fetched) without an event loop: a caller may be inside
    one."""
    try:
        work.send(None)
    except StopIteration as finished:
        result: _T = finished.value
        return result
    work.close()
    raise RuntimeError("path validation tried to wait for the network")


def _revoked(
    certificates: Sequence[Certificate], at: datetime, crls: Sequence[RevocationList]
) -> bool | None:
    """True when any certificate below the anchor was revoked by `at`, None when for one of them no list
    tells."""
    at = at.astimezone(UTC)
    states = [_revoked_one(certificate, issuer, at, crls) for issuer, certificate in pairwise(certificates)]
    return True if True in states else None if None in states else False


def _revoked_one(
    certificate: Certificate, issuer: Certificate, at: datetime, crls: Sequence[RevocationList]
) -> bool | None:
    usable = [
        revoked for revoked in crls if revoked.tells_about(certificate, at) and revoked.is_signed_by(issuer)
    ]
    if not usable:
        return None
    return any(revoked.revokes(certificate.serial_number, at) for revoked in usable)

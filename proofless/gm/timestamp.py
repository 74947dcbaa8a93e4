"""时间戳: RFC 3161 (GB/T 20520) time stamps with SM2 and SM3.

`request` asks for a stamp over an SM3 digest; a `LocalTsa` of our own or a `RemoteTsa` at a URL answers with
a token (DER ContentInfo); `verify` turns token, digest and trust into facts. A token is worth its
authority: the local one is for demo homes and for ordering, not for disputes with its own city.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from proofless.gm import der, sm3
from proofless.gm.errors import GmError, Malformed, UnsupportedAlgorithm
from proofless.gm.exchange import ask
from proofless.gm.signed_data import (
    CMS_SIGNED_DATA,
    SignedData,
    build,
    find_certificate,
    is_intact,
    parse,
    readable_certificates,
    signature_holds,
)
from proofless.gm.trust import PathFacts, TrustStore, check_path, stamps_times
from proofless.gm.x509 import Certificate, Signer, Usage, load_certificate

TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

_SHA256 = "2.16.840.1.101.3.4.2.1"

# Our own arc for UUIDs (2.25): "a time stamp of this node's own clock".
LOCAL_POLICY = "2.25.291347170813207834960612806430459341905"

MAX_RESPONSE_BYTES = 256 * 1024

_CONTEXT_0, _CONTEXT_1, _MILLIS, _MICROS = 0xA0, 0xA1, 0x80, 0x81
_GRANTED, _GRANTED_WITH_MODS, _REJECTION = 0, 1, 2

# PKIFailureInfo bits (RFC 3161 clause 2.4.2)
_BAD_ALGORITHM, _BAD_FORMAT, _UNACCEPTED_POLICY = 0, 5, 15


class NotStamped(GmError):
    """The authority did not answer, refused, or answered something else than was asked."""


class TimeSource(Protocol):
    """Whoever stamps: request (DER) in, token (DER) out; raises `NotStamped`, `Malformed`."""

    def stamp(self, request: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed TimeStampReq over an SM3 digest."""

    digest: bytes
    policy: str
    nonce: int | None
    wants_certificate: bool


@dataclass(frozen=True, slots=True)
class Stamp:
    """A parsed TSTInfo. `stamped_at` is aware UTC, `accuracy` None when the authority promises none."""

    digest: bytes
    stamped_at: datetime
    accuracy: timedelta | None
    serial_number: int
    policy: str
    nonce: int | None


@dataclass(frozen=True, slots=True)
class TimeStampFacts:
    """What is known of one token.

    `covers_digest`: it stamps the digest asked about. `signature_holds`: content, attributes and SM2 value
    agree, and name the certificate that checks them (None: no certificate, or named in a way we cannot
    judge). `path`: the authority's, with the time stamping purpose alone (None: no certificate).
    """

    stamp: Stamp
    authority: str
    certificate: bytes | None = field(repr=False)
    covers_digest: bool
    signature_holds: bool | None
    path: PathFacts | None

    @property
    def stamped_at(self) -> datetime:
        return self.stamp.stamped_at

    @property
    def holds(self) -> bool | None:
        """False when any fact is false, None when any is unknown, True when the time can be relied on."""
        chain, revoked = (None, None) if self.path is None else (self.path.chain, self.path.revoked)
        facts = (self.covers_digest, self.signature_holds, chain, None if revoked is None else not revoked)
        return False if False in facts else None if None in facts else True


def request(
    digest: bytes, *, policy: str = "", nonce: int | None = None, with_certificate: bool = True
) -> bytes:
    """DER of a TimeStampReq over an SM3 digest of 32 bytes; the nonce is random unless given.

    Without its certificate a token is smaller, and whoever checks it must have the certificate.
    """
    if len(digest) != 32:
        raise Malformed("a time stamp is asked over an SM3 digest of 32 bytes")
    return der.sequence(
        der.integer(1),
        _imprint(digest),
        der.oid(policy) if policy else b"",
        der.integer(secrets.randbits(64) if nonce is None else nonce),
        der.boolean(True) if with_certificate else b"",
    )


def parse_request(data: bytes) -> Request:
    """A whole TimeStampReq. Raises `Malformed`; `UnsupportedAlgorithm` for a digest that is not SM3."""
    body = _whole(data)
    if body.integer() != 1:
        raise Malformed("time stamp request: unknown version")
    digest = _read_imprint(body.enter())
    policy = body.oid() if body.peek() == der.OID else ""
    nonce = body.integer() if body.peek() == der.INTEGER else None
    wants_certificate = body.boolean() if body.peek() == der.BOOLEAN else False
    body.finish()  # extensions: we know none, and silence about one would be a lie
    return Request(digest, policy, nonce, wants_certificate)


class LocalTsa:
    """A small authority for one node: a certificate for time stamping, its key and a clock."""

    def __init__(
        self,
        signer: Signer,
        *,
        policy: str = LOCAL_POLICY,
        accuracy: timedelta | None = timedelta(seconds=1),
        chain: Sequence[bytes] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises `Malformed` when the certificate is not for time stamping alone."""
        certificate = load_certificate(signer.certificate)
        if not stamps_times(certificate):
            raise Malformed("a time stamping certificate needs that purpose alone, marked critical")
        self._signer, self._policy, self._accuracy = signer, policy, accuracy
        self._chain, self._clock = tuple(chain), clock
        self._named = {SIGNING_CERTIFICATE_V2: _certificate_reference(certificate)}

    def stamp(self, request: bytes) -> bytes:
        """The token for a request (DER). Raises `NotStamped`, `Malformed`, `UnsupportedAlgorithm`."""
        asked = parse_request(request)
        if asked.policy not in ("", self._policy):
            raise NotStamped(f"time stamp policy {asked.policy} is not offered")
        info = der.sequence(
            der.integer(1),
            der.oid(self._policy),
            _imprint(asked.digest),
            # Random, so that it stays unique through crashes and among processes (RFC 3161: up to 160 bits).
            der.integer(secrets.randbits(127) | 1 << 127),
            der.generalized_time(self._clock()),
            b"" if self._accuracy is None else _write_accuracy(self._accuracy),
            b"" if asked.nonce is None else der.integer(asked.nonce),
        )
        return build(
            CMS_SIGNED_DATA, TST_INFO, info, self._signer, attributes=self._named, chain=self._chain,
            with_certificates=asked.wants_certificate,
        )  # fmt: skip

    def respond(self, request: bytes) -> bytes:
        """DER of a TimeStampResp for a request from outside; a refusal says why and raises nothing."""
        try:
            token = self.stamp(request)
        except UnsupportedAlgorithm:
            return _refusal(_BAD_ALGORITHM)
        except Malformed:
            return _refusal(_BAD_FORMAT)
        except NotStamped:
            return _refusal(_UNACCEPTED_POLICY)
        return der.sequence(der.sequence(der.integer(_GRANTED)), token)


@dataclass(frozen=True, slots=True)
class RemoteTsa:
    """An authority at a URL (http or https; no redirects). `timeout_s` bounds each wait, and the answer's
    body as a whole."""

    url: str
    timeout_s: float = 10.0

    def stamp(self, request: bytes) -> bytes:
        """The token, checked to be about this request; trust is `verify`'s. Raises `NotStamped`."""
        try:
            return read_response(_post(self.url, request, self.timeout_s), request)
        except Malformed as error:
            raise NotStamped(f"the time stamp authority's answer is malformed: {error}") from error


def read_response(response: bytes, request: bytes) -> bytes:
    """The token in a TimeStampResp (DER), which must answer this request. Raises `NotStamped`, `Malformed`."""
    body = _whole(response)
    status = body.enter()
    code = status.integer()
    if code not in (_GRANTED, _GRANTED_WITH_MODS):
        raise NotStamped(f"the time stamp authority refused (status {code})")
    token = body.element()
    body.finish()
    asked, (_, stamp) = parse_request(request), parse_token(token)
    if stamp.digest != asked.digest or stamp.nonce != asked.nonce or asked.policy not in ("", stamp.policy):
        raise NotStamped("the time stamp authority answered another request")
    return token


def parse_token(token: bytes) -> tuple[SignedData, Stamp]:
    """The signed data of a token and the time it states. Raises `Malformed`, `UnsupportedAlgorithm`."""
    signed = parse(token)
    if signed.content_type != TST_INFO or signed.content is None or len(signed.signers) != 1:
        raise Malformed("not a time stamp token of one signer")
    body = _whole(signed.content)
    if body.integer() != 1:
        raise Malformed("time stamp: unknown version")
    policy, digest = body.oid(), _read_imprint(body.enter())
    serial_number, stamped_at = body.integer(), body.generalized_time()
    accuracy = _read_accuracy(body.enter()) if body.peek() == der.SEQUENCE else None
    if body.peek() == der.BOOLEAN:
        body.boolean()  # ordering: a promise among stamps of one authority; we compare none
    nonce = body.integer() if body.peek() == der.INTEGER else None
    if body.peek() == _CONTEXT_0:
        body.enter(_CONTEXT_0)  # the authority's name again: its certificate tells
    body.finish()  # extensions: a critical one would change the meaning, and we know none
    return signed, Stamp(digest, stamped_at, accuracy, serial_number, policy, nonce)


def verify(token: bytes, digest: bytes, trust: TrustStore, *, at: datetime | None = None) -> TimeStampFacts:
    """Facts about a token over this SM3 digest, its path judged at `at` (default: the stamped time).

    Raises `Malformed`, `UnsupportedAlgorithm`.
    """
    signed, stamp = parse_token(token)
    signer, received = signed.signers[0], readable_certificates(signed)
    certificate = find_certificate(signer, (*received, *trust.intermediates, *trust.anchors))
    covers = secrets.compare_digest(stamp.digest, digest)
    if certificate is None:
        return TimeStampFacts(stamp, "", None, covers, None, None)
    holds = _signature_holds(signed, certificate)
    path = check_path(certificate, at or stamp.stamped_at, trust, Usage.TIME_STAMPING, received)
    return TimeStampFacts(stamp, certificate.common_name, certificate.der, covers, holds, path)


def _whole(data: bytes) -> der.Reader:
    der.check(data)
    return der.Reader(data).enter()


def _imprint(digest: bytes) -> bytes:
    return der.sequence(der.algorithm(sm3.OID), der.octets(digest))


def _read_imprint(reader: der.Reader) -> bytes:
    if (algorithm := reader.algorithm()) != sm3.OID:
        raise UnsupportedAlgorithm(f"time stamp over digest {algorithm}, not SM3")
    digest = reader.octets()
    reader.finish()
    if len(digest) != 32:
        raise Malformed("an SM3 digest has 32 bytes")
    return digest


def _certificate_reference(certificate: Certificate) -> bytes:
    """SigningCertificateV2 with one ESSCertIDv2 by SM3 (RFC 5035 clause 3)."""
    one = der.sequence(der.algorithm(sm3.OID), der.octets(certificate.digest))
    return der.sequence(der.sequence(one))


def _signature_holds(signed: SignedData, certificate: Certificate) -> bool | None:
    signer, content = signed.signers[0], signed.content or b""
    if not (
        signer.signed_raw is not None
        and is_intact(signer, TST_INFO, content)
        and signature_holds(signer, content, certificate)
    ):
        return False
    reference = signer.attributes.get(SIGNING_CERTIFICATE_V2)
    return None if reference is None else _names(reference, certificate)


def _names(reference: bytes, certificate: Certificate) -> bool | None:
    """Whether the first ESSCertIDv2 is this certificate's; None for a digest we do not judge by."""
    entry = der.Reader(reference).enter().enter().enter()
    algorithm = entry.algorithm() if entry.peek() == der.SEQUENCE else _SHA256  # its default
    if algorithm not in (sm3.OID, _SHA256):
        return None
    digest = certificate.digest if algorithm == sm3.OID else hashlib.sha256(certificate.der).digest()
    return secrets.compare_digest(entry.octets(), digest)


def _write_accuracy(accuracy: timedelta) -> bytes:
    seconds, micros = accuracy.days * 86_400 + accuracy.seconds, accuracy.microseconds
    parts = [der.integer(seconds)] if seconds else []
    for tag, value in ((_MILLIS, micros // 1000), (_MICROS, micros % 1000)):
        if value:
            parts.append(bytes((tag,)) + der.integer(value)[1:])
    return der.sequence(*parts)


def _read_accuracy(reader: der.Reader) -> timedelta:
    seconds = reader.integer() if reader.peek() == der.INTEGER else 0
    millis = reader.integer(_MILLIS) if reader.peek() == _MILLIS else 0
    micros = reader.integer(_MICROS) if reader.peek() == _MICROS else 0
    reader.finish()
    if not (0 <= seconds < 10**9 and 0 <= millis < 1000 and 0 <= micros < 1000):
        raise Malformed("time stamp: impossible accuracy")
    return timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)


def _refusal(failure: int) -> bytes:
    # A BIT STRING of named bits ends with its last one bit (X.690 11.2.2).
    size = failure // 8 + 1
    flags = (1 << (size * 8 - 1 - failure)).to_bytes(size, "big")
    unused = bytes((7 - failure % 8,))
    return der.sequence(der.sequence(der.integer(_REJECTION), der.element(der.BIT_STRING, unused + flags)))


def _post(url: str, body: bytes, timeout_s: float) -> bytes:
    """One POST of a query. Raises `NotStamped`."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        return ask(url, body, headers, timeout_s=timeout_s, most_bytes=MAX_RESPONSE_BYTES)
    except (OSError, ValueError) as error:
        raise NotStamped(f"the time stamp authority does not answer: {error}") from error

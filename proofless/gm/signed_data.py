"""签名数据: SignedData of GB/T 35275-2017 with SM2 and SM3, and its sibling of RFC 5652 that time stamps use.

Written in DER with signed attributes. Read strictly from the received bytes; attributes are checked over the
slice that came, never over a re-encoding. Signers by issuer and serial number only. `verify` returns
facts per signer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509

from proofless.gm import der, sm3
from proofless.gm.errors import Malformed, UnsupportedAlgorithm
from proofless.gm.trust import PathFacts, TrustStore, check_path
from proofless.gm.x509 import SM2_WITH_SM3, Certificate, Signer, Usage, load_certificate

# GB/T 35275-2017 clause 6.1 and RFC 5652 clause 12.1
DATA, SIGNED_DATA = "1.2.156.10197.6.1.4.2.1", "1.2.156.10197.6.1.4.2.2"
CMS_SIGNED_DATA = "1.2.840.113549.1.7.2"
# Plain data under GB/T 35275 and RFC 5652: a maker's attribute may say the one and the message the other.
_PLAIN = frozenset({der.oid(DATA), der.oid("1.2.840.113549.1.7.1")})

CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"

# GB/T 35275 names the SM2 signature; many write SM2-with-SM3, as certificates do. Both mean the same here.
_SM2_SIGNATURE = "1.2.156.10197.1.301.1"
_SIGNATURE_ALGORITHMS = frozenset({_SM2_SIGNATURE, SM2_WITH_SM3})

_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_MAX_CERTIFICATES, _MAX_SIGNERS = 32, 32
_LAST_UTC_TIME_YEAR = 2049


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signer. `attributes`: OID → the DER of its one value. `signed_raw` is what the signature covers
    when there are attributes, else None."""

    issuer_key: str
    serial_number: int
    attributes: Mapping[str, bytes]
    signed_raw: bytes | None = field(repr=False)
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedData:
    """A parsed ContentInfo. `container` is one of the two signedData OIDs, `content` None when detached."""

    raw: bytes = field(repr=False)
    container: str
    content_type: str
    content: bytes | None = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    signers: tuple[SignerInfo, ...]


@dataclass(frozen=True, slots=True)
class SignerFacts:
    """What is known of one signature. `certificate`: DER, None when it did not come along and is not known.

    `intact`: the content is what was signed. `signature_holds`: the SM2 value; None without the certificate.
    """

    certificate: bytes | None = field(repr=False)
    signer: str
    claimed_at: datetime | None
    intact: bool
    signature_holds: bool | None
    path: PathFacts | None


def sign(
    content: bytes,
    signer: Signer,
    *,
    detached: bool = False,
    signed_at: datetime | None = None,
    chain: Sequence[bytes] = (),
) -> bytes:
    """DER of a GB/T 35275 SignedData over the bytes. `chain`: certificates (DER) to send along."""
    attributes = {} if signed_at is None else {SIGNING_TIME: _time(signed_at)}
    return build(SIGNED_DATA, DATA, content, signer, attributes=attributes, detached=detached, chain=chain)


def build(
    container: str,
    content_type: str,
    content: bytes,
    signer: Signer,
    *,
    attributes: Mapping[str, bytes],
    detached: bool = False,
    chain: Sequence[bytes] = (),
    with_certificates: bool = True,
) -> bytes:
    """DER of a ContentInfo with one signer; content type and digest are added to the `attributes`."""
    certificate = load_certificate(signer.certificate)
    every = {CONTENT_TYPE: der.oid(content_type), MESSAGE_DIGEST: der.octets(sm3.digest(content))}
    signed = der.set_of(_attribute(kind, value) for kind, value in (every | dict(attributes)).items())
    is_cms = container == CMS_SIGNED_DATA
    info = der.sequence(
        der.integer(1),
        der.sequence(certificate.asn1.issuer.dump(), der.integer(certificate.serial_number)),
        der.algorithm(sm3.OID),
        der.element(_CONTEXT_0, der.Reader(signed).content(der.SET)),
        der.algorithm(SM2_WITH_SM3 if is_cms else _SM2_SIGNATURE),
        der.octets(signer.sign(signed)),
    )
    wrapped = b"" if detached else der.element(_CONTEXT_0, der.octets(content))
    certificates = b"".join(sorted({signer.certificate, *chain}))
    body = der.sequence(
        der.integer(3 if is_cms else 1),  # 3: content other than plain data (RFC 5652 clause 5.1)
        der.set_of([der.algorithm(sm3.OID)]),
        der.sequence(der.oid(content_type), wrapped),
        der.element(_CONTEXT_0, certificates) if with_certificates else b"",
        der.set_of([info]),
    )
    return der.sequence(der.oid(container), der.element(_CONTEXT_0, body))


def verify(
    data: bytes, trust: TrustStore, *, at: datetime, content: bytes | None = None
) -> tuple[SignerFacts, ...]:
    """Facts per signer, paths judged at the aware time `at`; give `content` when it is detached.

    Raises `Malformed`, also when content came both ways or not at all.
    """
    parsed = parse(data)
    if (parsed.content is None) == (content is None):
        raise Malformed("SignedData: content is needed exactly once, inside or beside")
    inside = content if parsed.content is None else parsed.content
    assert inside is not None
    return tuple(_judge(parsed, signer, inside, trust, at) for signer in parsed.signers)


def _judge(
    parsed: SignedData, signer: SignerInfo, content: bytes, trust: TrustStore, at: datetime
) -> SignerFacts:
    received = readable_certificates(parsed)
    certificate = find_certificate(signer, (*received, *trust.intermediates, *trust.anchors))
    time = signer.attributes.get(SIGNING_TIME)
    claimed_at = None if time is None else read_time(time)
    intact = is_intact(signer, parsed.content_type, content)
    if certificate is None:
        return SignerFacts(None, "", claimed_at, intact, None, None)
    path = check_path(certificate, at, trust, Usage.SIGNING, received)
    holds = signature_holds(signer, content, certificate)
    return SignerFacts(certificate.der, certificate.common_name, claimed_at, intact, holds, path)


def is_intact(signer: SignerInfo, content_type: str, content: bytes) -> bool:
    """Whether the signed attributes speak of this content; without attributes the signature itself does."""
    if signer.signed_raw is None:
        # Signed attributes passed off as content would carry a real signature: RFC 5652 signs both alike.
        return not (content[:1] == bytes((der.SET,)) and der.oid(MESSAGE_DIGEST) in content)
    said, kind = signer.attributes.get(CONTENT_TYPE), der.oid(content_type)
    return (
        (said == kind or {said, kind} <= _PLAIN)
        and signer.attributes.get(MESSAGE_DIGEST) == der.octets(sm3.digest(content))
    )  # fmt: skip


def signature_holds(signer: SignerInfo, content: bytes, certificate: Certificate) -> bool:
    """Whether the SM2 value holds over the attributes, or over the content where there are none."""
    covered = content if signer.signed_raw is None else signer.signed_raw
    return certificate.public_key.verify(covered, signer.value)


def find_certificate(signer: SignerInfo, certificates: Sequence[Certificate]) -> Certificate | None:
    """The signer's certificate among these, by issuer and serial number."""
    wanted = signer.issuer_key, signer.serial_number
    return next((one for one in certificates if (one.issuer_key, one.serial_number) == wanted), None)


def readable_certificates(parsed: SignedData) -> tuple[Certificate, ...]:
    """The certificates that came along, without those we cannot read (another algorithm, say): a foreign
    link proves nothing."""
    found = []
    for raw in parsed.certificates:
        try:
            found.append(load_certificate(raw))
        except Malformed:
            continue
    return tuple(found)


def parse(data: bytes) -> SignedData:
    """A whole ContentInfo with SignedData of either kind. Raises `Malformed`, `UnsupportedAlgorithm`."""
    der.check(data)
    outer = der.Reader(data).enter()
    container = outer.oid()
    if container not in (SIGNED_DATA, CMS_SIGNED_DATA):
        raise Malformed(f"not signed data: content type {container}")
    explicit = outer.enter(_CONTEXT_0)
    outer.finish()
    body = explicit.enter()
    explicit.finish()
    if body.integer() not in (1, 3):
        raise Malformed("SignedData: unknown version")
    body.enter(der.SET)  # the signers name their digest again, and there it counts
    content_type, content = _read_content(body.enter())
    certificates = tuple(_elements(body, _CONTEXT_0))
    _elements(body, _CONTEXT_1)  # revocation lists: only the trust store's own count
    signers, found = body.enter(der.SET), []
    while not signers.at_end:
        found.append(_read_signer(signers.enter()))
    body.finish()
    if not 0 < len(found) <= _MAX_SIGNERS or len(certificates) > _MAX_CERTIFICATES:
        raise Malformed("SignedData: nobody signed, or more signers or certificates than anyone needs")
    return SignedData(data, container, content_type, content, certificates, tuple(found))


def _read_content(reader: der.Reader) -> tuple[str, bytes | None]:
    content_type, content = reader.oid(), None
    if not reader.at_end:
        explicit = reader.enter(_CONTEXT_0)
        content = explicit.octets()
        explicit.finish()
    reader.finish()
    return content_type, content


def _elements(reader: der.Reader, tag: int) -> list[bytes]:
    """The elements inside the next one if it has this tag, else none."""
    if reader.peek() != tag:
        return []
    inside, found = reader.enter(tag), []
    while not inside.at_end:
        found.append(inside.element())
    return found


def _read_signer(reader: der.Reader) -> SignerInfo:
    if reader.integer() != 1:
        raise Malformed("SignedData: a signer not named by issuer and serial number")
    names = reader.enter()
    issuer, serial = names.element(), names.integer()
    names.finish()
    if (digest := reader.algorithm()) != sm3.OID:
        raise UnsupportedAlgorithm(f"SignedData: digest {digest} is not SM3")
    attributes: dict[str, bytes] = {}
    signed_raw = None
    if reader.peek() == _CONTEXT_0:
        inside, raw = reader.enter_raw(_CONTEXT_0)
        signed_raw, attributes = bytes((der.SET,)) + raw[1:], _read_attributes(inside)
    if (algorithm := reader.algorithm()) not in _SIGNATURE_ALGORITHMS:
        raise UnsupportedAlgorithm(f"SignedData: signature {algorithm} is not SM2 with SM3")
    value = reader.octets()
    _elements(reader, _CONTEXT_1)  # unsigned attributes: anyone may have added them
    reader.finish()
    return SignerInfo(_name_key(issuer), serial, attributes, signed_raw, value)


def _read_attributes(reader: der.Reader) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    while not reader.at_end:
        attribute = reader.enter()
        kind, values = attribute.oid(), attribute.enter(der.SET)
        value = values.element()
        values.finish()
        attribute.finish()
        if kind in found:
            raise Malformed(f"SignedData: attribute {kind} twice")
        found[kind] = value
    return found


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.set_of([value]))


def _name_key(raw: bytes) -> str:
    try:
        return str(x509.Name.load(raw, strict=True).hashable)
    except Exception as error:  # asn1crypto raises nearly anything over hostile bytes
        raise Malformed(f"SignedData: not a name: {error}") from error


def _time(moment: datetime) -> bytes:
    """UTCTime until 2049, as RFC 5652 clause 11.3 asks."""
    return der.generalized_time(moment) if moment.year > _LAST_UTC_TIME_YEAR else der.utc_time(moment)


def read_time(raw: bytes) -> datetime:
    """A whole UTCTime or GeneralizedTime element in UTC."""
    reader = der.Reader(raw)
    is_general = reader.peek() == der.GENERALIZED_TIME
    moment = reader.generalized_time() if is_general else reader.utc_time()
    reader.finish()
    return moment

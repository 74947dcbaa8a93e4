"""证书请求: PKCS#10 (RFC 2986) with SM2 — what a department sends to a CA to have its key certified."""

from dataclasses import dataclass, field
from typing import Any

from asn1crypto import pem, x509

from proofless.gm import der, sm2
from proofless.gm.errors import Malformed, UnsupportedAlgorithm
from proofless.gm.x509 import SM2_WITH_SM3, Key, from_pem

_ATTRIBUTES = 0xA0


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """A request whose own signature held: whoever sent it has the key. `name` is for `Authority.issue`; what
    it says is the sender's claim."""

    der: bytes = field(repr=False)
    name: Any = field(repr=False, compare=False)
    subject: str
    public_key: sm2.PublicKey = field(repr=False)


def make_request(subject: Any, key: Key) -> bytes:
    """DER of a request for this name (`x509.name`) and key, without attributes."""
    info = der.sequence(
        der.integer(0), subject.dump(), key.public_key.to_spki(), der.element(_ATTRIBUTES, b"")
    )
    return der.sequence(info, der.algorithm(SM2_WITH_SM3), der.bits(key.sign(info)))


def load_request(data: bytes) -> CertificateRequest:
    """A DER or PEM request. Raises `Malformed` when it is none or its signature does not hold."""
    raw = from_pem(data)
    info, algorithm, signature = der.signed_parts(raw)
    if der.Reader(algorithm).algorithm() != SM2_WITH_SM3:
        raise UnsupportedAlgorithm("a certificate request not signed by SM2 with SM3")
    body = der.Reader(info).enter()
    if body.integer() != 0:
        raise Malformed("certificate request: unknown version")
    subject, public_key = body.element(), sm2.PublicKey.from_spki(body.element())
    if body.peek() == _ATTRIBUTES:
        body.enter(_ATTRIBUTES)  # wishes for extensions: the authority decides those
    body.finish()
    if not public_key.verify(info, signature):
        raise Malformed("certificate request: its signature does not hold")
    try:
        name = x509.Name.load(subject, strict=True)
        return CertificateRequest(raw, name, str(name.human_friendly), public_key)
    except Exception as error:  # asn1crypto raises nearly anything over hostile bytes
        raise Malformed(f"certificate request: not a name: {error}") from error


def to_pem(request: bytes) -> bytes:
    return bytes(pem.armor("CERTIFICATE REQUEST", request))

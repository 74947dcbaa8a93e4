"""他方证书: certificates and revocation lists of CAs elsewhere, as far as trusting them takes reading them.

SM2 is read by ``gm``, strictly; RSA and the curves of e-invoices and e-contracts by ``cryptography``. Only SM2
counts for seals (GB/T 38540); all of them count for signatures in PDF files.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from proofless.gm import Malformed, sm3
from proofless.gm.revocation import load_crl
from proofless.gm.x509 import Certificate, from_pem, load_certificate

SM2 = "SM2"
_LEAST_RSA_BITS = 2048
_LEAST_CURVE_BITS = 256


@dataclass(frozen=True, slots=True)
class ForeignCertificate:
    """``digest`` is SM3 in hex; ``signs_others``: it may issue certificates; ``signs_documents``: it may sign."""

    der: bytes
    digest: str
    subject: str
    issuer: str
    algorithm: str
    self_issued: bool
    signs_others: bool
    signs_documents: bool


@dataclass(frozen=True, slots=True)
class ForeignList:
    """A revocation list that a certificate signed."""

    der: bytes
    this_update: datetime
    next_update: datetime


@lru_cache(maxsize=512)
def read_certificate(data: bytes) -> ForeignCertificate:
    """DER or PEM. Raises Malformed, also for keys too short to be trusted."""
    raw = from_pem(data)
    try:
        found = load_certificate(raw)
    except Malformed:
        return _read_common(raw)
    return ForeignCertificate(
        found.der,
        found.digest.hex(),
        found.subject,
        found.issuer,
        SM2,
        found.subject_key == found.issuer_key,
        "key_cert_sign" in found.key_usage,
        "digital_signature" in found.key_usage,
    )


def _read_common(raw: bytes) -> ForeignCertificate:
    try:
        found = x509.load_der_x509_certificate(raw)
        is_authority, usage = _constraints(found), _usage(found)
        algorithm = _algorithm(found.public_key())
        names = found.subject.rfc4514_string(), found.issuer.rfc4514_string()
        self_issued = found.subject == found.issuer
    except Malformed:
        raise
    except Exception as error:
        # cryptography reads extensions late and raises several kinds over broken ones.
        raise Malformed("not a certificate we can read") from error
    return ForeignCertificate(
        raw,
        sm3.digest(raw).hex(),
        *names,
        algorithm,
        self_issued,
        is_authority and (usage is None or usage.key_cert_sign),
        usage.digital_signature or usage.content_commitment if usage else not is_authority,
    )


def _constraints(found: x509.Certificate) -> bool:
    try:
        return found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _usage(found: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return found.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _algorithm(key: Any) -> str:
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < _LEAST_RSA_BITS:
            raise Malformed("an RSA key too short to be trusted")
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= _LEAST_CURVE_BITS:
        return f"ECDSA {key.curve.name}"
    raise Malformed("a kind of key that is not trusted here")


def read_list(data: bytes, issuer: ForeignCertificate) -> ForeignList | None:
    """A complete list, DER or PEM, when ``issuer`` made it; None when somebody else did. Raises Malformed."""
    if issuer.algorithm == SM2:
        return _sm2_list(data, load_certificate(issuer.der))
    raw = from_pem(data)
    try:
        found = x509.load_der_x509_crl(raw)
        certificate = x509.load_der_x509_certificate(issuer.der)
        if found.issuer != certificate.subject or not found.is_signature_valid(certificate.public_key()):  # type: ignore[arg-type]
            return None
        this_update, next_update = found.last_update_utc, found.next_update_utc
        partial = any(isinstance(one.value, x509.DeltaCRLIndicator) for one in found.extensions)
    except (InvalidSignature, TypeError):
        return None
    except Exception as error:
        raise Malformed("not a revocation list we can read") from error
    if next_update is None or partial:
        raise Malformed("a list without an end, or a part of a list")
    return ForeignList(raw, this_update, next_update)


def _sm2_list(data: bytes, issuer: Certificate) -> ForeignList | None:
    found = load_crl(data)
    if found.issuer_key != issuer.subject_key or not found.is_signed_by(issuer):
        return None
    return ForeignList(found.der, found.this_update, found.next_update)

"""数字签名 without a seal (GB/T 33190-2016 clause 18, Type="Sign"): SignedValue.dat is a GB/T 35275 message over
Signature.xml.

Real files of city platforms carry these beside seals. That the message covers the description whole, or its SM3, is
what those files do; the standard's text was not at hand.
"""

from dataclasses import dataclass
from datetime import datetime

from proofless.gm import Malformed, signed_data, sm3
from proofless.gm.x509 import Certificate


@dataclass(frozen=True, slots=True)
class Unsealed:
    """`holds`: the signer signed this description; None without a certificate to check by. `others` came along."""

    signer: Certificate | None
    others: tuple[Certificate, ...]
    claimed_at: datetime | None
    holds: bool | None


def read_unsealed(value: bytes, description: bytes) -> Unsealed | None:
    """None for bytes that are no such message of one signer."""
    try:
        parsed = signed_data.parse(value)
        (signer,) = parsed.signers
        time = signer.attributes.get(signed_data.SIGNING_TIME)
        claimed_at = None if time is None else signed_data.read_time(time)
    except (Malformed, ValueError):
        return None
    content = description if parsed.content is None else parsed.content
    is_about = content in (description, sm3.digest(description))
    intact = is_about and signed_data.is_intact(signer, parsed.content_type, content)
    received = signed_data.readable_certificates(parsed)
    certificate = signed_data.find_certificate(signer, received)
    if certificate is None:
        return Unsealed(None, received, claimed_at, None if intact else False)
    holds = intact and signed_data.signature_holds(signer, content, certificate)
    return Unsealed(certificate, received, claimed_at, holds)

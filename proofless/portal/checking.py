"""验章验签: what the public page and the public operation share: who is let in, and what the library says besides."""

from django.conf import settings
from django.http import HttpRequest

from proofless.access.edge import actor
from proofless.certificates import queries as certificates
from proofless.certificates.errors import CertificateIdentifierInvalid
from proofless.certificates.rules import VerifyFacts
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.rate import RateLimit, client_of

FILE_LIMIT_BYTES = 20 * 1024 * 1024
BODY_LIMIT_BYTES = FILE_LIMIT_BYTES + 65536
_rate = RateLimit(20)


def admit(request: HttpRequest) -> None:
    """Judging a file costs more than any other page: nobody may keep the others waiting."""
    peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
    if not _rate.admits(client_of(peer, forwarded, settings.PROOFLESS_PROXIES)):
        raise Refusal(code=ErrorCode.TOO_MANY_REQUESTS)


def listed(request: HttpRequest, identifier: str) -> VerifyFacts | None:
    """What the library says of a file that calls itself a certificate: it may be genuine and revoked."""
    if not identifier:
        return None
    try:
        return certificates.verify_identifier(actor=actor(request), identifier=identifier)
    except CertificateIdentifierInvalid:
        return None

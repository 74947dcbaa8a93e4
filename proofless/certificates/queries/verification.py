"""Verification by identifier: facts with the entry that says somebody asked."""

from proofless import ledger
from proofless.access import public_permit
from proofless.certificates.errors import CertificateIdentifierInvalid
from proofless.certificates.models import CertificateLookup
from proofless.certificates.rules import VerifyFacts, facts_of
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import is_certificate_identifier
from proofless.kit.kinds import Kind

PURPOSE = "公开核验"


def verify_identifier(*, actor: Actor, identifier: str, purpose: str = PURPOSE) -> VerifyFacts:
    """What the library says of an identifier. Anybody may ask; the holder sees that somebody did.

    An unknown identifier is answered ``listed=False`` with everything else unknown, and leaves no entry:
    there is no holder to tell. Raises CertificateIdentifierInvalid on a wrong form or check character.
    """
    if not is_certificate_identifier(identifier):
        raise CertificateIdentifierInvalid()
    found = CertificateLookup.objects.filter(identifier=identifier).values_list(
        "type_name", "issuer_name", "state", "valid_from", "valid_to", "issued_on", "version", "holder_id"
    )
    row = found.first()
    if row is None:
        return facts_of(identifier, None, clock.now())
    permit = public_permit(actor, purpose)
    with ledger.act(
        Kind.VERIFIED,
        actor,
        object_kind="certificate",
        object_id=identifier,
        holders=[row[7]],
        purpose=purpose,
        ground=permit.ground_text,
    ):
        return facts_of(identifier, row[:7], clock.now())

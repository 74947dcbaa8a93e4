"""What can happen to a certificate after it was issued."""

from uuid import UUID

from proofless import ledger
from proofless.certificates.errors import CertificateNotFound
from proofless.certificates.models import Certificate, CertificateState, Holding
from proofless.certificates.rules import REVOKE_REASONS
from proofless.certificates.services.drafting import check_replaceable
from proofless.certificates.services.issuing import set_state
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act


def revoke_certificate(
    *, actor: Actor, certificate_id: UUID, reason_code: str, within: Act | None = None
) -> None:
    """Revoke a certificate of the actor's department. Reason codes: ``rules.REVOKE_REASONS``.

    Raises CertificateAlreadyRevoked when it has come to its end before, CertificateNotFound for absent ones
    and another department's alike.
    """
    actor.check(Permission.REVOKE)
    if reason_code not in REVOKE_REASONS:
        raise InputInvalid(fields={"reason_code": "没有这种撤销原因"})
    with ledger.act(None, actor, within=within) as act:
        row = Certificate.objects.select_for_update().filter(id=certificate_id).first()
        if row is None or actor.department_code not in {"", row.issue_dept_code}:
            raise CertificateNotFound()
        check_replaceable(row.state)
        set_state(row, CertificateState.REVOKED, revoked_at=clock.now(), revoke_reason_code=reason_code)
        further = Holding.objects.filter(certificate_id=row.id).values_list("holder_id", flat=True)
        act.enter(
            Kind.CERTIFICATE_REVOKED,
            object_kind="certificate",
            object_id=row.identifier,
            holders=dict.fromkeys([row.holder_id, *further]),
            detail={"reason": reason_code},
        )

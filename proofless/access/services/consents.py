"""Acts of consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from proofless import ledger
from proofless.access.errors import GuardianRequired
from proofless.access.models import Consent
from proofless.access.permits import own_holders
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act


@dataclass(frozen=True, slots=True)
class NewConsent:
    """``fields`` are references; ``sensitive`` ones are asked with a tick of their own."""

    holder_id: UUID
    recipient_code: str
    fields: tuple[str, ...]
    sensitive: bool = False


def give_consents(
    *,
    actor: Actor,
    consents: Sequence[NewConsent],
    reference: str,
    purpose: str,
    within: Act,
    how: str = "self",
    witness: UUID | None = None,
) -> list[UUID]:
    """Record what the actor agrees to for himself, his wards or the enterprise he acts for.

    ``how``: self, or code and paper when somebody present agreed before the official who works for her, who is then
    the witness and not the one who agreed; agent when an authority covers it. ``witness``: of a yes given earlier
    before an official.
    """
    actor.check(Permission.OWN_READ)
    own = own_holders(actor)
    witness = actor.account_id if actor.present else witness
    rows = []
    for new in consents:
        if new.holder_id not in own:
            raise GuardianRequired()
        rows.append(
            Consent(
                id=new_id(),
                holder_id=new.holder_id,
                given_by=actor.present or actor.account_id,
                reference=reference,
                purpose=purpose,
                recipient_code=new.recipient_code,
                fields=list(new.fields),
                sensitive=new.sensitive,
                given_at=clock.now(),
                how=how,
                witness_id=witness,
            )
        )
        within.enter(
            Kind.CONSENT_GIVEN,
            object_kind="consent",
            object_id=rows[-1].id,
            holders=[ledger.HolderLine(new.holder_id, new.fields, new.recipient_code)],
            purpose=purpose,
            detail={"how": how},
        )
    Consent.objects.bulk_create(rows)
    return [row.id for row in rows]


def withdraw_consent(*, actor: Actor, consent_id: UUID) -> None:
    """Withdraw; reads resting on it are refused from now on. Absent and foreign consents give NotFound."""
    consent = Consent.objects.filter(
        id=consent_id, holder_id__in=own_holders(actor), withdrawn_at__isnull=True
    ).first()
    if consent is None:
        raise NotFound()
    with ledger.act(
        Kind.CONSENT_WITHDRAWN,
        actor,
        object_kind="consent",
        object_id=consent_id,
        holders=[consent.holder_id],
    ):
        Consent.objects.filter(id=consent_id, holder_id=consent.holder_id).update(withdrawn_at=clock.now())

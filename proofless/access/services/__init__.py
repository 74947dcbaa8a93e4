"""Acts of access: consents given and withdrawn, presences, authorities."""

from proofless.access.services.consents import NewConsent, give_consents, withdraw_consent
from proofless.access.services.standings import (
    close_presence,
    give_authority,
    open_presence,
    revoke_authority,
)

__all__ = [
    "NewConsent",
    "close_presence",
    "give_authority",
    "give_consents",
    "open_presence",
    "revoke_authority",
    "withdraw_consent",
]

"""Which signer is at work, and how long our own revocation lists still speak."""

from dataclasses import dataclass
from datetime import datetime

from proofless.gm.x509 import load_certificate
from proofless.kit import clock, env
from proofless.seals import keyring
from proofless.seals.models import Authority, AuthorityRole


@dataclass(frozen=True, slots=True)
class SignerState:
    """``why`` says in Chinese why it is locked; ``product`` is what signs; ``certified`` whether it is a
    certified cryptographic product: the software signer never is."""

    locked: bool
    product: str
    source: str
    why: str
    certified: bool
    demo: bool


@dataclass(frozen=True, slots=True)
class AuthorityView:
    label: str
    name: str
    valid_to: datetime
    crl_next_at: datetime | None
    crl_fresh: bool | None


def signer_state() -> SignerState:
    state = keyring.state()
    source = state.source.label if state.source else ""
    return SignerState(state.locked, "软件签名(SM2,libcrypto)", source, state.why, False, env.home().demo)


def list_authorities() -> list[AuthorityView]:
    """Root, issuing authority and maker of seals; a maker publishes no list."""
    rows = {row.role: row for row in Authority.objects.all()}
    return [_view(rows[role]) for role in AuthorityRole if role in rows]


def _view(row: Authority) -> AuthorityView:
    certificate = load_certificate(bytes(row.certificate))
    return AuthorityView(
        label=AuthorityRole(row.role).label,
        name=certificate.common_name,
        valid_to=certificate.not_after,
        crl_next_at=row.crl_next_at,
        crl_fresh=None if row.crl_next_at is None else clock.now() < row.crl_next_at,
    )

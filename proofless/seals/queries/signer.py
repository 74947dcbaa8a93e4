"""Which signer is at work, and how long our own revocation lists still speak."""

from dataclasses import dataclass
from datetime import datetime

from proofless.gm.x509 import load_certificate
from proofless.kit import clock, env
from proofless.seals import device, keyring
from proofless.seals.errors import SignerFailed
from proofless.seals.models import Authority, AuthorityRole


@dataclass(frozen=True, slots=True)
class SignerState:
    """``why`` says in Chinese why nothing can be signed now; ``product`` is what signs. ``certified`` is False
    for the software signer, None for a device: its own certificate has to tell."""

    locked: bool
    product: str
    source: str
    why: str
    certified: bool | None
    demo: bool


@dataclass(frozen=True, slots=True)
class AuthorityView:
    label: str
    name: str
    valid_to: datetime
    crl_next_at: datetime | None
    crl_fresh: bool | None


def signer_state() -> SignerState:
    state, demo = keyring.state(), env.home().demo
    source = state.source.label if state.source else ""
    if device.configuration() is None:
        return SignerState(state.locked, "软件签名（SM2,libcrypto）", source, state.why, False, demo)
    try:
        found = device.info()
    except SignerFailed as refusal:
        return SignerState(True, "密码设备（GM/T 0018）", source, state.why or refusal.message, None, demo)
    name = f"{found.issuer} {found.name} {found.serial_number}".strip() if found else ""
    return SignerState(state.locked, f"密码设备（GM/T 0018）{name}", source, state.why, None, demo)


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

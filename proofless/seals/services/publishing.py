"""Publishing trust: our own revocation lists kept fresh, and the folders that let strangers check."""

from datetime import timedelta
from pathlib import Path

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.seals import authorities
from proofless.seals.models import Authority, AuthorityRole, Seal
from proofless.seals.queries.trust import recognised_now
from proofless.seals.rules import TrustRole

_RENEW_CRL_BEFORE = timedelta(days=authorities.CRL_DAYS // 2)
_FOLDERS = {TrustRole.ANCHOR: "anchors", TrustRole.INTERMEDIATE: "intermediates", TrustRole.MAKER: "makers"}


def refresh_crls(*, actor: Actor) -> None:
    """Renew the revocation lists with less than half their time left. Nothing to renew: no entry.

    Raises SignerLocked: a locked node has the other half, two weeks, to be unlocked in.
    """
    actor.check(Permission.SEAL_APPROVE)
    due = clock.now() + _RENEW_CRL_BEFORE
    if not Authority.objects.filter(crl_next_at__lt=due).exists():
        return
    with ledger.act(Kind.SEAL_MADE, actor, object_kind="authority", object_id="crl"):
        renew_crls()


def renew_crls() -> None:
    """New lists with every revoked seal, inside an act."""
    revoked = Seal.objects.filter(revoked_at__isnull=False)
    lines = [
        (bytes(row.certificate), row.revoked_at, "cessation_of_operation")
        for row in revoked
        if row.revoked_at
    ]
    for row in Authority.objects.select_for_update().exclude(role=AuthorityRole.MAKER):
        authorities.write_crl(row, lines if row.role == AuthorityRole.SUB else [])
        row.save(update_fields=["crl", "crl_next_at"])


def export_trust(directory: Path) -> None:
    """Write our own anchors, intermediates and lists where ``ofd verify --trust`` reads them.

    What others made stays out: nobody else's root may vouch for our certificates.
    """
    rows = {row.role: row for row in Authority.objects.all()}
    root, sub = rows[AuthorityRole.ROOT], rows[AuthorityRole.SUB]
    _replace(directory / "anchors" / "root.cer", root.certificate)
    _replace(directory / "intermediates" / "issuing.cer", sub.certificate)
    _replace(directory / "crls" / "root.crl", root.crl)
    _replace(directory / "crls" / "issuing.crl", sub.crl)


def export_recognised(directory: Path) -> int:
    """Write what is recognised of others at this moment, for ``ofd verify --policy foreign``; returns how
    many certificates."""
    rows = recognised_now()
    for row in rows:
        _replace(directory / _FOLDERS[TrustRole(row.role)] / f"{row.digest[:16]}.cer", row.certificate)
        if row.crl:
            _replace(directory / "crls" / f"{row.digest[:16]}.crl", row.crl)
    return len(rows)


def _replace(path: Path, data: bytes | memoryview) -> None:
    """Readers see the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(bytes(data))
    temporary.rename(path)

"""A small city CA for the scenes: a root, an authority below it, and the seal keys of one department."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from proofless.gm import sm2, x509
from proofless.gm.trust import TrustStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class City:
    """`signer` is a department's seal key, `maker` the city's seal office, `clock` its time stamping
    authority; all issued by `authority`."""

    now: datetime
    root: x509.Authority
    authority: x509.Authority
    signer: x509.KeySigner
    maker: x509.KeySigner
    clock: x509.KeySigner

    def crls(self, *revoked: x509.Revocation, issued_at: datetime | None = None) -> list[bytes]:
        start = issued_at or self.now - timedelta(hours=1)
        period = start, start + timedelta(days=7)
        return [self.root.crl([], *period), self.authority.crl(revoked, *period)]

    def trust(self, crls: list[bytes] | None = None) -> TrustStore:
        anchors = [self.root.certificate.der], [self.authority.certificate.der]
        return TrustStore(*anchors, self.crls() if crls is None else crls)


@pytest.fixture(scope="session")
def city() -> City:
    day = timedelta(days=1)
    generate: Callable[[], sm2.PrivateKey] = sm2.PrivateKey.generate
    root = x509.Authority.root(x509.name("某市根"), generate(), NOW - 900 * day, NOW + 3000 * day)
    authority = root.issue_authority(x509.name("某市子"), generate(), NOW - 800 * day, NOW + 2000 * day)
    period = NOW - 100 * day, NOW + 300 * day

    def signer(common_name: str, usage: x509.Usage) -> x509.KeySigner:
        key = generate()
        return x509.KeySigner(authority.issue(x509.name(common_name), key.public_key, *period, usage), key)

    return City(
        NOW,
        root,
        authority,
        signer("某市住房局", x509.Usage.SIGNING),
        signer("某市印章管理处", x509.Usage.SEAL_MAKING),
        signer("某市授时中心", x509.Usage.TIME_STAMPING),
    )

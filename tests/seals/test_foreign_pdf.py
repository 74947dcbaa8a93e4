"""他方 PDF: invoices and contracts that others sign, under CAs that use no SM2; whose count, and from when to when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from proofless.access.actors import anonymous_actor
from proofless.kit import clock
from proofless.kit.actor import Channel
from proofless.ofd.facts import Verdict
from proofless.ofd.pdf.signing import sign_pdf
from proofless.seals import queries, services
from proofless.seals.checks import Judged
from proofless.seals.errors import TrustRefused
from proofless.seals.rules import SubjectKind, TrustRole
from proofless.seals.services import NewTrust
from tests.seals.conftest import Office, contract

pytestmark = pytest.mark.django_db
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def der(value: Any) -> bytes:
    return bytes(value.public_bytes(serialization.Encoding.DER))


@dataclass(frozen=True)
class Ca:
    """A CA of another algorithm, and 某公司, which it certified."""

    key: Any
    certificate: x509.Certificate
    company_key: rsa.RSAPrivateKey
    company: x509.Certificate

    def sign(self, message: bytes) -> bytes:
        """As 某公司's signer: see ``signing.Signer``."""
        return self.company_key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def crl(self, this: datetime, revoked_at: datetime | None = None) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(this).next_update(this + timedelta(days=30))
        if revoked_at:
            line = x509.RevokedCertificateBuilder().serial_number(self.company.serial_number)
            builder = builder.add_revoked_certificate(line.revocation_date(revoked_at).build())
        return der(builder.sign(self.key, hashes.SHA256()))


@dataclass(frozen=True)
class Signer:
    certificate: bytes
    sign: Any


def certified(subject: str, key: Any, issuer: str, issuer_key: Any, *, authority: bool) -> x509.Certificate:
    usage = x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(issuer_key, hashes.SHA256())


@pytest.fixture(scope="module")
def ca() -> Ca:
    key, company_key = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    certificate = certified("某商用 CA", key, "某商用 CA", key, authority=True)
    company = certified("某公司", company_key, "某商用 CA", key, authority=False)
    return Ca(key, certificate, company_key, company)


def signed(ca: Ca, at: datetime) -> bytes:
    return sign_pdf(contract(1), Signer(der(ca.company), ca.sign), at)


def imported(office: Office, ca: Ca) -> UUID:
    new = NewTrust("某商用 CA", der(ca.certificate), TrustRole.ANCHOR, (SubjectKind.ENTERPRISE,), START, END)
    return services.import_certificate(actor=office["approver"], new=new)


def recognise(office: Office, *, seals: bool = False, signatures: bool = True) -> None:
    services.set_recognition(
        actor=office["approver"], subject_kind=SubjectKind.ENTERPRISE, seals=seals, signatures=signatures
    )


def judged(data: bytes) -> Judged:
    return services.check_file(actor=anonymous_actor(Channel.PHONE), data=data).found


def test_a_companys_contract_counts_once_its_ca_is_trusted_and_its_signatures_are_recognised(
    office: Office, ca: Ca
) -> None:
    now = clock.now()
    data = signed(ca, now - timedelta(hours=1))
    assert judged(data).verdict is Verdict.INVALID
    trusted = imported(office, ca)
    recognise(office, seals=True, signatures=False)
    assert judged(data).verdict is Verdict.INVALID, "recognised seals are no recognised signatures"
    recognise(office)
    assert judged(data).verdict is Verdict.UNKNOWN, "without a revocation list nothing is good"
    services.upload_crl(actor=office["approver"], trusted_id=trusted, data=ca.crl(now - timedelta(days=1)))
    found = judged(data)
    assert found.verdict is Verdict.VALID, found
    assert found.seals[0].name == "某公司的电子签名" and found.seals[0].algorithm == "RSA SHA256"
    assert queries.access_trusted(office["auditor"], trusted).algorithm == "ECDSA secp256r1"


def test_distrust_from_a_day_leaves_the_contracts_signed_before(office: Office, ca: Ca) -> None:
    now, approver = clock.now(), office["approver"]
    trusted = imported(office, ca)
    recognise(office)
    services.upload_crl(actor=approver, trusted_id=trusted, data=ca.crl(now - timedelta(days=20)))
    services.distrust(actor=approver, trusted_id=trusted, since=now - timedelta(days=5), reason="停止业务")
    assert judged(signed(ca, now - timedelta(days=6))).verdict is Verdict.VALID
    assert judged(signed(ca, now - timedelta(days=4))).verdict is Verdict.INVALID


def test_a_revoked_companys_signature_is_bad_from_then_on(office: Office, ca: Ca) -> None:
    now = clock.now()
    trusted = imported(office, ca)
    recognise(office)
    crl = ca.crl(now - timedelta(days=1), now - timedelta(days=3))
    services.upload_crl(actor=office["approver"], trusted_id=trusted, data=crl)
    assert judged(signed(ca, now - timedelta(days=2))).verdict is Verdict.INVALID


def test_what_is_signed_elsewhere_makes_no_seal_of_ours_good(office: Office, ca: Ca) -> None:
    """A CA without SM2 stays out of the store that judges OFD seals, and out of the makers of seals."""
    imported(office, ca)
    recognise(office, seals=True)
    assert len(queries.foreign_trust().anchors) == 1
    with pytest.raises(TrustRefused, match="SM2"):
        services.import_certificate(
            actor=office["approver"],
            new=NewTrust("x", der(ca.company), TrustRole.MAKER, (SubjectKind.ENTERPRISE,), START, END),
        )


def test_weak_keys_and_strangers_lists_are_refused(office: Office, ca: Ca) -> None:
    key = rsa.generate_private_key(65537, 1024)
    weak = certified("弱", key, "弱", key, authority=True)
    new = NewTrust("弱", der(weak), TrustRole.ANCHOR, (SubjectKind.ENTERPRISE,), START, END)
    with pytest.raises(TrustRefused, match="2048"):
        services.import_certificate(actor=office["approver"], new=new)
    trusted, now = imported(office, ca), clock.now()
    other_key = ec.generate_private_key(ec.SECP256R1())
    other = certified("某商用 CA", other_key, "某商用 CA", other_key, authority=True)
    stranger = Ca(other_key, other, ca.company_key, ca.company)
    for data, words in ((stranger.crl(now), "不是由这张证书签发"), (b"rubbish", "不是可以读取")):
        with pytest.raises(TrustRefused, match=words):
            services.upload_crl(actor=office["approver"], trusted_id=trusted, data=data)


def test_an_unsigned_pdf_is_told_apart_from_a_good_one(office: Office) -> None:
    found = judged(contract(1))
    assert found.verdict is Verdict.UNKNOWN and not found.seals and "无从核对" in found.problems[0]

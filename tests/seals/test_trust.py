"""Trust in others: whose seals count, from when to when, and what happens when a list runs out."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from proofless.gm import ses
from proofless.gm.sm2 import PrivateKey
from proofless.gm.x509 import Authority, KeySigner, Revocation, Usage, load_certificate, name
from proofless.kit import clock
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.ofd import sealing
from proofless.ofd.drawing import Box
from proofless.ofd.verify import Verdict, Verification, verify
from proofless.seals import queries, services
from proofless.seals.errors import TrustRefused
from proofless.seals.forms import places
from proofless.seals.rules import SubjectKind, TrustRole
from proofless.seals.services import NewTrust
from proofless.seals.services.trusting import fetch_crl
from tests.seals.conftest import Clock, Office, package

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2036, 1, 1, tzinfo=UTC)


class Stranger:
    """A third-party CA and 某公司, whose seal it made."""

    def __init__(self) -> None:
        self.root = Authority.root(name("Stranger Root"), PrivateKey.generate(), START, END)
        maker_key, key = PrivateKey.generate(), PrivateKey.generate()
        maker = self.root.issue(name("Stranger Maker"), maker_key.public_key, START, END, Usage.SEAL_MAKING)
        self.company = self.root.issue(name("某公司"), key.public_key, START, END)
        self.signer = KeySigner(self.company, key)
        self.seal = ses.build_seal(
            seal_id="STRANGER1", name="某公司公章", signer_certificates=[self.company],
            picture=ses.Picture("png", b"\x89PNG", 40, 40),
            created_at=START, valid_from=START, valid_until=END, maker=KeySigner(maker, maker_key),
        )  # fmt: skip

    def sealed(self, at: datetime) -> bytes:
        return sealing.seal(package("合同"), self.seal, self.signer, 1, Box(50, 50, 42, 42), at)

    def crl(self, this: datetime, days: int = 30, revoked: tuple[Revocation, ...] = ()) -> bytes:
        return self.root.crl(revoked, this, this + timedelta(days=days))


@pytest.fixture(scope="module")
def stranger() -> Stranger:
    return Stranger()


def imported(office: Office, stranger: Stranger, **changes: object) -> UUID:
    new = NewTrust(
        "某电子认证公司",
        stranger.root.certificate.der,
        TrustRole.ANCHOR,
        (SubjectKind.ENTERPRISE,),
        START,
        END,
        **changes,  # type: ignore[arg-type]
    )
    return services.import_certificate(actor=office["approver"], new=new)


def recognise(office: Office, kind: SubjectKind, *, seals: bool = True) -> None:
    services.set_recognition(actor=office["approver"], subject_kind=kind, seals=seals, signatures=False)


def judged(data: bytes, *, seals: bool = True) -> Verification:
    return verify(
        data, queries.foreign_trust(seals=seals), now=clock.now() + timedelta(days=1), policy="foreign"
    )


def test_a_companys_seal_counts_once_its_ca_is_trusted_and_companies_are_recognised(
    office: Office, stranger: Stranger
) -> None:
    now = clock.now()
    data = stranger.sealed(now - timedelta(hours=1))
    assert judged(data).verdict is Verdict.INVALID
    trusted = imported(office, stranger)
    assert judged(data).verdict is Verdict.INVALID, "the policy does not recognise companies yet"
    recognise(office, SubjectKind.ENTERPRISE)
    assert judged(data).verdict is Verdict.UNKNOWN, "without a revocation list nothing is good"
    crl = stranger.crl(now - timedelta(days=1))
    services.upload_crl(actor=office["approver"], trusted_id=trusted, data=crl)
    assert judged(data).verdict is Verdict.VALID, judged(data).problems
    assert judged(data, seals=False).verdict is Verdict.INVALID, "plain signatures are another decision"
    recognise(office, SubjectKind.ENTERPRISE, seals=False)
    recognise(office, SubjectKind.PERSON)
    assert judged(data).verdict is Verdict.INVALID


def test_nobody_elses_root_vouches_for_our_certificates(office: Office, stranger: Stranger) -> None:
    imported(office, stranger)
    recognise(office, SubjectKind.ENTERPRISE)
    found = verify(stranger.sealed(clock.now()), queries.trust_store(), policy="certificate")
    assert found.verdict is Verdict.INVALID


def test_distrust_from_a_day_leaves_what_was_signed_before(office: Office, stranger: Stranger) -> None:
    """A CA winds down: 某公司's contracts of last year must not fall with it, new ones must."""
    now = clock.now()
    trusted = imported(office, stranger)
    recognise(office, SubjectKind.ENTERPRISE)
    services.upload_crl(
        actor=office["approver"], trusted_id=trusted, data=stranger.crl(now - timedelta(days=20))
    )
    since = now - timedelta(days=5)
    with pytest.raises(InputInvalid):
        services.distrust(actor=office["approver"], trusted_id=trusted, since=since, reason=" ")
    services.distrust(actor=office["approver"], trusted_id=trusted, since=since, reason="停止业务")
    assert judged(stranger.sealed(now - timedelta(days=6))).verdict is Verdict.VALID
    assert judged(stranger.sealed(now - timedelta(days=4))).verdict is Verdict.INVALID
    assert not queries.access_trusted(office["auditor"], trusted).trusted


def test_a_revoked_companys_seal_is_bad_from_then_on(office: Office, stranger: Stranger) -> None:
    now = clock.now()
    trusted = imported(office, stranger)
    recognise(office, SubjectKind.ENTERPRISE)
    line = Revocation(load_certificate(stranger.company).serial_number, now - timedelta(days=3))
    crl = stranger.crl(now - timedelta(days=1), revoked=(line,))
    services.upload_crl(actor=office["approver"], trusted_id=trusted, data=crl)
    assert judged(stranger.sealed(now - timedelta(days=2))).verdict is Verdict.INVALID
    assert judged(stranger.sealed(now - timedelta(days=4))).verdict is Verdict.VALID


def test_only_the_cas_own_and_newest_list_is_taken(office: Office, stranger: Stranger) -> None:
    now, approver = clock.now(), office["approver"]
    trusted = imported(office, stranger)
    newest = stranger.crl(now - timedelta(days=1))
    services.upload_crl(actor=approver, trusted_id=trusted, data=newest)
    for bad in (
        b"rubbish",
        Stranger().crl(now),
        stranger.crl(now - timedelta(days=2)),
        stranger.crl(now, days=0),
    ):
        with pytest.raises(TrustRefused):
            services.upload_crl(actor=approver, trusted_id=trusted, data=bad)


def test_lists_are_fetched_in_time_and_one_silent_ca_stops_no_other(
    office: Office, stranger: Stranger, set_clock: Clock
) -> None:
    now, other = clock.now(), Stranger()
    good = imported(office, stranger, crl_url="http://ca.example/good.crl")
    silent = imported(office, other, crl_url="http://ca.example/silent.crl")
    asked = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if "silent" in url:
            raise TimeoutError
        return stranger.crl(clock.now() - timedelta(hours=1))

    node = office["approver"]
    assert services.refresh_foreign_crls(actor=node, fetch=fetch) == 1
    assert queries.access_trusted(node, good).crl_fresh
    assert "没有在规定时间内答复" in queries.access_trusted(node, silent).crl_problem
    assert services.refresh_foreign_crls(actor=node, fetch=fetch) == 0 and len(asked) == 2
    set_clock(now + timedelta(days=1))
    services.refresh_foreign_crls(actor=node, fetch=fetch)
    assert asked[2:] == ["http://ca.example/silent.crl"]
    set_clock(now + timedelta(days=16))
    assert services.refresh_foreign_crls(actor=node, fetch=fetch) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://ca.example/x.crl"])
def test_no_list_is_fetched_from_anywhere_else(office: Office, stranger: Stranger, address: str) -> None:
    with pytest.raises(InputInvalid):
        imported(office, stranger, crl_url=address)
    with pytest.raises(ValueError, match="only http"):
        fetch_crl(address)


def test_what_is_no_ca_is_not_trusted_as_one(office: Office, stranger: Stranger) -> None:
    approver = office["approver"]

    def trust(certificate: bytes, role: TrustRole) -> None:
        new = NewTrust("x", certificate, role, (SubjectKind.ENTERPRISE,), START, END)
        services.import_certificate(actor=approver, new=new)

    with pytest.raises(TrustRefused, match="不是证书机构"):
        trust(stranger.company, TrustRole.ANCHOR)
    with pytest.raises(TrustRefused, match="最终证书"):
        trust(stranger.root.certificate.der, TrustRole.MAKER)
    with pytest.raises(TrustRefused):
        trust(b"-----BEGIN CERTIFICATE-----", TrustRole.ANCHOR)
    trust(stranger.root.certificate.der, TrustRole.ANCHOR)
    with pytest.raises(TrustRefused, match="已在信任列表"):
        trust(stranger.root.certificate.der, TrustRole.ANCHOR)
    with pytest.raises(Forbidden):
        services.set_recognition(
            actor=office["keeper-gaj"], subject_kind=SubjectKind.PERSON, seals=True, signatures=True
        )


@pytest.mark.parametrize(("width", "count"), [(210, 2), (210, 5), (210, 6), (100, 4)])
def test_seals_side_by_side_neither_overlap_nor_leave_the_page(width: float, count: int) -> None:
    boxes = places(width, 297, count, 20)
    assert all(box.x >= 0 and box.x + box.w <= width + 0.05 for box in boxes)
    assert all(one.x + one.w <= two.x + 0.05 for one, two in pairwise(boxes))


def test_the_list_is_searched_by_name_fingerprint_and_scope(office: Office, stranger: Stranger) -> None:
    trusted = imported(office, stranger)
    client, digest = office.client("auditor"), queries.access_trusted(office["auditor"], trusted).digest
    for query in ("q=电子认证", f"q={digest[:10].upper()}", "scope=enterprise"):
        assert str(trusted) in client.get(f"/desk/seals/trust?{query}").content.decode(), query
    for query in ("q=没有", "scope=person"):
        page = client.get(f"/desk/seals/trust?{query}").content.decode()
        assert str(trusted) not in page and "没有符合条件的证书" in page
    assert "SM2" in client.get(f"/desk/seals/trust/{trusted}").content.decode()

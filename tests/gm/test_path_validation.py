"""Paths after RFC 5280 clause 6: each rule broken alone. One that passes lets an outsider's key count as a
department's, or a withdrawn one count on."""

import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, crl
from asn1crypto import x509 as asn1

from proofless.gm import Malformed, sm2, x509
from proofless.gm.trust import PathFacts, PathReason, TrustStore, check_path
from proofless.gm.x509 import Authority, Revocation, Usage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERIOD = NOW - 10 * DAY, NOW + 10 * DAY
GOOD = PathFacts(True, False, PathReason.NONE)


def key() -> sm2.PrivateKey:
    return sm2.PrivateKey.generate()


ROOT_KEY, SUB_KEY, LEAF_KEY = key(), key(), key()
ROOT_NAME, SUB_NAME, LEAF_NAME = (x509.name(name, organization="某市") for name in ("根", "子", "住房局"))


def extension(kind: str, value: Any, critical: bool = True) -> Any:
    return asn1.Extension({"extn_id": kind, "critical": critical, "extn_value": value})


def constraints(ca: bool = True, **limits: int) -> Any:
    return extension("basic_constraints", asn1.BasicConstraints({"ca": ca, **limits}))


def usage(*bits: str) -> Any:
    return extension("key_usage", asn1.KeyUsage(set(bits)))


AUTHORITY = [constraints(), usage("key_cert_sign", "crl_sign")]
END = [constraints(False), usage("digital_signature")]
UNKNOWN = extension("1.2.3.4.5", core.ParsableOctetString(b"\x05\x00"))


class Chain:
    """root → sub → leaf; change one thing, then ask."""

    def __init__(self, **changed: Any) -> None:
        self.sub_extensions: Sequence[Any] = changed.get("sub_extensions", AUTHORITY)
        self.leaf_extensions: Sequence[Any] = changed.get("leaf_extensions", END)
        self.sub_period, self.leaf_period = (changed.get(f"{one}_period", PERIOD) for one in ("sub", "leaf"))
        self.sub_issuer, self.leaf_issuer = (
            changed.get("sub_issuer", ROOT_NAME),
            changed.get("leaf_issuer", SUB_NAME),
        )
        self.leaf_signer, self.leaf_name = (
            changed.get("leaf_signer", SUB_KEY),
            changed.get("leaf_name", LEAF_NAME),
        )

    def root(self) -> bytes:
        return self._issue(ROOT_NAME, ROOT_KEY, ROOT_NAME, ROOT_KEY, PERIOD, AUTHORITY)

    def sub(self) -> bytes:
        return self._issue(SUB_NAME, SUB_KEY, self.sub_issuer, ROOT_KEY, self.sub_period, self.sub_extensions)

    def leaf(self) -> bytes:
        return self._issue(
            self.leaf_name, LEAF_KEY, self.leaf_issuer, self.leaf_signer, self.leaf_period,
            self.leaf_extensions,
        )  # fmt: skip

    def _issue(self, subject: Any, own: Any, issuer: Any, signer: Any, period: Any, more: Any) -> bytes:
        return x509.issue(subject, own.public_key, issuer, signer, *period, list(more))

    def ask(self, crls: list[bytes] | None = None, at: datetime = NOW) -> PathFacts:
        root, sub, leaf = self.root(), self.sub(), self.leaf()
        lists = good_lists(root, sub) if crls is None else crls
        trust = TrustStore([root], [sub], lists)
        return check_path(x509.load_certificate(leaf), at, trust, Usage.SIGNING)


def good_lists(root: bytes, sub: bytes) -> list[bytes]:
    period = NOW - DAY, NOW + DAY
    return [Authority(root, ROOT_KEY).crl([], *period), Authority(sub, SUB_KEY).crl([], *period)]


def test_nothing_broken_is_good() -> None:
    assert Chain().ask() == GOOD


@pytest.mark.parametrize(
    "changed, reason",
    [
        ({"leaf_period": (NOW - 9 * DAY, NOW - DAY)}, PathReason.EXPIRED),
        ({"sub_period": (NOW - 9 * DAY, NOW - DAY)}, PathReason.EXPIRED),
        ({"leaf_period": (NOW + DAY, NOW + 2 * DAY)}, PathReason.NOT_YET_VALID),
        ({"sub_period": (NOW + DAY, NOW + 2 * DAY)}, PathReason.NOT_YET_VALID),
        ({"leaf_issuer": ROOT_NAME}, PathReason.NO_PATH),
        ({"leaf_issuer": x509.name("别的")}, PathReason.NO_PATH),
        ({"sub_issuer": SUB_NAME}, PathReason.NO_PATH),
        ({"leaf_signer": LEAF_KEY}, PathReason.NO_PATH),
        ({"leaf_signer": ROOT_KEY}, PathReason.NO_PATH),
        ({"sub_extensions": END}, PathReason.INVALID),
        ({"sub_extensions": []}, PathReason.INVALID),
        ({"sub_extensions": [constraints(), usage("crl_sign")]}, PathReason.INVALID),
        ({"sub_extensions": [constraints(False), usage("key_cert_sign")]}, PathReason.INVALID),
        ({"sub_extensions": [*AUTHORITY, UNKNOWN]}, PathReason.INVALID),
        ({"leaf_extensions": [*END, UNKNOWN]}, PathReason.INVALID),
        ({"leaf_extensions": [usage("key_encipherment")]}, PathReason.WRONG_USAGE),
        ({"leaf_extensions": []}, PathReason.WRONG_USAGE),
    ],
)
def test_each_rule_broken_alone_is_refused(changed: dict[str, Any], reason: PathReason) -> None:
    found = Chain(**changed).ask()
    assert (found.chain, found.reason) == (False, reason)


def test_an_extension_nobody_must_understand_does_no_harm() -> None:
    harmless = extension("1.2.3.4.5", core.ParsableOctetString(b"\x05\x00"), critical=False)
    assert Chain(leaf_extensions=[*END, harmless]).ask() == GOOD
    assert Chain(sub_extensions=[constraints()]).ask() == GOOD, "no key usage: no limit (6.1.4 n)"


def test_a_path_longer_than_its_authority_may_is_refused() -> None:
    """The city's authority may have nothing below; a department makes itself one with its help."""
    for limit, good in ((0, False), (1, True)):
        chain = Chain(sub_extensions=[constraints(path_len_constraint=limit), AUTHORITY[1]])
        root, sub = chain.root(), chain.sub()
        below_key = key()
        below = x509.issue(
            x509.name("再下级"), below_key.public_key, SUB_NAME, SUB_KEY, *PERIOD, list(AUTHORITY)
        )
        leaf = x509.issue(LEAF_NAME, LEAF_KEY.public_key, x509.name("再下级"), below_key, *PERIOD, list(END))
        lists = [*good_lists(root, sub), Authority(below, below_key).crl([], NOW - DAY, NOW + DAY)]
        trust = TrustStore([root], [sub, below], lists)
        assert (check_path(x509.load_certificate(leaf), NOW, trust, Usage.SIGNING) == GOOD) is good


@pytest.mark.parametrize("organization, good", [("某市", True), ("外市", False)])
def test_an_authority_stays_in_its_own_city(organization: str, good: bool) -> None:
    """Name constraints (clause 4.2.1.10): another city's CA must not certify our departments."""
    subtree = asn1.GeneralSubtree({"base": asn1.GeneralName("directory_name", x509_prefix("某市"))})
    own = extension("name_constraints", asn1.NameConstraints({"permitted_subtrees": [subtree]}))
    chain = Chain(sub_extensions=[*AUTHORITY, own], leaf_name=x509.name("住房局", organization=organization))
    assert (chain.ask() == GOOD) is good and chain.ask().chain is good


def x509_prefix(organization: str) -> Any:
    return asn1.Name.build({"country_name": "CN", "organization_name": organization})


def test_a_link_received_with_the_signature_is_judged_like_any_other() -> None:
    chain, impostor = Chain(), key()
    root, sub, leaf = chain.root(), chain.sub(), chain.leaf()
    trust = TrustStore([root], [], good_lists(root, sub))
    certificate = x509.load_certificate(leaf)
    assert check_path(certificate, NOW, trust, Usage.SIGNING).chain is False
    fake = x509.issue(SUB_NAME, impostor.public_key, ROOT_NAME, impostor, *PERIOD, list(AUTHORITY))
    own = x509.issue(ROOT_NAME, impostor.public_key, ROOT_NAME, impostor, *PERIOD, list(AUTHORITY))
    for received in ([fake], [fake, own]):
        forged = x509.issue(LEAF_NAME, LEAF_KEY.public_key, SUB_NAME, impostor, *PERIOD, list(END))
        links = [x509.load_certificate(raw) for raw in received]
        found = check_path(x509.load_certificate(forged), NOW, trust, Usage.SIGNING, links)
        assert found.chain is False
    links = [x509.load_certificate(sub)]
    assert check_path(certificate, NOW, trust, Usage.SIGNING, links) == GOOD


def purposes(*names: str, critical: bool = True) -> Any:
    return extension("extended_key_usage", asn1.ExtKeyUsageSyntax(list(names)), critical)


@pytest.mark.parametrize(
    "extensions, good",
    [
        ([usage("digital_signature"), purposes("time_stamping")], True),
        ([usage("non_repudiation"), purposes("time_stamping")], True),
        ([usage("key_encipherment"), purposes("time_stamping")], False),
        ([usage("digital_signature"), purposes("time_stamping", critical=False)], False),
        ([usage("digital_signature"), purposes("time_stamping", "code_signing")], False),
        ([usage("digital_signature")], False),
    ],
)
def test_only_a_clock_stamps_times(extensions: list[Any], good: bool) -> None:
    """RFC 3161 clause 2.3: that purpose, alone and critical."""
    chain = Chain(leaf_extensions=[constraints(False), *extensions])
    root, sub = chain.root(), chain.sub()
    trust = TrustStore([root], [sub], good_lists(root, sub))
    found = check_path(x509.load_certificate(chain.leaf()), NOW, trust, Usage.TIME_STAMPING)
    assert found == (GOOD if good else PathFacts(False, None, PathReason.WRONG_USAGE))


def test_look_alikes_do_not_keep_the_counter_busy() -> None:
    """王五 sends sixteen authorities of one name that all vouch for each other: 16! ways to walk."""
    circle = []
    for _ in range(16):
        raw = x509.issue(SUB_NAME, SUB_KEY.public_key, SUB_NAME, SUB_KEY, *PERIOD, list(AUTHORITY))
        circle.append(x509.load_certificate(raw))
    leaf = x509.load_certificate(Chain().leaf())
    started = time.monotonic()
    found = check_path(leaf, NOW, TrustStore([Chain().root()]), Usage.SIGNING, circle)
    assert found.chain is False and time.monotonic() - started < 1


UNKNOWN_STATE = PathFacts(True, None, PathReason.REVOCATION_UNKNOWN)


def ask_with_leaf_list(make: Any) -> PathFacts:
    """`make(sub certificate, leaf serial)` gives the list that should speak for the leaf."""
    chain = Chain()
    root, sub, leaf = chain.root(), chain.sub(), chain.leaf()
    certificate = x509.load_certificate(leaf)
    lists = [good_lists(root, sub)[0], make(sub, certificate.serial_number)]
    return check_path(certificate, NOW, TrustStore([root], [sub], lists), Usage.SIGNING)


def test_a_revoked_certificate_is_refused() -> None:
    def listed(sub: bytes, serial: int) -> bytes:
        return Authority(sub, SUB_KEY).crl([Revocation(serial, NOW - DAY)], NOW - DAY, NOW + DAY)

    assert ask_with_leaf_list(listed) == PathFacts(True, True, PathReason.REVOKED)


def test_a_stale_list_tells_nothing() -> None:
    def stale(sub: bytes, serial: int) -> bytes:
        return Authority(sub, SUB_KEY).crl([], NOW - 5 * DAY, NOW - DAY)

    assert ask_with_leaf_list(stale) == UNKNOWN_STATE


def test_another_authoritys_list_tells_nothing() -> None:
    """王五 runs an authority of the same name and publishes a clean list."""

    def impostors(sub: bytes, serial: int) -> bytes:
        own = key()
        raw = x509.issue(SUB_NAME, own.public_key, ROOT_NAME, own, *PERIOD, list(AUTHORITY))
        return Authority(raw, own).crl([], NOW - DAY, NOW + DAY)

    def roots(sub: bytes, serial: int) -> bytes:
        return Authority(Chain().root(), ROOT_KEY).crl([], NOW - DAY, NOW + DAY)

    for make in (impostors, roots):
        assert ask_with_leaf_list(make) == UNKNOWN_STATE


def test_an_authority_that_may_not_sign_lists_signs_none() -> None:
    chain = Chain(sub_extensions=[constraints(), usage("key_cert_sign")])
    assert chain.ask() == UNKNOWN_STATE


@pytest.mark.parametrize("kind", ["issuing_distribution_point", "delta_crl_indicator"])
def test_a_partial_list_is_refused(kind: str) -> None:
    """A list for some reasons or since some day clears nobody."""
    values = {
        "issuing_distribution_point": crl.IssuingDistributionPoint({"only_contains_user_certs": True}),
        "delta_crl_indicator": core.Integer(1),
    }
    whole = crl.CertificateList.load(Authority(Chain().sub(), SUB_KEY).crl([], NOW - DAY, NOW + DAY))
    body = whole["tbs_cert_list"]
    body["crl_extensions"] = [
        crl.TBSCertListExtension({"extn_id": kind, "critical": True, "extn_value": values[kind]})
    ]
    signed = {
        "tbs_cert_list": body,
        "signature_algorithm": whole["signature_algorithm"],
        "signature": SUB_KEY.sign(body.dump(force=True)),
    }
    with pytest.raises(Malformed, match="critical extension"):
        TrustStore([Chain().root()], [], [crl.CertificateList(signed).dump()])


def test_openssl_says_the_same_of_each_link(tmp_path: Path) -> None:
    """Link by link: the command line gives the user id to the target certificate only."""
    chain = Chain()
    root, sub, leaf = chain.root(), chain.sub(), chain.leaf()
    serial = x509.load_certificate(leaf).serial_number
    lists = {
        "clean": Authority(sub, SUB_KEY).crl([], NOW - DAY, NOW + DAY),
        "listed": Authority(sub, SUB_KEY).crl([Revocation(serial, NOW - DAY)], NOW - DAY, NOW + DAY),
    }
    for name, raw in (("root", root), ("sub", sub), ("leaf", leaf)):
        (tmp_path / f"{name}.pem").write_bytes(x509.to_pem(raw))
    base = ["openssl", "verify", "-vfyopt", "distid:1234567812345678", "-partial_chain"]
    base += ["-attime", str(int(NOW.timestamp()))]

    def says(*arguments: str) -> bool:
        return subprocess.run([*base, *arguments], cwd=tmp_path, capture_output=True).returncode == 0

    assert says("-trusted", "root.pem", "sub.pem") and says("-trusted", "sub.pem", "leaf.pem")
    assert not says("-trusted", "root.pem", "leaf.pem")
    late = Chain(leaf_period=(NOW - 9 * DAY, NOW - DAY)).leaf()
    (tmp_path / "late.pem").write_bytes(x509.to_pem(late))
    assert not says("-trusted", "sub.pem", "late.pem")
    for name, raw in lists.items():
        (tmp_path / f"{name}.der").write_bytes(raw)
        shown = subprocess.run(
            ["openssl", "crl", "-inform", "DER", "-in", f"{name}.der", "-noout", "-text"],
            cwd=tmp_path, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert (f"{serial:X}" in shown.replace(":", "")) is (name == "listed")

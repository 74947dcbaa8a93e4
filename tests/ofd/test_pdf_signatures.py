"""Signed PDFs: our copies for readers everywhere, and the contracts and invoices people bring from elsewhere."""

import logging
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from proofless.ofd import stamp
from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotPdf, OfdError, SealRefused
from proofless.ofd.facts import TimeSource, Verdict
from proofless.ofd.pdf import About, render_pdf
from proofless.ofd.pdf.checking import Changes, PdfTrust, verify_pdf
from proofless.ofd.pdf.signing import P256Signer, Shown, sign_pdf
from proofless.ofd.pdf.stamping import stamp_across_edges

from .conftest import DAY, NOW
from .test_render import certificate

PICTURE = stamp.round_seal("某市民政局").png()
# The slowest of 4 000 mutated files took 0.3 s alone; the rest is for machines that do other things beside.
LONGEST = timedelta(seconds=2)


def der(value: Any) -> bytes:
    return bytes(value.public_bytes(serialization.Encoding.DER))


def issue(common_name: str, key: Any, ca: "Office | None" = None, *, authority: bool = False) -> Any:
    def name(text: str) -> certificates.Name:
        return certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, text)])

    usage = certificates.KeyUsage(
        True, not authority, False, False, False, authority, authority, False, False
    )
    builder = (
        certificates.CertificateBuilder()
        .subject_name(name(common_name))
        .issuer_name(ca.certificate.subject if ca else name(common_name))
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(NOW - 100 * DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(certificates.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(ca.key if ca else key, hashes.SHA256())


@dataclass(frozen=True)
class Office:
    """A CA that other firms use."""

    key: Any
    certificate: Any

    def crl(self, *revoked: Any) -> bytes:
        builder = certificates.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(NOW - DAY).next_update(NOW + DAY)
        for one in revoked:
            line = certificates.RevokedCertificateBuilder().serial_number(one.serial_number)
            builder = builder.add_revoked_certificate(line.revocation_date(NOW - 5 * DAY).build())
        return der(builder.sign(self.key, hashes.SHA256()))


@dataclass(frozen=True)
class RsaSigner:
    """An e-invoice platform's signer."""

    certificate: bytes
    key: rsa.RSAPrivateKey

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())


@pytest.fixture(scope="module")
def office() -> Office:
    key = ec.generate_private_key(ec.SECP256R1())
    return Office(key, issue("某商用 CA", key, authority=True))


@pytest.fixture(scope="module")
def signer(office: Office) -> P256Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    return P256Signer(der(issue("某市民政局", key, office)), key)


@pytest.fixture(scope="module")
def copy() -> bytes:
    return render_pdf(certificate()[0], About("某许可证", "某市民政局", NOW))


def trust(office: Office, *revoked: Any) -> PdfTrust:
    return PdfTrust.of([der(office.certificate)], crls=[office.crl(*revoked)])


def test_a_signed_copy_is_good_in_every_fact(office: Office, signer: P256Signer, copy: bytes) -> None:
    signed = sign_pdf(copy, signer, NOW - DAY)
    found = verify_pdf(signed, trust(office), now=NOW)
    (facts,) = found.signatures
    assert found.verdict is Verdict.VALID and set(facts.states.values()) == {True}
    assert (facts.signer, facts.algorithm, facts.covers_whole_file) == (
        "某市民政局",
        "secp256r1 SHA256",
        True,
    )
    assert facts.signed_at == NOW - DAY and facts.time_source is TimeSource.CLAIMED


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler is not installed")
def test_a_common_reader_checks_the_copy(signer: P256Signer, copy: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(sign_pdf(copy, signer, NOW - DAY))
    said = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "a.pdf")], capture_output=True, text=True
    ).stdout
    assert "Signature is Valid" in said and "Total document signed" in said


def test_the_seal_stands_on_the_page_and_a_second_signer_follows(
    office: Office, signer: P256Signer, copy: bytes, city: Any
) -> None:
    """A contract: 某公司 signs after the department, with its SM2 certificate; neither harms the other."""
    first = sign_pdf(copy, signer, NOW - DAY, shown=Shown(PICTURE, 1, Box(200, 140, 42, 42)))
    both = sign_pdf(first, city.signer, NOW - DAY)
    anchors = PdfTrust.of(
        [der(office.certificate), city.root.certificate.der],
        [city.authority.certificate.der],
        [office.crl(), *city.crls()],
    )
    found = verify_pdf(both, anchors, now=NOW)
    assert found.verdict is Verdict.VALID, found
    assert [facts.algorithm for facts in found.signatures] == ["secp256r1 SHA256", "SM2 SM3"]
    assert [facts.later_changes for facts in found.signatures] == [Changes.SIGNATURES, Changes.NONE]
    document = pypdfium2.PdfDocument(both)
    document.init_forms()
    star = document[0].render(scale=254 / 72).to_pil().convert("RGB").getpixel((2210, 1610))
    assert star == pytest.approx((200, 16, 22), abs=3)


def test_an_invoice_signed_with_rsa_is_understood(office: Office, copy: bytes) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    mine = RsaSigner(der(issue("电子发票服务平台", key, office)), key)
    (facts,) = verify_pdf(sign_pdf(copy, mine, NOW - DAY), trust(office), now=NOW).signatures
    assert facts.algorithm == "RSA SHA256" and set(facts.states.values()) == {True}


def test_any_changed_byte_under_the_signature_is_noticed(
    office: Office, signer: P256Signer, copy: bytes
) -> None:
    signed = sign_pdf(copy, signer, NOW - DAY)
    for place in (40, len(copy) // 3, len(copy) - 60, len(signed) - 40):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert verify_pdf(bytes(changed), trust(office), now=NOW).verdict is not Verdict.VALID


def test_content_added_after_signing_is_noticed(office: Office, signer: P256Signer, copy: bytes) -> None:
    """王五 writes another sum over a signed contract in a new revision of the file."""
    writer = IncrementalPdfFileWriter(BytesIO(sign_pdf(copy, signer, NOW - DAY)))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 300 300 re f"))
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    found = verify_pdf(out.getvalue(), trust(office), now=NOW)
    assert found.verdict is Verdict.INVALID
    assert found.signatures[0].later_changes is Changes.CONTENT and found.signatures[0].intact


def test_the_check_writes_nothing_of_the_file_into_a_log(
    office: Office, signer: P256Signer, copy: bytes
) -> None:
    """pyHanko logs values of a file it finds fault with: words of a stranger's contract in the node's log."""
    writer = IncrementalPdfFileWriter(BytesIO(sign_pdf(copy, signer, NOW - DAY)))
    writer.root["/Lang"] = generic.pdf_string("张三欠李四")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    log = BufferingHandler(1000)
    logging.getLogger().addHandler(log)
    try:
        assert verify_pdf(out.getvalue(), trust(office), now=NOW).verdict is Verdict.INVALID
    finally:
        logging.getLogger().removeHandler(log)
    assert log.buffer == []


def test_a_picture_in_a_signature_field_is_no_signature(
    office: Office, signer: P256Signer, copy: bytes, city: Any
) -> None:
    """王五 adds a field with a seal's picture to a signed contract, and calls its value something else."""
    shown = Shown(PICTURE, 1, Box(10, 10, 42, 42))
    both = sign_pdf(sign_pdf(copy, signer, NOW - DAY), city.signer, NOW - DAY, shown=shown)
    at = both.rindex(b"/Type /Sig\n")
    for kind in (b"/Kid", b"/DTS"):
        fake = both[:at] + b"/Type " + kind + both[at + len(b"/Type /Sig") :]
        found = verify_pdf(fake, trust(office), now=NOW)
        assert found.verdict is not Verdict.VALID and len(found.signatures) == 2


def test_bytes_behind_the_last_revision_are_noticed(office: Office, signer: P256Signer, copy: bytes) -> None:
    """No table names them, but a reader that repairs broken files shows what they say."""
    signed = sign_pdf(copy, signer, NOW - DAY)
    assert verify_pdf(signed + b"\n", trust(office), now=NOW).verdict is Verdict.VALID
    tail = signed[signed.rindex(b"startxref") :]
    for more in (b"1 0 obj <</Type/Catalog>> endobj\n" + tail, tail, b"%%EOF\n"):
        found = verify_pdf(signed + more, trust(office), now=NOW)
        assert found.verdict is not Verdict.VALID, found


def test_who_the_signer_is_and_whether_he_still_may(office: Office, signer: P256Signer, copy: bytes) -> None:
    signed = sign_pdf(copy, signer, NOW - DAY)
    own = certificates.load_der_x509_certificate(signer.certificate)
    other_key = ec.generate_private_key(ec.SECP256R1())
    stranger = Office(other_key, issue("某商用 CA", other_key, authority=True))
    states = {
        "revoked": verify_pdf(signed, trust(office, own), now=NOW),
        "stranger": verify_pdf(signed, trust(stranger), now=NOW),
        "no list": verify_pdf(signed, PdfTrust.of([der(office.certificate)]), now=NOW),
        "no anchor": verify_pdf(signed, PdfTrust(), now=NOW),
        "tomorrow": verify_pdf(signed, trust(office), now=NOW - 2 * DAY),
        "unsigned": verify_pdf(copy, trust(office), now=NOW),
        "no pdf": verify_pdf(b"PK", trust(office), now=NOW),
    }
    assert {name: found.verdict for name, found in states.items()} == {
        "revoked": Verdict.INVALID, "stranger": Verdict.INVALID, "no list": Verdict.UNKNOWN,
        "no anchor": Verdict.UNKNOWN, "tomorrow": Verdict.INVALID, "unsigned": Verdict.UNKNOWN,
        "no pdf": Verdict.UNREADABLE,
    }  # fmt: skip
    assert states["revoked"].signatures[0].signer_revoked is True
    assert states["no list"].signatures[0].signer_revoked is None
    assert states["tomorrow"].signatures[0].time_source is TimeSource.IMPLAUSIBLE


def test_what_cannot_be_signed_is_refused(signer: P256Signer, copy: bytes) -> None:
    with pytest.raises(NotPdf):
        sign_pdf(b"PK\x03\x04", signer, NOW)
    with pytest.raises(SealRefused):
        sign_pdf(copy, signer, NOW, shown=Shown(PICTURE, 2, Box(10, 10, 42, 42)))
    with pytest.raises(SealRefused):
        sign_pdf(copy, signer, NOW, shown=Shown(PICTURE, 1, Box(10, 200, 42, 42)))


def without_a_top(copy: bytes) -> bytes:
    """The page names itself as its parent, and says nothing of its size."""
    number = copy[: copy.index(b"<</Type/Page ")].rsplit(b"\n", 2)[1].split()[0]
    at = copy.index(b"/Parent ") + 8
    parent = copy[at : copy.index(b" ", at)]
    assert len(number) == len(parent)
    return copy[:at] + number + copy[at + len(parent) :].replace(b"/MediaBox", b"/MediaBux")


def test_a_tree_of_pages_without_a_top_is_refused_and_ends(signer: P256Signer, copy: bytes) -> None:
    for act in (
        lambda: sign_pdf(without_a_top(copy), signer, NOW, shown=Shown(PICTURE, 1, Box(10, 10, 42, 42))),
        lambda: stamp_across_edges(without_a_top(copy).replace(b"/Count 1", b"/Count 2"), PICTURE, 42),
    ):
        with pytest.raises(NotPdf):
            act()


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """Fonts are read and pyHanko is loaded once: the first example would be slow for all of them."""
    verify_pdf(sign_pdf(plain_copy(), own_signer(), NOW), PdfTrust(), now=NOW)
    stamp_across_edges(plain_copy(), PICTURE, 42)


@settings(max_examples=25, deadline=LONGEST)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_mutated_file_is_signed_or_refused(changes: list[tuple[float, int]]) -> None:
    """Whoever asks for a signature brings the file: it must not break the desk."""
    raw = bytearray(plain_copy())
    for place, value in changes:
        raw[int(place * len(raw))] = value
    for act in (
        lambda: sign_pdf(bytes(raw), own_signer(), NOW),
        lambda: stamp_across_edges(bytes(raw), PICTURE, 42),
    ):
        with suppress(OfdError):
            act()


@cache
def plain_copy() -> bytes:
    """Of two pages, so that slices across their edges are tried as well."""
    return render_pdf([certificate()[0]] * 2)


@cache
def own_signer() -> P256Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    return P256Signer(der(issue("某市民政局", key)), key)


@settings(
    max_examples=25,
    deadline=LONGEST,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_mutated_file_never_passes_and_never_breaks_the_check(
    office: Office, signer: P256Signer, copy: bytes, changes: list[tuple[float, int]]
) -> None:
    signed = bytearray(sign_pdf(copy, signer, NOW - DAY))
    before = bytes(signed)
    for place, value in changes:
        signed[int(place * len(signed))] = value
    found = verify_pdf(bytes(signed), trust(office), now=NOW)
    assert (
        found.verdict is not Verdict.VALID or bytes(signed) == before or _only_padding(before, bytes(signed))
    )


def _only_padding(before: bytes, after: bytes) -> bool:
    """Whether all changes lie in the signature's own place, which nothing can cover."""
    start = before.index(b"/Contents <") + 11
    stop = before.index(b">", start)
    return before[:start] == after[:start] and before[stop:] == after[stop:]

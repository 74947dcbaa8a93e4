"""PAdES: signing PDF copies (ETSI EN 319 142-1, level B-B; with SM2 the same structure under Chinese algorithms).

P-256 is the default, as common readers check it; an SM2 signer gives a file that only Chinese readers check. A
signature may show a seal's picture; a further one may follow, and each covers all that is there when it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Protocol

from asn1crypto import algos
from asn1crypto import x509 as asn1
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotPdf, OfdError, SealRefused
from proofless.ofd.pdf.algorithms import SM3_NAME, run

_POINTS = 72 / 25.4
_CURVE_SIGNATURE = 80
_SM2_KEY = "sm2p256v1"
_MOST_LEVELS = 64


class Signer(Protocol):
    """`gm.x509.KeySigner` (SM2 with SM3), `P256Signer`, or one of RSA with SHA-256: a certificate and its key's
    signatures (DER for curves)."""

    @property
    def certificate(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class P256Signer:
    """ECDSA with SHA-256 on P-256."""

    certificate: bytes
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture (PNG) on a page (from 1), its box in mm from the page's top left corner."""

    picture: bytes
    page: int
    box: Box


def sign_pdf(
    pdf: bytes,
    signer: Signer,
    at: datetime,
    *,
    chain: Sequence[bytes] = (),
    shown: Shown | None = None,
    reason: str = "",
    location: str = "",
    closing: bool = False,
) -> bytes:
    """The file with one more signature, made at the aware time `at`; `chain` are the CA certificates to carry along.
    `closing`: it allows no change after it, further signatures included (ISO 32000-2, 12.7.5.5).

    Raises `NotPdf`; `SealRefused` for a page that is not there, or a file that allows no further signature; what the
    signer raises (locked, device gone) passes through.
    """
    certificate = asn1.Certificate.load(signer.certificate, strict=True)
    is_sm2 = certificate.public_key.algorithm == "ec" and certificate.public_key.curve[1] == _SM2_KEY
    adapter = _Adapter(
        signer, certificate, [asn1.Certificate.load(raw, strict=True) for raw in chain], is_sm2
    )
    try:
        # A fixed name for each: the file says no more than it must, and a copy of a copy stays apart.
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        if is_closed(writer.prev):
            raise SealRefused("文件已经封闭，不能再盖章或签名")
        name = f"Signature{len(list(fields.enumerate_sig_fields(writer))) + 1}"
        settings = signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm=SM3_NAME if is_sm2 else "sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason or None,
            location=location or None,
        )
        made = _AtTime(
            settings,
            adapter,
            stamp_style=_style(shown),
            new_field_spec=_field(name, shown, writer, closing),
        )
        made.at = at
        return bytes(run(made.async_sign_pdf(writer)).getvalue())
    except SigningError as error:
        raise SealRefused("此 PDF 不允许再签名") from error
    except OfdError:
        raise
    except Exception as error:
        if error is adapter.failure:
            raise
        # Not only PdfError: hostile files make a parser raise nearly anything.
        raise NotPdf("不是可以签名的 PDF 文件") from error


def is_closed(reader: PdfFileReader) -> bool:
    """Whether a signature of the file allows no change after it."""
    return any(one.docmdp_level is fields.MDPPerm.NO_CHANGES for one in reader.embedded_signatures)


def check_signable(pdf: bytes) -> None:
    """Raises what `sign_pdf` would, before anybody's key is asked: a key of the moment signs, and what it made is
    dropped."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, "check")])
    now = datetime.now(UTC)
    made = certificates.CertificateBuilder(name, name, key.public_key(), 1, now, now)
    certificate = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    sign_pdf(pdf, P256Signer(certificate, key), now)


class _Adapter(signers.Signer):
    """A signer of ours as pyHanko's."""

    def __init__(self, ours: Signer, certificate: Any, chain: list[Any], is_sm2: bool) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(chain)
        kind = (
            "sm2_sm3"
            if is_sm2
            else {"ec": "sha256_ecdsa", "rsa": "sha256_rsa"}[certificate.public_key.algorithm]
        )
        algorithm = algos.SignedDigestAlgorithm({"algorithm": kind})
        self._room = certificate.public_key.byte_size if kind == "sha256_rsa" else _CURVE_SIGNATURE
        super().__init__(signing_cert=certificate, cert_registry=store, signature_mechanism=algorithm)
        self._ours = ours
        self.failure: Exception | None = None

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self._room)
        try:
            return self._ours.sign(data)
        except Exception as error:
            self.failure = error
            raise


class _AtTime(signers.PdfSigner):
    """Signs at a given time, where pyHanko takes the hour of the machine."""

    at: datetime

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self.at
        return session

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """Nothing: pyHanko would raise the file to PDF 2.0 for elliptic curves, and PDF/A-2 ends at 1.7."""


def _style(shown: Shown | None) -> StaticStampStyle | None:
    if shown is None:
        return None
    with Image.open(BytesIO(shown.picture)) as picture:
        image = PdfImage(picture.convert("RGBA"))
    return StaticStampStyle(background=image, background_opacity=1.0, border_width=0)


def _field(
    name: str, shown: Shown | None, writer: IncrementalPdfFileWriter, closing: bool
) -> fields.SigFieldSpec:
    lock = fields.FieldMDPSpec(fields.FieldMDPAction.ALL) if closing else None
    after = fields.MDPPerm.NO_CHANGES if closing else None
    if shown is None:
        return fields.SigFieldSpec(name, field_mdp_spec=lock, doc_mdp_update_value=after)
    count = int(writer.root["/Pages"]["/Count"])
    if not 1 <= shown.page <= count:
        raise SealRefused("印章所在页不存在")
    page = writer.find_page_for_modification(shown.page - 1)[0].get_object()  # type: ignore[no-untyped-call]
    left, bottom, _, top = (float(side) for side in inherited(page, "/MediaBox"))
    x, y = left + shown.box.x * _POINTS, top - (shown.box.y + shown.box.h) * _POINTS
    right, above = x + shown.box.w * _POINTS, y + shown.box.h * _POINTS
    if y < bottom - 1:
        raise SealRefused("印章超出页面")
    return fields.SigFieldSpec(
        name,
        on_page=shown.page - 1,
        box=(round(x), round(y), round(right), round(above)),
        field_mdp_spec=lock,
        doc_mdp_update_value=after,
    )


def inherited(page: Any, key: str) -> Any:
    """What a page or a node of the tree above it says. Raises KeyError, also for a tree that has no top."""
    for _ in range(_MOST_LEVELS):
        if key in page:
            return page[key]
        page = page["/Parent"]
    raise KeyError(key)

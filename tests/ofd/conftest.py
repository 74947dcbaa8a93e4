"""The city's seals for the scenes: a CA, a department's seal, a tiny OFD file to seal rightly or wrongly."""

import base64
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from proofless.gm import ses, sm2, sm3, x509
from proofless.gm.trust import TrustStore
from proofless.gm.x509 import Usage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
LIST = "Doc_0/Signs/Signatures.xml"
Parts = dict[str, bytes]


def pack(parts: Parts | Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP file; a list of pairs may name a part twice."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def plain_parts(holder: str = "张三") -> Parts:
    """An unsealed certificate with one page, one field, and metadata."""
    body = (
        f"<ofd:OFD {XMLNS} Version='1.1' DocType='OFD'><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>"
        "<ofd:CustomDatas><ofd:CustomData Name='ZZMC'>结婚证</ofd:CustomData>"
        f"<ofd:CustomData Name='CZZT'>{holder}</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        f"<ofd:Signatures>/{LIST}</ofd:Signatures></ofd:DocBody></ofd:OFD>"
    )
    document = (
        f"<ofd:Document {XMLNS}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID>"
        "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        "<ofd:Pages><ofd:Page ID='1' BaseLoc='Pages/Page_0/Content.xml'/></ofd:Pages></ofd:Document>"
    )
    page = (
        f"<ofd:Page {XMLNS}><ofd:Content><ofd:Layer ID='2'>"
        "<ofd:TextObject ID='4' Boundary='40 20 60 6' Font='3' Size='5'>"
        f"<ofd:TextCode X='0' Y='5'>{holder}</ofd:TextCode></ofd:TextObject>"
        "<ofd:TextObject ID='5' Boundary='20 20 20 6' Font='3' Size='5'>"
        "<ofd:TextCode X='0' Y='5'>持证人</ofd:TextCode></ofd:TextObject>"
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )
    pages = {"OFD.xml": body, "Doc_0/Document.xml": document, "Doc_0/Pages/Page_0/Content.xml": page}
    return {name: text.encode() for name, text in pages.items()}


@dataclass(frozen=True)
class City:
    """`signer` may use `seal_der`, made by `maker`; `colleague` has a certificate but not this seal."""

    now: datetime
    root: x509.Authority
    authority: x509.Authority
    maker: x509.KeySigner
    signer: x509.KeySigner
    colleague: x509.KeySigner
    outsider: x509.KeySigner
    seal_der: bytes

    def crls(self, *revoked: x509.Revocation) -> list[bytes]:
        period = self.now - 60 * DAY, self.now + 30 * DAY
        return [self.root.crl([], *period), self.authority.crl(revoked, *period)]

    def trust(self, crls: list[bytes] | None = None) -> TrustStore:
        known = self.crls() if crls is None else crls
        return TrustStore([self.root.certificate.der], [self.authority.certificate.der], known)

    def make_seal(self, **changes: Any) -> bytes:
        values: dict[str, Any] = {
            "seal_id": "3714020000001",
            "name": "某市民政局婚姻登记专用章",
            "signer_certificates": [self.signer.certificate],
            "picture": ses.Picture("png", b"\x89PNG", 40, 40),
            "created_at": self.now - 30 * DAY,
            "valid_from": self.now - 30 * DAY,
            "valid_until": self.now + 300 * DAY,
            "maker": self.maker,
        }
        return ses.build_seal(**values | changes)

    def seal(
        self,
        parts: Parts,
        *,
        close: bool = True,
        skip: tuple[str, ...] = (),
        seal: bytes | None = None,
        signer: ses.Signer | None = None,
        at: datetime | None = None,
        **changes: Any,
    ) -> Parts:
        """The parts with one more signature. `skip` leaves parts out of the References."""
        number = sum(name.endswith("/Signature.xml") for name in parts)
        folder, seal = f"Doc_0/Signs/Sign_{number}/", seal or self.seal_der
        records = "".join(
            f"<ofd:Signature ID='{index + 1}' Type='Seal' BaseLoc='/Doc_0/Signs/Sign_{index}/Signature.xml'/>"
            for index in range(number + 1)
        )
        listed = (
            f"<ofd:Signatures {XMLNS}><ofd:MaxSignId>{number + 1}</ofd:MaxSignId>{records}</ofd:Signatures>"
        )
        sealed = {**parts, LIST: listed.encode(), f"{folder}Seal.esl": seal}
        left_out = skip if close else (*skip, LIST)
        covered = {name: content for name, content in sealed.items() if name not in left_out}
        description = describe(covered, folder)
        values: dict[str, Any] = {
            "seal": seal,
            "data_hash": sm3.digest(description),
            "property_info": f"/{folder}Signature.xml",
            "signed_at": at or self.now - DAY,
            "signer": signer or self.signer,
        }
        value = ses.build_signature(**values | changes)
        return {**sealed, f"{folder}Signature.xml": description, f"{folder}SignedValue.dat": value}

    def sealed(self, holder: str = "张三", **options: Any) -> Parts:
        return self.seal(plain_parts(holder), **options)


def describe(covered: Parts, folder: str) -> bytes:
    """Signature.xml over the covered parts."""
    references = "".join(
        f"<ofd:Reference FileRef='/{name}'><ofd:CheckValue>{base64.b64encode(sm3.digest(content)).decode()}"
        "</ofd:CheckValue></ofd:Reference>"
        for name, content in covered.items()
    )
    return (
        f"<ofd:Signature {XMLNS}><ofd:SignedInfo><ofd:Provider ProviderName='test'/>"
        f"<ofd:SignatureMethod>{ses.SM2_WITH_SM3}</ofd:SignatureMethod>"
        "<ofd:SignatureDateTime>20261122090000Z</ofd:SignatureDateTime>"
        f"<ofd:References CheckMethod='{ses.SM3_OID}'>{references}</ofd:References>"
        "<ofd:StampAnnot ID='1' PageRef='1' Boundary='120 200 40 40'/>"
        f"<ofd:Seal><ofd:BaseLoc>/{folder}Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{folder}SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()


@pytest.fixture(scope="session")
def city() -> City:
    generate = sm2.PrivateKey.generate
    root = x509.Authority.root(x509.name("某市根"), generate(), NOW - 900 * DAY, NOW + 3000 * DAY)
    authority = root.issue_authority(x509.name("某市子"), generate(), NOW - 800 * DAY, NOW + 2000 * DAY)
    period = NOW - 100 * DAY, NOW + 300 * DAY

    def signer(common_name: str, usage: Usage = Usage.SIGNING) -> x509.KeySigner:
        key = generate()
        return x509.KeySigner(authority.issue(x509.name(common_name), key.public_key, *period, usage), key)

    rogue_key = generate()
    rogue = x509.Authority.root(x509.name("某市民政局"), rogue_key, *period)
    maker, department = signer("某市印章管理处", Usage.SEAL_MAKING), signer("某市民政局")
    outsider = x509.KeySigner(rogue.certificate.der, rogue_key)
    bare = City(NOW, root, authority, maker, department, signer("某市住房局"), outsider, b"")
    return City(NOW, root, authority, maker, department, bare.colleague, outsider, seal_der=bare.make_seal())


@pytest.fixture(scope="session", name="pack")
def pack_fixture() -> Callable[[Parts], bytes]:
    return pack


@pytest.fixture(scope="session", name="plain_parts")
def plain_parts_fixture() -> Callable[..., Parts]:
    return plain_parts

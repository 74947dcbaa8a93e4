"""签章: affixing e-seals to a package (GB/T 33190-2016 clause 18, GB/T 38540-2020 version 4).

A signature's References cover every entry but Signatures.xml, its own Signature.xml and its
SignedValue.dat, so another seal may follow and covers the earlier ones whole. The last seal also covers
Signatures.xml: after it nothing can be added. The page's content is never touched; the seal's picture
is drawn from the signature.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from proofless.gm import ses
from proofless.ofd.container import parse_xml
from proofless.ofd.drawing import Box, n
from proofless.ofd.errors import DocumentClosed, SealRefused
from proofless.ofd.package import ENTRY, NAMESPACE, SIGNATURES, Package, Packing, Part, pack, shared, tag

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = f'xmlns:ofd="{NAMESPACE}"'
_PROVIDER = 'ProviderName="Proofless" Version="1.0" Company="Proofless"'


@dataclass(frozen=True, slots=True)
class Place:
    """Where a seal's picture stands: page from 1, box in mm; of the picture only ``clip`` shows, a box within it."""

    page: int
    box: Box
    clip: Box | None = None


def seal(
    parts: Package,
    seal_der: bytes,
    signer: ses.Signer,
    page: int,
    box_mm: Box,
    at: datetime,
    close: bool = True,
) -> bytes:
    """The sealed file. `at` is aware; `page` counts from 1. See `affix`."""
    return pack(affix(parts, seal_der, signer, Place(page, box_mm), at, close=close))


def affix(
    package: Package,
    seal_der: bytes,
    signer: ses.Signer,
    place: Place | Sequence[Place],
    at: datetime,
    *,
    close: bool,
) -> Package:
    """The package with one more seal, its picture in one place or several; `close` makes it the last.

    Raises `DocumentClosed`; `SealRefused` for a seal that does not list the signer or is not valid at `at`.
    """
    _check_seal(seal_der, signer.certificate, at)
    places = (place,) if isinstance(place, Place) else tuple(place)
    if not places or not all(1 <= one.page <= len(package.pages) for one in places):
        raise SealRefused("印章所在页不存在")
    earlier = _records(package)
    number = len(earlier) + 1
    folder = _folder(number)
    listed = {
        ENTRY: _with_signatures(package.parts[ENTRY]),
        SIGNATURES: shared(_signature_list([*earlier, f"/{folder}Signature.xml"])),
        f"{folder}Seal.esl": _seal_part(seal_der),
    }
    package = package.with_parts(listed)
    description = _description(package, number, places, at, close=close)
    value = ses.build_signature(
        seal=seal_der,
        data_hash=description.digest,
        property_info=f"/{folder}Signature.xml",
        signed_at=at.astimezone(UTC).replace(microsecond=0),
        signer=signer,
    )
    return package.with_parts(
        {f"{folder}Signature.xml": description, f"{folder}SignedValue.dat": Part(value, Packing.STORED)}
    )


def check_open(package: Package) -> None:
    """Raises `DocumentClosed` when its last seal admits no other, `SealRefused` when one is broken."""
    _records(package)


def _folder(number: int) -> str:
    return f"Doc_0/Signs/Sign_{number - 1}/"


def _check_seal(seal_der: bytes, certificate: bytes, at: datetime) -> None:
    parsed = _parsed(seal_der)
    if not parsed.lists(certificate):
        raise SealRefused("签章人不在印章的使用人名单内")
    if not parsed.valid_from <= at <= parsed.valid_until:
        raise SealRefused("印章不在有效期内")


@lru_cache(maxsize=256)
def _parsed(seal_der: bytes) -> ses.Seal:
    return ses.parse_seal(seal_der)


@lru_cache(maxsize=256)
def _seal_part(seal_der: bytes) -> Part:
    """One part for all documents under one seal, so that its digest is computed once."""
    return Part(seal_der, Packing.STORED)


def _records(package: Package) -> list[str]:
    """Locations of the signatures already there. Refuses when one of them covers the list itself."""
    if SIGNATURES not in package.parts:
        return []
    records = parse_xml(package.parts[SIGNATURES].data, SIGNATURES).iterfind(tag("Signature"))
    locations = [record.get("BaseLoc", "") for record in records]
    for location in locations:
        described = package.parts.get(location.lstrip("/"))
        if described is None:
            raise SealRefused("已有签章的描述文件缺失")
        references = parse_xml(described.data, location).iter(tag("Reference"))
        if any(reference.get("FileRef") == f"/{SIGNATURES}" for reference in references):
            raise DocumentClosed("文件已由最后一枚印章封闭，不能再加盖")
    return locations


def _with_signatures(entry: Part) -> Part:
    pointer = f"<ofd:Signatures>/{SIGNATURES}</ofd:Signatures>".encode()
    if b"<ofd:Signatures>" in entry.data:
        return entry
    if entry.data.count(b"</ofd:DocBody>") != 1:
        raise SealRefused("OFD.xml 的结构不支持加盖印章")
    return Part(entry.data.replace(b"</ofd:DocBody>", pointer + b"</ofd:DocBody>"))


def _signature_list(locations: list[str]) -> bytes:
    records = "".join(
        f'<ofd:Signature ID="{number}" Type="Seal" BaseLoc="{location}"/>'
        for number, location in enumerate(locations, 1)
    )
    return (
        f"{_HEAD}<ofd:Signatures {_XMLNS}><ofd:MaxSignId>{len(locations)}</ofd:MaxSignId>"
        f"{records}</ofd:Signatures>"
    ).encode()


def _stamp(package: Package, number: int, index: int, place: Place) -> str:
    name = f"{number}" if index == 0 else f"{number}-{index}"
    clip = "" if place.clip is None else f' Clip="{_box(place.clip)}"'
    page = package.pages[place.page - 1].id
    return f'<ofd:StampAnnot ID="{name}" PageRef="{page}" Boundary="{_box(place.box)}"{clip}/>'


def _box(box: Box) -> str:
    return " ".join(n(value) for value in (box.x, box.y, box.w, box.h))


def _description(
    package: Package, number: int, places: Sequence[Place], at: datetime, *, close: bool
) -> Part:
    """Signature.xml: what is covered, with digests, and where the picture stands."""
    folder = _folder(number)
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(part.digest).decode()}'
        "</ofd:CheckValue></ofd:Reference>"
        for name, part in package.parts.items()
        if close or name != SIGNATURES
    )
    stamps = "".join(_stamp(package, number, index, place) for index, place in enumerate(places))
    return Part(
        (
            f"{_HEAD}<ofd:Signature {_XMLNS}><ofd:SignedInfo><ofd:Provider {_PROVIDER}/>"
            f"<ofd:SignatureMethod>{ses.SM2_WITH_SM3}</ofd:SignatureMethod>"
            f"<ofd:SignatureDateTime>{at.astimezone(UTC):%Y%m%d%H%M%SZ}</ofd:SignatureDateTime>"
            f'<ofd:References CheckMethod="{ses.SM3_OID}">{references}</ofd:References>{stamps}'
            f"<ofd:Seal><ofd:BaseLoc>/{folder}Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
            f"<ofd:SignedValue>/{folder}SignedValue.dat</ofd:SignedValue></ofd:Signature>"
        ).encode()
    )

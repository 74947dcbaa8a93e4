"""签章: affixing e-seals to a package (GB/T 33190-2016 clause 18, GB/T 38540-2020 version 4).

A signature's References cover every entry but Signatures.xml, its own Signature.xml and its
SignedValue.dat, so another seal may follow and covers the earlier ones whole. The last seal also covers
Signatures.xml: after it nothing can be added. The page's content is never touched; the seal's picture
is drawn from the signature.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from proofless.gm import ses
from proofless.ofd.container import parse_xml, resolve
from proofless.ofd.drawing import Box, n
from proofless.ofd.errors import DocumentClosed, SealRefused
from proofless.ofd.package import (
    ENTRY,
    NAMESPACE,
    SIGNATURES,
    Package,
    Packing,
    Part,
    escape,
    pack,
    shared,
    tag,
)

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = f'xmlns:ofd="{NAMESPACE}"'
_PROVIDER = 'ProviderName="Proofless" Version="1.0" Company="Proofless"'
_BODY_END = re.compile(rb"</((?:[\w.-]+:)?)DocBody\s*>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a seal's picture stands: page from 1, box in mm; of the picture only ``clip`` shows, a box within it."""

    page: int
    box: Box
    clip: Box | None = None


@dataclass(frozen=True, slots=True)
class _Record:
    """A line of the list of signatures, as it is written there."""

    id: str
    type: str
    location: str


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

    Raises `DocumentClosed`; `SealRefused` for a seal that does not list the signer or is not valid at `at`, and for a
    file built so that no seal can be added; `NotOfd` for broken XML.
    """
    _check_seal(seal_der, signer.certificate, at)
    places = (place,) if isinstance(place, Place) else tuple(place)
    if not places or not all(1 <= one.page <= len(package.pages) for one in places):
        raise SealRefused("印章所在页不存在")
    listing, earlier = _records(package)
    number, folder = len(earlier) + 1, _free_folder(package, listing, len(earlier))
    record = _Record(_next_id(earlier), "Seal", f"/{folder}Signature.xml")
    listed = {
        ENTRY: _with_signatures(package.parts[ENTRY]),
        listing: shared(_signature_list([*earlier, record])),
        f"{folder}Seal.esl": _seal_part(seal_der),
    }
    left_out = "" if close else listing
    package = package.with_parts(listed)
    stamps = "".join(_stamp(package, number, index, place) for index, place in enumerate(places))
    description = _description(package, folder, stamps, at, left_out)
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
    """Raises `DocumentClosed` when its last seal admits no other, `SealRefused` or `NotOfd` when one is broken."""
    _records(package)


def _free_folder(package: Package, listing: str, first: int) -> str:
    """Beside the list, under a number no earlier signature has: other makers do not all count from 0."""
    base = listing.rpartition("/")[0]
    for number in range(first, first + len(package.parts) + 1):
        folder = f"{base}/Sign_{number}/".lstrip("/")
        if not any(name.startswith(folder) for name in package.parts):
            return folder
    raise AssertionError("more folders than parts")


def _next_id(records: Sequence[_Record]) -> str:
    return str(max((int(record.id) for record in records if record.id.isdecimal()), default=0) + 1)


def _check_seal(seal_der: bytes, certificate: bytes, at: datetime) -> None:
    parsed = _parsed(seal_der)
    if not parsed.lists(certificate):
        raise SealRefused("签章人不在印章的使用人名单内")
    if parsed.critical:
        raise SealRefused(f"印章带有不认识的关键扩展：{'、'.join(parsed.critical)}")
    if not parsed.valid_from <= at <= parsed.valid_until:
        raise SealRefused("印章不在有效期内")


@lru_cache(maxsize=256)
def _parsed(seal_der: bytes) -> ses.Seal:
    return ses.parse_seal(seal_der)


@lru_cache(maxsize=256)
def _seal_part(seal_der: bytes) -> Part:
    """One part for all documents under one seal, so that its digest is computed once."""
    return Part(seal_der, Packing.STORED)


def _listing(package: Package) -> str:
    """Where the list of signatures lies; where ours will lie in a file without one."""
    entry = package.parts[ENTRY].data
    if b"Signatures" not in entry:
        return SIGNATURES
    location = parse_xml(entry, ENTRY).findtext(f"{tag('DocBody')}/{tag('Signatures')}")
    return SIGNATURES if location is None else resolve(location, ENTRY)


def _records(package: Package) -> tuple[str, list[_Record]]:
    """Where the list of signatures lies, and its lines. Refuses when a signature covers the list itself."""
    listing = _listing(package)
    if listing not in package.parts:
        return listing, []
    found = []
    for line in parse_xml(package.parts[listing].data, listing).iterfind(tag("Signature")):
        record = _Record(line.get("ID", ""), line.get("Type", "Seal"), line.get("BaseLoc", ""))
        path = resolve(record.location, listing)
        if path not in package.parts:
            raise SealRefused("已有签章的描述文件缺失")
        references = parse_xml(package.parts[path].data, path).iter(tag("Reference"))
        if any(resolve(reference.get("FileRef"), path) == listing for reference in references):
            raise DocumentClosed("文件已由最后一枚印章封闭，不能再加盖")
        found.append(record)
    return listing, found


def _with_signatures(entry: Part) -> Part:
    """OFD.xml with the pointer to our list, under whatever prefix its maker uses."""
    if (
        b"Signatures" in entry.data
        and parse_xml(entry.data, ENTRY).find(f".//{tag('Signatures')}") is not None
    ):
        return entry
    ends = list(_BODY_END.finditer(entry.data))
    if len(ends) != 1:
        raise SealRefused("OFD.xml 的结构不支持加盖印章")
    at, prefix = ends[0].start(), ends[0][1].decode()
    pointer = f"<{prefix}Signatures>/{SIGNATURES}</{prefix}Signatures>".encode()
    return Part(entry.data[:at] + pointer + entry.data[at:], entry.packing)


def _signature_list(records: Sequence[_Record]) -> bytes:
    lines = "".join(
        f'<ofd:Signature ID="{escape(one.id)}" Type="{escape(one.type)}" BaseLoc="{escape(one.location)}"/>'
        for one in records
    )
    return (
        f"{_HEAD}<ofd:Signatures {_XMLNS}><ofd:MaxSignId>{escape(records[-1].id)}</ofd:MaxSignId>"
        f"{lines}</ofd:Signatures>"
    ).encode()


def _stamp(package: Package, number: int, index: int, place: Place) -> str:
    name = f"{number}" if index == 0 else f"{number}-{index}"
    clip = "" if place.clip is None else f' Clip="{_box(place.clip)}"'
    page = package.pages[place.page - 1].id
    return f'<ofd:StampAnnot ID="{name}" PageRef="{page}" Boundary="{_box(place.box)}"{clip}/>'


def _box(box: Box) -> str:
    return " ".join(n(value) for value in (box.x, box.y, box.w, box.h))


def _description(package: Package, folder: str, stamps: str, at: datetime, left_out: str) -> Part:
    """Signature.xml: what is covered (all but `left_out`), with digests, and where the picture stands."""
    references = "".join(
        f'<ofd:Reference FileRef="/{escape(name)}"><ofd:CheckValue>{part.check_value}</ofd:CheckValue>'
        "</ofd:Reference>"
        for name, part in package.parts.items()
        if name != left_out
    )
    return Part(
        (
            f"{_HEAD}<ofd:Signature {_XMLNS}><ofd:SignedInfo><ofd:Provider {_PROVIDER}/>"
            f"<ofd:SignatureMethod>{ses.SM2_WITH_SM3}</ofd:SignatureMethod>"
            f"<ofd:SignatureDateTime>{at.astimezone(UTC):%Y%m%d%H%M%SZ}</ofd:SignatureDateTime>"
            f'<ofd:References CheckMethod="{ses.SM3_OID}">{references}</ofd:References>{stamps}'
            f"<ofd:Seal><ofd:BaseLoc>/{folder}Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
            f"<ofd:SignedValue>/{folder}SignedValue.dat</ofd:SignedValue></ofd:Signature>"
        ).encode(),
        # Mostly digests: packing it would take longer than all the rest of the description.
        Packing.STORED,
    )

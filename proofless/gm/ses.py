"""电子印章 and 电子签章: build version 4 (GB/T 38540-2020); parse it, version 1 (GM/T 0031-2014) and 5 (-2025).

The signer signs TBS_Sign only, the maker eSealInfo only, but in version 1 SEQUENCE{eSealInfo, certificate,
algorithm}; both with SM2 and the default user id. Parsing is strict DER over the received bytes, whose raw
slices are kept for checking. We know versions 1 and 5 from others' programs, not from the standards' text:
where those differ among themselves (other time types, text for time, other header numbers) we refuse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from proofless.gm import der, sm3, timestamp
from proofless.gm.errors import Malformed, UnsupportedVersion
from proofless.gm.x509 import SM2_WITH_SM3 as SM2_WITH_SM3
from proofless.gm.x509 import Signer as Signer

VERSION = 4
GMT_2014, GBT_2020, GMT_2025 = 1, 4, 5
SM3_OID = sm3.OID

_CONTEXT_0 = 0xA0
_LIST_OF_CERTIFICATES, _LIST_OF_DIGESTS = 1, 2
_REMEMBERED_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Picture:
    """The seal's image: `kind` as stored ("png", "ofd", …), sizes in millimetres."""

    kind: str
    data: bytes
    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True)
class Seal:
    """A parsed SESeal. `raw` is the whole element, `info_raw` what the maker signed. Times are aware UTC.

    `time_stamp`: a token over the SM3 of the maker's signature value, in version 5 only. `critical`: extensions that
    must be understood, and are not: whoever judges the seal must say so.
    """

    raw: bytes
    info_raw: bytes
    version: int
    vendor: str
    seal_id: str
    kind: int
    name: str
    certificates: tuple[bytes, ...]
    certificate_digests: tuple[bytes, ...]
    created_at: datetime
    valid_from: datetime
    valid_until: datetime
    picture: Picture
    maker_certificate: bytes
    algorithm: str
    maker_signature: bytes
    time_stamp: bytes | None = None
    critical: tuple[str, ...] = ()

    def lists(self, certificate: bytes) -> bool:
        """Whether this DER certificate may use the seal (by equality, or by plain SM3 in a digest list)."""
        if self.certificates:
            return certificate in self.certificates
        return sm3.digest(certificate) in self.certificate_digests


@dataclass(frozen=True, slots=True)
class Signature:
    """A parsed SES_Signature. `tbs_raw` is what the signer signed; `data_hash` is SM3 of Signature.xml.

    `signed_at` is the signer's claim. `time_stamp`: a token over `stamped_digest`; None in version 1, whose
    token (if its time is one) covers we know not what, so that its time is a claim like any other.
    """

    raw: bytes
    tbs_raw: bytes
    version: int
    seal: Seal
    signed_at: datetime
    data_hash: bytes
    property_info: str
    signer_certificate: bytes
    algorithm: str
    value: bytes
    time_stamp: bytes | None
    critical: tuple[str, ...] = ()

    @property
    def stamped_digest(self) -> bytes:
        """What a time stamp covers: SM3 of the signature value (GB/T 38540 stamps the value; that its bare
        SM3 is meant is RFC 3161's way and unconfirmed by the standard's text)."""
        return sm3.digest(self.value)


def build_seal(
    *,
    seal_id: str,
    name: str,
    signer_certificates: Sequence[bytes],
    picture: Picture,
    created_at: datetime,
    valid_from: datetime,
    valid_until: datetime,
    maker: Signer,
    kind: int = 1,
    vendor: str = "Proofless",
) -> bytes:
    """DER of an SESeal that the listed certificates may use. `seal_id` and `vendor` are ASCII."""
    if not signer_certificates or valid_until < valid_from:
        raise Malformed("a seal needs at least one signer and a period that does not end before it starts")
    header = der.sequence(
        der.text(der.IA5_STRING, "ES"), der.integer(VERSION), der.text(der.IA5_STRING, vendor)
    )
    property_ = der.sequence(
        der.integer(kind),
        der.text(der.UTF8_STRING, name),
        der.integer(_LIST_OF_CERTIFICATES),
        der.sequence(*(der.octets(certificate) for certificate in signer_certificates)),
        *(der.generalized_time(moment) for moment in (created_at, valid_from, valid_until)),
    )
    image = der.sequence(
        der.text(der.IA5_STRING, picture.kind),
        der.octets(picture.data),
        der.integer(picture.width_mm),
        der.integer(picture.height_mm),
    )
    info = der.sequence(header, der.text(der.IA5_STRING, seal_id), property_, image)
    return der.sequence(
        info, der.octets(maker.certificate), der.oid(SM2_WITH_SM3), der.bits(maker.sign(info))
    )


def build_signature(
    *,
    seal: bytes,
    data_hash: bytes,
    property_info: str,
    signed_at: datetime,
    signer: Signer,
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """DER of an SES_Signature (SignedValue.dat) over Signature.xml's SM3 (`data_hash`) and path.

    `stamp` turns the SM3 of the signature value into a time stamp token; what it raises passes through.
    """
    if len(data_hash) != 32:
        raise Malformed("dataHash is an SM3 digest of 32 bytes")
    tbs = der.sequence(
        der.integer(VERSION),
        seal,
        der.generalized_time(signed_at),
        der.bits(data_hash),
        der.text(der.IA5_STRING, property_info),
    )
    value = signer.sign(tbs)
    stamped = b"" if stamp is None else der.element(_CONTEXT_0, der.bits(stamp(sm3.digest(value))))
    return der.sequence(tbs, der.octets(signer.certificate), der.oid(SM2_WITH_SM3), der.bits(value), stamped)


def parse_seal(data: bytes) -> Seal:
    """A whole SESeal (Seal.esl). Raises `Malformed`, `UnsupportedVersion`."""
    outer = der.Reader(data)
    seal = _read_seal(outer)
    outer.finish()
    return seal


def parse_signature(data: bytes) -> Signature:
    """A whole SES_Signature (SignedValue.dat) of any generation; its seal is of the same.

    Raises `Malformed`, `UnsupportedVersion`.
    """
    outer = der.Reader(data)
    body = outer.enter()
    outer.finish()
    tbs, tbs_raw = body.enter_raw()
    version = _known(tbs.integer())
    seal = _read_seal(tbs)
    if seal.version != version:
        raise Malformed(f"a signature of version {version} with a seal of version {seal.version}")
    is_old = version == GMT_2014
    signed_at = _read_time_info(tbs.bits()) if is_old else tbs.generalized_time()
    data_hash, property_info = tbs.bits(), tbs.text(der.IA5_STRING)
    critical: tuple[str, ...] = ()
    if not is_old and tbs.peek() == _CONTEXT_0:
        wrapper = tbs.enter(_CONTEXT_0)
        critical = _read_extensions(wrapper)
        wrapper.finish()
    signer = tbs if is_old else body
    certificate, algorithm = signer.octets(), signer.oid()
    tbs.finish()
    value = body.bits()
    time_stamp = None if is_old else _read_time_stamp(body)
    body.finish()
    return Signature(
        data, tbs_raw, version, seal, signed_at, data_hash, property_info, certificate, algorithm, value,
        time_stamp, critical,
    )  # fmt: skip


def _known(version: int) -> int:
    if version not in (GMT_2014, GBT_2020, GMT_2025):
        raise UnsupportedVersion(version)
    return version


def _read_time_info(raw: bytes) -> datetime:
    """Version 1: "a time stamp or a UTCTime" in a BIT STRING."""
    reader = der.Reader(raw)
    if reader.peek() == der.SEQUENCE:
        return timestamp.parse_token(raw)[1].stamped_at
    moment = reader.utc_time()
    reader.finish()
    return moment


def _read_time_stamp(body: der.Reader) -> bytes | None:
    if body.peek() != _CONTEXT_0:
        return None
    wrapper = body.enter(_CONTEXT_0)
    token = wrapper.bits()
    wrapper.finish()
    return token


def _read_seal(reader: der.Reader) -> Seal:
    raw = reader.element()
    return _known_seal(raw) if len(raw) <= _REMEMBERED_BYTES else _seal(raw)


@lru_cache(maxsize=256)
def _known_seal(raw: bytes) -> Seal:
    """The same seal stands on very many documents."""
    return _seal(raw)


def _seal(raw: bytes) -> Seal:
    body = der.Reader(raw).enter()
    info, info_raw = body.enter_raw()
    version, vendor = _read_header(info.enter())
    is_old = version == GMT_2014
    seal_id = info.text(der.IA5_STRING)
    property_ = info.enter()
    kind, name = property_.integer(), property_.text(der.UTF8_STRING)
    list_type = _LIST_OF_CERTIFICATES if is_old else property_.integer()
    certificates, digests = _read_certificate_list(list_type, property_.enter())
    read_time = property_.utc_time if is_old else property_.generalized_time
    created_at, valid_from, valid_until = (read_time() for _ in range(3))
    property_.finish()
    picture = _read_picture(info.enter())
    critical = _read_seal_extensions(info)
    maker = body.enter() if is_old else body
    certificate_raw, algorithm_raw, signature = maker.element(), maker.element(), maker.bits()
    time_stamp = _read_time_stamp(body) if version == GMT_2025 else None
    maker.finish()
    body.finish()
    return Seal(
        raw, der.sequence(info_raw, certificate_raw, algorithm_raw) if is_old else info_raw, version, vendor,
        seal_id, kind, name, certificates, digests, created_at, valid_from, valid_until, picture,
        der.Reader(certificate_raw).octets(), der.Reader(algorithm_raw).oid(), signature, time_stamp,
        critical,
    )  # fmt: skip


def _read_header(reader: der.Reader) -> tuple[int, str]:
    """(version, vendor)."""
    identifier, version = reader.text(der.IA5_STRING), _known(reader.integer())
    vendor = reader.text(der.IA5_STRING)
    reader.finish()
    if identifier != "ES":
        raise Malformed("a seal's header begins with ES")
    return version, vendor


def _read_certificate_list(
    list_type: int, entries: der.Reader
) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """(certificates, digests): one of the two is filled, as certListType says."""
    found: list[bytes] = []
    while not entries.at_end:
        if list_type == _LIST_OF_CERTIFICATES:
            found.append(entries.octets())
        elif list_type == _LIST_OF_DIGESTS:
            entry = entries.enter()
            entry.text(der.PRINTABLE_STRING)
            found.append(entry.octets())
            entry.finish()
        else:
            raise Malformed(f"unknown certListType {list_type}")
    if not found:
        raise Malformed("a seal that lists no signer")
    return (tuple(found), ()) if list_type == _LIST_OF_CERTIFICATES else ((), tuple(found))


def _read_picture(reader: der.Reader) -> Picture:
    kind, data = reader.text(der.IA5_STRING), reader.octets()
    width, height = reader.integer(), reader.integer()
    reader.finish()
    if not (0 < width <= 1000 and 0 < height <= 1000):
        raise Malformed("a seal picture of impossible size")
    return Picture(kind, data, width, height)


def _read_seal_extensions(info: der.Reader) -> tuple[str, ...]:
    # Implementations differ: some tag extDatas [0] EXPLICIT, others leave it bare. Both are read.
    critical: tuple[str, ...] = ()
    if info.peek() == _CONTEXT_0:
        wrapper = info.enter(_CONTEXT_0)
        critical = _read_extensions(wrapper)
        wrapper.finish()
    elif info.peek() == der.SEQUENCE:
        critical = _read_extensions(info)
    info.finish()
    return critical


def _read_extensions(reader: der.Reader) -> tuple[str, ...]:
    """Read past extensions, of which we understand none; the critical ones."""
    entries, found = reader.enter(), []
    while not entries.at_end:
        entry = entries.enter()
        identifier = entry.oid()
        # `critical` FALSE written out is not strict DER, but a widespread implementation does it.
        if entry.peek() == der.BOOLEAN and entry.boolean():
            found.append(identifier)
        entry.octets()
        entry.finish()
    return tuple(found)

"""数字证书: X.509 certificates and revocation lists with SM2 keys (RFC 5280, GB/T 20518, GM/T 0015).

Reading is strict: one DER element, nothing after it, the inner algorithm equal to the outer, an SM2 key.
Signatures are checked over the received bytes. Issuing is for our own small authorities; a city's real CA
signs elsewhere.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, ClassVar, Protocol

from asn1crypto import algos, core, crl, keys, pem, x509

from proofless.gm import der, sm2, sm3
from proofless.gm.errors import GmError, Malformed

SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM2_CURVE = "1.2.156.10197.1.301"

# GB/T 38540 asks for a maker's certificate of the seal authority but marks it by no extension. Under the
# arc for UUIDs (2.25) nobody needs to be asked for an identifier.
SEAL_MAKER_PURPOSE = "2.25.248906564585246909422208413796559940603"

# asn1crypto's word for 1.3.6.1.5.5.7.3.8.
TIME_STAMPING_PURPOSE = "time_stamping"

_LAST_UTC_TIME_YEAR = 2049

keys.NamedCurve.register("sm2p256v1", SM2_CURVE, 32)
algos.SignedDigestAlgorithmId._map[SM2_WITH_SM3] = "sm2_sm3"
algos.SignedDigestAlgorithmId._reverse_map = None


def _lenient(kind: Any) -> None:
    """Let this string type of asn1crypto read what makers of Chinese certificates put into it: UTF-8 or GB 18030.

    Met in the wild: a province's certificate with 电子邮箱 for its e-mail address.
    """
    own = kind.__unicode__

    def decode(self: Any) -> str:
        if self._unicode is None and self.contents is not None:
            raw = self._merge_chunks()
            self._unicode = None if raw.isascii() else _decoded(raw)
        return str(own(self))

    kind.__unicode__ = decode


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


for _kind in (x509.EmailAddress, x509.NotReallyTeletexString):
    _lenient(_kind)


class _AnyString(core.Choice):  # type: ignore[misc]
    """A name's part in whatever string type its maker chose; bits as hexadecimal.

    Met in the wild: a province's CA writes its unique identifier, a BIT STRING by X.520, as UTF8String.
    """

    _alternatives: ClassVar[Any] = [
        *(pair for pair in x509.DirectoryString._alternatives if pair[0] != "ia5_string"),
        ("ia5_string", x509.EmailAddress),
        ("numeric_string", core.NumericString),
        ("visible_string", core.VisibleString),
        ("bits", core.OctetBitString),
    ]

    @property
    def native(self) -> str:
        value = super().native
        return value.hex() if isinstance(value, bytes) else str(value)


for _part in ("unique_identifier", "email_address", "telephone_number"):
    x509.NameTypeAndValue._oid_specs[_part] = _AnyString


class Usage(Enum):
    """What an end certificate is for: its key usage bits and, but for plain signing, an extended purpose."""

    SIGNING = "signing"
    SEAL_MAKING = "seal_making"
    TIME_STAMPING = "time_stamping"


class Key(Protocol):
    """A private key that stays where it is: in memory, in a key store or in hardware."""

    @property
    def public_key(self) -> sm2.PublicKey: ...

    def sign(self, message: bytes) -> bytes:
        """DER signature with the default user id."""
        ...


class Signer(Protocol):
    """Whoever holds an SM2 key with its certificate: a soft key store, a hardware module, a test."""

    @property
    def certificate(self) -> bytes:
        """DER certificate of the key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """DER signature with the default user id."""
        ...


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A certificate together with its key: a `Signer`."""

    certificate: bytes
    key: Key

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A strictly read certificate. `der` is what was received, `digest` its SM3. Times are aware UTC.

    The two `_key` names compare equal across spellings of one name (RFC 5280 clause 7.1). `asn1` is asn1crypto's
    view, for path validation only: it parses lazily, which is not safe among threads.
    """

    der: bytes = field(repr=False)
    asn1: Any = field(repr=False, compare=False)
    digest: bytes = field(repr=False)
    public_key: sm2.PublicKey = field(repr=False)
    serial_number: int
    subject: str
    subject_key: str = field(repr=False)
    issuer: str
    issuer_key: str = field(repr=False)
    common_name: str
    not_before: datetime
    not_after: datetime
    key_usage: frozenset[str]
    purposes: frozenset[str]
    critical: frozenset[str]


@dataclass(frozen=True, slots=True)
class Revocation:
    """One line of a revocation list. `reason` is asn1crypto's word, e.g. "key_compromise", "superseded"."""

    serial_number: int
    revoked_at: datetime
    reason: str = "unspecified"


@lru_cache(maxsize=1024)
def load_certificate(data: bytes) -> Certificate:
    """A DER or PEM certificate with an SM2 key and an SM2 signature. Raises `Malformed`."""
    raw = from_pem(data)
    der.signed_parts(raw)
    try:
        parsed = x509.Certificate.load(raw, strict=True)
        _check_algorithms(parsed)
        return _read(raw, parsed)
    except GmError:
        raise
    except Exception as error:
        # asn1crypto raises nearly anything over hostile bytes, and does so late: `_read` touches all we use.
        raise Malformed(f"not a certificate we can read: {error}") from error


def _read(raw: bytes, parsed: Any) -> Certificate:
    validity = parsed["tbs_certificate"]["validity"]
    subject = parsed.subject.human_friendly
    common_name = parsed.subject.native.get("common_name") or subject
    usage, purposes = parsed.key_usage_value, parsed.extended_key_usage_value
    return Certificate(
        der=raw,
        asn1=parsed,
        digest=sm3.digest(raw),
        public_key=sm2.PublicKey.from_raw(parsed.public_key["public_key"].native),
        serial_number=int(parsed.serial_number),
        subject=subject,
        subject_key=parsed.subject.hashable,
        issuer=parsed.issuer.human_friendly,
        issuer_key=parsed.issuer.hashable,
        common_name=common_name if isinstance(common_name, str) else str(common_name[-1]),
        not_before=_aware(validity["not_before"].native),
        not_after=_aware(validity["not_after"].native),
        key_usage=frozenset(usage.native if usage is not None else ()),
        purposes=frozenset(purposes.native if purposes is not None else ()),
        critical=frozenset(parsed.critical_extensions),
    )


def _check_algorithms(certificate: Any) -> None:
    outer, inner = certificate["signature_algorithm"], certificate["tbs_certificate"]["signature"]
    if outer.dump() != inner.dump() or outer["algorithm"].dotted != SM2_WITH_SM3:
        raise Malformed("a certificate not signed by SM2 with SM3")
    key = certificate.public_key["algorithm"]
    if key["algorithm"].native != "ec" or key["parameters"].chosen.dotted != SM2_CURVE:
        raise Malformed("a certificate whose key is not on the SM2 curve")


def to_pem(certificate: bytes) -> bytes:
    return bytes(pem.armor("CERTIFICATE", certificate))


def from_pem(data: bytes) -> bytes:
    """The DER inside one PEM block; bytes that are not PEM come back unchanged. Raises `Malformed`."""
    if not pem.detect(data):
        return data
    try:
        return bytes(pem.unarmor(data)[2])
    except ValueError as error:
        raise Malformed(f"bad PEM: {error}") from error


def name(common_name: str, *, organization: str = "", unit: str = "", country: str = "CN") -> Any:
    """A distinguished name in the usual order: country, organization, unit, common name."""
    parts = {
        "country_name": country,
        "organization_name": organization,
        "organizational_unit_name": unit,
        "common_name": common_name,
    }
    return x509.Name.build({key: value for key, value in parts.items() if value})


class Authority:
    """A certificate authority of our own: a root, or one below it. Its key stays behind `Key`."""

    def __init__(self, certificate: bytes, key: Key) -> None:
        self.certificate, self._key = load_certificate(certificate), key
        if self.certificate.public_key != key.public_key:
            raise Malformed("the authority's certificate and key do not belong together")

    @classmethod
    def root(cls, subject: Any, key: Key, valid_from: datetime, valid_until: datetime) -> "Authority":
        """A self-signed root."""
        extensions = _authority_extensions(None)
        raw = issue(subject, key.public_key, subject, key, valid_from, valid_until, extensions)
        return cls(raw, key)

    def issue_authority(
        self, subject: Any, key: Key, valid_from: datetime, valid_until: datetime, path_length: int = 0
    ) -> "Authority":
        """An authority below this one that may have `path_length` further ones below it."""
        extensions = _authority_extensions(path_length)
        raw = self._issue(subject, key.public_key, valid_from, valid_until, extensions)
        return Authority(raw, key)

    def issue(
        self,
        subject: Any,
        public_key: sm2.PublicKey,
        valid_from: datetime,
        valid_until: datetime,
        usage: Usage = Usage.SIGNING,
    ) -> bytes:
        """DER of an end certificate."""
        extensions = [
            _extension("basic_constraints", x509.BasicConstraints({"ca": False}), critical=True),
            _extension("key_usage", x509.KeyUsage({"digital_signature", "non_repudiation"}), critical=True),
        ]
        if usage is Usage.SEAL_MAKING:
            purposes = x509.ExtKeyUsageSyntax([SEAL_MAKER_PURPOSE])
            extensions.append(_extension("extended_key_usage", purposes))
        elif usage is Usage.TIME_STAMPING:
            purposes = x509.ExtKeyUsageSyntax([TIME_STAMPING_PURPOSE])
            extensions.append(_extension("extended_key_usage", purposes, critical=True))
        return self._issue(subject, public_key, valid_from, valid_until, extensions)

    def _issue(
        self, subject: Any, public_key: sm2.PublicKey, start: datetime, end: datetime, extensions: list[Any]
    ) -> bytes:
        return issue(subject, public_key, self.certificate.asn1.subject, self._key, start, end, extensions)

    def crl(self, revoked: Iterable[Revocation], this_update: datetime, next_update: datetime) -> bytes:
        """DER of this authority's complete revocation list, numbered by its own time."""
        body: dict[str, Any] = {
            "version": "v2",
            "signature": _algorithm(),
            "issuer": self.certificate.asn1.subject,
            "this_update": _time(this_update),
            "next_update": _time(next_update),
            "crl_extensions": [
                _crl_extension("authority_key_identifier", _key_reference(self._key.public_key)),
                _crl_extension("crl_number", core.Integer(int(this_update.timestamp()))),
            ],
        }
        # An empty list must be absent, not empty (RFC 5280 5.1.2.6).
        if lines := [_crl_line(line) for line in revoked]:
            body["revoked_certificates"] = lines
        tbs = crl.TbsCertList(body)
        signed = {
            "tbs_cert_list": tbs,
            "signature_algorithm": _algorithm(),
            "signature": self._key.sign(tbs.dump()),
        }
        return bytes(crl.CertificateList(signed).dump())


def issue(
    subject: Any,
    public_key: sm2.PublicKey,
    issuer: Any,
    issuer_key: Key,
    valid_from: datetime,
    valid_until: datetime,
    extensions: list[Any],
) -> bytes:
    """DER of a certificate with a random serial number and both key identifiers."""
    tbs = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": int.from_bytes(secrets.token_bytes(16), "big") >> 1 | 1 << 120,
            "signature": _algorithm(),
            "issuer": issuer,
            "validity": {"not_before": _time(valid_from), "not_after": _time(valid_until)},
            "subject": subject,
            "subject_public_key_info": keys.PublicKeyInfo.load(public_key.to_spki()),
            "extensions": [
                *extensions,
                _extension("key_identifier", core.OctetString(_key_id(public_key))),
                _extension("authority_key_identifier", _key_reference(issuer_key.public_key)),
            ],
        }
    )
    signed = {
        "tbs_certificate": tbs,
        "signature_algorithm": _algorithm(),
        "signature_value": issuer_key.sign(tbs.dump()),
    }
    return bytes(x509.Certificate(signed).dump())


def _authority_extensions(path_length: int | None) -> list[Any]:
    constraints = {"ca": True} if path_length is None else {"ca": True, "path_len_constraint": path_length}
    return [
        _extension("basic_constraints", x509.BasicConstraints(constraints), critical=True),
        _extension("key_usage", x509.KeyUsage({"key_cert_sign", "crl_sign"}), critical=True),
    ]


def _algorithm() -> Any:
    return algos.SignedDigestAlgorithm({"algorithm": "sm2_sm3"})


def _extension(kind: str, value: Any, *, critical: bool = False) -> Any:
    return x509.Extension({"extn_id": kind, "critical": critical, "extn_value": value})


def _crl_extension(kind: str, value: Any) -> Any:
    return crl.TBSCertListExtension({"extn_id": kind, "critical": False, "extn_value": value})


def _crl_line(line: Revocation) -> Any:
    entry: dict[str, Any] = {
        "user_certificate": line.serial_number,
        "revocation_date": _time(line.revoked_at),
    }
    if line.reason != "unspecified":
        reason = {"extn_id": "crl_reason", "critical": False, "extn_value": crl.CRLReason(line.reason)}
        entry["crl_entry_extensions"] = [crl.CRLEntryExtension(reason)]
    return crl.RevokedCertificate(entry)


def _key_id(public_key: sm2.PublicKey) -> bytes:
    # RFC 5280 4.2.1.2 leaves the method open; 20 bytes of SM3 spare us SHA-1.
    return sm3.digest(public_key.raw)[:20]


def _key_reference(public_key: sm2.PublicKey) -> Any:
    return x509.AuthorityKeyIdentifier({"key_identifier": _key_id(public_key)})


def _time(moment: datetime) -> Any:
    if moment.tzinfo is None:
        raise Malformed("a time without a time zone")
    moment = moment.astimezone(UTC).replace(microsecond=0)
    kind = "utc_time" if moment.year <= _LAST_UTC_TIME_YEAR else "general_time"
    return x509.Time({kind: moment})


def _aware(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Malformed("a certificate time without a time zone")
    return value.astimezone(UTC)

"""Certificate rules: what a face must hold, what a certificate is worth on a day, its numbers. Pure."""

import re
import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from proofless.kit import clock, ids
from proofless.standards.rules import CodeListView, Value, complain

Face = Mapping[str, Value]
PREPARED_DAYS = 7
REVOKE_REASONS = {
    "error": "登记错误",
    "request": "持证人申请注销",
    "death": "持证人死亡或终止",
    "fraud": "以不正当手段取得",
    "law": "依法撤销或吊销",
    "ended": "所证明的事实已不存在",
    "other": "其他",
}
DEMO_IMAGE = "演示"
_STORED_IMAGE = re.compile(r"[0-9a-f]{64}\Z")
_SERIAL_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SERIAL_RANDOM = 12
_MAX_VERSION = 999


class Standing(StrEnum):
    """What a certificate is worth on a day: the decided states and those its dates give."""

    VALID = "valid"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    NONE = "none"

    @property
    def label(self) -> str:
        return _STANDING_LABELS[self]

    @property
    def usable(self) -> bool:
        return self is Standing.VALID


_STANDING_LABELS = {
    Standing.VALID: "有效",
    Standing.NOT_YET_VALID: "未生效",
    Standing.EXPIRED: "已过期",
    Standing.SUSPENDED: "暂停使用",
    Standing.SUPERSEDED: "已换发",
    Standing.REVOKED: "已撤销",
    Standing.NONE: "未持有",
}
# Best first: of several certificates of one kind the most useful one speaks.
_ORDER = list(Standing)


def standing(state: str, valid_from: date, valid_to: date, on: date) -> Standing:
    """A decided state other than valid wins over the dates; ``valid_to`` is the last valid day."""
    if state != Standing.VALID:
        return Standing(state)
    if on < valid_from:
        return Standing.NOT_YET_VALID
    return Standing.EXPIRED if on > valid_to else Standing.VALID


def preference(found: Standing) -> int:
    return _ORDER.index(found)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One face field as its type defines it."""

    name_en: str
    name_cn: str
    data_type: str
    code_list: str
    required: bool
    sensitivity: str
    is_key: bool
    source: str


# The face of the types whose fields no source gives: what GB/T 36903-2018 asks of every certificate.
GENERIC_SOURCE = "通用照面(目录未给出照面项),GB/T 36903-2018"


def generic_fields(holder_type: str) -> tuple[FieldRule, ...]:
    """The face of a type without fields of its own; the holder's number is asked by kind of holder."""
    person, enterprise = holder_type == "person", holder_type == "enterprise"
    rows = (
        ("name", "持证主体", "string", "", True, "personal", False),
        ("id_no", "公民身份号码", "string", "GB 11643", person, "sensitive", False),
        ("uscc", "统一社会信用代码", "string", "GB 32100", enterprise, "none", False),
        ("cert_no", "证照编号", "string", "", True, "none", True),
        ("content", "证明内容", "text", "", False, "personal", False),
        ("issue_date", "颁发日期", "date", "", True, "none", False),
        ("valid_to", "有效期截止", "date", "", False, "none", False),
        ("issuing_authority", "颁发机构", "string", "", True, "none", False),
    )
    unused = {"uscc"} if person else {"id_no"} if enterprise else set()
    return tuple(FieldRule(*row, GENERIC_SOURCE) for row in rows if row[0] not in unused)


def complaints(
    fields: Iterable[FieldRule], face: Face, lists: Mapping[str, CodeListView], *, demo: bool
) -> dict[str, str]:
    """Field name → Chinese complaint; empty when the face is good. Values are never repeated."""
    known = {field.name_en: field for field in fields}
    found = {name: "该证照类型没有这个照面项" for name in face if name not in known}
    for name, field in known.items():
        value = face.get(name)
        code_list = lists.get(field.code_list) if field.data_type in {"code", "string"} else None
        text = complain(value, field.data_type, code_list, required=field.required)
        if not text and field.data_type == "image" and value:
            text = _complain_of_image(str(value), demo)
        if text:
            found[name] = text
    return found


def _complain_of_image(value: str, demo: bool) -> str:
    """An image is the address of a stored file; a demo home may put a text beginning 演示 there."""
    if value.startswith(DEMO_IMAGE):
        return "" if demo else "演示图片不能用于正式环境"
    return "" if _STORED_IMAGE.match(value) else "应为已存储的图片"


def key_number(fields: Iterable[FieldRule], face: Face) -> str:
    """The number on the face: the type's key fields joined, "" when it has none."""
    return "/".join(str(face[f.name_en]) for f in fields if f.is_key and face.get(f.name_en))


def check_wish(
    fields: Iterable[FieldRule],
    face: Face,
    lists: Mapping[str, CodeListView],
    valid_from: date,
    valid_to: date,
    *,
    demo: bool,
) -> dict[str, str]:
    """Everything wrong with a certificate to be made: its face and its period."""
    period = {"valid_to": "有效期截止早于起始"} if valid_to < valid_from else {}
    return period | complaints(fields, face, lists, demo=demo)


def new_serial(on: date) -> str:
    """流水号: the day of making and 12 random characters; it cannot be guessed."""
    rest, tail = secrets.randbelow(len(_SERIAL_ALPHABET) ** _SERIAL_RANDOM), ""
    for _ in range(_SERIAL_RANDOM):
        rest, digit = divmod(rest, len(_SERIAL_ALPHABET))
        tail += _SERIAL_ALPHABET[digit]
    return f"{on:%Y%m%d}{tail}"


def next_version(version: int) -> int:
    """The version of a re-issue (GB/T 36904-2018: 001 at first, +1 with each change)."""
    if version >= _MAX_VERSION:
        raise ValueError("a serial has at most 999 versions")
    return version + 1


def provisional_authority(define_authority: str) -> str:
    """A made-up USCC for a defining body, for demo homes: no region 999999 exists, the check digit holds."""
    first17 = f"11999999DEM{zlib.crc32(define_authority.encode()) % 1_000_000:06d}"
    return first17 + ids.uscc_check_char(first17)


def provisional_codes(wanted: Sequence[tuple[str, str]], held: Mapping[str, str]) -> dict[str, str]:
    """Placeholder codes for (type code, defining authority) pairs; ``held`` codes stay as they are."""
    taken = set(held.values())
    codes: dict[str, str] = {}
    for code, define_authority in wanted:
        if code in held:
            codes[code] = held[code]
            continue
        authority = provisional_authority(define_authority)
        codes[code] = next(c for c in (f"{authority}{n:03d}" for n in range(1, 1000)) if c not in taken)
        taken.add(codes[code])
    return codes


def is_long_term(valid_to: date) -> bool:
    return valid_to >= clock.LONG_TERM


@dataclass(frozen=True, slots=True)
class VerifyFacts:
    """What the library says of an identifier, as of an instant. Unknown facts are None, never False.

    ``as_of`` is UTC ISO 8601. Holds nothing of the holder.
    """

    identifier: str
    as_of: str
    listed: bool
    revoked: bool | None = None
    superseded: bool | None = None
    suspended: bool | None = None
    expired: bool | None = None
    not_yet_valid: bool | None = None
    type_name: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    version: int | None = None

    @property
    def good(self) -> bool:
        """Whether every fact speaks for it; unknown does not."""
        against = (self.revoked, self.superseded, self.suspended, self.expired, self.not_yet_valid)
        return self.listed and all(fact is False for fact in against)


# type name, issuer name, state, valid from, valid to, issued on, version: the columns of a lookup row
LookupRow = tuple[str, str, str, date, date, date, int]


def facts_of(identifier: str, row: LookupRow | None, now: datetime) -> VerifyFacts:
    """The facts of a lookup row at an instant; no row: not listed, and nothing else is known."""
    as_of = now.isoformat(timespec="seconds")
    if row is None:
        return VerifyFacts(identifier, as_of, listed=False)
    type_name, issuer, state, valid_from, valid_to, issued_on, version = row
    today = clock.day_of(now)
    return VerifyFacts(
        identifier=identifier,
        as_of=as_of,
        listed=True,
        revoked=state == Standing.REVOKED,
        superseded=state == Standing.SUPERSEDED,
        suspended=state == Standing.SUSPENDED,
        expired=today > valid_to,
        not_yet_valid=today < valid_from,
        type_name=type_name,
        issuer=issuer,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_to=valid_to,
        version=version,
    )

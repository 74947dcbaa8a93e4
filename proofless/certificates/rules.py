"""Certificate rules: what a face must hold, what state a certificate is in on a day, how numbers are made. Pure."""

import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from proofless.kit import clock, ids
from proofless.standards.rules import CodeListView, Value, complain

Face = Mapping[str, Value]
PREPARED_DAYS = 7
BLANK_IMAGE = "demo:portrait"
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


# The face of the 58 catalogue types whose fields no source gives: what GB/T 36903-2018 asks of every certificate.
GENERIC_SOURCE = "通用照面(目录未给出照面项),GB/T 36903-2018"
GENERIC_FIELDS = tuple(
    FieldRule(name_en, name_cn, data_type, "", required, sensitivity, is_key, GENERIC_SOURCE)
    for name_en, name_cn, data_type, required, sensitivity, is_key in (
        ("cert_no", "证照编号", "string", True, "none", True),
        ("holder_name", "持证主体", "string", True, "personal", False),
        ("content", "证明内容", "text", False, "personal", False),
        ("issuing_authority", "颁发机构", "string", True, "none", False),
        ("issue_date", "颁发日期", "date", True, "none", False),
    )
)


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
    """An image is the address of a stored file; a demo home may say that the picture is left blank."""
    if value == BLANK_IMAGE:
        return "" if demo else "演示图片不能用于正式环境"
    good = len(value) == 69 and value.startswith("file:") and all(c in "0123456789abcdef" for c in value[5:])
    return "" if good else "应为已存储的图片"


def key_number(fields: Iterable[FieldRule], face: Face) -> str:
    """The number on the face: the type's key fields joined, "" when it has none."""
    return "/".join(str(face[f.name_en]) for f in fields if f.is_key and face.get(f.name_en))


def check_period(valid_from: date, valid_to: date) -> dict[str, str]:
    return {"valid_to": "有效期截止早于起始"} if valid_to < valid_from else {}


def new_serial(on: date) -> str:
    """流水号: the day of making and 12 random characters; it says nothing of number or holder and cannot be guessed."""
    tail = "".join(secrets.choice(_SERIAL_ALPHABET) for _ in range(_SERIAL_RANDOM))
    return f"{on:%Y%m%d}{tail}"


def next_version(version: int) -> int:
    """The version of a re-issue (GB/T 36904-2018: 001 at first, +1 with each change)."""
    if version >= _MAX_VERSION:
        raise ValueError("a serial has at most 999 versions")
    return version + 1


def provisional_authority(define_authority: str) -> str:
    """A made-up USCC for a defining body, for demo homes only: region 999999 does not exist, the check digit holds."""
    first17 = f"11999999DEM{zlib.crc32(define_authority.encode()) % 1_000_000:06d}"
    return first17 + ids.uscc_check_char(first17)


def provisional_codes(
    wanted: Sequence[tuple[str, str]], held: Mapping[str, str]
) -> dict[str, str]:
    """Placeholder national codes for (type code, defining authority) pairs; ``held`` codes stay as they are."""
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

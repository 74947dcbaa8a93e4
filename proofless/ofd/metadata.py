"""元数据 of an e-certificate file (GB/T 36903-2018 short names) and its structured copy.

Written as OFD.xml CustomDatas. Data on the face of one type carry the prefix `KZ_` and pinyin initials, as
real certificate systems write them. Several holders repeat their group of four entries in order.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

_HAN = re.compile(r"[㐀-鿿\U00020000-\U000323af]")


@dataclass(frozen=True, slots=True)
class Holder:
    """持证主体. `code_type` and `code_type_code` as in GB/T 36903-2018 annex A (公民身份号码, 111)."""

    name: str
    code: str
    code_type: str
    code_type_code: str


class FaceDatum(NamedTuple):
    """One field on the face: its name in our data, its Chinese label, its `KZ_` name, the value as data."""

    field: str
    label: str
    tag: str
    value: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says of itself. Dates are days in Asia/Shanghai; 9999-12-31 is long-term."""

    title: str
    type_code: str
    number: str
    identifier: str
    authority: str
    authority_code: str
    issued_on: date
    holders: tuple[Holder, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    created_at: datetime | None = None
    seal_name: str = ""
    face: tuple[FaceDatum, ...] = field(default=())

    def entries(self) -> Iterator[tuple[str, str]]:
        """(short name, value) in the order of the standard's list, then the face."""
        yield from (
            ("ZZMC", self.title),
            ("ZZLXDM", self.type_code),
            ("ZZBH", self.number),
            ("ZZBS", self.identifier),
            ("ZZBFJG", self.authority),
            ("ZZBFJGDM", self.authority_code),
            ("ZZBFRQ", self.issued_on.isoformat()),
        )
        for holder in self.holders:
            yield from (
                ("CZZT", holder.name),
                ("CZZTDM", holder.code),
                ("CZZTDMLX", holder.code_type),
                ("CZZTDMLXDM", holder.code_type_code),
            )
        optional = (
            ("ZZYXQQSRQ", self.valid_from.isoformat() if self.valid_from else ""),
            ("ZZYXQJZRQ", self.valid_until.isoformat() if self.valid_until else ""),
            ("ZZQZMC", self.seal_name),
            ("CJSJ", self.created_at.isoformat(timespec="seconds") if self.created_at else ""),
        )
        yield from ((name, value) for name, value in optional if value)
        yield from ((datum.tag, datum.value) for datum in self.face)


@lru_cache(maxsize=2048)
def face_tags(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The `KZ_` name of each label: initials of its Chinese characters; equal ones are numbered from 2."""
    seen: dict[str, int] = {}
    tags = []
    for label in labels:
        stem = "KZ_" + (_initials(label) or "X")
        seen[stem] = seen.get(stem, 0) + 1
        tags.append(stem if seen[stem] == 1 else f"{stem}{seen[stem]}")
    return tuple(tags)


def _initials(label: str) -> str:
    # Imported here: only a new type of certificate needs it, and its dictionary takes a while to load.
    from pypinyin import Style, lazy_pinyin

    plain = re.sub(r"[（(].*?[)）]", "", label)
    letters: Iterable[str] = lazy_pinyin("".join(_HAN.findall(plain)), style=Style.FIRST_LETTER)
    return "".join(letter.upper() for letter in letters if letter.isascii())

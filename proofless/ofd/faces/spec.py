"""What a certificate type says about its face."""

from dataclasses import dataclass
from enum import StrEnum

NUMBER, AUTHORITY, ISSUED, IDENTIFIER, QR = "ZZBH", "ZZBFJG", "ZZBFRQ", "ZZBS", "QR"


class FieldKind(StrEnum):
    TEXT = "text"
    LONG = "long"  # a scope, an address, remarks: several lines over the whole width
    DATE = "date"  # ISO day, shown as 2026年03月05日; 9999-12-31 as 长期
    PICTURE = "picture"


class Look(StrEnum):
    LICENCE = "licence"  # landscape A4
    PROOF = "proof"  # portrait A4
    ID_CARD = "id_card"
    MARRIAGE = "marriage"
    BUSINESS = "business"
    REAL_ESTATE = "real_estate"


@dataclass(frozen=True, slots=True)
class FaceField:
    """A field of the type: its name in the data and its Chinese label."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT


@dataclass(frozen=True, slots=True)
class FaceSpec:
    """A type's face. `number`, `authority` and `issued` name the fields shown under the title and beside the
    seal; when the type has no such field the metadata of that short name stand there."""

    title: str
    fields: tuple[FaceField, ...]
    look: Look = Look.LICENCE
    demo: bool = True
    number: str = NUMBER
    authority: str = AUTHORITY
    issued: str = ISSUED

    @property
    def body(self) -> tuple[FaceField, ...]:
        """The fields that are not shown elsewhere on a generic face."""
        return tuple(f for f in self.fields if f.name not in (self.number, self.authority, self.issued))

"""Values of the synthetic town: frozen, without Django, the same for the same seed and day.

A key is ``('p', n)`` for a person and ``('e', n)`` for an enterprise. Values in ``face`` and ``values`` are
str, int, bool or None: dates and datetimes are ISO strings, decimals are strings with two places, and a
long-term end is ``9999-12-31`` (GB/T 36903-2018 leaves the notation to the issuer).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

Key = tuple[Literal["p", "e"], int]
Value = str | int | bool | None
CertificateState = Literal["valid", "revoked", "expired", "superseded"]
LONG_TERM = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Person:
    """自然人. ``sex`` by GB/T 2261.1, ``nation`` by GB/T 3304, divisions are 6-digit county codes."""

    key: int
    name: str
    id_no: str
    sex: str
    birth_date: date
    nation: str
    hukou_address: str
    hukou_division: str
    residence_address: str
    residence_division: str
    mobile: str
    bank_name: str
    bank_account: str
    died_on: date | None = None
    former_name: str | None = None
    guardians: tuple[int, ...] = ()

    @property
    def holder(self) -> Key:
        return ("p", self.key)


@dataclass(frozen=True, slots=True)
class Enterprise:
    """法人和其他组织. ``kind``: company, sole (个体工商户), developer, builder, bank or clinic."""

    key: int
    uscc: str
    name: str
    kind: str
    legal_rep_key: int
    handler_key: int
    address: str
    division: str
    established_on: date
    industry: str
    bank_name: str
    bank_account: str
    mobile: str
    status: str = "存续"

    @property
    def holder(self) -> Key:
        return ("e", self.key)


@dataclass(frozen=True, slots=True)
class Relation:
    """关系: ``from`` is ``kind`` ``to`` (张三 parent_of 孙豆豆). ``evidence``: a code."""

    kind: str
    from_key: Key
    to_key: Key
    since: date | None
    evidence: str


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of a shared dataset, every field of ``dataset_fields.csv`` present."""

    dataset_code: str
    holder: Key
    values: Mapping[str, Value]
    as_of: date


@dataclass(frozen=True, slots=True)
class CertificateSpec:
    """A certificate to be issued. ``holders`` are (key, side) in order; the first one is where it lives.

    ``revoke_reason`` is a code of ``certificates.rules.REVOKE_REASONS``.
    """

    cert_code: str
    holders: tuple[tuple[Key, str], ...]
    number: str
    face: Mapping[str, Value]
    valid_from: date
    valid_to: str
    issue_dept_code: str
    division_code: str
    state: CertificateState = "valid"
    revoke_reason: str | None = None


class Member(NamedTuple):
    """A complete subject of a profile: who applies, and for which enterprise."""

    applicant: Key
    enterprise: Key | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A slice of the town whose records are complete for the holders in it."""

    people: tuple[Person, ...]
    enterprises: tuple[Enterprise, ...]
    relations: tuple[Relation, ...]
    rows: tuple[DataRow, ...]
    certificates: tuple[CertificateSpec, ...]


@dataclass(frozen=True, slots=True)
class Town:
    """The whole town. ``cast`` is name -> key of the fixed characters; ``awkward`` is kind -> keys."""

    seed: int
    as_of: date
    people: tuple[Person, ...]
    enterprises: tuple[Enterprise, ...]
    relations: tuple[Relation, ...]
    rows: tuple[DataRow, ...]
    certificates: tuple[CertificateSpec, ...]
    profiles: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    cast: Mapping[str, Key] = field(default_factory=dict)
    awkward: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)

"""What the generator reads of the catalogue, once: fields, issuers, divisions, profiles."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PLAIN_PERSON = ("name", "id_no", "cert_no", "issue_date", "valid_to", "issuing_authority")
PLAIN_ENTERPRISE = ("name", "uscc", "cert_no", "issue_date", "valid_to", "issuing_authority")


@dataclass(frozen=True, slots=True)
class County:
    """A county-level division with what people register under: its towns. ``code`` has 6 digits."""

    code: str
    name: str
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """``face_fields``/``row_fields``: code -> English field names in catalogue order."""

    face_fields: Mapping[str, tuple[str, ...]]
    row_fields: Mapping[str, tuple[str, ...]]
    key_fields: Mapping[str, str]
    issuers: Mapping[str, str]
    counties: tuple[County, ...]
    profiles: tuple[Mapping[str, str], ...]


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read_reference(catalog_dir: Path) -> Reference:
    """Read the tables the generator depends on. ``town_profiles.csv`` may be absent: then no profiles."""
    certificates = read_table(catalog_dir / "certificates.csv")
    fields = read_table(catalog_dir / "certificate_fields.csv")
    profiles = catalog_dir / "town_profiles.csv"
    return Reference(
        face_fields=_faces(certificates, fields),
        row_fields=_grouped(read_table(catalog_dir / "dataset_fields.csv"), "dataset_code"),
        key_fields=_key_fields(fields),
        issuers={row["cert_code"]: row["issuing_dept_code"] for row in certificates},
        counties=_counties(read_table(catalog_dir / "divisions.csv")),
        profiles=tuple(read_table(profiles)) if profiles.exists() else (),
    )


def _grouped(rows: list[dict[str, str]], column: str) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row[column], []).append(row["field_name_en"])
    return {code: tuple(found) for code, found in names.items()}


def _faces(certificates: list[dict[str, str]], fields: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    known = _grouped(fields, "cert_code")
    plain = {"enterprise": PLAIN_ENTERPRISE}
    return {
        row["cert_code"]: known.get(row["cert_code"]) or plain.get(row["holder_type"], PLAIN_PERSON)
        for row in certificates
    }


def _key_fields(fields: list[dict[str, str]]) -> dict[str, str]:
    """The field printed as the certificate's number. Where the key is the holder's own number, it is that."""
    keys: dict[str, str] = {}
    for row in fields:
        if row["is_key"] == "Y":
            keys.setdefault(row["cert_code"], row["field_name_en"])
    return keys


def _counties(rows: list[dict[str, str]]) -> tuple[County, ...]:
    towns: dict[str, list[str]] = {}
    for row in rows:
        if row["level"] == "township":
            towns.setdefault(row["parent_code"], []).append(row["name"])
    return tuple(
        County(row["code"], row["name"], tuple(towns[row["code"]]))
        for row in rows
        if row["level"] == "county"
    )

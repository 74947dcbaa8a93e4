"""Bringing certificate types and their face fields in from the catalogue."""

from collections.abc import Mapping, Sequence

from proofless.certificates import rules
from proofless.certificates.models import CertificateType, CertificateTypeField
from proofless.certificates.queries.types import ROOM
from proofless.kit import env
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.standards.loading import Change, Target, load_tables

Row = Mapping[str, str]
_PLAIN = (
    "kind", "holder_type", "issuing_dept_code", "issuing_authority", "define_authority", "national_type_code",
    "national_type_code_source", "validity_type", "validity_rule", "security_grade", "issue_mode",
    "backing_dataset_code", "typical_fields", "legal_basis", "initial_list", "rollout_phase", "source",
)  # fmt: skip


def load_types(*, actor: Actor, types: Sequence[Row], fields: Sequence[Row]) -> list[Change]:
    """Bring types and fields to the rows of certificates.csv and certificate_fields.csv.

    A second run changes nothing.
    A type without a national code gets a provisional one in a demo home, and none in production. A type
    without face fields gets the generic face.
    """
    with_fields = {row["cert_code"] for row in fields}
    bare = {row["cert_code"]: row["holder_type"] for row in types if row["cert_code"] not in with_fields}
    return load_tables(
        actor=actor,
        room=ROOM,
        kind=Kind.TYPES_LOADED,
        targets=[
            Target(CertificateType, _type_rows(types)),
            Target(CertificateTypeField, [_field_row(row) for row in fields] + _generic_rows(bare)),
        ],
    )


def _type_rows(rows: Sequence[Row]) -> list[CertificateType]:
    provisional: dict[str, str] = {}
    if env.home().demo:
        wanted = [
            (row["cert_code"], row["define_authority"]) for row in rows if not row["national_type_code"]
        ]
        held = dict(CertificateType.objects.filter(provisional=True).values_list("code", "type_code21"))
        provisional = rules.provisional_codes(wanted, held)
    return [_type_row(row, provisional.get(row["cert_code"], "")) for row in rows]


def _type_row(row: Row, provisional: str) -> CertificateType:
    return CertificateType(
        code=row["cert_code"],
        name=row["cert_name"],
        type_code21=row["national_type_code"] or provisional,
        provisional=bool(provisional) and not row["national_type_code"],
        validity_months=int(row["validity_months"]) if row["validity_months"] else None,
        named_in_document=row["named_in_document"] == "Y",
        freq_rank=int(row["freq_rank"]) if row["freq_rank"] else None,
        **{name: row[name] for name in _PLAIN},
    )


def _field_row(row: Row) -> CertificateTypeField:
    return CertificateTypeField(
        ref=f"{row['cert_code']}.{row['field_name_en']}",
        type_code=row["cert_code"],
        seq=int(row["seq"]),
        name_cn=row["field_name_cn"],
        name_en=row["field_name_en"],
        data_type=row["data_type"],
        code_list=row["standard_code_list"],
        required=row["required"] == "Y",
        sensitivity=row["sensitivity"],
        is_key=row["is_key"] == "Y",
        source=row["source"],
    )


def _generic_rows(holder_types: Mapping[str, str]) -> list[CertificateTypeField]:
    names = rules.FieldRule.__dataclass_fields__
    return [
        CertificateTypeField(
            ref=f"{code}.{rule.name_en}",
            type_code=code,
            seq=seq,
            **{name: getattr(rule, name) for name in names},
        )
        for code, holder_type in holder_types.items()
        for seq, rule in enumerate(rules.generic_fields(holder_type), 1)
    ]

"""Acts on standards: bring in code lists and standard fields."""

from collections.abc import Mapping, Sequence

from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.standards.loading import Change, Target, load_tables
from proofless.standards.models import ROOM, CodeList, CodeValue, Origin, StandardField
from proofless.standards.rules import grade_of

Row = Mapping[str, str]


def load_standards(
    *,
    actor: Actor,
    code_lists: Sequence[Row],
    code_list_values: Sequence[Row],
    certificates: Sequence[Row],
    certificate_fields: Sequence[Row],
    datasets: Sequence[Row],
    dataset_fields: Sequence[Row],
) -> list[Change]:
    """Bring code lists and standard fields to the state of the catalogue's rows (checked by the caller)."""
    cert_grades = {row["cert_code"]: row["security_grade"] for row in certificates}
    data_grades = {row["dataset_code"]: row["data_grade"] for row in datasets}
    fields = [_certificate_field(row, cert_grades[row["cert_code"]]) for row in certificate_fields]
    fields += [_dataset_field(row, data_grades[row["dataset_code"]]) for row in dataset_fields]
    return load_tables(
        actor=actor,
        room=ROOM,
        kind=Kind.STANDARDS_LOADED,
        targets=[
            Target(CodeList, [_code_list(row) for row in code_lists]),
            Target(CodeValue, [_code_value(row) for row in code_list_values]),
            Target(StandardField, fields),
        ],
    )


def _code_list(row: Row) -> CodeList:
    return CodeList(
        code=row["code_list_id"],
        name=row["code_list_name"],
        kind=row["kind"],
        rule=row["rule_or_note"],
        source=row["source"],
    )


def _code_value(row: Row) -> CodeValue:
    return CodeValue(
        code=f"{row['code_list_id']}.{row['value_code']}",
        list_code=row["code_list_id"],
        seq=int(row["seq"]),
        value=row["value_code"],
        name=row["value_name"],
        source=row["source"],
    )


def _certificate_field(row: Row, type_grade: str) -> StandardField:
    field = _field(row, row["cert_code"], Origin.CERTIFICATE)
    field.list_name = row["standard_code_list"]
    field.required = row["required"] == "Y"
    field.is_key = row["is_key"] == "Y"
    field.grade = grade_of(row["sensitivity"], type_grade, of_dataset=False)
    return field


def _dataset_field(row: Row, data_grade: str) -> StandardField:
    field = _field(row, row["dataset_code"], Origin.DATASET)
    field.list_name = ""
    field.required = False
    field.is_key = row["is_query_key"] == "Y"
    field.grade = grade_of(row["sensitivity"], data_grade, of_dataset=True)
    return field


def _field(row: Row, owner: str, origin: Origin) -> StandardField:
    return StandardField(
        ref=f"{owner}.{row['field_name_en']}",
        key=f"{row['field_name_en']}/{row['field_name_cn']}",
        origin=origin.value,
        owner_code=owner,
        name_en=row["field_name_en"],
        name_cn=row["field_name_cn"],
        seq=int(row["seq"]),
        data_type=row["data_type"],
        sensitivity=row["sensitivity"],
        source=row["source"],
    )

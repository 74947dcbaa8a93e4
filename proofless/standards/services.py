"""Acts on standards: bring in code lists and standard fields; set one of the city's own numbers."""

from collections.abc import Mapping, Sequence

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.standards import limits, versions
from proofless.standards.errors import LimitChanged
from proofless.standards.loading import Change, Target, load_tables
from proofless.standards.models import ROOM, CodeList, CodeValue, LimitSetting, Origin, StandardField
from proofless.standards.rules import grade_of

Row = Mapping[str, str]
REASON_LEAST, REASON_MOST = 4, 300


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


def set_limit(*, actor: Actor, code: str, value: int, reason: str, seen: int | None = None) -> None:
    """From now on the number counts, for every process within a second. ``seen`` is what the official saw before.

    Raises NotFound, InputInvalid for a value out of its range or without a reason, LimitChanged when a colleague set
    it meanwhile.
    """
    actor.check(Permission.LIMITS_SET)
    now = limits.get_limit(code)
    _check(now, value, reason.strip())
    detail = {"limit": code, "before": now.value, "after": value}
    with ledger.act(Kind.LIMIT_SET, actor, object_kind="limit", object_id=code, detail=detail):
        versions.lock(limits.ROOM)
        if limits.get_limit(code).value != (now.value if seen is None else seen):
            raise LimitChanged(limit=code)
        LimitSetting.objects.create(
            id=new_id(),
            limit=code,
            value=value,
            reason=reason.strip(),
            set_by=actor.label,
            set_at=clock.now(),
        )
        versions.bump(limits.ROOM)


def _check(now: limits.LimitView, value: int, reason: str) -> None:
    terms, fields = now.limit.terms, {}
    if not terms.least <= value <= terms.most:
        fields["value"] = f"请填写{terms.least}至{terms.most}之间的整数（{terms.unit}）"
    elif value == now.value:
        fields["value"] = f"现在就是{value}{terms.unit}，没有改动"
    if not REASON_LEAST <= len(reason) <= REASON_MOST:
        fields["reason"] = f"请写明改动的理由（{REASON_LEAST}至{REASON_MOST}字）"
    if fields:
        raise InputInvalid(fields=fields)

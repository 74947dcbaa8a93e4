"""办理结果: the certificate an approval results in, its face taken from what the case already knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from proofless.access import Ground, open_records, permit
from proofless.access.queries import find_holder_records
from proofless.applications.models import Application
from proofless.applications.queries import CaseView
from proofless.certificates import queries as certificates
from proofless.certificates.queries.types import TypeView
from proofless.certificates.rules import FieldRule
from proofless.certificates.services import NewCertificate
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.parties import queries as parties
from proofless.standards import queries as standards
from proofless.standards.rules import complain

# Whose certificate the result is, where it is neither the applicant's nor the enterprise's.
HOLDER_ROLE = {"birth_cert": "child", "vaccine_cert": "child", "hukou_cancel_proof": "deceased"}
# Two-party results: the role on the other side.
OTHER_ROLE = {"marriage_cert": "partner", "divorce_cert": "spouse"}
# Items that give a new certificate in place of the one the holder has.
REISSUING = {"I003", "I012", "I046"}
FACE_DATES = {"issue_date", "register_date", "valid_from"}


@dataclass(frozen=True, slots=True)
class ResultDraft:
    """A result's face so far. ``missing`` are required face items only the officer can give: (name, label, type)."""

    type: TypeView
    holders: tuple[tuple[UUID, str], ...]
    face: Mapping[str, Any]
    missing: tuple[tuple[str, str, str], ...]
    valid_to: date


def draft_result(actor: Actor, application: Application, item: ItemView, case: CaseView) -> ResultDraft:
    """The face as far as it is known, for the decision page and the decision itself."""
    type_view = certificates.get_type(item.result_cert_code)
    holders = _holders(application, item, case)
    people = [holder for holder, _ in holders]
    names = parties.holder_names(people)
    duty = permit(
        actor,
        people,
        ["account.number"],
        f"制发证照:{type_view.code}",
        ground=Ground.STATUTORY,
        basis=application.receipt,
    )
    records = find_holder_records(people)
    opened = open_records(duty, [records[holder] for holder in people])
    numbers = {holder: str(values["number"]) for holder, values in zip(people, opened, strict=True)}
    known = _known(application, case, type_view, names[people[0]], numbers[people[0]])
    for holder, side in holders:
        if side:
            known |= {f"{side}_name": names[holder], f"{side}_id_no": numbers[holder]}
            known |= {f"{side}_birth_date": _birth(numbers[holder]), f"{side}_nationality": "CHN"}
    face = {
        field.name_en: known[field.name_en]
        for field in type_view.fields
        if known.get(field.name_en) not in (None, "") and _fits_list(field, known[field.name_en])
    }
    missing = tuple(
        (f.name_en, f.name_cn, f.data_type) for f in type_view.fields if f.required and f.name_en not in face
    )
    return ResultDraft(type_view, holders, face, missing, _valid_to(type_view))


def _fits_list(field: FieldRule, value: Any) -> bool:
    """A number of ours is no number where the law says how it is composed: there the officer gives it."""
    if field.name_en != "cert_no":
        return True
    return not complain(value, field.data_type, standards.code_lists().get(field.code_list), required=True)


def missing_face(actor: Actor, case: CaseView, item: ItemView) -> tuple[tuple[str, str, str], ...]:
    """Face items of the result only the officer can give: (name, label, data type)."""
    row = Application.objects.get(id=case.head.id, holder_id=case.head.holder_id)
    return draft_result(actor, row, item, case).missing


def result_certificate(
    actor: Actor, application: Application, item: ItemView, case: CaseView, completed: Mapping[str, str]
) -> NewCertificate:
    """The certificate to prepare. Raises InputInvalid naming the face items still missing."""
    draft = draft_result(actor, application, item, case)
    face = {
        **draft.face,
        **{name: completed[name].strip() for name, _, _ in draft.missing if completed.get(name)},
    }
    lacking = {name: f"请填写{label}" for name, label, _ in draft.missing if not face.get(name)}
    if lacking:
        raise InputInvalid(fields=lacking)
    return NewCertificate(
        type_code=draft.type.code,
        holders=draft.holders,
        face=face,
        valid_from=clock.today(),
        valid_to=draft.valid_to,
        issue_dept_code=actor.department_code,
        division_code=application.division_code,
        replaces=_replaced(application, item, draft),
    )


def _holders(application: Application, item: ItemView, case: CaseView) -> tuple[tuple[UUID, str], ...]:
    code = item.result_cert_code
    roles = case.plan.roles
    if code in OTHER_ROLE:
        pair = [application.holder_id, *roles.get(OTHER_ROLE[code], ())[:1]]
        sexes = {holder: facts.sex for holder, facts in parties.holder_facts(pair).items()}
        return tuple((holder, "man" if sexes[holder] == "1" else "woman") for holder in pair)
    role = HOLDER_ROLE.get(code, "")
    if role and roles.get(role):
        return ((roles[role][0], ""),)
    return ((application.enterprise_id or application.holder_id, ""),)


def _known(
    application: Application, case: CaseView, type_view: TypeView, name: str, number: str
) -> dict[str, Any]:
    """Face items by name: first what every certificate has, then what the form's fields say."""
    today = clock.today().isoformat()
    known: dict[str, Any] = {
        **dict.fromkeys(FACE_DATES, today),
        "valid_to": _valid_to(type_view).isoformat(),
        "cert_no": f"{type_view.code.upper()[:4]}{application.receipt}",
        "issuing_authority": _authority(application),
    }
    for field in case.plan.fields:
        value = case.values.get(field.name)
        if value in (None, ""):
            continue
        known[field.name.removeprefix("applicant_")] = value
        known[field.name] = value
    for field in case.plan.fields:
        # A transformed value (an age tier from a birth date) is not what its reference names.
        if field.reference and field.as_read and case.values.get(field.name) not in (None, ""):
            known.setdefault(field.reference.split(".", 1)[1], case.values[field.name])
    known |= {"name": name, "holder_name": name, "ent_name": name, "id_no": number, "uscc": number}
    if "birth_date" not in known and len(number) == 18 and number[6:14].isdigit():
        known["birth_date"] = _birth(number)
    return known


def _authority(application: Application) -> str:
    return parties.list_departments()[application.department_code].name


def _birth(number: str) -> str:
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def _valid_to(type_view: TypeView) -> date:
    """The last valid day by the type's term in months; long-term without one."""
    if not type_view.validity_months:
        return clock.LONG_TERM
    today = clock.today()
    years, month = divmod(today.month - 1 + type_view.validity_months, 12)
    last = date(today.year + years, month + 1, 1)
    return date.fromordinal(last.toordinal() + min(today.day, 28) - 2)


def _replaced(application: Application, item: ItemView, draft: ResultDraft) -> UUID | None:
    if item.code not in REISSUING:
        return None
    holder = draft.holders[0][0]
    status = certificates.find_status([holder], [draft.type.code])[holder, draft.type.code]
    return status.best.certificate_id if status.usable and status.best else None

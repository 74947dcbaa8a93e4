"""核验协查 of a case: what it waits for is asked of the department that knows, and the answer returns by itself.

Run every few seconds. Asking twice is asking once; the case goes on meanwhile. What comes after its end stays with the
request and changes nothing here.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from proofless import ledger
from proofless.access import Ground, Permit, permit
from proofless.access.actors import system_actor
from proofless.access.snapshots import open_snapshot
from proofless.applications.errors import AnsweredElsewhere
from proofless.applications.models import Application, ApplicationMaterial, State
from proofless.applications.sealing import plan_context, values_context
from proofless.applications.services.locking import CLOSED, add_event
from proofless.applications.waterfall.outcome import Plan
from proofless.items import queries as items
from proofless.items.queries import MaterialView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Refusal
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification import queries as verification
from proofless.verification import services as asking
from proofless.verification.queries import RequestView, TemplateView
from proofless.verification.rules.answers import Verdict
from proofless.verification.rules.states import State as Asked
from proofless.verification.services import Question

_log = logging.getLogger("proofless.applications.verifying")
OFFICE = "部门核验"
ROUND = 1000
UNASKED, RETURNED, ENDED = "unasked", "returned", "ended"
# What lets an approval through is only a yes; "ended" never meets a decision.
UNSETTLED = frozenset({Verdict.DENIED.value, Verdict.UNKNOWN.value, RETURNED, UNASKED})
_PURPOSE_MOST = 40
_IN_HAND = (State.SUBMITTED, State.ACCEPTED)


def reference_of(application_id: UUID, material_code: str) -> str:
    """The asker's name for the question about a material of a case."""
    return f"application:{application_id}/{material_code}"


def check_answerable(material_code: str) -> None:
    """Raises AnsweredElsewhere: who asks may not say yes in the place of the department that is asked."""
    if verification.template_for(material_code) is not None:
        raise AnsweredElsewhere(material=material_code)


def verify_waiting(application_id: UUID | None = None) -> Mapping[str, int]:
    """Ask what is not yet asked, take what was answered, end what nobody needs, of all cases or one; how many of each.
    Safe to run twice.
    """
    counts = {"asked": 0, "taken": 0, "ended": 0}
    rows = ApplicationMaterial.objects.filter(awaiting=True).order_by("id")
    rows = rows.filter(application_id=application_id) if application_id else rows
    waiting = list(rows.values_list("id", flat=True))
    for start in range(0, len(waiting), ROUND):
        for name, moved in _round(waiting[start : start + ROUND]).items():
            counts[name] += moved
    return counts


def _round(ids: Iterable[UUID]) -> Mapping[str, int]:
    counts = {"asked": 0, "taken": 0, "ended": 0}
    rows = list(ApplicationMaterial.objects.filter(id__in=list(ids), awaiting=True))
    cases = {
        case.id: case for case in Application.objects.filter(id__in={row.application_id for row in rows})
    }
    asked = verification.answers_for(reference_of(row.application_id, row.material_code) for row in rows)
    for row in rows:
        case, request = (
            cases[row.application_id],
            asked.get(reference_of(row.application_id, row.material_code)),
        )
        step = _step(case, row, request)
        if not step:
            continue
        try:
            with ledger.reading():
                _STEPS[step](case, row, request)
            counts[step] += 1
        except Exception:  # one broken case must not keep everybody else's waiting
            _log.exception(
                "cannot verify", extra={"application": str(case.id), "material": row.material_code}
            )
    return counts


def _step(case: Application, row: ApplicationMaterial, request: RequestView | None) -> str:
    if case.state in CLOSED:
        return "ended"
    if request is None:
        return "asked" if case.state in _IN_HAND and verification.template_for(row.material_code) else ""
    return "" if request.state.open else "taken"


def _ask(case: Application, row: ApplicationMaterial, _: RequestView | None) -> None:
    """Put the question. What cannot be put, for want of something the form does not say, is not left waiting."""
    template, office = verification.template_for(row.material_code), _office(case)
    assert template is not None  # ``_step`` asks only what has one
    material = next(m for m in items.get_item(case.item_code).materials if m.code == row.material_code)
    duty = _duty(office, case, [case.holder_id], "application.*")
    holder, values = _about(duty, case, material), _parameters(duty, case, template, row.material_code)
    question = Question(
        template.code,
        holder,
        reference_of(case.id, row.material_code),
        f"办理{items.get_item(case.item_code).name}"[:_PURPOSE_MOST],
        values,
        case.division_code,
    )
    try:
        asking.ask(actor=office, question=question, permit=_duty(office, case, [holder], *template.carries))
    except Refusal:
        _log.warning("question refused", extra={"application": str(case.id), "material": row.material_code})
        _settle(office, case, row, UNASKED, "")


def _about(duty: Permit, case: Application, material: MaterialView) -> UUID:
    """Whom the question is about: the person the pinned plan found in the material's first role."""
    role = material.roles[0] if material.roles else "applicant"
    if role == "applicant":
        return case.holder_id
    raw = open_snapshot(
        duty,
        case.holder_id,
        bytes(case.plan_sealed or b""),
        plan_context(case.id),
        f"application:{case.id}",
        (),
    )
    found = msgspec.json.decode(raw, type=Plan).roles.get(role, ())
    return found[0] if found else case.enterprise_id or case.holder_id


def _parameters(
    duty: Permit, case: Application, template: TemplateView, material_code: str
) -> dict[str, Any]:
    """What the question says beyond whom it is about, from the form as handed in."""
    fills = template.materials[material_code]
    if not fills:
        return {}
    raw = open_snapshot(
        duty,
        case.holder_id,
        bytes(case.values_sealed or b""),
        values_context(case.id),
        f"application:{case.id}",
        (),
    )
    values: dict[str, Any] = msgspec.json.decode(raw)
    return {name: values[field] for name, field in fills.items() if values.get(field) not in (None, "")}


def _take(case: Application, row: ApplicationMaterial, request: RequestView | None) -> None:
    """Bring the answer into the case; the values of an answer stay with the request, under a permit."""
    assert request is not None
    office = _office(case)
    if request.state is not Asked.ANSWERED:
        return _settle(office, case, row, RETURNED, f"request:{request.id}", request.department_code)
    said = verification.read_answer(_duty(office, case, [request.holder_id], "answer.*"), request.id)
    return _settle(office, case, row, said.verdict.value, said.source, request.department_code)


def _end(case: Application, row: ApplicationMaterial, request: RequestView | None) -> None:
    """The case is over: whoever still looks into it may stop, and is told so."""
    office = _office(case)
    with _act(office, case, row, ENDED) as act:
        if request is not None and request.state.open:
            asking.close_case(actor=office, reference=request.reference, within=act)
        _write(row, ENDED, "")


_STEPS = {"asked": _ask, "taken": _take, "ended": _end}


def _settle(
    office: Actor, case: Application, row: ApplicationMaterial, answer: str, source: str, by: str = ""
) -> None:
    with _act(office, case, row, answer):
        _write(row, answer, source)
        whom = parties.find_department_name(by) or OFFICE
        verb = "退回了" if answer == RETURNED else "答复了"
        if by:
            add_event(case, "部门核验", f"{whom}{verb}“{_name(case, row)}”的核验")


def _name(case: Application, row: ApplicationMaterial) -> str:
    names = {m.code: m.name for m in items.get_item(case.item_code).materials}
    return names.get(row.material_code, row.material_code)


def _write(row: ApplicationMaterial, answer: str, source: str) -> None:
    """Nothing happens when the row was settled or handed in anew meanwhile."""
    ApplicationMaterial.objects.filter(id=row.id, holder_id=row.holder_id, awaiting=True).update(
        answer=answer, answered_at=clock.now(), awaiting=False, sources=[source] if source else []
    )


def _act(office: Actor, case: Application, row: ApplicationMaterial, answer: str):  # type: ignore[no-untyped-def]
    return ledger.act(
        Kind.VERIFICATION_ENDED if answer == ENDED else Kind.VERIFICATION_ANSWERED,
        office,
        object_kind="application",
        object_id=case.id,
        holders=[case.holder_id],
        detail={"item": case.item_code, "material": row.material_code, "answer": answer},
    )


def _office(case: Application) -> Actor:
    """The question is the department's, put by the system."""
    rights = (Permission.HANDLE, Permission.VERIFICATION_ASK)
    return system_actor(*rights, department_code=case.department_code, label=OFFICE)


def _duty(office: Actor, case: Application, holders: Iterable[UUID], *fields: str) -> Permit:
    purpose, basis = f"办理事项:{case.item_code}", case.receipt
    return permit(office, holders, fields, purpose, ground=Ground.STATUTORY, basis=basis)

"""Delegation: another unit works on a department's requests; the department stays answerable."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification.models import OPEN_STATES, Delegation, Request
from proofless.verification.queries.delegations import active_rows
from proofless.verification.queries.templates import TemplateView, get_template
from proofless.verification.rules.states import Verb
from proofless.verification.services.locking import access_answering, add_step, change, entry_of, state_after


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """``basis`` names the written delegation; ``until_on`` None: until ended."""

    unit_code: str
    basis: str
    since_on: date
    until_on: date | None = None
    template_code: str = ""
    division_code: str = ""


def delegate(*, actor: Actor, new: NewDelegation) -> UUID:
    """Let a unit work on the department's requests from a day on. Raises InputInvalid, TemplateUnknown."""
    actor.check(Permission.VERIFICATION_MANAGE)
    _check(actor, new)
    row = Delegation(
        id=new_id(),
        department_code=actor.department_code,
        unit_code=new.unit_code,
        template_code=new.template_code,
        division_code=new.division_code,
        basis=new.basis.strip(),
        since_on=new.since_on,
        until_on=new.until_on,
        set_by=actor.account_id,
    )
    detail = {"unit": new.unit_code, "template": new.template_code, "division": new.division_code}
    with ledger.act(Kind.DELEGATION_SET, actor, object_kind="delegation", object_id=row.id, detail=detail):
        row.save(force_insert=True)
    return row.id


def _check(actor: Actor, new: NewDelegation) -> None:
    faults = {}
    if new.unit_code not in parties.list_departments() or new.unit_code == actor.department_code:
        faults["unit_code"] = "请选择另一个单位"
    if not 4 <= len(new.basis.strip()) <= 200:
        faults["basis"] = "请写明委托书文号或依据（4至200字）"
    if new.until_on and new.until_on < new.since_on:
        faults["until_on"] = "结束日期不能早于开始日期"
    if new.template_code and get_template(new.template_code).department_code != actor.department_code:
        faults["template_code"] = "只能委托本部门答复的模板"
    if faults:
        raise InputInvalid(fields=faults)


def end_delegation(*, actor: Actor, delegation_id: UUID) -> int:
    """End it; what the unit had not answered comes back to the department. Returns how many did."""
    actor.check(Permission.VERIFICATION_MANAGE)
    found = Delegation.objects.filter(
        id=delegation_id, department_code=actor.department_code, ended_at__isnull=True
    ).first()
    if found is None:
        raise NotFound()
    with ledger.act(
        Kind.DELEGATION_ENDED,
        actor,
        object_kind="delegation",
        object_id=found.id,
        detail={"unit": found.unit_code},
    ):
        Delegation.objects.filter(id=found.id).update(ended_at=clock.now())
        back = Request.objects.filter(
            department_code=found.department_code, unit_code=found.unit_code, state__in=OPEN_STATES
        )
        if found.template_code:
            back = back.filter(template_code=found.template_code)
        return back.update(unit_code="")


def unit_for(template: TemplateView, division_code: str) -> str:
    """The unit a new request goes to: the closest active delegation, or none."""
    for one in active_rows(template.department_code):
        here = not one.division_code or division_code.startswith(one.division_code[:6])
        if one.template_code in {"", template.code} and here:
            return one.unit_code
    return ""


def redirect(*, actor: Actor, request_id: UUID, revision: int, unit_code: str) -> None:
    """Hand an open request to a unit that holds a delegation, or (empty) back to the department."""
    request = access_answering(actor, request_id)
    after = state_after(request, Verb.REDIRECT)
    units = {one.unit_code for one in active_rows(request.department_code)} | {""}
    if actor.department_code != request.department_code and unit_code:
        raise NotFound()
    if unit_code not in units:
        raise InputInvalid(fields={"unit_code": "该单位没有有效的委托"})
    with ledger.act(Kind.REQUEST_REDIRECTED, actor, **entry_of(request, unit=unit_code)):
        change(request, revision, state=after.value, unit_code=unit_code, taken_by=None)
        name = parties.find_department_name(unit_code)
        add_step(actor, request, f"转交{name}" if unit_code else "转回委托部门")

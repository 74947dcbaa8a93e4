"""缴费: what was paid at the window, waived by law, or recorded wrongly. Nothing is charged here."""

from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.applications.models import Application
from proofless.counter.errors import ReceiptUsed, WrongState
from proofless.counter.models import Fee, FeeState
from proofless.counter.queries.charges import charges_of
from proofless.counter.rules.money import METHODS, cents_of
from proofless.counter.services.cases import office_case
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission

RECEIPT = range(4, 33)


def record_fee(
    *, actor: Actor, application_id: UUID, name: str, yuan: str, method: str, receipt_number: str
) -> UUID:
    """Record a payment with the number of its receipt (非税收入票据). Raises ReceiptUsed, InputInvalid."""
    case, cents, number = office_case(actor, application_id), cents_of(yuan), receipt_number.strip()
    faults = _faults(name, cents, case)
    if method not in METHODS:
        faults["method"] = "请选择缴费方式"
    if len(number) not in RECEIPT or not (number.isascii() and number.replace("-", "").isalnum()):
        faults["receipt_number"] = "请填写4至32位票据号（数字、字母）"
    if faults:
        raise InputInvalid(fields=faults)
    if Fee.objects.filter(
        department_code=case.department_code, receipt_number=number, state=FeeState.PAID
    ).exists():
        raise ReceiptUsed()
    row = _new(actor, case.holder_id, case.id, case.department_code, name, cents or 0)
    row.state, row.method, row.receipt_number = FeeState.PAID, method, number
    with ledger.act(Kind.FEE_PAID, actor, **_entry(row)):
        row.save(force_insert=True)
    return row.id


def waive_fee(*, actor: Actor, application_id: UUID, name: str, yuan: str, basis: str) -> UUID:
    """Record that a fee is not taken, with the legal basis. Raises InputInvalid."""
    case, cents, text = office_case(actor, application_id), cents_of(yuan), basis.strip()
    faults = _faults(name, cents, case)
    if not 4 <= len(text) <= 200:
        faults["basis"] = "请写明免收依据（4至200字）"
    if faults:
        raise InputInvalid(fields=faults)
    row = _new(actor, case.holder_id, case.id, case.department_code, name, cents or 0)
    row.state, row.basis = FeeState.WAIVED, text
    with ledger.act(Kind.FEE_WAIVED, actor, **_entry(row)):
        row.save(force_insert=True)
    return row.id


def void_fee(*, actor: Actor, fee_id: UUID, reason: str) -> None:
    """Take a wrong record back, with the reason; it stays visible. Raises WrongState on a second click."""
    actor.check(Permission.HANDLE)
    row = Fee.objects.filter(id=fee_id, department_code=actor.department_code or "-").first()
    if row is None:
        raise NotFound()
    if not 4 <= len(reason.strip()) <= 200:
        raise InputInvalid(fields={"reason": "请写明作废原因（4至200字）"})
    with ledger.act(Kind.FEE_VOIDED, actor, **_entry(row)):
        changed = (
            Fee.objects.filter(id=row.id, holder_id=row.holder_id)
            .exclude(state=FeeState.VOID)
            .update(state=FeeState.VOID, voided_by=actor.account_id, void_reason=reason.strip())
        )
        if not changed:
            raise WrongState(state=row.state)


def _faults(name: str, cents: int | None, case: Application) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not charges_of(case.item_code, case.division_code).charged:
        faults["name"] = "这个事项不收费，不得登记收费"
    elif not 2 <= len(name.strip()) <= 100:
        faults["name"] = "请填写收费项目（2至100字）"
    if cents is None:
        faults["yuan"] = "请填写金额，例如 120 或 120.50"
    return faults


def _new(actor: Actor, holder: UUID, application_id: UUID, department: str, name: str, cents: int) -> Fee:
    return Fee(
        id=new_id(),
        holder_id=holder,
        application_id=application_id,
        department_code=department,
        name=name.strip(),
        cents=cents,
        recorded_by=actor.account_id,
        recorded_at=clock.now(),
    )


def _entry(row: Fee) -> dict[str, Any]:
    return {
        "object_kind": "application",
        "object_id": row.application_id,
        "holders": [row.holder_id],
        "purpose": "缴费",
        "detail": {"fee": str(row.id), "cents": row.cents},
    }

"""Acts at the gate: override it on a law, report an unlawful ask, settle the report."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from proofless import ledger
from proofless.access.permits import own_holders
from proofless.applications.errors import DemandUnfounded, MaterialAlreadyHeld, ReportState
from proofless.applications.gate.evidence import Asked, gather_evidence
from proofless.applications.gate.rules import (
    FINDING_MAX,
    FINDING_MIN,
    WORDS_MAX,
    demand_complaints,
)
from proofless.applications.gate.sealing import evidence_context, words_context
from proofless.applications.models import Application, ApplicationMaterial, AskReport, Demand, State
from proofless.applications.services.locking import access_case, access_own, add_event, change, check_state
from proofless.applications.waterfall.outcome import Mode
from proofless.items import queries as items
from proofless.items.queries import MaterialView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.standards.limits import limit_of
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class NewDemand:
    """``law`` names title and article; ``reason`` why what the system checked is not enough here."""

    material_code: str
    law: str
    reason: str


def override_gate(*, actor: Actor, application_id: UUID, revision: int, demand: NewDemand) -> UUID:
    """Ask for a material that resolved, on a law. The case goes back to the applicant, who is told the law, the
    reason and that she may report it; the supervisor sees it at once.

    Raises DemandUnfounded (detail: fields), MaterialAlreadyHeld for what is abolished (no law of ours brings it back),
    NotFound, WrongState, DecisionTaken.
    """
    application = access_case(actor, application_id)
    check_state(application, State.SUBMITTED)
    row = ApplicationMaterial.objects.filter(
        holder_id=application.holder_id, application_id=application.id, material_code=demand.material_code
    ).first()
    if row is None or row.mode in {Mode.UPLOAD, Mode.NOT_APPLICABLE}:
        raise NotFound()
    if row.mode == Mode.CANCELLED:
        raise MaterialAlreadyHeld("该材料已取消，任何人不得索要", material=demand.material_code)
    law, reason = demand.law.strip(), demand.reason.strip()
    if complaints := demand_complaints(law, reason):
        raise DemandUnfounded(fields=complaints)
    made = _new_demand(actor, application, demand.material_code, row.mode, law, reason)
    name = material_of(application.item_code, demand.material_code).name
    told = f"要求另交“{name}”。依据：{law}。理由：{reason}。认为不应当要的，可以举报，处理前不必提交。"
    detail = {"material": made.material_code, "mode": made.mode, "law": law, "demand": str(made.id)}
    with _act(Kind.GATE_OVERRIDDEN, actor, application, detail):
        change(application, revision, state=State.RETURNED, reason=told[:500], taken_by=None)
        made.save(force_insert=True)
        add_event(application, "要求另交材料", told[:500])
    return made.id


def _new_demand(
    actor: Actor, application: Application, material_code: str, mode: str, law: str, reason: str
) -> Demand:
    standing = Demand.objects.filter(
        holder_id=application.holder_id,
        application_id=application.id,
        material_code=material_code,
        state__in=[Demand.State.OPEN, Demand.State.REPORTED],
    )
    if standing.exists():
        raise ReportState("这份材料已经要求过，请等申请人提交或监督部门处理")
    return Demand(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        item_code=application.item_code,
        material_code=material_code,
        department_code=application.department_code,
        division_code=application.division_code,
        mode=mode,
        law=law,
        reason=reason,
        asked_by=actor.account_id,
        asked_at=clock.now(),
    )


def report_ask(*, actor: Actor, asked: Asked, words: str = "") -> UUID:
    """Report that a paper was asked for which need not be brought. What the node knows is attached by itself.

    ``asked`` names the item and material, and the application when there is one. Reporting the same again while it is
    open gives the open one. While it is open a demand need not be met. Raises NotFound, InputInvalid.
    """
    actor.check(Permission.APPLY)
    if actor.party_id is None:
        raise NotFound()
    if len(words) > WORDS_MAX:
        raise InputInvalid(fields={"words": f"最多写{WORDS_MAX}个字"})
    if asked.place not in AskReport.Place.values:
        raise InputInvalid(fields={"place": "请选择是在哪里要的"})
    application = access_own(actor, asked.application_id) if asked.application_id else None
    item_code = application.item_code if application else asked.item_code
    material = material_of(item_code, asked.material_code)
    holder = application.holder_id if application else actor.party_id
    if holder not in own_holders(actor):
        raise NotFound()
    earlier = AskReport.objects.filter(
        holder_id=holder, item_code=item_code, material_code=material.code, state=AskReport.State.OPEN
    ).first()
    if earlier is not None:
        return earlier.id
    item = items.get_item(item_code)
    evidence = gather_evidence(actor, item, material, application)
    demand = _standing_demand(application, material.code)
    row = AskReport(
        id=new_id(),
        holder_id=holder,
        application_id=application.id if application else None,
        demand_id=demand.id if demand else None,
        item_code=item_code,
        material_code=material.code,
        department_code=item.department_code,
        division_code=application.division_code if application else "",
        place=asked.place,
        reported_by=actor.account_id,
        reported_at=clock.now(),
        due_on=clock.add_working_days(clock.today(), limit_of(Limit.ASK_SETTLE_DAYS)).due_on,
    )
    row.number = f"J{clock.today():%Y%m%d}{row.id.int % 10**8:08d}"
    row.words_sealed = cipher.seal(words.strip().encode(), words_context(row.id))
    row.evidence_sealed = cipher.seal(msgspec.json.encode(evidence), evidence_context(row.id))
    with ledger.act(Kind.ASK_REPORTED, actor, **_entry(row)):
        row.save(force_insert=True)
        if demand is not None:
            Demand.objects.filter(id=demand.id, holder_id=holder, state=Demand.State.OPEN).update(
                state=Demand.State.REPORTED
            )
        if application is not None:
            add_event(application, "举报违规索证", f"编号{row.number}，处理前不必提交“{material.name}”")
    return row.id


def _standing_demand(application: Application | None, material_code: str) -> Demand | None:
    if application is None:
        return None
    return Demand.objects.filter(
        holder_id=application.holder_id,
        application_id=application.id,
        material_code=material_code,
        state=Demand.State.OPEN,
    ).first()


def withdraw_report(*, actor: Actor, report_id: UUID) -> None:
    """She takes it back; a demand then counts again. Raises NotFound, ReportState."""
    actor.check(Permission.APPLY)
    row = AskReport.objects.filter(id=report_id, holder_id__in=own_holders(actor)).first()
    if row is None:
        raise NotFound()
    with ledger.act(Kind.ASK_REPORT_WITHDRAWN, actor, **_entry(row)):
        _settle(actor, row, AskReport.State.WITHDRAWN, "")
        _after(row, Demand.State.OPEN)


def settle_report(*, actor: Actor, report_id: UUID, upheld: bool, finding: str) -> None:
    """The supervisor decides. Upheld: the demand is struck out and the case goes on without the paper; not upheld:
    the demand counts again. Both are told to the resident with the finding. Raises NotFound, ReportState, InputInvalid.
    """
    actor.check(Permission.ASKS_SETTLE)
    row = AskReport.objects.filter(id=report_id).first()
    if row is None:
        raise NotFound()
    text = finding.strip()
    if not FINDING_MIN <= len(text) <= FINDING_MAX:
        raise InputInvalid(fields={"finding": f"请写明查明的情况和处理（{FINDING_MIN}至{FINDING_MAX}字）"})
    state = AskReport.State.UPHELD if upheld else AskReport.State.DISMISSED
    with ledger.act(Kind.ASK_REPORT_SETTLED, actor, **_entry(row, state=state.value)):
        _settle(actor, row, state, text)
        _after(row, Demand.State.CANCELLED if upheld else Demand.State.OPEN)
        _tell(row, f"举报{row.number}：{state.label}。{text}")


def _settle(actor: Actor, row: AskReport, state: AskReport.State, finding: str) -> None:
    changed = AskReport.objects.filter(id=row.id, holder_id=row.holder_id, state=AskReport.State.OPEN).update(
        state=state, finding=finding, settled_by=actor.account_id, settled_at=clock.now()
    )
    if not changed:
        raise ReportState()


def _after(row: AskReport, state: Demand.State) -> None:
    """What becomes of the demand the report was about."""
    if row.demand_id is not None:
        settled = clock.now() if state == Demand.State.CANCELLED else None
        Demand.objects.filter(id=row.demand_id, holder_id=row.holder_id, state=Demand.State.REPORTED).update(
            state=state, settled_at=settled
        )


def _tell(row: AskReport, text: str) -> None:
    if row.application_id is None:
        return
    application = Application.objects.filter(id=row.application_id, holder_id=row.holder_id).first()
    if application is not None:
        add_event(application, "举报处理结果", text[:500])


def material_of(item_code: str, material_code: str) -> MaterialView:
    """Raises NotFound for a material the item does not have."""
    for material in items.get_item(item_code).materials:
        if material.code == material_code:
            return material
    raise NotFound()


def _entry(row: AskReport, **detail: object) -> dict[str, Any]:
    return {
        "object_kind": "ask_report",
        "object_id": row.id,
        "holders": [row.holder_id],
        "purpose": f"办理事项:{row.item_code}",
        "detail": {"material": row.material_code, "department": row.department_code, **detail},
    }


def _act(kind: Kind, actor: Actor, application: Application, detail: dict[str, str]):  # type: ignore[no-untyped-def]
    return ledger.act(
        kind,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        purpose=f"办理事项:{application.item_code}",
        detail={"item": application.item_code, **detail},
    )

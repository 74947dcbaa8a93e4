"""自动取证: what the node itself knows of an ask, gathered without the resident having to prove anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec

from proofless.access import Ground, permit
from proofless.access.snapshots import open_snapshot
from proofless.applications.gate.rules import BLOCKED
from proofless.applications.models import Application, Demand, Event
from proofless.applications.sealing import plan_context
from proofless.applications.waterfall.outcome import MaterialOutcome, Plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.items.queries import ItemView, MaterialView, uses
from proofless.kit import clock
from proofless.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, where. ``application_id`` when there is a case; else ``item_code`` says for what."""

    material_code: str
    place: str
    application_id: UUID | None = None
    item_code: str = ""


def gather_evidence(
    actor: Actor, item: ItemView, material: MaterialView, application: Application | None
) -> Mapping[str, str]:
    """Label → text: the item and its list, how the material resolves for her, who asked for it when and on what law."""
    outcome = _outcome(actor, item, material, application)
    found = {
        "事项": f"{item.name}（{item.code}，第{item.version}版），承办部门{item.department_name}",
        "材料": f"{material.name}（{material.code}）",
        "清单上的取得方式": "、".join(kind.label for kind in material.sources),
        "用证事项清单": _listed(material),
        "系统核对的结果": outcome.sentence if outcome else "",
        "可以证明的记录": _records(outcome),
        "能不能不用带": _judged(outcome, material),
        "取证时间": clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }
    return found | (_of_case(application, material) if application else {})


def _outcome(
    actor: Actor, item: ItemView, material: MaterialView, application: Application | None
) -> MaterialOutcome | None:
    """As pinned when the case was handed in; before that, as a plan made now for her says."""
    plan = _pinned(actor, application) if application and application.plan_sealed else None
    if plan is None and actor.party_id is not None:
        case = Case(application.holder_id if application else actor.party_id)
        if application is None or application.enterprise_id is None:
            plan = make_plan(actor, item, Request(case, basis=item.code))
    return next((m for m in plan.materials if m.code == material.code), None) if plan else None


def _pinned(actor: Actor, application: Application) -> Plan:
    own = permit(
        actor,
        [application.holder_id],
        ["application.*"],
        f"办理事项:{application.item_code}",
        ground=Ground.OWN,
    )
    source = f"application:{application.id}"
    sealed = bytes(application.plan_sealed or b"")
    raw = open_snapshot(own, application.holder_id, sealed, plan_context(application.id), source, ())
    return msgspec.json.decode(raw, type=Plan)


def _records(outcome: MaterialOutcome | None) -> str:
    return "；".join(f"{e.title}，截至{e.as_of}" for e in outcome.evidence) if outcome else ""


def _judged(outcome: MaterialOutcome | None, material: MaterialView) -> str:
    if material.abolished:
        return "这项材料已取消，任何人不得索要"
    if outcome is None:
        return "没有为这个人核对过"
    return "不用带：已有其他方式" if outcome.mode.resolved else "系统没有其他方式取得，可以要"


def _listed(material: MaterialView) -> str:
    edition = uses.spared_materials().get(material.code)
    return f"第{edition}版用证事项清单列明由部门用证，不向群众索要" if edition else ""


def _of_case(application: Application, material: MaterialView) -> dict[str, str]:
    refused = Event.objects.filter(
        holder_id=application.holder_id, application_id=application.id, step=BLOCKED, note=material.name
    ).count()
    demands = Demand.objects.filter(
        holder_id=application.holder_id, application_id=application.id, material_code=material.code
    ).order_by("asked_at")
    asks = [f"{clock.day_of(d.asked_at)}，依据{d.law}，理由：{d.reason}" for d in demands]
    return {
        "办件": f"{application.receipt or '未提交'}，{application.get_state_display()}",
        "系统拦下的索要": f"{refused}次" if refused else "",
        "仍要求提供": "；".join(asks),
    }

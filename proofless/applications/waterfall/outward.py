"""A plan as other systems read it: plain JSON, the same from phone, window and agent."""

from typing import Any

from proofless.applications.waterfall.outcome import Plan


def plan_out(plan: Plan) -> dict[str, Any]:
    """Rules, situations, materials with why, fields with source, what is read and what is asked."""
    return {
        "item_code": plan.item_code,
        "rules": [{"code": r.code, "text": r.text, "basis": r.basis, "holds": r.holds} for r in plan.rules],
        "situations": [{"code": s.code, "question": s.question, "answer": s.answer} for s in plan.situations],
        "materials": [
            {
                "code": m.code,
                "name": m.name,
                "mode": m.mode.value,
                "why": m.sentence,
                "evidence": [{"source": e.source, "title": e.title, "as_of": e.as_of} for e in m.evidence],
                "connect": m.connect,
                "demand": m.demand
                and {"law": m.demand.law, "reason": m.demand.reason, "state": m.demand.state},
                "tried": [{"mode": a.mode.value, "why": a.why, "remedy": a.remedy} for a in m.attempts],
            }
            for m in plan.materials
        ],
        "fields": [
            {
                "name": f.name,
                "label": f.label,
                "value": f.value,
                "origin": f.origin,
                "reference": f.reference,
                "as_of": f.as_of,
                "required": f.required,
                "editable": f.editable,
                "other": f.other,
                "other_as_of": f.other_as_of,
                "confirm": f.confirm,
                "connect": f.connect,
            }
            for f in plan.fields
        ],
        "people": [
            {"role": c.role, "options": [str(one) for one in c.options], "chosen": c.chosen and str(c.chosen)}
            for c in plan.choices
        ],
        "relations": [
            {"role": one.role, "holder": str(one.holder_id), "evidence": one.text} for one in plan.relations
        ],
        "waiting": list(plan.waiting),
        "statutory": [_transfer(t) for t in plan.statutory],
        "consents": [_transfer(t) for t in plan.consents],
        "declined": [_transfer(t) for t in plan.declined],
    }


def _transfer(transfer: Any) -> dict[str, Any]:
    return {
        "key": transfer.key,
        "line": transfer.line,
        "role": transfer.role,
        "from": transfer.provider_code,
        "to": transfer.recipient_code,
        "fields": list(transfer.fields),
        "sensitive": transfer.sensitive,
    }

"""A theme's plan and progress as JSON, for every interface."""

from typing import Any

from proofless.applications.themes.merging import MergedTransfer
from proofless.applications.themes.planning import ThemePlan
from proofless.applications.themes.queries import ThemeProgress


def progress_out(found: ThemeProgress) -> dict[str, Any]:
    """One progress over all members, and the joint result."""
    members = [
        {
            "item_code": m.item_code,
            "item_name": m.item_name,
            "department": m.department_name,
            "state": str(m.state),
            "after": list(m.after),
            "reason": m.reason,
            "application_id": m.application_id,
            "receipt": m.receipt,
            "certificate_id": m.certificate_id,
        }
        for m in found.members
    ]
    return {
        "id": found.head.id,
        "theme_code": found.head.theme_code,
        "state": found.head.state.value,
        "receipt": found.head.receipt,
        "revision": found.head.revision,
        "ended": found.ended,
        "done": found.done,
        "members": members,
    }


def plan_out(made: ThemePlan) -> dict[str, Any]:
    """A theme's plan as JSON: members, questions, and each material, field and transfer once."""
    return {
        "theme_code": made.theme.code,
        "items": [
            {
                "code": m.item.code,
                "name": m.item.name,
                "chosen": m.chosen,
                "possible": m.possible,
                "why": m.why,
                "after": list(m.after),
            }
            for m in made.members
        ],
        "situations": [{"code": q.code, "question": q.question, "answer": q.answer} for q in made.questions],
        "materials": [
            {
                "key": m.key,
                "name": m.outcome.name,
                "mode": m.outcome.mode.value,
                "why": m.outcome.sentence,
                "items": list(m.items),
                "expects": m.outcome.expects,
            }
            for m in made.materials
        ],
        "fields": [
            {
                "key": b.key,
                "label": b.label,
                "value": b.shown.value,
                "reference": b.shown.reference,
                "as_of": b.shown.as_of,
                "required": b.required,
                "editable": b.editable,
                "items": list(b.items),
            }
            for b in made.boxes
        ],
        "people": [
            {"role": c.role, "options": [str(one) for one in c.options], "chosen": c.chosen and str(c.chosen)}
            for c in made.choices
        ],
        "statutory": [_transfer(one) for one in made.statutory],
        "consents": [_transfer(one) for one in made.consents],
        "declined": [_transfer(one) for one in made.declined],
    }


def _transfer(one: MergedTransfer) -> dict[str, Any]:
    return {
        "key": one.key,
        "line": one.line,
        "role": one.first.role,
        "from": one.first.provider_code,
        "to": list(one.recipients),
        "items": list(one.items),
        "fields": list(one.fields),
        "sensitive": one.first.sensitive,
    }

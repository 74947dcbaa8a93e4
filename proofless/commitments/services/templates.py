"""Bringing in what the catalogue says of promises and of what may follow later."""

from collections.abc import Sequence

from proofless.commitments.models import ROOM, DeferrableRow, TemplateRow
from proofless.commitments.rules.templates import COLUMNS, Row
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.standards.loading import Change, Target, load_tables


def load_templates(*, actor: Actor, templates: Sequence[Row], deferrable: Sequence[Row] = ()) -> list[Change]:
    """Bring both to the catalogue's rows (checked by the caller). What was signed or deferred keeps its own terms."""
    rows = [
        TemplateRow(**{"check_text" if name == "check" else name: row[name] for name in COLUMNS})
        for row in templates
    ]
    later = [
        DeferrableRow(material_code=row["material_code"], days=int(row["days"]), source=row["source"])
        for row in deferrable
    ]
    return load_tables(
        actor=actor,
        room=ROOM,
        kind=Kind.PROMISE_TEMPLATES_LOADED,
        targets=[Target(TemplateRow, rows), Target(DeferrableRow, later)],
    )

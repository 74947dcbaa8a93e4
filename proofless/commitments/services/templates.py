"""Bringing in what the catalogue says of promises."""

from collections.abc import Sequence

from proofless.commitments.models import ROOM, TemplateRow
from proofless.commitments.rules.templates import COLUMNS, Row
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.standards.loading import Change, Target, load_tables


def load_templates(*, actor: Actor, templates: Sequence[Row]) -> list[Change]:
    """Bring the overrides to the catalogue's rows (checked by the caller). What was signed keeps its own text."""
    rows = [
        TemplateRow(**{"check_text" if name == "check" else name: row[name] for name in COLUMNS})
        for row in templates
    ]
    return load_tables(
        actor=actor, room=ROOM, kind=Kind.PROMISE_TEMPLATES_LOADED, targets=[Target(TemplateRow, rows)]
    )

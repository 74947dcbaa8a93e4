"""Bringing in the templates of the catalogue."""

from collections.abc import Sequence

from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.standards.loading import Change, Target, load_tables
from proofless.verification.models import ROOM, Template
from proofless.verification.rules.templates import Row, read_list


def load_templates(*, actor: Actor, templates: Sequence[Row]) -> list[Change]:
    """Bring the templates to the catalogue's rows (checked by the caller). Requests keep the limits they began with."""
    return load_tables(
        actor=actor,
        room=ROOM,
        kind=Kind.VERIFICATION_TEMPLATES_LOADED,
        targets=[Target(Template, [_template(row) for row in templates])],
    )


def _template(row: Row) -> Template:
    connector, _, dataset = row["connector"].partition(":")
    return Template(
        code=row["template_code"],
        title=row["title"],
        question=row["question"],
        legal_basis=row["legal_basis"],
        department_code=row["dept_code"],
        shape=row["answer_shape"],
        answer_fields=row["answer_fields"],
        evidence_required=row["evidence_required"] == "Y",
        carries=list(read_list(row["carries"])),
        parameters=row["parameters"],
        connector=connector,
        dataset_code=dataset,
        confirms=row["confirms"],
        budget_ms=int(row["budget_ms"]),
        legal_days=int(row["legal_days"]),
        promised_days=int(row["promised_days"]),
        extension_days=int(row["extension_days"]),
        phrases=list(read_list(row["phrases"])),
        materials=list(read_list(row["materials"])),
        fills=row["fills"],
        source=row["source"],
    )

"""Synthetic people at work: a resident who applies, a clerk who handles, through the same services as the pages."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from proofless import ledger
from proofless.access.rules import permissions_of
from proofless.applications import queries, services
from proofless.applications.models import State
from proofless.applications.result import missing_face
from proofless.applications.services import Submission
from proofless.applications.services.verifying import reference_of
from proofless.applications.waterfall.outcome import Filled, Mode, Plan
from proofless.applications.waterfall.plan import make_plan
from proofless.certificates.rules import DEMO_IMAGE
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.simulator.accounts import check_demo
from proofless.verification import queries as verification
from proofless.verification import services as asking
from proofless.verification.queries import RequestView
from proofless.verification.rules.answers import AnswerGiven, Verdict

WRITTEN = {
    "string": "演示填写",
    "text": "演示填写的说明",
    "code": "1",
    "integer": "1",
    "decimal": "1000.00",
    "date": "2026-11-01",
    "datetime": "2026-11-01 09:30",
    "bool": "否",
    "table": "演示",
}


# What a synthetic officer writes into a face item only she knows.
FACE = {**WRITTEN, "image": DEMO_IMAGE}


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants an item done. ``ward`` is the person it is for when a guardian acts."""

    item_code: str
    actor_id: UUID
    enterprise: UUID | None = None
    ward: UUID | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)


def resident(holder_id: UUID, enterprise: UUID | None = None) -> Actor:
    """A synthetic resident signed in on a phone."""
    check_demo()
    permissions = permissions_of(["resident", "handler"] if enterprise else ["resident"])
    return Actor(
        holder_id, "演示居民", permissions, party_id=holder_id, represents=enterprise, channel=Channel.PHONE
    )


def clerk(department_code: str) -> Actor:
    """A synthetic clerk of a department at her window."""
    check_demo()
    return Actor(
        UUID(int=2),
        "演示窗口",
        permissions_of(["clerk"]),
        department_code=department_code,
        channel=Channel.DESK,
    )


def apply_for(wish: Wish) -> UUID:
    """Open, fill and submit an application as its applicant. Returns its id; refusals pass through."""
    who = resident(wish.actor_id, wish.enterprise)
    with ledger.reading():
        application_id = services.open_draft(
            actor=who, item_code=wish.item_code, enterprise_id=wish.enterprise, ward_id=wish.ward
        )
        item = items.get_item(wish.item_code)
        plan = plan_for(who, item, wish, application_id)
        for choice in plan.choices:
            if choice.options:
                services.choose_person(
                    actor=who, application_id=application_id, role=choice.role, holder_id=choice.options[0]
                )
        if plan.choices:
            plan = plan_for(who, item, wish, application_id)
        _upload(who, application_id, plan, wish.answers)
        view = queries.get_own(who, application_id)
        submission = Submission(
            revision=view.revision,
            answers=wish.answers,
            values={f.name: written(f) for f in plan.fields if f.required and not f.filled},
            agreed=frozenset(t.key for t in plan.consents),
            signed=frozenset(m.code for m in plan.required if m.mode is Mode.COMMITMENT),
        )
        services.submit(actor=who, application_id=application_id, submission=submission)
    return application_id


def plan_for(who: Actor, item: ItemView, wish: Wish, application_id: UUID) -> Plan:
    return make_plan(who, item, queries.request_for(queries.get_own(who, application_id), wish.answers))


def _upload(who: Actor, application_id: UUID, plan: Plan, answers: Mapping[str, bool]) -> None:
    for material in plan.uploads:
        services.attach_upload(
            actor=who,
            application_id=application_id,
            material_code=material.code,
            data=blank_png(),
            answers=answers,
        )


def written(one: Filled) -> str:
    """What a synthetic applicant writes into a field nobody could fill."""
    return WRITTEN.get(one.data_type, "演示填写")


def blank_png() -> bytes:
    """A real one-pixel picture, standing for a photo the applicant took."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def handle(
    application_id: UUID, department_code: str, *, completed: Mapping[str, str] | None = None
) -> UUID | None:
    """Take, accept and approve as the department's clerk, from wherever the case stands.

    Returns the result certificate's id, if any.
    """
    who = clerk(department_code)
    with ledger.reading():
        case = queries.open_case(who, application_id)
        if case.head.state is State.APPROVED:
            return case.head.result_certificate_id
        if case.head.state is State.SUBMITTED:
            _receive(who, case)
        accepted = queries.open_case(who, application_id)
        item = items.get_item(accepted.head.item_code)
        lacking = missing_face(who, accepted, item) if item.result_cert_code else ()
        return services.decide(
            actor=who,
            application_id=application_id,
            revision=accepted.head.revision,
            approve=True,
            completed={name: FACE.get(kind, "演示填写") for name, _, kind in lacking} | dict(completed or {}),
        )


def answer_for_departments(who: Actor, case: queries.CaseView) -> None:
    """Whoever is asked confirms, and the answers return by themselves; the rest the clerk sees herself."""
    application_id = case.head.id
    waiting = {
        code: reference_of(application_id, code) for code, held in case.materials.items() if held.awaiting
    }
    if not waiting:
        return
    services.verify_waiting(application_id)
    asked = verification.answers_for(waiting.values())
    for code, reference in waiting.items():
        if verification.template_for(code) is None:
            services.answer_verification(
                actor=who, application_id=application_id, material_code=code, confirmed=True
            )
        elif reference in asked and asked[reference].state.open:
            confirm(asked[reference])
    services.verify_waiting(application_id)


def confirm(request: RequestView) -> None:
    """The department that was asked says yes, with every value and paper its template wants."""
    template = verification.get_template(request.template_code)
    values = {
        blank.name: clock.today().isoformat()
        if blank.data_type == "date"
        else WRITTEN.get(blank.data_type, "演示填写")
        for blank in template.fields
        if blank.required
    }
    asking.answer(
        actor=clerk(request.department_code),
        request_id=request.id,
        revision=request.revision,
        given=AnswerGiven(Verdict.CONFIRMED, clock.today(), values, "经查属实"),
        evidence=[blank_png()] if template.evidence_required else [],
    )


def _receive(who: Actor, case: queries.CaseView) -> None:
    """Take the case, answer what was to be verified, accept."""
    head, revision = case.head, case.head.revision
    if head.taken_by is None:
        services.take(actor=who, application_id=head.id, revision=revision)
        revision += 1
    answer_for_departments(who, case)
    services.accept(
        actor=who, application_id=head.id, revision=revision, checked=frozenset(head.unknown_rules)
    )

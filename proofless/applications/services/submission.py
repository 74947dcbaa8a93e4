"""Submission: the plan is made once more, agreed to, pinned, and handed to the department."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

import msgspec

from proofless import ledger
from proofless.access.errors import ConsentRequired
from proofless.access.services import NewConsent, give_consents
from proofless.applications.corrections.services import open_corrections
from proofless.applications.errors import ApplicationIncomplete, FieldNotEditable, NotEligible
from proofless.applications.gate.demands import settle_supplied
from proofless.applications.models import Application, ApplicationMaterial, State
from proofless.applications.papers.intending import intend_paper
from proofless.applications.papers.wording import PaperKind
from proofless.applications.queries import request_for
from proofless.applications.rules import complaint
from proofless.applications.sealing import plan_context, values_context
from proofless.applications.services.deferring import may_follow
from proofless.applications.services.locking import access_own, add_event, change, check_state
from proofless.applications.services.promising import take_promises
from proofless.applications.services.standing import check_applicant
from proofless.applications.services.voice import find_confirmation, own_words
from proofless.applications.uploads.keeping import record_brought
from proofless.applications.waterfall.outcome import Filled, MaterialOutcome, Mode, Plan
from proofless.applications.waterfall.plan import make_plan
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger import Act
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class Submission:
    """What the applicant sends. ``agreed`` holds transfer keys, ``signed`` material codes committed to, ``later``
    those she will bring after acceptance (容缺). ``confirmed`` are fields of an old source she says still hold,
    ``disputed`` what she says against others, by name.
    """

    revision: int
    answers: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    agreed: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    disputed: Mapping[str, str] = field(default_factory=dict)


def submit(*, actor: Actor, application_id: UUID, submission: Submission) -> str:
    """Submit an application and return its receipt number.

    Raises NotEligible, ConsentRequired, ApplicationIncomplete (detail: materials, fields; people), FieldNotEditable,
    InputInvalid, WrongState (also on a second click), DecisionTaken when another device changed it meanwhile,
    ApplicantGone when the applicant died or came of age.
    """
    application = access_own(actor, application_id)
    check_state(application, State.DRAFT, State.RETURNED)
    check_applicant(actor, application)
    plan = make_plan(
        actor, items.get_item(application.item_code), request_for(application, submission.answers)
    )
    uploaded = {
        row.material_code: row.file_address
        for row in ApplicationMaterial.objects.filter(
            holder_id=application.holder_id, application_id=application.id
        ).exclude(file_address="")
        if row.mode != Mode.REUSE  # an earlier case's paper is not one she brought to this one
    }
    return hand_in(actor, application, plan, submission, uploaded)


def hand_in(
    actor: Actor,
    application: Application,
    plan: Plan,
    submission: Submission,
    uploaded: Mapping[str, str],
    *,
    within: Act | None = None,
) -> str:
    """Check what is handed in against the plan just made, pin it and give it to the department.

    ``uploaded`` are file addresses by material code. Returns the receipt number; raises as ``submit``.
    """
    (agreed, signed), how = own_words(actor, application, plan, (submission.agreed, submission.signed))
    later = may_follow(application, submission.later)
    submission = replace(submission, agreed=agreed, signed=signed, later=later)
    check_submission(plan, submission, uploaded.keys())
    values = final_values(plan.fields, submission.values)
    receipt = application.receipt or receipt_number(application.id)
    with ledger.act(
        Kind.APPLICATION_SUBMITTED,
        actor,
        within=within,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        detail=counts(plan, application, values),
    ) as act:
        change(
            application,
            submission.revision,
            state=State.SUBMITTED,
            channel=application.channel if actor.channel is Channel.SYSTEM else actor.channel.value,
            item_version=plan.item_version,
            receipt=receipt,
            submitted_at=clock.now(),
            situations=[f"{s.code}={'Y' if s.answer else 'N'}" for s in plan.situations],
            plan_sealed=cipher.seal(msgspec.json.encode(plan), plan_context(application.id)),
            values_sealed=cipher.seal_record(values, values_context(application.id)),
            draft_sealed=None,
            unknown_rules=[rule.code for rule in plan.unknown],
            reason="",  # what a former return said is no longer true of what is handed in now
        )
        _pin_materials(application, plan.materials, uploaded, submission.signed, act)
        confirmed = find_confirmation(actor, application)
        take_promises(act, actor, application, _promised(plan, submission), confirmed)
        _record_consents(actor, application, plan, act, how, confirmed.witness_id if confirmed else None)
        record_brought(application, {m.code: uploaded[m.code] for m in plan.uploads if m.code in uploaded})
        open_corrections(actor, application, plan, submission.disputed, within=act)
        settle_supplied(application, [m.code for m in plan.uploads if m.demand and m.code in uploaded])
        add_event(application, "提交申请")
        intend_paper(actor, application, PaperKind.RECEIPT)
    return receipt


def _promised(plan: Plan, submission: Submission) -> frozenset[str]:
    return submission.signed & {m.code for m in plan.materials if m.mode is Mode.COMMITMENT}


def check_submission(plan: Plan, submission: Submission, uploaded: Iterable[str]) -> None:
    """Everything that must be there before anything is written."""
    if plan.undecided:
        raise ApplicationIncomplete("请先说明这件事涉及的是哪一位", people=list(plan.undecided))
    if plan.refused:
        raise NotEligible(plan.refused[0].text, rules=[rule.code for rule in plan.refused])
    missing_consent = [t.key for t in plan.consents if t.key not in submission.agreed]
    if missing_consent:
        raise ConsentRequired(transfers=missing_consent)
    have = set(uploaded) | submission.later
    materials = [
        m.code
        for m in plan.required
        if (m.mode is Mode.COMMITMENT and m.code not in submission.signed)
        or (m.mode is Mode.UPLOAD and m.code not in have)
    ]
    # A demand stands whatever the material counts as: she brings it, or reports the ask.
    materials += [m.code for m in plan.uploads if m.demand and m.code not in {*have, *materials}]
    fields = [
        f.name
        for f in plan.fields
        if (f.required and not f.filled and not submission.values.get(f.name)) or not vouched(f, submission)
    ]
    if materials or fields:
        raise ApplicationIncomplete(materials=materials, fields=fields)


class Word(Protocol):
    """What somebody says about the values on a form, of one item or of a theme."""

    @property
    def values(self) -> Mapping[str, str]: ...
    @property
    def confirmed(self) -> frozenset[str]: ...
    @property
    def disputed(self) -> Mapping[str, str]: ...


def vouched(one: Filled, submission: Word) -> bool:
    """Whether a value that may have changed since is confirmed, disputed or written anew. Two sources that disagree
    are their owners' to settle: a correction is opened, nothing more is asked of her.
    """
    if not one.confirm or one.other is not None:
        return True
    written = submission.values.get(one.name)
    anew = one.editable and written is not None and written != str(one.value)
    return anew or one.name in submission.confirmed or one.name in submission.disputed


def final_values(fields: Iterable[Filled], written: Mapping[str, str]) -> dict[str, Any]:
    """The filled values with what the applicant may and did write. Raises FieldNotEditable, InputInvalid."""
    values: dict[str, Any] = {}
    complaints: dict[str, str] = {}
    for one in fields:
        values[one.name] = one.value
        text = written.get(one.name)
        if text is None or text == str(one.value if one.value is not None else ""):
            continue
        if not one.editable:
            raise FieldNotEditable(field=one.name)
        if text and (why := complaint(one.data_type, text)):
            complaints[one.name] = why
        values[one.name] = text
    if complaints:
        raise InputInvalid(fields=complaints)
    return values


def counts(plan: Plan, application: Application, values: Mapping[str, Any]) -> dict[str, Any]:
    """The integers the share rates are computed from. Nothing personal."""
    materials = Counter(m.mode.value for m in plan.required)
    origins = Counter(f.origin for f in plan.fields if f.filled)
    return {
        "item": application.item_code,
        "department": application.department_code,
        "division": application.division_code[:6],
        "materials": dict(sorted(materials.items())),
        "fields": dict(sorted(origins.items())),
        "fields_total": len(plan.asked_fields),
        "written": sum(1 for f in plan.asked_fields if not f.filled and values.get(f.name)),
        "unknown_rules": [rule.code for rule in plan.unknown],
    }


def receipt_number(application_id: UUID) -> str:
    """办件编号: day and the random tail of the id; says nothing of the applicant."""
    return f"{clock.today():%Y%m%d}{application_id.int % 10**10:010d}"


def _pin_materials(
    application: Application,
    materials: Iterable[MaterialOutcome],
    uploaded: Mapping[str, str],
    signed: frozenset[str],
    act: Act,
) -> None:
    now = clock.now()
    ApplicationMaterial.objects.filter(
        holder_id=application.holder_id, application_id=application.id
    ).delete()
    rows = []
    for material in materials:
        committed = material.mode is Mode.COMMITMENT and material.code in signed
        rows.append(
            ApplicationMaterial(
                id=new_id(),
                holder_id=application.holder_id,
                application_id=application.id,
                material_code=material.code,
                mode=material.mode.value,
                sources=[e.source for e in material.evidence],
                awaiting=material.awaiting,
                file_address=material.file_address
                or (uploaded.get(material.code, "") if material.brought else ""),
                committed_at=now if committed else None,
            )
        )
        if committed:
            act.enter(
                Kind.COMMITMENT_SIGNED,
                object_kind="application",
                object_id=application.id,
                holders=[application.holder_id],
                detail={"material": material.code},
            )
    ApplicationMaterial.objects.bulk_create(rows)


def _record_consents(
    actor: Actor, application: Application, plan: Plan, act: Act, how: str, witness: UUID | None
) -> None:
    consents = [NewConsent(t.holder_id, t.recipient_code, t.fields, t.sensitive) for t in plan.consents]
    if consents:
        purpose = f"办理事项:{application.item_code}"
        give_consents(
            actor=actor,
            consents=consents,
            reference=str(application.id),
            purpose=purpose,
            within=act,
            how=how,
            witness=witness,
        )

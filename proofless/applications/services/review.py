"""Review: take, accept, return for correction, refuse; and the ask that the system refuses."""

from collections.abc import Iterable
from uuid import UUID

from proofless import ledger
from proofless.applications.errors import ApplicationIncomplete, MaterialAlreadyHeld
from proofless.applications.gate.rules import BLOCKED
from proofless.applications.handling.limits import limits_of
from proofless.applications.handling.services.supplement import plan_supplement
from proofless.applications.models import Application, ApplicationMaterial, State
from proofless.applications.papers.intending import intend_paper
from proofless.applications.papers.wording import PaperKind
from proofless.applications.services.deferring import open_deferrals
from proofless.applications.services.locking import access_case, add_event, change, check_state
from proofless.applications.services.verifying import check_answerable
from proofless.applications.waterfall.outcome import Mode
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.kinds import Kind

REASON_MIN, REASON_MAX = 4, 500


def take(*, actor: Actor, application_id: UUID, revision: int) -> None:
    """Take a submitted application from the queue. Raises DecisionTaken when a colleague was first."""
    application = access_case(actor, application_id)
    check_state(application, State.SUBMITTED)
    with _step(Kind.APPLICATION_TAKEN, actor, application):
        change(application, revision, taken_by=actor.account_id)
        add_event(application, "窗口收件")


def accept(
    *, actor: Actor, application_id: UUID, revision: int, checked: frozenset[str] = frozenset()
) -> None:
    """Accept; the promised limit starts and runs on working days.

    ``checked`` are the conditions no record could settle that the clerk looked into herself and found to hold.
    Raises ApplicationIncomplete (detail: rules) while one of them is left open: unknown is not fulfilled.
    """
    application = access_case(actor, application_id)
    check_state(application, State.SUBMITTED)
    left = [code for code in application.unknown_rules if code not in checked]
    if left:
        raise ApplicationIncomplete("还有条件没有核实", rules=left)
    promised = items.get_item(application.item_code).promised_days
    application.accepted_at = clock.now()
    facts = {"days": promised, "checked": application.unknown_rules}
    with _step(Kind.APPLICATION_ACCEPTED, actor, application, facts) as act:
        change(
            application,
            revision,
            state=State.ACCEPTED,
            accepted_at=application.accepted_at,
            taken_by=application.taken_by or actor.account_id,
            **limits_of(application),
        )
        add_event(application, "受理")
        intend_paper(actor, application, PaperKind.ACCEPTED)
        open_deferrals(act, actor, application)


def return_for_correction(
    *,
    actor: Actor,
    application_id: UUID,
    revision: int,
    reason: str,
    materials: Iterable[str] = (),
    fields: Iterable[str] = (),
    again: str = "",
) -> None:
    """Return once with everything that must be corrected (一次性告知): the materials and fields named, and why.

    Raises MaterialAlreadyHeld for a material that is not the applicant's to bring (the try is entered), NamedLate for
    what an earlier notice should have named while ``again`` does not tell the supervisor why.
    """
    application = access_case(actor, application_id)
    check_state(application, State.SUBMITTED)
    text, named = _reason(reason), tuple(materials)
    for code in named:
        ask_for_material(actor=actor, application_id=application_id, material_code=code)
    notice = plan_supplement(actor, application, named, fields, text, again)
    facts = {"number": notice.number, "materials": notice.materials, "late": notice.late}
    with _step(Kind.APPLICATION_RETURNED, actor, application, facts):
        change(application, revision, state=State.RETURNED, reason=text, taken_by=None)
        notice.save(force_insert=True)
        add_event(application, "退回补正", text)
        intend_paper(actor, application, PaperKind.SUPPLEMENT)


def refuse(*, actor: Actor, application_id: UUID, revision: int, reason: str) -> None:
    """Refuse to accept, with the reason shown to the applicant."""
    application = access_case(actor, application_id)
    check_state(application, State.SUBMITTED)
    text = _reason(reason)
    with _step(Kind.APPLICATION_REFUSED, actor, application):
        change(
            application,
            revision,
            state=State.REFUSED,
            reason=text,
            decided_at=clock.now(),
            decided_by=actor.account_id,
        )
        add_event(application, "不予受理", text)
        intend_paper(actor, application, PaperKind.REFUSED)


def ask_for_material(*, actor: Actor, application_id: UUID, material_code: str) -> None:
    """A clerk tries to ask the applicant for a material. What resolved may not be asked for.

    Raises MaterialAlreadyHeld after entering the attempt, NotFound for a material the item does not have. For a
    material that truly must be brought, use ``return_for_correction``.
    """
    application = access_case(actor, application_id)
    material = ApplicationMaterial.objects.filter(
        holder_id=application.holder_id, application_id=application.id, material_code=material_code
    ).first()
    if material is None:
        raise NotFound()
    if Mode(material.mode) is Mode.UPLOAD:
        return
    with _step(Kind.ASK_REFUSED, actor, application, {"material": material_code, "mode": material.mode}):
        names = {one.code: one.name for one in items.get_item(application.item_code).materials}
        add_event(application, BLOCKED, names.get(material_code, material_code))
    raise MaterialAlreadyHeld(material=material_code)


def answer_verification(*, actor: Actor, application_id: UUID, material_code: str, confirmed: bool) -> None:
    """Record what the clerk saw herself in a register this node is not connected to.

    Raises AnsweredElsewhere where a department was named that answers for it.
    """
    check_answerable(material_code)
    application = access_case(actor, application_id)
    check_state(application, State.SUBMITTED, State.ACCEPTED)
    answer = "confirmed" if confirmed else "denied"
    with _step(Kind.VERIFICATION_ANSWERED, actor, application, {"material": material_code, "answer": answer}):
        changed = ApplicationMaterial.objects.filter(
            holder_id=application.holder_id,
            application_id=application.id,
            material_code=material_code,
            awaiting=True,
        ).update(answer=answer, answered_at=clock.now(), awaiting=False)
        if not changed:
            raise NotFound()


def _reason(reason: str) -> str:
    text = reason.strip()
    if not REASON_MIN <= len(text) <= REASON_MAX:
        raise InputInvalid(fields={"reason": f"请写明原因({REASON_MIN}至{REASON_MAX}字)"})
    return text


def _step(kind: Kind, actor: Actor, application: Application, detail: dict[str, object] | None = None):  # type: ignore[no-untyped-def]
    return ledger.act(
        kind,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        detail={"item": application.item_code, **(detail or {})},
    )

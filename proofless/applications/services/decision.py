"""Decision: approve or deny; an approval that has a result prepares the certificate first and issues it once."""

from collections.abc import Mapping
from uuid import UUID

from proofless import ledger
from proofless.applications.errors import ApplicationIncomplete, WrongState
from proofless.applications.models import Application, ApplicationMaterial, State
from proofless.applications.papers.intending import intend_paper
from proofless.applications.papers.wording import PaperKind
from proofless.applications.queries import open_case
from proofless.applications.result import result_certificate
from proofless.applications.services.deferring import check_supplied
from proofless.applications.services.hearing import check_opinions, lapse_opinions
from proofless.applications.services.locking import access_case, add_event, change, check_state
from proofless.applications.services.verifying import UNSETTLED
from proofless.certificates import services as certificates
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission


def decide(
    *,
    actor: Actor,
    application_id: UUID,
    revision: int,
    approve: bool,
    reason: str = "",
    completed: Mapping[str, str] | None = None,
) -> UUID | None:
    """Decide an accepted application. Returns the id of the certificate it resulted in, if any.

    ``completed`` are face items only the officer knows. Raises DecisionTaken when a colleague decided first (the
    prepared certificate then stays a visible, unissued intent and is abandoned), InputInvalid for a denial without a
    reason or missing face items.
    """
    actor.check(Permission.DECIDE)
    application = access_case(actor, application_id)
    check_state(application, State.ACCEPTED)
    if not approve and len(reason.strip()) < 4:
        raise InputInvalid(fields={"reason": "不予许可须写明理由"})
    if application.paused:
        raise WrongState("正在中止或特别程序中，请先结束再办结", state=application.state)
    check_opinions(application, approve=approve, reason=reason)
    if approve:
        _check_answers(application)
        check_supplied(application)
    item = items.get_item(application.item_code)
    if not approve or not item.result_cert_code:
        _close(actor, application, revision, State.APPROVED if approve else State.DENIED, reason)
        return None
    actor.check(Permission.ISSUE)
    case = open_case(actor, application_id)
    new = result_certificate(actor, application, item, case, completed or {})
    prepared = certificates.prepare_certificate(actor=actor, new=new)
    try:
        with _act(actor, application, State.APPROVED) as act:
            issued = certificates.issue(actor=actor, prepared=prepared, within=act)
            _write(actor, application, revision, State.APPROVED, reason, issued.certificate_id, act)
    except Refusal:
        certificates.abandon_preparation(actor=actor, preparation_id=prepared.id)
        raise
    return issued.certificate_id


def _check_answers(application: Application) -> None:
    """An approval waits for every verification asked for; what was denied or nobody could tell is no yes."""
    rows = ApplicationMaterial.objects.filter(holder_id=application.holder_id, application_id=application.id)
    open_codes = [r.material_code for r in rows if r.awaiting or r.answer in UNSETTLED]
    if open_codes:
        raise ApplicationIncomplete("还有核验未答复或未通过的材料", materials=open_codes)


def _act(actor: Actor, application: Application, state: State):  # type: ignore[no-untyped-def]
    return ledger.act(
        Kind.APPLICATION_DECIDED,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        detail={"item": application.item_code, "state": state.value},
    )


def _close(actor: Actor, application: Application, revision: int, state: State, reason: str) -> None:
    with _act(actor, application, state) as act:
        _write(actor, application, revision, state, reason, None, act)


def _write(
    actor: Actor,
    application: Application,
    revision: int,
    state: State,
    reason: str,
    certificate_id: UUID | None,
    act: ledger.Act,
) -> None:
    change(
        application,
        revision,
        state=state,
        reason=reason.strip(),
        decided_at=clock.now(),
        decided_by=actor.account_id,
        result_certificate_id=certificate_id,
    )
    lapse_opinions(actor, application, act)
    add_event(application, state.label, reason.strip())
    intend_paper(actor, application, PaperKind.DECIDED)

"""The life of a seal: applied for, approved, made, taken into use; suspended, resumed, renewed, revoked.

Two persons at least: who applied does not approve, who made does not take into use.
"""

from dataclasses import dataclass
from uuid import UUID

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.parties import queries as parties
from proofless.seals import rules
from proofless.seals.errors import SealNotFound
from proofless.seals.models import Application, Seal
from proofless.seals.queries.register import SealView, view_of
from proofless.seals.rules import ApplicationState, SealForm, SealState, Verb
from proofless.seals.services.making import NewSeal, build_seals, enter_made, lock_seal
from proofless.seals.services.publishing import renew_crls

LONGEST_YEARS = 5


@dataclass(frozen=True, slots=True)
class NewApplication:
    """What is applied for; ``renews_id`` names the seal whose place the new one takes. See ``NewSeal``."""

    name: str
    form: SealForm
    reason: str
    department_code: str = ""
    owner_name: str = ""
    type_codes: tuple[str, ...] = ()
    years: int = LONGEST_YEARS
    renews_id: UUID | None = None


def apply_for_seal(*, actor: Actor, new: NewApplication) -> UUID:
    """Apply for a seal of the actor's department, or for the renewal of one.

    Raises InputInvalid, SealNotFound for a seal to renew that is not his department's, SealStateRefused for
    one that has come to its end.
    """
    actor.check(Permission.SEAL_KEEP)
    department = actor.department_code or new.department_code
    _check_application(new, department)
    with ledger.act(None, actor) as act:
        if new.renews_id is not None:
            rules.seal_after(view_of(lock_seal(actor, new.renews_id)).state, Verb.RENEW)
        row = Application.objects.create(
            id=new_id(),
            department_code=department,
            form=new.form,
            name=new.name,
            owner_name=new.owner_name,
            type_codes=list(new.type_codes),
            years=new.years,
            reason=new.reason,
            renews_id=new.renews_id,
            state=ApplicationState.SUBMITTED,
            applied_by=actor.account_id,
            applied_at=clock.now(),
        )
        _enter(act, Kind.SEAL_APPLIED, row)
    return row.id


def _check_application(new: NewApplication, department: str) -> None:
    wrong = {}
    if department not in parties.list_departments():
        wrong["department_code"] = "没有这个部门"
    if not new.name.strip():
        wrong["name"] = "请填写印章名称"
    if not new.reason.strip():
        wrong["reason"] = "请填写申请理由"
    if not 1 <= new.years <= LONGEST_YEARS:
        wrong["years"] = f"使用年限为 1 到 {LONGEST_YEARS} 年"
    if new.form not in rules.GENERAL_FORMS and not new.type_codes:
        wrong["type_codes"] = "这类印章须指明用于哪些文件"
    if new.form is not SealForm.DEPARTMENT and not new.owner_name.strip():
        wrong["owner_name"] = "请填写印章所有者名称"
    if wrong:
        raise InputInvalid(fields=wrong)


def withdraw_application(*, actor: Actor, application_id: UUID) -> None:
    """Take back an application nobody has decided yet."""
    actor.check(Permission.SEAL_KEEP)
    _settle(actor, application_id, Verb.WITHDRAW, Kind.SEAL_WITHDRAWN)


def approve_application(*, actor: Actor, application_id: UUID, opinion: str = "") -> None:
    """Raises SecondPersonRequired when the applicant wants to approve himself."""
    actor.check(Permission.SEAL_APPROVE)
    _settle(actor, application_id, Verb.APPROVE, Kind.SEAL_APPROVED, opinion)


def refuse_application(*, actor: Actor, application_id: UUID, opinion: str) -> None:
    """Raises InputInvalid without a reason for the applicant, SecondPersonRequired."""
    actor.check(Permission.SEAL_APPROVE)
    if not opinion.strip():
        raise InputInvalid(fields={"opinion": "请写明不批准的原因"})
    _settle(actor, application_id, Verb.REFUSE, Kind.SEAL_REFUSED, opinion)


def _settle(actor: Actor, application_id: UUID, verb: Verb, kind: Kind, opinion: str = "") -> None:
    with ledger.act(None, actor) as act:
        row = _lock_application(actor, application_id)
        row.state = rules.application_after(ApplicationState(row.state), verb)
        row.decided_at, row.opinion = clock.now(), opinion
        if verb is not Verb.WITHDRAW:
            rules.check_second(actor.account_id, row.applied_by, what="申请和审批")
            row.decided_by = actor.account_id
        row.save(update_fields=["state", "decided_at", "decided_by", "opinion"])
        _enter(act, kind, row)


def make_applied_seal(*, actor: Actor, application_id: UUID) -> SealView:
    """Make the seal of an approved application. It seals nothing until a second person takes it into use.

    Raises SealStateRefused, SignerLocked, SignerFailed; then nothing was made.
    """
    actor.check(Permission.SEAL_APPROVE)
    with ledger.act(None, actor) as act:
        row = _lock_application(actor, application_id)
        row.state = rules.application_after(ApplicationState(row.state), Verb.MAKE)
        form = SealForm(row.form)
        new = NewSeal(row.department_code, row.name, tuple(row.type_codes), form, row.owner_name, row.years)
        (seal,) = build_seals([new], SealState.MAKING)
        seal.made_by, seal.application_id, seal.renews_id = actor.account_id, row.id, row.renews_id
        seal.save(force_insert=True)
        row.seal_id = seal.id
        row.save(update_fields=["state", "seal_id"])
        enter_made(act, seal)
    return view_of(seal)


def activate_seal(*, actor: Actor, seal_id: UUID) -> None:
    """Take a seal into use; the one it renews is at its end in the same moment.

    Raises SecondPersonRequired when its maker wants to do so himself.
    """
    with ledger.act(None, actor) as act:
        row = lock_seal(actor, seal_id)
        after = rules.seal_after(view_of(row).state, Verb.ACTIVATE)
        if row.made_by is not None:
            rules.check_second(actor.account_id, row.made_by, what="制作和启用")
        row.state, row.activated_by, row.activated_at = after, actor.account_id, clock.now()
        row.save(update_fields=["state", "activated_by", "activated_at"])
        _enter_state(act, Kind.SEAL_ACTIVATED, row)
        if row.renews_id is not None:
            _renew(act, row.renews_id)


def _renew(act: Act, seal_id: UUID) -> None:
    """The old seal gives way; what it sealed stays good, its keepers stay on its record alone."""
    old = Seal.objects.select_for_update().get(id=seal_id)
    old.state = rules.seal_after(view_of(old).state, Verb.RENEW)
    old.save(update_fields=["state"])
    _enter_state(act, Kind.SEAL_RENEWED, old)


def suspend_seal(*, actor: Actor, seal_id: UUID, reason: str = "") -> None:
    """Stop a seal from being used; files sealed before stay good. Acts sealing with it finish first."""
    _change(actor, seal_id, Verb.SUSPEND, Kind.SEAL_SUSPENDED, reason)


def resume_seal(*, actor: Actor, seal_id: UUID, reason: str = "") -> None:
    _change(actor, seal_id, Verb.RESUME, Kind.SEAL_RESUMED, reason)


def revoke_seal(*, actor: Actor, seal_id: UUID, reason: str) -> None:
    """End a seal for good and put its signing certificate on the revocation list. Raises InputInvalid without a
    reason, SignerLocked when the list cannot be signed: then the seal is not revoked, and can be suspended
    meanwhile."""
    if not reason.strip():
        raise InputInvalid(fields={"reason": "请写明撤销的原因：撤销后不能恢复"})
    _change(actor, seal_id, Verb.REVOKE, Kind.SEAL_REVOKED, reason)


def _change(actor: Actor, seal_id: UUID, verb: Verb, kind: Kind, reason: str) -> None:
    with ledger.act(None, actor) as act:
        row = lock_seal(actor, seal_id)
        row.state = rules.seal_after(view_of(row).state, verb)
        row.state_reason = reason
        row.revoked_at = clock.now() if verb is Verb.REVOKE else None
        row.save(update_fields=["state", "state_reason", "revoked_at"])
        _enter_state(act, kind, row)
        if verb is Verb.REVOKE:
            renew_crls()


def _lock_application(actor: Actor, application_id: UUID) -> Application:
    row = Application.objects.select_for_update().filter(id=application_id).first()
    mine = actor.may(Permission.SEAL_APPROVE) or not actor.department_code
    if row is None or not (mine or actor.department_code == row.department_code):
        raise SealNotFound()
    return row


def _enter(act: Act, kind: Kind, row: Application) -> None:
    act.enter(
        kind,
        object_kind="seal_application",
        object_id=row.id,
        detail={"department": row.department_code, "form": row.form},
    )


def _enter_state(act: Act, kind: Kind, row: Seal) -> None:
    detail = {"seal": row.code, "state": str(row.state)}
    act.enter(kind, object_kind="seal", object_id=row.code, detail=detail)

"""People: whom a role means, what the applicant does not agree to, and a partner no register relates to her."""

import unicodedata
from uuid import UUID

from proofless import ledger
from proofless.applications.models import Application, Invitation, State
from proofless.applications.queries import request_for
from proofless.applications.services.locking import access_own, change, check_state
from proofless.applications.waterfall.plan import INVITED, make_plan
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, InputInvalid, NotFound, Refusal
from proofless.kit.ids import is_resident_number, new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

INVITATIONS_MAX = 3


def choose_person(*, actor: Actor, application_id: UUID, role: str, holder_id: UUID) -> None:
    """Say which of several children, deceased relatives or employees is meant.

    Raises NotFound for somebody who is not one of them, WrongState once submitted.
    """
    application = _open(actor, application_id)
    plan = make_plan(actor, items.get_item(application.item_code), request_for(application))
    if not any(choice.role == role and holder_id in choice.options for choice in plan.choices):
        raise NotFound()
    kept = [mark for mark in application.chosen if not mark.startswith(f"{role}=")]
    with _act(Kind.PERSON_CHOSEN, actor, application, {"role": role}):
        change(application, application.revision, chosen=sorted([*kept, f"{role}={holder_id}"]))


def decline_transfer(*, actor: Actor, application_id: UUID, line: str) -> None:
    """Say no to one of the transfers asked for: what rests on it is obtained another way, at last by upload.

    ``line`` is ``Transfer.line``. Raises NotFound for one the plan does not ask for.
    """
    application = _open(actor, application_id)
    plan = make_plan(actor, items.get_item(application.item_code), request_for(application))
    if line not in {transfer.line for transfer in plan.consents}:
        raise NotFound()
    with _act(Kind.TRANSFER_DECLINED, actor, application, {"line": line}):
        change(application, application.revision, declined=sorted({*application.declined, line}))


def allow_transfer(*, actor: Actor, application_id: UUID, line: str) -> None:
    """Take a refusal back; the transfer is then asked for again. Raises NotFound for one not declined."""
    application = _open(actor, application_id)
    if line not in application.declined:
        raise NotFound()
    with _act(Kind.TRANSFER_ALLOWED, actor, application, {"line": line}):
        change(
            application, application.revision, declined=[one for one in application.declined if one != line]
        )


def invite_partner(*, actor: Actor, application_id: UUID, name: str, number: str) -> None:
    """Ask the other one of a couple to take part. The number is not kept.

    A number and name that fit nobody give the same answer: the form must not tell who is registered. Raises
    InputInvalid for a wrong check digit, Refusal when there were too many, NotFound where no partner is needed.
    """
    application = _open(actor, application_id)
    number = number.strip().upper()
    if not is_resident_number(number):
        raise InputInvalid(fields={"partner_number": "公民身份号码校验不通过，请核对18位号码"})
    if not name.strip():
        raise InputInvalid(fields={"partner_name": "请填写对方的姓名"})
    plan = make_plan(actor, items.get_item(application.item_code), request_for(application))
    if INVITED not in plan.undecided:
        raise NotFound()
    earlier = Invitation.objects.filter(application_id=application.id)
    if earlier.count() >= INVITATIONS_MAX:
        raise Refusal("这件事的邀请次数已用完，请到窗口办理", code=ErrorCode.TOO_MANY_REQUESTS)
    invited = _fitting(name, number, application.holder_id)
    with _act(Kind.PARTNER_INVITED, actor, application, {"role": INVITED}) as act:
        earlier.filter(state=Invitation.State.ASKED).update(state=Invitation.State.REPLACED)
        made = Invitation.objects.create(
            id=new_id(),
            holder_id=invited or new_id(),
            application_id=application.id,
            applicant_id=application.holder_id,
            item_code=application.item_code,
            role=INVITED,
            asked_at=clock.now(),
        )
        if invited is not None:
            act.enter(
                Kind.PARTNER_ASKED,
                object_kind="invitation",
                object_id=made.id,
                holders=[invited],
                detail={"item": application.item_code, "role": INVITED},
            )


def answer_invitation(*, actor: Actor, invitation_id: UUID, agree: bool) -> None:
    """The invited one agrees or not. Raises NotFound for another's, an answered or a replaced invitation."""
    actor.check(Permission.APPLY)
    found = Invitation.objects.filter(
        id=invitation_id, holder_id__in=[actor.party_id], state=Invitation.State.ASKED
    ).first()
    if found is None:
        raise NotFound()
    state = Invitation.State.AGREED if agree else Invitation.State.REFUSED
    with ledger.act(
        Kind.INVITATION_ANSWERED,
        actor,
        object_kind="application",
        object_id=found.application_id,
        holders=[found.holder_id, found.applicant_id],
        detail={"item": found.item_code, "state": state.value},
    ):
        changed = Invitation.objects.filter(
            id=found.id, holder_id=found.holder_id, state=Invitation.State.ASKED
        ).update(state=state, answered_at=clock.now())
        if not changed:
            raise NotFound()


def _fitting(name: str, number: str, applicant: UUID) -> UUID | None:
    """The person with this number and name; None for nobody, and for the applicant herself."""
    found = parties.find_holder_id(number)
    if found is None or found == applicant:
        return None
    registered = parties.holder_names([found]).get(found, "")
    return found if plain_name(registered) == plain_name(name) else None


def plain_name(name: str) -> str:
    """Names as compared: without spaces, the many forms of the dot as one."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    return text.replace("•", "·").replace("．", "·").replace(".", "·")


def _open(actor: Actor, application_id: UUID) -> Application:
    application = access_own(actor, application_id)
    check_state(application, State.DRAFT, State.RETURNED)
    return application


def _act(kind: Kind, actor: Actor, application: Application, detail: dict[str, str]):  # type: ignore[no-untyped-def]
    return ledger.act(
        kind,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        detail={"item": application.item_code, **detail},
    )

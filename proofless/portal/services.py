"""Acts of the portal itself: entering by a code, leaving."""

from uuid import UUID

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.notices import services as notices
from proofless.notices.errors import PasscodeInvalid, TooOften
from proofless.notices.rules.passcodes import Purpose
from proofless.parties.errors import AccountLocked
from proofless.parties.models import Account


def sign_out(*, actor: Actor) -> None:
    """Enter that the actor left; the page then forgets the session. Leaving needs no right."""
    if actor.permissions:
        with ledger.act(Kind.SIGNED_OUT, actor, object_kind="account", object_id=actor.account_id):
            pass


def send_sign_in_code(*, actor: Actor, username: str) -> None:
    """Send a code to the mobile of a resident's account. The same answer whether there is one, or one was sent
    a moment ago. Raises NoTransport.
    """
    account = _resident(username)
    if account is None or account.party_id is None:
        _enter_refusal(actor, None)
        return
    try:
        notices.send_passcode(
            actor=actor, holder_id=account.party_id, purpose=Purpose.SIGN_IN, reference=str(account.id)
        )
    except TooOften:
        _enter_refusal(actor, account)


def sign_in_by_code(*, actor: Actor, username: str, code: str) -> UUID:
    """The id of the account whose code this is. Raises PasscodeInvalid, AccountLocked."""
    account = _resident(username)
    if account is None or account.party_id is None:
        _enter_refusal(actor, None)
        raise PasscodeInvalid()
    if account.locked_until and account.locked_until > clock.now():
        _enter_refusal(actor, account)
        raise AccountLocked()
    notices.use_passcode(
        actor=actor,
        holder_id=account.party_id,
        purpose=Purpose.SIGN_IN,
        code=code,
        reference=str(account.id),
    )
    with ledger.act(Kind.SIGNED_IN, actor, object_kind="account", object_id=account.id):
        pass
    return account.id


def _resident(username: str) -> Account | None:
    return Account.objects.filter(username=username, is_active=True, party_id__isnull=False).first()


def _enter_refusal(actor: Actor, account: Account | None) -> None:
    with ledger.act(
        Kind.SIGN_IN_REFUSED, actor, object_kind="account", object_id=account.id if account else ""
    ):
        pass

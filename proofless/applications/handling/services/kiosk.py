"""自助终端: somebody signs in at a shared device: by her phone's code, one sent to it, or her identity card."""

from contextlib import suppress
from uuid import UUID

from proofless import ledger
from proofless.access import Ground, open_records, permit
from proofless.access.queries import find_holder_records
from proofless.applications.errors import NotIdentified
from proofless.applications.handling.cards import CardRead, CardReader
from proofless.applications.services.people import plain_name
from proofless.codes import services as codes
from proofless.codes.errors import CodeInvalid, CodeReplayed
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import is_resident_number
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.notices import services as notices
from proofless.notices.errors import PasscodeInvalid, TooOften
from proofless.notices.rules.passcodes import Purpose
from proofless.parties import queries as parties
from proofless.parties.services import open_resident_account

TAIL, PURPOSE, REFERENCE = 4, "自助终端登录", "kiosk"


def sign_in_at_kiosk(*, actor: Actor, code: str, tail: str) -> UUID:
    """The account of whoever shows this code and knows the last four of her number. ``actor`` is the device.

    A code read off a screen by somebody else opens nothing without the number; each try uses the code up. Raises
    CodeInvalid, CodeReplayed, NotIdentified (same answer for a wrong end and for somebody without an account).
    """
    actor.check(Permission.KIOSK)
    tail = tail.strip().upper()
    if len(tail) != TAIL or not tail.isascii() or not tail.isalnum():
        raise InputInvalid(fields={"tail": "请输入身份证号码的最后四位"})
    try:
        with ledger.act(None, actor) as act:
            holder = codes.identify(code=code)
            account = _account(actor, holder, tail)
            act.enter(
                Kind.SIGNED_IN if account else Kind.SIGN_IN_REFUSED,
                object_kind="account",
                object_id=account or "",
                holders=[holder],
                purpose=PURPOSE,
                detail={"how": "code"},
            )
    except (CodeInvalid, CodeReplayed) as refused:
        with ledger.act(
            Kind.SIGN_IN_REFUSED, actor, object_kind="account", detail={"reason": refused.code.name}
        ):
            pass
        raise
    if account is None:
        raise NotIdentified("没有登录成功")
    return account


def send_code_at_kiosk(*, actor: Actor, number: str) -> UUID | None:
    """Send a one-time code to the mobile of record of whoever has this number and an account; any telephone will do.

    Returns the holder to remember until the code comes, None for nobody: the page says the same to both. The number is
    not kept. Raises InputInvalid for a wrong check digit, NoTransport.
    """
    actor.check(Permission.KIOSK)
    number = number.strip().upper()
    if not is_resident_number(number):
        raise InputInvalid(fields={"number": "公民身份号码校验不通过，请核对18位号码"})
    holder = parties.find_holder_id(number)
    if holder is None or parties.find_account_of(holder) is None:
        with ledger.act(Kind.SIGN_IN_REFUSED, actor, object_kind="account", purpose=PURPOSE):
            pass
        return None
    # The one sent a moment ago still serves; saying so would tell who has an account.
    with suppress(TooOften):
        notices.send_passcode(actor=actor, holder_id=holder, purpose=Purpose.SIGN_IN, reference=REFERENCE)
    return holder


def sign_in_by_passcode(*, actor: Actor, holder_id: UUID | None, code: str) -> UUID:
    """The account of the holder a code was sent to. Raises PasscodeInvalid."""
    actor.check(Permission.KIOSK)
    account = parties.find_account_of(holder_id) if holder_id else None
    if holder_id is None or account is None:
        raise PasscodeInvalid()
    notices.use_passcode(
        actor=actor, holder_id=holder_id, purpose=Purpose.SIGN_IN, code=code, reference=REFERENCE
    )
    with ledger.act(
        Kind.SIGNED_IN,
        actor,
        object_kind="account",
        object_id=account,
        holders=[holder_id],
        purpose=PURPOSE,
        detail={"how": "passcode"},
    ):
        pass
    return account


def sign_in_by_card(*, actor: Actor, reader: CardReader, device: str) -> UUID:
    """The account of whoever put her identity card on the reader and was found to be its holder.

    Who has no account gets one, without a password: her card opens it here again. Raises NotIdentified (same answer for
    a face that is another's, for a card nobody registered and for another name; entered), InputInvalid while no card
    lies there, UNAVAILABLE for a reader that does not answer.
    """
    actor.check(Permission.KIOSK)
    card = reader.read(device)
    if card is None:
        raise InputInvalid(fields={"card": "没有读到身份证，请把身份证放在读卡区再试"})
    holder = _holder_of(actor, card)
    with ledger.act(None, actor) as act:
        account = _opened_by_card(actor, holder, act) if holder else None
        act.enter(
            Kind.SIGNED_IN if account else Kind.SIGN_IN_REFUSED,
            object_kind="account",
            object_id=account or "",
            holders=[holder] if holder else [],
            purpose=PURPOSE,
            detail={"how": "card", "matched": card.matched},
        )
    if account is None:
        raise NotIdentified("没有核对上本人，请看着摄像头再试一次，或到窗口凭身份证办理")
    return account


def _opened_by_card(actor: Actor, holder: UUID, act: ledger.Act) -> UUID | None:
    """Her account, a new one if she never had any; None where hers was closed. A card is more than a password: one
    that is locked for wrong guesses is hers all the same."""
    known = parties.resident_accounts(holder)
    if not known:
        return open_resident_account(actor=actor, party_id=holder, how="card", within=act)
    return next((account for account, living in known.items() if living), None)


def _holder_of(actor: Actor, card: CardRead) -> UUID | None:
    """Whose card it is and who stands there: number and name are compared with the registration."""
    number = card.number.strip().upper()
    holder = parties.find_holder_id(number) if card.matched and is_resident_number(number) else None
    record = find_holder_records([holder]).get(holder) if holder else None
    if holder is None or record is None or parties.holder_facts([holder])[holder].state != "active":
        return None
    fields = ["account.number", "account.name"]
    duty = permit(actor, [holder], fields, PURPOSE, ground=Ground.STATUTORY, basis="kiosk")
    known = open_records(duty, [record])[0]
    return holder if plain_name(str(known["name"])) == plain_name(card.name) else None


def _account(actor: Actor, holder: UUID, tail: str) -> UUID | None:
    record = find_holder_records([holder]).get(holder)
    if record is None:
        return None
    duty = permit(actor, [holder], ["account.number"], PURPOSE, ground=Ground.STATUTORY, basis="kiosk")
    number = str(open_records(duty, [record])[0]["number"])
    return parties.find_account_of(holder) if number.upper().endswith(tail) else None

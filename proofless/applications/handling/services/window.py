"""窗口: somebody without a phone is received, agrees before a witness, and leaves with her case handed in."""

from collections.abc import Iterable
from uuid import UUID

from proofless import ledger
from proofless.access import Ground, open_records, permit
from proofless.access.errors import ConsentRequired
from proofless.access.queries import find_holder_records
from proofless.access.services import open_presence
from proofless.access.standing import Aim
from proofless.applications.errors import NotIdentified, ThemeNotOpen
from proofless.applications.models import Application, Confirmation, State
from proofless.applications.queries import request_for
from proofless.applications.services.drafts import check_upload
from proofless.applications.services.locking import access_own, check_state
from proofless.applications.services.people import plain_name
from proofless.applications.services.voice import (
    BY_CODE,
    ON_PAPER,
    PAPER_NAME,
    check_own_code,
    within_authority,
)
from proofless.applications.themes.rules import is_open
from proofless.applications.waterfall.outcome import Mode
from proofless.applications.waterfall.plan import make_plan
from proofless.codes import services as codes
from proofless.codes.errors import CodeInvalid, CodeReplayed
from proofless.files import services as files
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import ErrorCode, Forbidden, InputInvalid, NotFound, Refusal
from proofless.kit.ids import is_resident_number, new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

CHANNELS = (Channel.WINDOW, Channel.ASSISTED)
BY_NUMBER = "number"


def receive(
    *,
    actor: Actor,
    channel: Channel,
    item_code: str = "",
    theme_code: str = "",
    code: str = "",
    number: str = "",
    name: str = "",
) -> UUID:
    """Receive somebody present, by the code she shows or the card she hands over, for one item or one theme (which
    then goes before the item). Returns the presence.

    An official of a department receives for its items and the themes it leads; who has no case work of his own
    (综合窗口、帮办) for all. Raises ThemeNotOpen, CodeInvalid, CodeReplayed, NotIdentified (same answer for nobody and
    another's name; entered), Forbidden.
    """
    actor.check(Permission.WINDOW)
    aim = _theme_aim(actor, theme_code) if theme_code else _item_aim(actor, item_code)
    if channel not in CHANNELS:
        raise InputInvalid(fields={"channel": "请选择窗口办理或帮办代办"})
    try:
        return _received(actor, aim, channel, code, number, name)
    except (CodeInvalid, CodeReplayed, NotIdentified) as refused:
        with ledger.act(
            Kind.PRESENCE_REFUSED,
            actor,
            object_kind=aim.kind,
            object_id=aim.code,
            detail={"reason": refused.code.name, "channel": channel.value},
        ):
            pass
        raise


def _item_aim(actor: Actor, item_code: str) -> Aim:
    item = items.get_item(item_code)
    if actor.may(Permission.HANDLE) and item.department_code != actor.department_code:
        raise Forbidden("这个事项不是本部门的，请到承办部门或综合窗口办理")
    return Aim((item.code,))


def _theme_aim(actor: Actor, theme_code: str) -> Aim:
    theme = items.get_theme(theme_code)
    if not is_open(theme.batch_confidence):
        raise ThemeNotOpen(theme=theme.code)
    if actor.may(Permission.HANDLE) and theme.lead_department_code != actor.department_code:
        raise Forbidden("这件事不由本部门牵头，请到牵头部门或综合窗口办理")
    return Aim(tuple(theme.item_codes), theme.code)


def _received(actor: Actor, aim: Aim, channel: Channel, code: str, number: str, name: str) -> UUID:
    found = None if code else _by_number(actor, aim, number, name)
    with ledger.act(None, actor) as act:
        holder = found or codes.identify(code=code)
        if parties.holder_facts([holder])[holder].state != "active":
            raise NotIdentified()
        return open_presence(
            actor=actor,
            holder_id=holder,
            channel=channel,
            shown=BY_NUMBER if found else BY_CODE,
            aim=aim,
            within=act,
        )


def _by_number(actor: Actor, aim: Aim, number: str, name: str) -> UUID:
    """Whose card it is: number and name are compared with the registration, which is a read of both."""
    number = number.strip().upper()
    if not is_resident_number(number):
        raise InputInvalid(fields={"number": "公民身份号码校验不通过，请核对18位号码"})
    if not name.strip():
        raise InputInvalid(fields={"name": "请填写证件上的姓名"})
    holder = parties.find_holder_id(number)
    record = find_holder_records([holder]).get(holder) if holder else None
    if holder is None or record is None:
        raise NotIdentified()
    duty = permit(
        actor,
        [holder],
        ["account.number", "account.name"],
        aim.purpose,
        ground=Ground.STATUTORY,
        basis=aim.code,
    )
    known = open_records(duty, [record])[0]
    if plain_name(str(known["name"])) != plain_name(name):
        raise NotIdentified()
    return holder


def confirm_by_code(
    *, actor: Actor, application_id: UUID, code: str, agreed: Iterable[str], signed: Iterable[str] = ()
) -> None:
    """She has read the second screen and shows her code anew: that is her yes to exactly what it showed.

    ``actor`` is the assisting one. Raises CodeInvalid also for somebody else's code.
    """
    application = _present_case(actor, application_id)
    keys = _told(actor, application, agreed, signed)
    with ledger.act(None, actor) as act:
        check_own_code(actor, code)
        _confirm(actor, application, BY_CODE, *keys, "", act)


def confirm_on_paper(
    *, actor: Actor, application_id: UUID, data: bytes, agreed: Iterable[str], signed: Iterable[str] = ()
) -> None:
    """She signed the printed confirmation before the clerk, who keeps the scan and stands as witness.

    Raises UploadInvalid for a file that is no picture or PDF, or larger than the city takes.
    """
    application = _present_case(actor, application_id)
    check_upload(data, PAPER_NAME)
    keys = _told(actor, application, agreed, signed)
    with ledger.act(None, actor) as act:
        address = files.store(data=data, within=act).address
        _confirm(actor, application, ON_PAPER, *keys, address, act)


def _present_case(actor: Actor, application_id: UUID) -> Application:
    if actor.present is None:
        raise NotFound()
    application = access_own(actor, application_id)
    check_state(application, State.DRAFT, State.RETURNED)
    return application


def _told(
    actor: Actor, application: Application, agreed: Iterable[str], signed: Iterable[str]
) -> tuple[list[str], list[str]]:
    """What she was shown and agreed to, checked against the plan: nothing else can be agreed to."""
    answers = {code: mark == "Y" for code, mark in (one.split("=") for one in application.situations)}
    plan = make_plan(actor, items.get_item(application.item_code), request_for(application, answers))
    keys, codes_ = sorted(set(agreed)), sorted(set(signed))
    promised = {m.code for m in plan.required if m.mode is Mode.COMMITMENT}
    allowed = within_authority(actor, plan, (frozenset(keys), frozenset(codes_)))
    if allowed != (frozenset(keys), frozenset(codes_)):
        raise ConsentRequired("委托书没有特别授权：敏感信息的同意和承诺，请由委托人本人在手机上或到窗口确认")
    if not set(keys) <= {t.key for t in plan.consents} or not set(codes_) <= promised:
        raise Refusal("要确认的内容刚刚有变化，请让本人重新阅读", code=ErrorCode.CONSENT_REQUIRED)
    return keys, codes_


def _confirm(
    actor: Actor,
    application: Application,
    how: str,
    agreed: list[str],
    signed: list[str],
    address: str,
    act: ledger.Act,
) -> None:
    presence = actor.standing.witnessed_in if actor.standing else None
    act.enter(
        Kind.CONFIRMED_IN_PERSON,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        purpose=f"办理事项:{application.item_code}",
        detail={"how": how, "agreed": len(agreed), "signed": signed},
    )
    Confirmation.objects.create(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        presence_id=presence or application.id,
        how=how,
        agreed=agreed,
        signed=signed,
        file_address=address,
        witness_id=actor.account_id,
        confirmed_at=clock.now(),
    )

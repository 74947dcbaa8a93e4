"""委托: a principal appoints an agent; he opens cases in her name while the authority holds."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from proofless import ledger
from proofless.access.services import give_authority
from proofless.access.standing import agent_at_window, agent_for, get_brought, get_held, get_presence
from proofless.applications.errors import NotIdentified
from proofless.applications.services.drafts import check_upload, open_draft
from proofless.applications.services.people import plain_name
from proofless.files import services as files
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import is_resident_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

PAPER_NAME = "委托书"


def appoint(
    *,
    actor: Actor,
    name: str,
    number: str,
    item_codes: Iterable[str],
    since: date,
    until: date,
    special: bool = False,
    paper: bytes | None = None,
) -> UUID:
    """Appoint the person of this name and number. The number is not kept.

    Before an official the signed paper comes with it. Raises NotIdentified (same answer for nobody and another's
    name), ItemUnknown, UploadInvalid, and InputInvalid as ``give_authority``.
    """
    actor.check(Permission.APPLY)
    if actor.party_id is None or (actor.standing is not None and paper is None):
        raise NotFound()
    codes, agent = list(item_codes), _person(name, number)
    for code in codes:
        items.get_item(code)
    if actor.standing is not None and not set(codes) <= actor.standing.item_codes:
        raise InputInvalid(fields={"items": "在窗口只能就正在办的事项委托"})
    given = {"agent_id": agent, "item_codes": codes, "since": since, "until": until, "special": special}
    if paper is None:
        return give_authority(actor=actor, **given)  # type: ignore[arg-type]
    check_upload(paper, PAPER_NAME)
    with ledger.act(None, actor) as act:
        address = files.store(data=paper, within=act).address
        return give_authority(actor=actor, **given, file_address=address, within=act)  # type: ignore[arg-type]


def register_paper(
    *,
    actor: Actor,
    name: str,
    number: str,
    since: date,
    until: date,
    paper: bytes,
    special: bool = False,
) -> UUID:
    """The agent stands at the window with a paper the principal of this name and number signed, for the item he came
    for. The clerk keeps the scan; the principal is told at once. Raises as ``appoint``.
    """
    actor.check(Permission.APPLY)
    if actor.standing is None or actor.party_id is None:
        raise NotFound()
    principal = _person(name, number)
    check_upload(paper, PAPER_NAME)
    with ledger.act(None, actor) as act:
        address = files.store(data=paper, within=act).address
        return give_authority(
            actor=actor,
            agent_id=actor.party_id,
            item_codes=actor.standing.item_codes,
            since=since,
            until=until,
            special=special,
            file_address=address,
            principal_id=principal,
            within=act,
        )


def open_at_window(*, actor: Actor, presence_id: UUID, authority_id: UUID) -> UUID:
    """The agent stands before the official, who begins the case with him in the principal's name.

    Raises NotFound for a presence that ended, and for an authority that does not hold today for what he came for.
    """
    presence = get_presence(actor, presence_id)
    brought = get_brought(presence, authority_id)
    return open_draft(actor=agent_at_window(actor, presence, brought), item_code=presence.item_code)


def _person(name: str, number: str) -> UUID:
    """Whose number and name these are; the same refusal for nobody and for another's name."""
    number = number.strip().upper()
    if not is_resident_number(number):
        raise InputInvalid(fields={"agent_number": "公民身份号码校验不通过，请核对18位号码"})
    found = parties.find_holder_id(number)
    if found is None or plain_name(parties.holder_names([found]).get(found, "")) != plain_name(name):
        raise NotIdentified()
    return found


def open_for_principal(*, actor: Actor, authority_id: UUID, item_code: str) -> UUID:
    """The agent begins a case for the principal. Raises NotFound for an authority that does not hold today."""
    held = get_held(actor, authority_id)
    return open_draft(actor=agent_for(actor, held), item_code=item_code)

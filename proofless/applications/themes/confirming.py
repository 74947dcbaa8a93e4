"""当面确认一件事: somebody present says yes once, to what every item of the theme moves and promises."""

from collections.abc import Iterable
from uuid import UUID

from proofless import ledger
from proofless.access.errors import ConsentRequired
from proofless.access.standing import THEME_PURPOSE, agent_at_window, get_brought, get_presence
from proofless.applications.errors import WrongState
from proofless.applications.models import Confirmation, ThemeCase
from proofless.applications.services.drafts import check_upload
from proofless.applications.services.voice import BY_CODE, ON_PAPER, PAPER_NAME, check_own_code
from proofless.applications.themes.planning import plan_theme
from proofless.applications.themes.queries import marks, own_row, request_for
from proofless.applications.themes.services import open_theme
from proofless.applications.themes.voice import within_authority
from proofless.applications.waterfall.outcome import Mode
from proofless.files import services as files
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, NotFound, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind


def open_theme_for_agent(*, actor: Actor, presence_id: UUID, authority_id: UUID) -> UUID:
    """The agent stands before the official, who begins the theme with him in the principal's name.

    Raises NotFound for a presence that ended, and for an authority that does not hold today for every item of it.
    """
    presence = get_presence(actor, presence_id)
    brought = get_brought(presence, authority_id)
    return open_theme(actor=agent_at_window(actor, presence, brought), theme_code=presence.theme_code)


def confirm_by_code(
    *, actor: Actor, case_id: UUID, code: str, agreed: Iterable[str], signed: Iterable[str] = ()
) -> None:
    """She has read the second screen and shows her code anew: that is her yes to exactly what it showed.

    ``actor`` is the assisting one, ``agreed`` keys of merged transfers, ``signed`` of merged materials. Raises
    CodeInvalid also for somebody else's code, ConsentRequired for anything the plan does not ask.
    """
    case = _present_draft(actor, case_id)
    said = _told(actor, case, agreed, signed)
    with ledger.act(None, actor) as act:
        check_own_code(actor, code)
        _confirm(actor, case, BY_CODE, said, "", act)


def confirm_on_paper(
    *, actor: Actor, case_id: UUID, data: bytes, agreed: Iterable[str], signed: Iterable[str] = ()
) -> None:
    """She signed the printed confirmation before the clerk, who keeps the scan and stands as witness.

    Raises UploadInvalid for a file that is no picture or PDF, or larger than the city takes.
    """
    case = _present_draft(actor, case_id)
    check_upload(data, PAPER_NAME)
    said = _told(actor, case, agreed, signed)
    with ledger.act(None, actor) as act:
        address = files.store(data=data, within=act).address
        _confirm(actor, case, ON_PAPER, said, address, act)


def _present_draft(actor: Actor, case_id: UUID) -> ThemeCase:
    _presence(actor)
    case = own_row(actor, case_id)
    if case.state != ThemeCase.State.DRAFT:
        raise WrongState(state=case.state)
    return case


def _presence(actor: Actor) -> UUID:
    if actor.standing is None or actor.standing.witnessed_in is None:
        raise NotFound()
    return actor.standing.witnessed_in


def _told(
    actor: Actor, case: ThemeCase, agreed: Iterable[str], signed: Iterable[str]
) -> tuple[list[str], list[str]]:
    """What she was shown and agreed to, checked against the plan of the draft as it is kept."""
    request = request_for(case, marks(case.selected), marks(case.situations))
    plan = plan_theme(actor, items.get_theme(case.theme_code), request)
    said = frozenset(agreed), frozenset(signed)
    if within_authority(actor, plan, said) != said:
        raise ConsentRequired("委托书没有特别授权：敏感信息的同意和承诺，请由委托人本人在手机上或到窗口确认")
    promised = {one.key for one in plan.materials if one.outcome.mode is Mode.COMMITMENT}
    if not said[0] <= {one.key for one in plan.consents} or not said[1] <= promised:
        raise Refusal("要确认的内容刚刚有变化，请让本人重新阅读", code=ErrorCode.CONSENT_REQUIRED)
    return sorted(said[0]), sorted(said[1])


def _confirm(
    actor: Actor, case: ThemeCase, how: str, said: tuple[list[str], list[str]], address: str, act: ledger.Act
) -> None:
    agreed, signed = said
    act.enter(
        Kind.CONFIRMED_IN_PERSON,
        object_kind="theme",
        object_id=case.id,
        holders=[case.holder_id],
        purpose=f"{THEME_PURPOSE}:{case.theme_code}",
        detail={"how": how, "agreed": len(agreed), "signed": signed},
    )
    Confirmation.objects.create(
        id=new_id(),
        holder_id=case.holder_id,
        application_id=case.id,
        presence_id=_presence(actor),
        how=how,
        agreed=agreed,
        signed=signed,
        file_address=address,
        witness_id=actor.account_id,
        confirmed_at=clock.now(),
    )

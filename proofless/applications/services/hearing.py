"""会签 at the decision: whether those asked were heard, and the end of what nobody answered."""

from proofless.applications.errors import OpinionsOpen, WrongState
from proofless.applications.handling.rules import Heard, Opinions, opinions_allow
from proofless.applications.models import Application, Opinion
from proofless.applications.services.locking import add_event
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.ledger import Act
from proofless.parties import queries as parties

REASON_MIN = 4


def check_opinions(application: Application, *, approve: bool, reason: str) -> None:
    """Refuses a decision while an opinion may still come, and an approval against one without saying why.

    Raises OpinionsOpen, InputInvalid.
    """
    rows = Opinion.objects.filter(holder_id=application.holder_id, application_id=application.id)
    allowed = opinions_allow([Heard(row.state, row.due_on) for row in rows], clock.today())
    if allowed is Opinions.OPEN:
        raise OpinionsOpen()
    if allowed is Opinions.AGAINST and approve and len(reason.strip()) < REASON_MIN:
        raise InputInvalid(fields={"reason": "有部门会签不同意，准予须写明理由"})


def lapse_opinions(actor: Actor, application: Application, act: Act) -> None:
    """What nobody answered in time is closed with the decision, and said in the course of the case."""
    waiting = Opinion.objects.filter(
        holder_id=application.holder_id, application_id=application.id, state=Opinion.State.ASKED
    )
    for opinion in waiting:
        act.enter(
            Kind.OPINION_LAPSED,
            object_kind="opinion",
            object_id=opinion.id,
            holders=[opinion.holder_id],
            detail={"department": opinion.department_code},
        )
        close_opinion(opinion, Opinion.State.LAPSED)
        add_event(application, "会签逾期未答复", asked_name(opinion))


def close_opinion(opinion: Opinion, state: Opinion.State, **more: object) -> None:
    """Once: raises WrongState for one answered, withdrawn or lapsed before."""
    changed = Opinion.objects.filter(
        id=opinion.id, holder_id=opinion.holder_id, state=Opinion.State.ASKED
    ).update(state=state, answered_at=clock.now(), **more)
    if not changed:
        raise WrongState("这项会签已经答复或撤回", state=opinion.state)


def asked_name(opinion: Opinion) -> str:
    return parties.list_departments()[opinion.department_code].name

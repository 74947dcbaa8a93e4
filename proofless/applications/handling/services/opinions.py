"""会签: another department says agree, agree on conditions or disagree before the case is decided."""

from uuid import UUID

from proofless import ledger
from proofless.applications.handling.queries import access_opinion
from proofless.applications.models import Application, Opinion, State
from proofless.applications.services.hearing import asked_name, close_opinion
from proofless.applications.services.locking import access_case, add_event, check_state
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.parties import queries as parties
from proofless.standards.limits import limit_of

QUESTION_MIN, QUESTION_MAX, ANSWER_MAX = 4, 500, 1000
ANSWERS = {Opinion.State.AGREED, Opinion.State.CONDITIONS, Opinion.State.DISAGREED}


def ask_opinion(
    *, actor: Actor, application_id: UUID, department_code: str, question: str, limit_days: int
) -> UUID:
    """Ask another department before deciding an accepted case. It will see the case it is asked about.

    Raises InputInvalid for one's own or an unknown department, no question, a limit out of bounds, one asked already.
    """
    application = access_case(actor, application_id)
    check_state(application, State.ACCEPTED)
    text = question.strip()
    known = parties.list_departments()
    open_ones = Opinion.objects.filter(
        holder_id=application.holder_id, application_id=application.id, state=Opinion.State.ASKED
    )
    complaints = {}
    if department_code not in known or department_code == application.department_code:
        complaints["department"] = "请选择本部门以外的会签部门"
    elif open_ones.filter(department_code=department_code).exists():
        complaints["department"] = "已请这个部门会签，正等答复"
    if not QUESTION_MIN <= len(text) <= QUESTION_MAX:
        complaints["question"] = f"请写明要对方表态的问题（{QUESTION_MIN}至{QUESTION_MAX}字）"
    most = limit_of(Limit.OPINION_DAYS)
    if not 1 <= limit_days <= most:
        complaints["limit_days"] = f"会签期限为1至{most}个工作日"
    if complaints:
        raise InputInvalid(fields=complaints)
    opinion = Opinion(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        item_code=application.item_code,
        asking_code=application.department_code,
        department_code=department_code,
        division_code=application.division_code,
        question=text,
        limit_days=limit_days,
        due_on=clock.add_working_days(clock.today(), limit_days).due_on,
        asked_by=actor.account_id,
        asked_at=clock.now(),
    )
    with _act(Kind.OPINION_ASKED, actor, opinion, days=limit_days):
        opinion.save(force_insert=True)
        add_event(application, "请其他部门会签", known[department_code].name)
    return opinion.id


def answer_opinion(*, actor: Actor, opinion_id: UUID, answer: str, text: str) -> None:
    """An officer of the asked department answers once. Conditions and disagreement need words.

    Raises NotFound for another department's, WrongState when it was answered, withdrawn or lapsed.
    """
    opinion = access_opinion(actor, opinion_id)
    if answer not in ANSWERS:
        raise InputInvalid(fields={"answer": "请选择同意、附条件同意或不同意"})
    said = text.strip()
    if answer != Opinion.State.AGREED and not QUESTION_MIN <= len(said) <= ANSWER_MAX:
        raise InputInvalid(
            fields={"text": f"附条件或不同意的，请写明条件或理由（{QUESTION_MIN}至{ANSWER_MAX}字）"}
        )
    state = Opinion.State(answer)
    with _act(Kind.OPINION_GIVEN, actor, opinion, answer=state.value):
        close_opinion(opinion, state, answer=said[:ANSWER_MAX], answered_by=actor.account_id)
        add_event(_case(opinion), f"会签：{asked_name(opinion)}{state.label}", said[:500])


def withdraw_opinion(*, actor: Actor, opinion_id: UUID) -> None:
    """The asking department no longer needs it. Raises NotFound, WrongState."""
    opinion = Opinion.objects.filter(id=opinion_id).first()
    if opinion is None:
        raise NotFound()
    access_case(actor, opinion.application_id)
    with _act(Kind.OPINION_WITHDRAWN, actor, opinion):
        close_opinion(opinion, Opinion.State.WITHDRAWN)
        add_event(_case(opinion), "撤回会签", asked_name(opinion))


def _case(opinion: Opinion) -> Application:
    return Application.objects.get(id=opinion.application_id, holder_id=opinion.holder_id)


def _act(kind: Kind, actor: Actor, opinion: Opinion, **detail: object):  # type: ignore[no-untyped-def]
    return ledger.act(
        kind,
        actor,
        object_kind="opinion",
        object_id=opinion.id,
        holders=[opinion.holder_id],
        purpose=f"办理事项:{opinion.item_code}",
        detail={"department": opinion.department_code, **detail},
    )

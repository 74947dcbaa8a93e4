"""中止与特别程序: the clocks stand still for a named reason and time, and run again."""

from uuid import UUID

from proofless import ledger
from proofless.applications.errors import WrongState
from proofless.applications.handling.limits import limits_of, most_days
from proofless.applications.handling.rules import ProcedureKind
from proofless.applications.models import Application, Procedure, State
from proofless.applications.papers.intending import intend_paper
from proofless.applications.papers.wording import PaperKind
from proofless.applications.services.locking import access_case, add_event, change, check_state
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind

REASON_MIN, REASON_MAX = 4, 500


def begin_procedure(
    *, actor: Actor, application_id: UUID, revision: int, kind: str, reason: str, limit_days: int
) -> UUID:
    """Stop both clocks of an accepted case from tomorrow on. The applicant reads kind, reason and limit.

    Raises InputInvalid for an unknown kind, no reason or a limit beyond the kind's, WrongState while one runs.
    """
    application = access_case(actor, application_id)
    check_state(application, State.ACCEPTED)
    if application.paused:
        raise WrongState("已经在中止或特别程序中，请先结束", state=application.state)
    found = _kind(kind)
    text = _text(reason, "reason", "请写明原因和依据")
    most = most_days(found)
    if not 1 <= limit_days <= most:
        raise InputInvalid(fields={"limit_days": f"“{found.label}”可定1至{most}个工作日"})
    today = clock.today()
    procedure = Procedure(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        kind=found.value,
        reason=text,
        limit_days=limit_days,
        since=today,
        due_on=clock.add_working_days(today, limit_days).due_on,
        begun_by=actor.account_id,
        begun_at=clock.now(),
    )
    with _step(Kind.PROCEDURE_BEGUN, actor, application, procedure=found.value, days=limit_days):
        change(application, revision, paused=True, due_on=None, legal_due_on=None, due_unknown=False)
        procedure.save(force_insert=True)
        add_event(application, f"{found.label}，停止计时", f"{text}（预计{limit_days}个工作日）")
        intend_paper(actor, application, PaperKind.PROCEDURE)
    return procedure.id


def end_procedure(*, actor: Actor, application_id: UUID, revision: int, outcome: str) -> None:
    """Let both clocks run again from tomorrow, the days between left out. Raises WrongState when none runs."""
    application = access_case(actor, application_id)
    check_state(application, State.ACCEPTED)
    running = Procedure.objects.filter(
        holder_id=application.holder_id, application_id=application.id, ended_at__isnull=True
    ).first()
    if running is None:
        raise WrongState("没有正在进行的中止或特别程序", state=application.state)
    text = _text(outcome, "outcome", "请写明结果")
    ended = {"until": clock.today(), "outcome": text, "ended_by": actor.account_id, "ended_at": clock.now()}
    with _step(Kind.PROCEDURE_ENDED, actor, application, procedure=running.kind):
        Procedure.objects.filter(id=running.id, holder_id=running.holder_id).update(**ended)
        every = Procedure.objects.filter(holder_id=application.holder_id, application_id=application.id)
        change(application, revision, **limits_of(application, every))
        add_event(application, f"{ProcedureKind(running.kind).label}结束，恢复计时", text)


def _kind(kind: str) -> ProcedureKind:
    try:
        return ProcedureKind(kind)
    except ValueError:
        raise InputInvalid(fields={"kind": "请选择程序种类"}) from None


def _text(text: str, name: str, want: str) -> str:
    text = text.strip()
    if not REASON_MIN <= len(text) <= REASON_MAX:
        raise InputInvalid(fields={name: f"{want}（{REASON_MIN}至{REASON_MAX}字）"})
    return text


def _step(kind: Kind, actor: Actor, application: Application, **detail: object):  # type: ignore[no-untyped-def]
    return ledger.act(
        kind,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        detail={"item": application.item_code, **detail},
    )

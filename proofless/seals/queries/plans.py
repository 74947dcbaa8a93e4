"""Plans of several seals: the queue of each party, the leader's list, the document so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from proofless.files import queries as files
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import new_id
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.ledger import ReadLine, note_read
from proofless.ofd.pdf.viewing import is_pdf
from proofless.ofd.verify import verify
from proofless.parties import queries as parties
from proofless.seals import checks
from proofless.seals.checks import Judged
from proofless.seals.errors import SealNotFound
from proofless.seals.models import Plan, Seal, Step
from proofless.seals.queries.register import hindrance_of, sees_all
from proofless.seals.queries.succession import sealing_department
from proofless.seals.queries.trust import foreign_pdf_trust, trust_store
from proofless.seals.rules import PlanKind, PlanState, StepState

READ_FIELD = "document.*"


@dataclass(frozen=True, slots=True)
class StepView:
    """One party. ``hindrance`` says why it cannot seal now and what to do; empty when nothing stands in its
    way."""

    id: UUID
    number: int
    department_code: str
    department_name: str
    state: StepState
    seal_code: str
    begun_at: datetime | None
    begun_label: str
    sealed_at: datetime | None
    reason: str
    hindrance: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with its parties in order, replaced ones before those in their place."""

    id: UUID
    title: str
    kind: PlanKind
    type_code: str
    object_id: str
    department_code: str
    department_name: str
    state: PlanState
    opened_at: datetime
    closed_at: datetime | None
    steps: tuple[StepView, ...]

    @property
    def due(self) -> StepView | None:
        """The party whose turn it is."""
        live = (StepState.READY, StepState.SEALING, StepState.REFUSED)
        return next((step for step in self.steps if step.state in live), None)

    def is_party(self, department_code: str) -> bool:
        """Whether a department leads the plan or takes part in it, replaced or not."""
        return department_code in {self.department_code, *(step.department_code for step in self.steps)}

    @property
    def sealed(self) -> int:
        return sum(step.state is StepState.SEALED for step in self.steps)

    @property
    def parties(self) -> int:
        return sum(step.state is not StepState.REPLACED for step in self.steps)


def list_plans(
    actor: Actor, *, mine: bool = False, state: str = "", text: str = "", page: int = 1
) -> Page[PlanView]:
    """Plans the actor's department leads or takes part in, the newest first; ``mine``: waiting for its seal; ``text``
    is part of the title."""
    rows = _found(actor, mine, state, text)
    chosen = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Page(_views(chosen), page, rows.count())


def export_plans(actor: Actor, *, mine: bool = False, state: str = "", text: str = "") -> list[PlanView]:
    """All of a search, for a workbook."""
    return _views(list(_found(actor, mine, state, text)))


def count_plans(actor: Actor) -> dict[str, int]:
    """How many the actor sees in each state, and in all under ""."""
    found = _found(actor, False, "", "").order_by().values_list("state").annotate(count=Count("id"))
    counts = {str(state): 0 for state in PlanState} | dict(found)
    return counts | {"": sum(counts.values())}


def _found(actor: Actor, mine: bool, state: str, text: str) -> QuerySet[Plan]:
    actor.check(Permission.SEAL_READ)
    rows = Plan.objects.order_by("-opened_at")
    if mine:
        waiting = Step.objects.filter(
            department_code=actor.department_code, state__in=(StepState.READY, StepState.SEALING)
        )
        rows = rows.filter(id__in=waiting.values("plan_id"), state=PlanState.OPEN)
    elif not sees_all(actor):
        taking_part = Step.objects.filter(department_code=actor.department_code).values("plan_id")
        rows = rows.filter(Q(department_code=actor.department_code) | Q(id__in=taking_part))
    if text:
        rows = rows.filter(title__icontains=text)
    return rows.filter(state=state) if state else rows


def count_waiting(actor: Actor) -> int:
    """How many documents wait for a seal of the actor's department."""
    return Step.objects.filter(
        department_code=actor.department_code,
        state__in=(StepState.READY, StepState.SEALING),
        plan__state=PlanState.OPEN,
    ).count()


def access_plan(actor: Actor, plan_id: UUID) -> PlanView:
    """Raises SealNotFound, for an absent plan and one the department has no part in alike."""
    actor.check(Permission.SEAL_READ)
    row = Plan.objects.filter(id=plan_id).first()
    if row is None:
        raise SealNotFound()
    view = _views([row])[0]
    codes = {view.department_code, *(step.department_code for step in view.steps)}
    if not (sees_all(actor) or actor.department_code in codes):
        raise SealNotFound()
    return view


def check_step(actor: Actor, plan_id: UUID, step_id: UUID) -> None:
    """Raises SealNotFound for a step that is not the plan's: an address names what it acts on."""
    if step_id not in {step.id for step in access_plan(actor, plan_id).steps}:
        raise SealNotFound()


def read_plan_file(actor: Actor, plan_id: UUID) -> bytes:
    """The document with the seals so far. Each person it concerns gets a line of who read it.

    Only those who take part read it: approvers and auditors see the plan, not the paper.
    """
    view = access_plan(actor, plan_id)
    if not view.is_party(actor.department_code):
        raise SealNotFound()
    row = Plan.objects.get(id=plan_id)
    permit_id = new_id()
    for holder in row.holders:
        note_read(
            ReadLine(
                permit_id=permit_id,
                actor=actor,
                purpose="联合签章",
                ground="statutory:联合签章",
                holder_id=holder,
                fields=(READ_FIELD,),
                source=f"seal_plan:{plan_id}",
            )
        )
    return files.read(row.file_address)


def judge_plan_file(data: bytes) -> Judged:
    """What is true of the seals so far, under the home's own trust; a document that is not closed yet is no fault."""
    now = clock.now()
    if is_pdf(data):
        from proofless.ofd.pdf.checking import verify_pdf  # loads pyHanko, half a second

        return checks.of_pdf(verify_pdf(data, foreign_pdf_trust(()), now=now))
    return checks.of_ofd(verify(data, trust_store(), now=now, policy="foreign"))


def _views(rows: list[Plan]) -> list[PlanView]:
    steps: dict[UUID, list[Step]] = {row.id: [] for row in rows}
    for step in Step.objects.filter(plan__in=rows).order_by("number", "id"):
        steps[step.plan_id].append(step)
    every = [step for found in steps.values() for step in found]
    names = {code: view.short_name for code, view in parties.list_departments().items()}
    labels = parties.account_labels({step.begun_by for step in every if step.begun_by})
    codes = dict(Seal.objects.filter(id__in=[s.seal_id for s in every]).values_list("id", "code"))
    return [
        PlanView(
            id=row.id,
            title=row.title,
            kind=PlanKind(row.kind),
            type_code=row.type_code,
            object_id=row.object_id,
            department_code=row.department_code,
            department_name=names.get(row.department_code, row.department_code),
            state=PlanState(row.state),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            steps=tuple(_step_view(row, step, names, labels, codes) for step in steps[row.id]),
        )
        for row in rows
    ]


def _step_view(
    plan: Plan, step: Step, names: Mapping[str, str], labels: Mapping[UUID, str], codes: Mapping[UUID, str]
) -> StepView:
    state = StepState(step.state)
    live = state in {StepState.WAITING, StepState.READY, StepState.SEALING} and plan.state == PlanState.OPEN
    return StepView(
        id=step.id,
        number=step.number,
        department_code=step.department_code,
        department_name=names.get(step.department_code, step.department_code),
        state=state,
        seal_code=codes.get(step.seal_id, "") if step.seal_id else "",
        begun_at=step.begun_at,
        begun_label=labels.get(step.begun_by, "系统") if step.begun_by else "",
        sealed_at=step.sealed_at,
        reason=step.reason,
        hindrance=_hindrance(step.department_code, plan.type_code) if live else "",
    )


def _hindrance(department_code: str, type_code: str) -> str:
    """Why this party could not seal now: a suspended or expired seal is seen before its turn comes."""
    return hindrance_of(sealing_department(department_code, type_code), type_code)

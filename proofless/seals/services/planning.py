"""Joint and cross-level sealing: an ordered plan over one body; the last seal closes the document.

Each seal is two acts: the intent on record, then the seal with its file and entry. What breaks off between leaves
the intent for everybody to see, and the same act done again finishes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from proofless import ledger
from proofless.files import queries as stored
from proofless.files import services as files
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.ofd.drawing import Box
from proofless.parties import queries as parties
from proofless.seals import rules
from proofless.seals.affixing import choose
from proofless.seals.errors import DocumentRefused, SealNotFound
from proofless.seals.models import Plan, Step
from proofless.seals.papers import Paper, open_paper
from proofless.seals.rules import PlanKind, PlanState, StepState, StepVerb
from proofless.seals.wishes import InBox, SealWish

MOST_PARTIES = 20
FILE_BYTES = 20 << 20


@dataclass(frozen=True, slots=True)
class Party:
    """Whose seal, and where it stands: page from 1, box in mm."""

    department_code: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class NewPlan:
    """``body`` is an OFD or PDF file still open to seals; ``parties`` seal in this order. ``type_code`` decides which
    seal each may use; ``holders`` are those the document concerns."""

    title: str
    kind: PlanKind
    type_code: str
    body: bytes
    parties: tuple[Party, ...]
    object_id: str = ""
    holders: tuple[UUID, ...] = ()


def open_plan(*, actor: Actor, new: NewPlan) -> UUID:
    """Begin a joint sealing. Raises InputInvalid, DocumentRefused; the department of the actor leads it."""
    actor.check(Permission.SEAL_KEEP)
    _check_plan(new, _paper(new.body))
    plan_id, now = new_id(), clock.now()
    with ledger.act(None, actor) as act:
        address = files.store(data=new.body, within=act).address
        plan = Plan.objects.create(
            id=plan_id,
            title=new.title.strip(),
            kind=new.kind,
            type_code=new.type_code,
            object_id=new.object_id or str(plan_id),
            department_code=actor.department_code,
            holders=list(new.holders),
            state=PlanState.OPEN,
            body_address=address,
            file_address=address,
            opened_by=actor.account_id,
            opened_at=now,
        )
        Step.objects.bulk_create(
            _step(plan, number, party, StepState.READY if number == 1 else StepState.WAITING)
            for number, party in enumerate(new.parties, 1)
        )
        detail: dict[str, object] = {
            "type": new.type_code,
            "parties": [party.department_code for party in new.parties],
        }
        _enter(act, Kind.PLAN_OPENED, plan, detail)
        _call(act, plan, new.parties[0].department_code)
    return plan_id


def _step(plan: Plan, number: int, party: Party, state: StepState) -> Step:
    box = party.box
    return Step(
        id=new_id(),
        plan=plan,
        number=number,
        department_code=party.department_code,
        state=state,
        page=party.page,
        x=box.x,
        y=box.y,
        w=box.w,
        h=box.h,
    )


def page_sizes(body: bytes) -> list[tuple[float, float]]:
    """Width and height of each page of a document to be sealed jointly, mm. Raises DocumentRefused."""
    return _paper(body).sizes


def _paper(body: bytes) -> Paper:
    if len(body) > FILE_BYTES:
        raise DocumentRefused("文件超过 20 MB")
    paper = open_paper(body, SealWish(InBox(1, 0, 0, 1, 1)))
    paper.check_open()
    return paper


def _check_plan(new: NewPlan, paper: Paper) -> None:
    known = parties.list_departments()
    wrong = {}
    if not new.title.strip():
        wrong["title"] = "请填写文件名称"
    if not 2 <= len(new.parties) <= MOST_PARTIES:
        wrong["parties"] = f"联合签章须有 2 到 {MOST_PARTIES} 方"
    for party in new.parties:
        if party.department_code not in known:
            wrong["parties"] = "有未登记的部门"
        elif not _on_page(paper, party):
            wrong["parties"] = "有印章位置不在页面内"
    if wrong:
        raise InputInvalid(fields=wrong)


def _on_page(paper: Paper, party: Party) -> bool:
    if not 1 <= party.page <= len(paper.sizes):
        return False
    (width, height), box = paper.sizes[party.page - 1], party.box
    inside = box.x >= 0 and box.y >= 0 and box.x + box.w <= width and box.y + box.h <= height
    return inside and 5 <= box.w <= 60 and 5 <= box.h <= 60


def seal_step(*, actor: Actor, step_id: UUID) -> None:
    """Affix the seal of the actor's department, whose turn it is; the last one closes the document.

    Raises PlanStateRefused, SealNotActive, SealForbidden, SignerLocked before anything is changed. SignerFailed
    and FileStoreUnavailable leave the intent on record and nothing else: the act may be done again.
    """
    actor.check(Permission.SEAL_KEEP)
    with ledger.act(None, actor) as act:
        plan, step = _lock(actor, step_id)
        step.state = rules.step_after(PlanState(plan.state), StepState(step.state), StepVerb.BEGIN)
        choose(actor, [(step.department_code, plan.type_code)])  # refused before any intent is on record
        step.begun_by, step.begun_at = actor.account_id, clock.now()
        step.save(update_fields=["state", "begun_by", "begun_at"])
        _enter(act, Kind.PLAN_STEP_BEGUN, plan, {"party": step.department_code, "number": step.number})
    with ledger.act(None, actor) as act:
        plan, step = _lock(actor, step_id)
        step.state = rules.step_after(PlanState(plan.state), StepState(step.state), StepVerb.SEAL)
        _affix(actor, act, plan, step)
        following = Step.objects.filter(plan=plan, state=StepState.WAITING).order_by("number").first()
        if following is None:
            plan.state, plan.closed_at = PlanState.CLOSED, clock.now()
            _enter(act, Kind.PLAN_CLOSED, plan)
        else:
            following.state = StepState.READY
            following.save(update_fields=["state"])
            _call(act, plan, following.department_code)
        plan.save(update_fields=["state", "closed_at", "file_address"])


def _affix(actor: Actor, act: Act, plan: Plan, step: Step) -> None:
    """The body with one more seal, stored; the version before it goes, the unsealed body stays."""
    use = step.department_code, plan.type_code
    chosen = choose(actor, [use])[use]
    last = not Step.objects.filter(plan=plan, state=StepState.WAITING).exists()
    wish = SealWish(InBox(step.page, step.x, step.y, step.w, step.h), close=last)
    at = clock.now()
    sealed = open_paper(stored.read(plan.file_address), wish).seal(chosen, at)
    address = files.store(data=sealed, within=act).address
    step.seal_id, step.sealed_at = chosen.view.id, at
    step.save(update_fields=["state", "seal_id", "sealed_at"])
    act.enter(
        Kind.SEAL_USED,
        object_kind="seal_plan",
        object_id=plan.object_id,
        holders=plan.holders,
        detail={"seal": chosen.view.code, "type": plan.type_code, "number": step.number},
    )
    if plan.file_address != plan.body_address:
        files.release(addresses=[plan.file_address], within=act)
    plan.file_address = address


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step of a batch; ``refusal`` is None when it was sealed."""

    step_id: UUID
    refusal: Refusal | None


def seal_steps(*, actor: Actor, step_ids: Sequence[UUID]) -> list[StepResult]:
    """Seal several steps of a queue, each in acts of its own. What was sealed stays sealed: after a device
    came back the rest is done by the same call with the ids not yet sealed."""
    results = []
    for step_id in step_ids:
        try:
            seal_step(actor=actor, step_id=step_id)
            results.append(StepResult(step_id, None))
        except Refusal as refusal:
            results.append(StepResult(step_id, refusal))
    return results


def refuse_step(*, actor: Actor, step_id: UUID, reason: str) -> None:
    """The party whose turn it is does not seal. The plan waits for its leader."""
    actor.check(Permission.SEAL_KEEP)
    if not reason.strip():
        raise InputInvalid(fields={"reason": "请写明拒绝签章的原因"})
    with ledger.act(None, actor) as act:
        plan, step = _lock(actor, step_id)
        step.state = rules.step_after(PlanState(plan.state), StepState(step.state), StepVerb.REFUSE)
        step.reason = reason.strip()
        step.save(update_fields=["state", "reason"])
        plan.state = PlanState.STOPPED
        plan.save(update_fields=["state"])
        _enter(act, Kind.PLAN_STEP_REFUSED, plan, {"party": step.department_code, "number": step.number})


def reopen_step(*, actor: Actor, step_id: UUID) -> None:
    """The leader asks the same party again."""
    actor.check(Permission.SEAL_KEEP)
    with ledger.act(None, actor) as act:
        plan, step = _lock(actor, step_id, leading=True)
        step.state = rules.step_after(PlanState(plan.state), StepState(step.state), StepVerb.REOPEN)
        step.save(update_fields=["state"])
        _resume(plan)
        _enter(act, Kind.PLAN_STEP_REOPENED, plan, {"party": step.department_code, "number": step.number})
        _call(act, plan, step.department_code)


def replace_party(*, actor: Actor, step_id: UUID, department_code: str) -> UUID:
    """The leader puts another department in a party's place, with the same turn and the same spot.

    The party replaced stays on the plan's record.
    """
    actor.check(Permission.SEAL_KEEP)
    if department_code not in parties.list_departments():
        raise InputInvalid(fields={"department_code": "没有这个部门"})
    with ledger.act(None, actor) as act:
        plan, step = _lock(actor, step_id, leading=True)
        before = StepState(step.state)
        step.state = rules.step_after(PlanState(plan.state), before, StepVerb.REPLACE)
        step.save(update_fields=["state"])
        box = Box(step.x, step.y, step.w, step.h)
        state = StepState.WAITING if before is StepState.WAITING else StepState.READY
        new = _step(plan, step.number, Party(department_code, step.page, box), state)
        new.save(force_insert=True)
        _resume(plan)
        detail: dict[str, object] = {
            "from": step.department_code,
            "to": department_code,
            "number": step.number,
        }
        _enter(act, Kind.PLAN_PARTY_REPLACED, plan, detail)
        if state is StepState.READY:
            _call(act, plan, department_code)
    return new.id


def cancel_plan(*, actor: Actor, plan_id: UUID) -> None:
    """The leader gives the plan up; seals affixed so far stand on a document that is never closed."""
    actor.check(Permission.SEAL_KEEP)
    with ledger.act(None, actor) as act:
        plan = Plan.objects.select_for_update().filter(id=plan_id).first()
        if plan is None or actor.department_code not in {"", plan.department_code}:
            raise SealNotFound()
        if plan.state in {PlanState.CLOSED, PlanState.CANCELLED}:
            raise rules.plan_over(PlanState(plan.state), "取消")
        plan.state, plan.closed_at = PlanState.CANCELLED, clock.now()
        plan.save(update_fields=["state", "closed_at"])
        _enter(act, Kind.PLAN_CANCELLED, plan)


def _resume(plan: Plan) -> None:
    if plan.state == PlanState.STOPPED:
        plan.state = PlanState.OPEN
        plan.save(update_fields=["state"])


def _lock(actor: Actor, step_id: UUID, *, leading: bool = False) -> tuple[Plan, Step]:
    """A step and its plan, locked until the act ends. A party reaches its own step, the leader every one of
    his plan; everybody else gets SealNotFound."""
    found = Step.objects.filter(id=step_id).first()
    if found is None:
        raise SealNotFound()
    plan = Plan.objects.select_for_update().get(id=found.plan_id)
    step = Step.objects.get(id=step_id)
    mine = plan.department_code if leading else step.department_code
    if actor.department_code not in {"", mine}:
        raise SealNotFound()
    return plan, step


def _call(act: Act, plan: Plan, department_code: str) -> None:
    """It is a party's turn: the entry is what tells its keepers."""
    detail = {"party": department_code, "plan": plan.object_id}
    act.enter(Kind.PLAN_STEP_READY, object_kind="plan", object_id=plan.id, detail=detail)


def _enter(act: Act, kind: Kind, plan: Plan, detail: dict[str, object] | None = None) -> None:
    act.enter(
        kind, object_kind="seal_plan", object_id=plan.object_id, holders=plan.holders, detail=detail or {}
    )

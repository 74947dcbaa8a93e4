"""Promises, breaches and deferrals as their holder and the department see them; and what came of all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from proofless.access import Ground, SealedRecord, open_records, permit
from proofless.access.permits import own_holders
from proofless.commitments.models import Breach, Commitment, Deferral, State, breach_context
from proofless.commitments.rules.checks import Check, read_check
from proofless.commitments.rules.deferrals import DeferralState
from proofless.commitments.rules.responses import Degree, Move, Stage, next_stage
from proofless.commitments.rules.templates import Risk
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission

_MISSING = (DeferralState.LAPSED.value, DeferralState.OPEN.value)


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """``sheet`` is (heading, text) lines as signed."""

    id: UUID
    holder_id: UUID
    reference: str
    item_code: str
    material_code: str
    department_code: str
    channel: str
    sheet: tuple[tuple[str, str], ...]
    check: Check
    risk: Risk
    signed_at: datetime
    due_on: date | None
    due_unknown: bool
    next_look_on: date
    looks: int
    state: State
    revision: int
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class BreachView:
    id: UUID
    holder_id: UUID
    commitment_id: UUID
    stage: Stage
    revision: int
    noticed_at: datetime
    statement_until: date | None
    degree: Degree | None
    reason: str
    barred_until: date | None
    repairable_on: date | None


@dataclass(frozen=True, slots=True)
class DeferralView:
    id: UUID
    holder_id: UUID
    reference: str
    material_code: str
    state: DeferralState
    due_on: date | None
    extended: bool


def find_commitment(reference: str, material_code: str) -> CommitmentView | None:
    """The promise made under a reference for a material; for the room that took it."""
    row = Commitment.objects.filter(reference=reference, material_code=material_code).first()
    return _view(row) if row else None


def list_open_references() -> list[str]:
    """The cases something is still promised or missing for, for the rooms that know whether they still go on."""
    promised = Commitment.objects.filter(state=State.OPEN.value).values_list("reference", flat=True)
    missing = Deferral.objects.filter(state__in=_MISSING).values_list("reference", flat=True)
    return sorted({*promised, *missing})


def missing_of(reference: str) -> Mapping[str, DeferralView]:
    """What still has to follow a case, by material; open or past its day."""
    return {one.material_code: one for one in list_deferrals(reference) if one.state.value in _MISSING}


def list_missing(actor: Actor) -> list[DeferralView]:
    """What still has to follow cases of the actor's department: overdue first, then by day."""
    actor.check(Permission.HANDLE)
    rows = Deferral.objects.filter(department_code=actor.department_code or "-", state__in=_MISSING)
    return [_deferral(row) for row in rows.order_by("state", "due_on", "id")]


def list_promises(actor: Actor, holder_id: UUID) -> list[CommitmentView]:
    """A holder's own, newest first. Foreign ones raise NotFound."""
    actor.check(Permission.OWN_READ)
    if holder_id not in own_holders(actor):
        raise NotFound()
    return [_view(row) for row in Commitment.objects.filter(holder_id=holder_id).order_by("-signed_at")]


def list_to_inspect(actor: Actor) -> list[CommitmentView]:
    """What was drawn for the actor's department, riskiest and oldest first."""
    actor.check(Permission.HANDLE)
    rows = Commitment.objects.filter(
        department_code=actor.department_code or "-", state=State.SAMPLED.value
    ).order_by("signed_at")
    ranks = list(Risk)
    return sorted((_view(row) for row in rows), key=lambda one: -ranks.index(one.risk))


def open_promise(actor: Actor, commitment_id: UUID) -> CommitmentView:
    """A promise of the actor's department. Else NotFound."""
    actor.check(Permission.HANDLE)
    row = Commitment.objects.filter(id=commitment_id, department_code=actor.department_code or "-").first()
    if row is None:
        raise NotFound()
    return _view(row)


@dataclass(frozen=True, slots=True)
class OpenBreach:
    """A breach with its promise and what the person said; ``statement`` empty when she has not spoken."""

    head: BreachView
    promise: CommitmentView
    statement: str
    noticed_by: UUID
    moves: frozenset[Move]


def open_breach(actor: Actor, breach_id: UUID, *, own: bool = False) -> OpenBreach:
    """As the department that handles it, or as the person it is about (``own``); her words are a noted read."""
    rows = Breach.objects.filter(id=breach_id)
    if own:
        actor.check(Permission.OWN_READ)
        row = rows.filter(holder_id__in=own_holders(actor)).first()
    else:
        actor.check(Permission.HANDLE)
        row = rows.filter(department_code=actor.department_code or "-").first()
    if row is None:
        raise NotFound()
    ground, basis = (Ground.OWN, "") if own else (Ground.STATUTORY, "不实承诺处理")
    grant = permit(actor, [row.holder_id], ["breach.statement"], "不实承诺处理", ground=ground, basis=basis)
    record = SealedRecord(
        row.holder_id,
        bytes(row.statement_sealed or b""),
        breach_context(row.holder_id, row.id),
        "breach",
        f"breach:{row.id}",
    )
    said = str(open_records(grant, [record])[0]["statement"]) if row.statement_sealed else ""
    promise = Commitment.objects.get(id=row.commitment_id, holder_id=row.holder_id)
    return OpenBreach(_breach(row), _view(promise), said, row.noticed_by, _moves(row))


def _moves(row: Breach) -> frozenset[Move]:
    """What may be done with it today."""
    stage, today = Stage(row.stage), clock.today()
    may = {move for move in Move if next_stage(stage, move, today=today, statement_until=row.statement_until)}
    if row.repairable_on and today < row.repairable_on:
        may -= {Move.ASK_REPAIR}
    return frozenset(may)


def list_breaches(actor: Actor, holder_id: UUID | None = None) -> list[BreachView]:
    """Of the actor's department, or one's own holder's; newest first."""
    if holder_id is not None:
        actor.check(Permission.OWN_READ)
        if holder_id not in own_holders(actor):
            raise NotFound()
        rows = Breach.objects.filter(holder_id=holder_id)
    else:
        actor.check(Permission.HANDLE)
        rows = Breach.objects.filter(department_code=actor.department_code or "-")
    return [_breach(row) for row in rows.order_by("-noticed_at")]


def promised_materials(commitment_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The material of each promise, by its id."""
    rows = Commitment.objects.filter(id__in=list(commitment_ids))
    return dict(rows.values_list("id", "material_code"))


def _breach(row: Breach) -> BreachView:
    return BreachView(
        row.id,
        row.holder_id,
        row.commitment_id,
        Stage(row.stage),
        row.revision,
        row.noticed_at,
        row.statement_until,
        Degree(row.degree) if row.degree else None,
        row.reason,
        row.barred_until,
        row.repairable_on,
    )


def list_deferrals(reference: str) -> list[DeferralView]:
    """What still has to follow a case, or did."""
    return [_deferral(row) for row in Deferral.objects.filter(reference=reference).order_by("material_code")]


def _deferral(row: Deferral) -> DeferralView:
    return DeferralView(
        row.id,
        row.holder_id,
        row.reference,
        row.material_code,
        DeferralState(row.state),
        row.due_on,
        row.extended,
    )


def count_outcomes(actor: Actor) -> Mapping[str, Mapping[str, int]]:
    """How many promises stand where, by department. Not looked at is counted apart from found true."""
    actor.check(Permission.SUPERVISE)
    found: dict[str, dict[str, int]] = {}
    rows = Commitment.objects.values_list("department_code", "state").annotate(count=Count("id"))
    for department, state, count in rows.order_by("department_code", "state"):
        found.setdefault(department, {})[state] = count
    return found


def _view(row: Commitment) -> CommitmentView:
    lines = [line.partition("：") for line in row.sheet.split("\n")]
    return CommitmentView(
        id=row.id,
        holder_id=row.holder_id,
        reference=row.reference,
        item_code=row.item_code,
        material_code=row.material_code,
        department_code=row.department_code,
        channel=row.channel,
        sheet=tuple((heading, text) for heading, _, text in lines),
        check=read_check(row.check_text),
        risk=Risk(row.risk),
        signed_at=row.signed_at,
        due_on=row.due_on,
        due_unknown=row.due_unknown,
        next_look_on=row.next_look_on,
        looks=row.looks,
        state=State(row.state),
        revision=row.revision,
        settled_at=row.settled_at,
    )

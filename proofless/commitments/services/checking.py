"""The checks at work: look when the day comes, settle what is seen, pool what is not, draw and inspect."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from proofless import ledger
from proofless.access import Ground, Permit, permit
from proofless.access.actors import system_actor
from proofless.certificates import queries as certificates
from proofless.commitments.errors import WrongStage
from proofless.commitments.models import Commitment, State
from proofless.commitments.rules.checks import (
    Absence,
    Check,
    CheckKind,
    Found,
    Outcome,
    judge,
    next_look,
    read_check,
)
from proofless.commitments.rules.samples import draw
from proofless.commitments.rules.templates import Risk
from proofless.commitments.services.breaches import open_breach
from proofless.commitments.services.signing import entry_of, settle
from proofless.data import queries as data
from proofless.data.errors import DatasetUnknown, SourceUnavailable
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.queries import list_heads
from proofless.verification import queries as verification
from proofless.verification import services as asking
from proofless.verification.rules.answers import Verdict
from proofless.verification.rules.states import State as Asked
from proofless.verification.services import Question

ROUND = 200


def check_due() -> Mapping[str, int]:
    """Look at every open promise whose next look has come; returns how many came out how. Safe to run twice."""
    counts: dict[str, int] = defaultdict(int)
    rows = Commitment.objects.filter(state=State.OPEN.value, next_look_on__lte=clock.today())
    for row in rows.order_by("next_look_on", "id")[:ROUND]:
        with ledger.reading():
            counts[_check_one(row).value] += 1
    return dict(counts)


def _check_one(row: Commitment) -> Outcome:
    due_on = row.due_on or clock.add_working_days(clock.day_of(row.signed_at), row.days).due_on
    office = _office(row)
    found = _look(office, row, due_on)
    outcome = judge(found, absence=Absence(row.absence), today=clock.today(), due_on=due_on)
    kinds = {
        Outcome.KEPT: Kind.PROMISE_KEPT,
        Outcome.BROKEN: Kind.PROMISE_BROKEN,
        Outcome.SAMPLE: Kind.PROMISE_POOLED,
        Outcome.WAIT: Kind.PROMISE_LOOKED,
    }
    states = {Outcome.KEPT: State.KEPT, Outcome.BROKEN: State.BROKEN, Outcome.SAMPLE: State.POOLED}
    with ledger.act(kinds[outcome], office, **entry_of(row, found=found.value)) as act:
        if outcome is Outcome.WAIT:
            Commitment.objects.filter(id=row.id, holder_id=row.holder_id, revision=row.revision).update(
                looks=row.looks + 1,
                next_look_on=next_look(clock.today(), due_on),
                due_on=due_on,
                due_unknown=due_on is None,
            )
        else:
            settle(office, row, states[outcome])
        if outcome is Outcome.BROKEN:
            open_breach(act, row)
    return outcome


def _office(row: Commitment) -> Actor:
    """The check is the department's, done by the system."""
    rights = (Permission.HANDLE, Permission.VERIFICATION_ASK)
    return system_actor(*rights, department_code=row.department_code, label="承诺核查")


def _look(office: Actor, row: Commitment, due_on: date | None) -> Found:
    check = read_check(row.check_text)
    if check.kind is CheckKind.PERSON:
        return Found.UNREACHABLE
    if check.kind is CheckKind.CERTIFICATE:
        held = certificates.find_status([row.holder_id], [check.code])[(row.holder_id, check.code)]
        return Found.MATCH if held.usable else Found.NOTHING
    if check.kind is CheckKind.VERIFICATION:
        return _ask(office, row, check)
    return _look_into_data(office, row, check, due_on)


def _look_into_data(office: Actor, row: Commitment, check: Check, due_on: date | None) -> Found:
    grant = _grant(office, row, f"{check.code}.*")
    try:
        rows = data.read_dataset(grant, [row.holder_id], check.code)
    except (SourceUnavailable, DatasetUnknown):
        return Found.UNREACHABLE
    if check.code not in data.find_rows([row.holder_id], [check.code]).loaded:
        return Found.UNREACHABLE
    if check.kind is CheckKind.NO_ROW:
        over = due_on is not None and clock.today() >= due_on
        return Found.CONTRARY if rows else Found.MATCH if over else Found.NOTHING
    if not rows:
        return Found.NOTHING
    if check.kind is CheckKind.ROW:
        return Found.MATCH
    value = rows[0].values.get(check.field)
    if value in (None, ""):
        return Found.NOTHING
    return Found.MATCH if str(value) == check.wanted else Found.CONTRARY


def _ask(office: Actor, row: Commitment, check: Check) -> Found:
    """Through another department; asked once, its answer read when it has come."""
    reference = f"commitment:{row.id}"
    asked = verification.answer_for(reference)
    if asked is None:
        template = verification.get_template(check.code)
        question = Question(check.code, row.holder_id, reference, "核查告知承诺", {}, row.division_code)
        made = asking.ask(actor=office, question=question, permit=_grant(office, row, *template.carries))
        asked = verification.answer_for(reference) if made else None
    if asked is None or asked.state is not Asked.ANSWERED:
        return Found.UNREACHABLE
    said = verification.read_answer(_grant(office, row, "answer.*"), asked.id)
    return {
        Verdict.CONFIRMED: Found.MATCH,
        Verdict.DENIED: Found.CONTRARY,
        Verdict.UNKNOWN: Found.UNREACHABLE,
    }[said.verdict]


def _grant(office: Actor, row: Commitment, *fields: str) -> Permit:
    return permit(
        office,
        [row.holder_id],
        fields,
        "核查告知承诺",
        ground=Ground.STATUTORY,
        basis=f"承诺:{row.material_code}",
    )


def draw_samples() -> int:
    """Draw from what no machine could check, department by department and risk by risk; the rest is closed as not
    looked at. Returns how many were drawn.

    The seed is the newest signed tree head: published, and nobody's to choose.
    """
    heads = list_heads(1)
    pools: dict[tuple[str, str], list[Commitment]] = defaultdict(list)
    for row in Commitment.objects.filter(state=State.POOLED.value).order_by("id"):
        pools[row.department_code, row.risk].append(row)
    if not heads or not pools:
        return 0
    drawn = 0
    for (department, risk), rows in pools.items():
        chosen = draw([row.id for row in rows], Risk(risk), heads[0].root, _false_rate(department, risk))
        drawn += len(chosen)
        with ledger.act(None, system_actor(label="承诺抽查")) as act:
            for row in rows:
                state = State.SAMPLED if row.id in chosen else State.UNSAMPLED
                kind = Kind.PROMISE_SAMPLED if row.id in chosen else Kind.PROMISE_UNSAMPLED
                settle(act.actor, row, state)
                act.enter(kind, **entry_of(row, head=heads[0].tree_size, pool=len(rows)))
    return drawn


def _false_rate(department: str, risk: str) -> float:
    """The share of this pool's earlier inspections that found a promise untrue."""
    looked = Commitment.objects.filter(
        department_code=department, risk=risk, check_text=CheckKind.PERSON.value
    )
    kept = looked.filter(state=State.KEPT.value).count()
    broken = looked.filter(state=State.BROKEN.value).count()
    return broken / (kept + broken) if kept + broken else 0.0


def record_inspection(*, actor: Actor, commitment_id: UUID, revision: int, kept: bool) -> None:
    """A clerk of the department looked: true closes it, untrue opens the response. Raises WrongStage, NotFound."""
    actor.check(Permission.HANDLE)
    row = Commitment.objects.filter(id=commitment_id, department_code=actor.department_code or "-").first()
    if row is None:
        raise NotFound()
    if row.state != State.SAMPLED or row.revision != revision:
        raise WrongStage(stage=row.state)
    kind = Kind.PROMISE_KEPT if kept else Kind.PROMISE_BROKEN
    with ledger.act(kind, actor, **entry_of(row, found="inspection")) as act:
        settle(actor, row, State.KEPT if kept else State.BROKEN)
        if not kept:
            open_breach(act, row)

"""容缺受理: a clerk accepts without a minor material, which follows by a day of its own."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.permits import own_holders
from proofless.commitments.errors import WrongStage
from proofless.commitments.models import Deferral
from proofless.commitments.rules import deferrals
from proofless.commitments.rules.deferrals import DEFAULT_DAYS, DeferralState
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act, HolderLine


def _entry(row: Deferral) -> dict[str, Any]:
    return {
        "object_kind": "deferral",
        "object_id": row.id,
        "holders": [HolderLine(row.holder_id, source=row.department_code)],
        "purpose": "容缺受理",
        "detail": {"material": row.material_code, "reference": row.reference},
    }


def defer(
    *,
    actor: Actor,
    holder_id: UUID,
    reference: str,
    material_code: str,
    days: int = DEFAULT_DAYS,
    within: Act | None = None,
) -> UUID:
    """Accept without it until a day. Deferring the same again is deferring once. Raises InputInvalid."""
    actor.check(Permission.HANDLE)
    if not 1 <= days <= 60:
        raise InputInvalid(fields={"days": "容缺期限应为1至60个工作日"})
    held = Deferral.objects.filter(
        holder_id=holder_id, reference=reference, material_code=material_code
    ).first()
    if held is not None:
        return held.id
    opened = deferrals.open_deferral(clock.today(), days)
    row = Deferral(
        id=new_id(),
        holder_id=holder_id,
        reference=reference,
        material_code=material_code,
        department_code=actor.department_code,
        state=opened.state.value,
        opened_at=clock.now(),
        days=days,
        due_on=opened.due_on,
    )
    with ledger.act(Kind.DEFERRAL_OPENED, actor, within=within, **_entry(row)):
        row.save(force_insert=True)
    return row.id


def _access(actor: Actor, deferral_id: UUID) -> Deferral:
    actor.check(Permission.HANDLE)
    found = Deferral.objects.filter(id=deferral_id, department_code=actor.department_code or "-").first()
    if found is None:
        raise NotFound()
    return found


def _own(actor: Actor, deferral_id: UUID) -> Deferral:
    found = Deferral.objects.filter(id=deferral_id, holder_id__in=own_holders(actor)).first()
    if found is None:
        raise NotFound()
    return found


def _value(row: Deferral) -> deferrals.Deferral:
    due_on = row.due_on or deferrals.due_day(clock.day_of(row.opened_at), row.days, row.extended)
    return deferrals.Deferral(DeferralState(row.state), due_on, row.extended)


def _write(row: Deferral, after: "deferrals.Deferral | None", **changes: object) -> None:
    """Raises WrongStage when it may not be done now, or was done meanwhile."""
    changed = after is not None and Deferral.objects.filter(
        id=row.id, holder_id=row.holder_id, state=row.state, extended=row.extended
    ).update(state=after.state.value, due_on=after.due_on, extended=after.extended, **changes)
    if not changed:
        raise WrongStage(stage=row.state)


def supply(*, actor: Actor, deferral_id: UUID, within: Act | None = None) -> None:
    """It came, from her own hand or over the counter; a late one is taken too and lifts what its lapse barred."""
    row = _own(actor, deferral_id) if actor.may(Permission.APPLY) else _access(actor, deferral_id)
    with ledger.act(Kind.DEFERRAL_SUPPLIED, actor, within=within, **_entry(row)):
        _write(row, _value(row).supplied(), supplied_at=clock.now())


def extend_deferral(*, actor: Actor, deferral_id: UUID) -> None:
    """Once, before its day ends."""
    row = _access(actor, deferral_id)
    with ledger.act(Kind.DEFERRAL_EXTENDED, actor, **_entry(row)):
        _write(row, _value(row).extended_from(clock.today()))


def end_deferrals(*, actor: Actor, reference: str) -> int:
    """The case came to nothing: what is missing is missing no longer; returns how many."""
    missing = [DeferralState.OPEN.value, DeferralState.LAPSED.value]
    rows = list(Deferral.objects.filter(reference=reference, state__in=missing))
    for row in rows:
        with ledger.act(Kind.DEFERRAL_ENDED, actor, **_entry(row)):
            _write(row, _value(row).ended())
    return len(rows)


def lapse_deferrals() -> int:
    """Mark what did not come by its day; returns how many. A day that was unknown counts once it is known."""
    lapsed = 0
    past = Q(due_on__lt=clock.today()) | Q(due_on__isnull=True)
    for row in Deferral.objects.filter(past, state=DeferralState.OPEN.value):
        if _value(row).after(clock.today()).state is not DeferralState.LAPSED:
            continue
        with ledger.act(Kind.DEFERRAL_LAPSED, system_actor(label="容缺期限"), **_entry(row)):
            _write(row, _value(row).after(clock.today()))
        lapsed += 1
    return lapsed

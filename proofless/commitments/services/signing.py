"""Signing on the phone, at the window or on paper; the text signed is kept word for word."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.access.permits import own_holders
from proofless.commitments.errors import CommitmentNotAllowed, WrongStage
from proofless.commitments.models import Channel, Commitment, State
from proofless.commitments.queries.eligibility import eligibility
from proofless.commitments.queries.templates import get_template
from proofless.commitments.rules.checks import compile_promise
from proofless.commitments.rules.templates import Template
from proofless.files import services as files
from proofless.files.rules import media_type_of
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, NotFound, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger import Act, HolderLine
from proofless.standards.limits import limit_of

_OVER = frozenset({State.WITHDRAWN.value, State.RELEASED.value})


@dataclass(frozen=True, slots=True)
class Signing:
    """``reference`` is the case the promise serves; ``paper`` the scanned sheet, for paper alone, or ``paper_address``
    where it is kept already.
    """

    material_code: str
    holder_id: UUID
    reference: str
    channel: Channel = Channel.PHONE
    division_code: str = ""
    paper: bytes = b""
    paper_address: str = ""


def sign(*, actor: Actor, signing: Signing, within: Act | None = None) -> UUID:
    """Take a promise and compile it to its check and date. Signing again under one reference is signing once.

    A resident signs for herself, her wards or her enterprise; a clerk of the item's department takes it at the window
    or on paper. Raises CommitmentNotAllowed with every reason, NotFound, UPLOAD_INVALID without a legible sheet.
    """
    if (held := _held(signing)) is None or held.state in _OVER:
        found = eligibility(signing.material_code, signing.holder_id, by=actor.party_id)
        if not found.allowed:
            text = "；".join(reason.text for reason in found.reasons)
            raise CommitmentNotAllowed(text, reasons=[reason.why.value for reason in found.reasons])
    return take_promise(actor=actor, signing=signing, within=within)


def take_promise(*, actor: Actor, signing: Signing, within: Act | None = None) -> UUID:
    """As ``sign``, for who has just judged that this promise may be taken: a plan, in the act that hands it in."""
    template = get_template(signing.material_code)
    _check_signer(actor, signing, template)
    held = _held(signing)
    if held is not None and held.state not in _OVER:
        return held.id
    row = _row(actor, signing, template, held)
    with ledger.act(Kind.PROMISE_SIGNED, actor, within=within, **entry_of(row, check=row.check_text)) as act:
        if signing.paper:
            row.paper_address = files.store(data=signing.paper, within=act).address
        row.save(force_insert=held is None, force_update=held is not None)
    return row.id


def _held(signing: Signing) -> Commitment | None:
    return Commitment.objects.filter(
        holder_id=signing.holder_id, reference=signing.reference, material_code=signing.material_code
    ).first()


def _check_signer(actor: Actor, signing: Signing, template: Template) -> None:
    """Her own word, on her phone or through a standing she gave; else the item's department takes it from her."""
    if signing.channel == Channel.PHONE or actor.standing is not None:
        actor.check(Permission.APPLY)
        if signing.holder_id not in own_holders(actor):
            raise NotFound()
        return
    actor.check(Permission.HANDLE)
    if actor.department_code != template.department_code:
        raise NotFound()
    on_paper = signing.channel == Channel.PAPER
    if on_paper != bool(signing.paper):
        raise Refusal(code=ErrorCode.UPLOAD_INVALID)
    most = limit_of(Limit.PROMISE_MEGABYTES) << 20
    if on_paper and (not media_type_of(signing.paper) or len(signing.paper) > most):
        raise Refusal(code=ErrorCode.UPLOAD_INVALID)


def _row(actor: Actor, signing: Signing, template: Template, held: Commitment | None) -> Commitment:
    """A promise given anew after it was taken back is the same promise with a new date."""
    plan = compile_promise(template.check, template.days, clock.today())
    return Commitment(
        id=held.id if held else new_id(),
        revision=held.revision + 1 if held else 1,
        paper_address=signing.paper_address,
        holder_id=signing.holder_id,
        signed_by=actor.account_id,
        reference=signing.reference,
        item_code=template.item_code,
        material_code=template.material_code,
        department_code=template.department_code,
        division_code=signing.division_code,
        channel=signing.channel,
        sheet="\n".join(f"{heading}：{text}" for heading, text in template.lines),
        check_text=template.check.text,
        absence=template.absence.value,
        risk=template.risk.value,
        days=template.days,
        signed_at=clock.now(),
        due_on=plan.due_on,
        due_unknown=plan.due_on is None,
        next_look_on=plan.first_on,
    )


def withdraw_promise(*, actor: Actor, commitment_id: UUID, within: Act | None = None) -> None:
    """The holder brings the material after all, before anything was found: the promise is not needed."""
    actor.check(Permission.APPLY)
    row = Commitment.objects.filter(id=commitment_id, holder_id__in=own_holders(actor)).first()
    if row is None:
        raise NotFound()
    if row.state != State.OPEN:
        raise WrongStage(stage=row.state)
    with ledger.act(Kind.PROMISE_WITHDRAWN, actor, within=within, **entry_of(row)):
        settle(actor, row, State.WITHDRAWN)


def release_promises(
    *, actor: Actor, reference: str, keep: Collection[str] = (), within: Act | None = None
) -> int:
    """Nothing rests on the open promises of a case any more, but for the materials in ``keep``; returns how many.

    With ``keep`` the case goes on and the rest is brought instead; without, it came to nothing. What was looked into
    already stays as it is found.
    """
    rows = Commitment.objects.filter(reference=reference, state=State.OPEN.value).exclude(
        material_code__in=keep
    )
    released = list(rows)
    if not released:
        return 0
    with ledger.act(None, actor, within=within) as act:
        for row in released:
            act.enter(Kind.PROMISE_WITHDRAWN if keep else Kind.PROMISE_RELEASED, **entry_of(row))
            settle(actor, row, State.WITHDRAWN if keep else State.RELEASED)
    return len(released)


def settle(actor: Actor, row: Commitment, state: State) -> None:
    """Raises WrongStage when somebody was quicker."""
    changed = Commitment.objects.filter(id=row.id, holder_id=row.holder_id, revision=row.revision).update(
        revision=row.revision + 1, state=state.value, settled_at=clock.now(), settled_by=actor.account_id
    )
    if not changed:
        raise WrongStage(stage=row.state)


def entry_of(row: Commitment, **detail: object) -> dict[str, Any]:
    """What every entry about a promise says; its holder reads it."""
    return {
        "object_kind": "commitment",
        "object_id": row.id,
        "holders": [HolderLine(row.holder_id, source=row.department_code)],
        "purpose": f"办理事项:{row.item_code}",
        "detail": {"material": row.material_code, "reference": row.reference, **detail},
    }

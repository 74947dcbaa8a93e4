"""Asking: one department puts a question of a template to another about one holder; it may take it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from proofless import ledger
from proofless.access import Permit
from proofless.access.errors import PermitDenied
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act, HolderLine
from proofless.parties import queries as parties
from proofless.standards.rules import Value, complain
from proofless.vault import cipher
from proofless.verification.errors import RequestTaken
from proofless.verification.models import HELD_STATES, Request, question_context
from proofless.verification.queries.templates import TemplateView, get_template
from proofless.verification.rules.states import OPEN, State, Verb
from proofless.verification.services.delegating import unit_for
from proofless.verification.services.idempotency import Once, find_done, keep_done
from proofless.verification.services.instant import attempt, has_interface
from proofless.verification.services.locking import (
    access_asked,
    add_step,
    change,
    entry_of,
    limits,
    reason_of,
    state_after,
)

PURPOSE_MAX, REFERENCE_MAX = 40, 128


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about whom. ``reference`` is the asker's own name for it; asking twice under one is asking
    once. ``parameters`` fill the template's; ``division_code`` is where the case is handled.
    """

    template_code: str
    holder_id: UUID
    reference: str
    purpose: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    division_code: str = ""


def ask(
    *, actor: Actor, question: Question, permit: Permit, once: Once | None = None, within: Act | None = None
) -> UUID:
    """Ask, and return the request's id. What an interface can answer it is asked at once, unless this is part of
    a larger act (``within``); then the next round of the task asks it.

    ``permit`` covers what the template carries about the holder: whom it is about may not be told without one.
    ``once`` makes a repeated call the same call. Raises TemplateUnknown, PermitDenied, InputInvalid (detail:
    fields), KeyReused.
    """
    actor.check(Permission.VERIFICATION_ASK)
    if once is not None and (done := find_done(actor, once)):
        return done
    template = get_template(question.template_code)
    _check(actor, question, permit, template)
    found = _held(question)
    if found is not None:
        return found
    row = _row(actor, question, template)
    try:
        with ledger.act(None, actor, within=within) as act:
            _insert(act, row, question, template, permit)
            if once is not None:
                keep_done(actor, once, row.id)
    except RequestTaken:
        # A twin of this question was put at the same moment: there is one request, and it is hers.
        return _held(question) or row.id
    if within is None and has_interface(template):
        attempt(request_ids=[row.id])
    return row.id


def _insert(act: Act, row: Request, question: Question, template: TemplateView, permit: Permit) -> None:
    """Raises RequestTaken when the same question was put meanwhile."""
    Request.objects.bulk_create([row], ignore_conflicts=True)
    if _held(question) != row.id:
        raise RequestTaken()
    entry = entry_of(row)
    entry["holders"] = [HolderLine(row.holder_id, template.carries, row.department_code)]
    entry["purpose"] = _sentence(template, question.purpose)
    act.enter(Kind.REQUEST_ASKED, ground=permit.ground_text, **entry)
    add_step(act.actor, row, "发起协查")


def _check(actor: Actor, question: Question, permit: Permit, template: TemplateView) -> None:
    if not actor.department_code:
        raise PermitDenied()
    if not all(permit.allows(question.holder_id, ref) for ref in template.carries):
        raise PermitDenied(fields=list(template.carries))
    faults = {}
    if not 2 <= len(question.purpose.strip()) <= PURPOSE_MAX or not question.purpose.isprintable():
        faults["purpose"] = f"请写明用途（2至{PURPOSE_MAX}字）"
    if not 1 <= len(question.reference) <= REFERENCE_MAX or not _plain(question.reference):
        faults["reference"] = "来源编号应为1至128个字母、数字或符号"
    known = {blank.name: blank for blank in template.parameters}
    faults |= {name: "模板中没有这一项" for name in question.parameters if name not in known}
    for name, blank in known.items():
        value = question.parameters.get(name)
        if value in (None, ""):
            if blank.required:
                faults[name] = "请填写这一项"
        elif complaint := complain(value, blank.data_type):
            faults[name] = complaint
    if faults:
        raise InputInvalid(fields=faults)


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _held(question: Question) -> UUID | None:
    """The request this question already is, open or answered."""
    return (
        Request.objects.filter(
            holder_id=question.holder_id,
            reference=question.reference,
            template_code=question.template_code,
            state__in=HELD_STATES,
        )
        .values_list("id", flat=True)
        .first()
    )


def _row(actor: Actor, question: Question, template: TemplateView) -> Request:
    request_id, now = new_id(), clock.now()
    row = Request(
        id=request_id,
        holder_id=question.holder_id,
        number=f"XC{clock.day_of(now):%Y%m%d}{request_id.hex[-6:].upper()}",
        template_code=template.code,
        reference=question.reference,
        purpose=question.purpose.strip(),
        asker_code=actor.department_code,
        asked_by=actor.account_id,
        division_code=question.division_code,
        department_code=template.department_code,
        unit_code=unit_for(template, question.division_code),
        state=State.ASKED.value,
        question_sealed=cipher.seal_record(
            {blank.name: question.parameters.get(blank.name) for blank in template.parameters},
            question_context(question.holder_id, request_id),
        ),
        asked_at=now,
        legal_days=template.legal_days,
        promised_days=template.promised_days,
    )
    for name, value in limits(row, ()).items():
        setattr(row, name, value)
    return row


def _sentence(template: TemplateView, purpose: str) -> str:
    """What the holder reads: who was asked what, for what."""
    whom = parties.find_department_name(template.department_code) or template.department_code
    return f"请{whom}核验“{template.title}”，用于{purpose.strip()}"[:128]


def withdraw(*, actor: Actor, request_id: UUID, revision: int, reason: str) -> None:
    """The asker no longer needs it. Raises WrongState once it is closed, RequestTaken when it was answered first."""
    request = access_asked(actor, request_id)
    after, text = state_after(request, Verb.WITHDRAW), reason_of(reason)
    with ledger.act(Kind.REQUEST_WITHDRAWN, actor, **entry_of(request)):
        change(request, revision, state=after.value, closing_note=text)
        add_step(actor, request, "撤回协查", text)


def close_case(*, actor: Actor, reference: str, within: Act | None = None) -> int:
    """What the requests of a reference were asked for is over; returns how many were still open.

    They stay answerable, since the other department may be half-way, but an answer from now on says it came after
    the end. ``reference`` is the asker's, exact or the part before a slash.
    """
    actor.check(Permission.VERIFICATION_ASK)
    rows = [
        row
        for row in Request.objects.filter(
            asker_code=actor.department_code,
            reference__startswith=reference,
            state__in=[state.value for state in OPEN],
            case_closed_at__isnull=True,
        )
        if row.reference == reference or row.reference.startswith(f"{reference}/")
    ]
    if not rows:
        return 0
    with ledger.act(None, actor, within=within) as act:
        for row in rows:
            act.enter(Kind.REQUEST_ORPHANED, **entry_of(row, holder=False))
            add_step(actor, row, "原办件已办结")
        ids = [row.id for row in rows]
        Request.objects.filter(id__in=ids).update(case_closed_at=clock.now())
    return len(rows)

"""Answering: take, give back, answer alone or many at once, attach evidence, return what cannot be answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.files import services as files
from proofless.files.rules import media_type_of
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.standards.limits import limit_of
from proofless.vault import cipher
from proofless.verification.errors import AnswerInvalid
from proofless.verification.models import Evidence, Pause, Request, answer_context
from proofless.verification.queries.templates import TemplateView, get_template
from proofless.verification.rules.answers import AnswerGiven, find_faults
from proofless.verification.rules.clocks import Pause as Standstill
from proofless.verification.rules.states import State, Verb
from proofless.verification.services.idempotency import Once, find_done, keep_done
from proofless.verification.services.locking import (
    access_answering,
    add_step,
    change,
    entry_of,
    limits,
    pauses_of,
    reason_of,
    state_after,
)

# What bodies of requests are held to before anybody looks inside: the most any setting allows.
EVIDENCE_MOST_BYTES = Limit.EVIDENCE_MEGABYTES.terms.most << 20
FILES_MAX = 10
BULK_MAX = 200


def take(*, actor: Actor, request_id: UUID, revision: int) -> None:
    """Take from the queue. Raises RequestTaken when a colleague was first."""
    request = access_answering(actor, request_id)
    after = state_after(request, Verb.TAKE)
    with ledger.act(Kind.REQUEST_TAKEN, actor, **entry_of(request, holder=False)):
        change(request, revision, state=after.value, taken_by=actor.account_id)
        add_step(actor, request, "领取")


def release(*, actor: Actor, request_id: UUID, revision: int) -> None:
    """Put it back for a colleague."""
    request = access_answering(actor, request_id)
    after = state_after(request, Verb.RELEASE)
    with ledger.act(Kind.REQUEST_RELEASED, actor, **entry_of(request, holder=False)):
        change(request, revision, state=after.value, taken_by=None)
        add_step(actor, request, "退还待办")


def answer(
    *,
    actor: Actor,
    request_id: UUID,
    revision: int,
    given: AnswerGiven,
    evidence: Sequence[bytes] = (),
    once: Once | None = None,
) -> None:
    """Answer once, with files if any. The entry says that it was answered, not what.

    Raises AnswerInvalid (detail: fields), RequestTaken when somebody or an interface answered first, WrongState.
    """
    request = access_answering(actor, request_id)
    if once is not None and find_done(actor, once):
        return
    state_after(request, Verb.ANSWER)
    check_answer(request, get_template(request.template_code), given, evidence)
    with ledger.act(None, actor) as act:
        record_answer(act, request, revision, given)
        _attach(act, request, evidence)
        if once is not None:
            keep_done(actor, once, request.id)


def check_answer(
    request: Request, template: TemplateView, given: AnswerGiven, evidence: Sequence[bytes] = ()
) -> None:
    """Raises AnswerInvalid where the answer does not fit the template."""
    held = Evidence.objects.filter(holder_id=request.holder_id, request_id=request.id).count()
    faults = find_faults(
        template.shape,
        template.fields,
        given,
        clock.today(),
        evidence=held + len(evidence),
        needs_evidence=template.evidence_required,
    )
    if held + len(evidence) > FILES_MAX:
        faults["evidence"] = f"最多{FILES_MAX}个文件"
    if not all(map(_is_taken, evidence)):
        faults["evidence"] = f"请上传 {limit_of(Limit.EVIDENCE_MEGABYTES)}MB 以内的图片或 PDF"
    if faults:
        raise AnswerInvalid(fields=faults)


def _is_taken(data: bytes) -> bool:
    """A picture or PDF of a size the city takes."""
    return bool(media_type_of(data)) and len(data) <= limit_of(Limit.EVIDENCE_MEGABYTES) << 20


def record_answer(
    act: Act, request: Request, revision: int, given: AnswerGiven, *, by_interface: bool = False
) -> None:
    """Write a checked answer in the open act. A pause that still runs ends today; the limits say how it kept them."""
    after, now = state_after(request, Verb.ANSWER), clock.now()
    sealed = cipher.seal_record(
        {
            **given.values,
            "verdict": given.verdict.value,
            "note": given.note.strip(),
            "as_of": given.as_of.isoformat(),
        },
        answer_context(request.holder_id, request.id),
    )
    change(
        request,
        revision,
        state=after.value,
        answer_sealed=sealed,
        answered_at=now,
        answered_by=act.actor.account_id,
        by_interface=by_interface,
        **end_pause(request),
    )
    late = {"after_case": True} if request.case_closed_at else {}
    act.enter(Kind.REQUEST_ANSWERED, **entry_of(request, instant=by_interface, **late))
    add_step(act.actor, request, "接口答复" if by_interface else "答复")


def end_pause(request: Request) -> dict[str, Any]:
    """Let the clocks run from tomorrow; the columns of both limits. Nothing to end, nothing changes."""
    if request.state != State.PAUSED.value:
        return {}
    today = clock.today()
    Pause.objects.filter(holder_id=request.holder_id, request_id=request.id, until_on__isnull=True).update(
        until_on=today
    )
    ended = [Standstill(one.since, one.until or today) for one in pauses_of(request)]
    return limits(request, ended)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """``refused`` are (request id, why in Chinese)."""

    answered: tuple[UUID, ...]
    refused: tuple[tuple[UUID, str], ...]


def answer_many(
    *, actor: Actor, requests: Sequence[tuple[UUID, int]], given: AnswerGiven, evidence: Sequence[bytes] = ()
) -> BulkResult:
    """The same answer to several requests, each (id, revision seen), one entry each.

    What changed meanwhile or does not fit is left out and named; the others are answered. Raises InputInvalid for
    an empty or too long list.
    """
    actor.check(Permission.VERIFICATION_ANSWER)
    if not 1 <= len(requests) <= BULK_MAX:
        raise InputInvalid(fields={"requests": f"请选择1至{BULK_MAX}项"})
    done: list[UUID] = []
    refused: list[tuple[UUID, str]] = []
    for request_id, revision in requests:
        try:
            answer(actor=actor, request_id=request_id, revision=revision, given=given, evidence=evidence)
            done.append(request_id)
        except Refusal as why:
            refused.append((request_id, _complaint(why)))
    return BulkResult(tuple(done), tuple(refused))


def _complaint(why: Refusal) -> str:
    fields = why.detail.get("fields")
    return "；".join(map(str, fields.values())) if isinstance(fields, dict) and fields else why.message


def attach(*, actor: Actor, request_id: UUID, data: bytes) -> UUID:
    """Attach one file to an open request. Raises UPLOAD_INVALID for a type or size not taken."""
    request = access_answering(actor, request_id)
    state_after(request, Verb.ATTACH)
    held = Evidence.objects.filter(holder_id=request.holder_id, request_id=request.id).count()
    if not _is_taken(data) or held >= FILES_MAX:
        raise Refusal(code=ErrorCode.UPLOAD_INVALID)
    with ledger.act(None, actor) as act:
        return _attach(act, request, [data])[0]


def _attach(act: Act, request: Request, evidence: Sequence[bytes]) -> list[UUID]:
    if not evidence:
        return []
    refs = files.store_many(files=evidence, within=act)
    rows = [
        Evidence(
            id=new_id(),
            holder_id=request.holder_id,
            request_id=request.id,
            address=ref.address,
            media_type=media_type_of(data),
            size=ref.size,
            added_by=act.actor.account_id,
            added_at=clock.now(),
        )
        for ref, data in zip(refs, evidence, strict=True)
    ]
    Evidence.objects.bulk_create(rows)
    act.enter(Kind.EVIDENCE_ATTACHED, **entry_of(request, holder=False, files=len(rows)))
    return [row.id for row in rows]


def return_request(*, actor: Actor, request_id: UUID, revision: int, reason: str) -> None:
    """It cannot be answered here: the wrong department, or too little to find the person. The asker reads why."""
    request = access_answering(actor, request_id)
    after, text = state_after(request, Verb.RETURN), reason_of(reason)
    with ledger.act(Kind.REQUEST_RETURNED, actor, **entry_of(request)):
        change(request, revision, state=after.value, closing_note=text, **end_pause(request))
        add_step(actor, request, "退回", text)

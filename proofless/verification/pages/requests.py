"""One request on one page: whom and what is asked, both clocks, the answer, and what may be done next."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.standards.limits import limit_of
from proofless.verification import queries, services
from proofless.verification.errors import AnswerInvalid, RequestTaken, WrongState
from proofless.verification.forms import AnswerForm
from proofless.verification.pages.queue import FILES_LIMIT, TONES, department_names
from proofless.verification.queries.delegations import active_units
from proofless.verification.queries.requests import OpenRequest
from proofless.verification.rules.answers import Verdict
from proofless.verification.rules.states import Verb, verbs_in
from proofless.web.filters import moment
from proofless.web.middleware import accepts_files

VERDICT_TONES = {Verdict.CONFIRMED: "ok", Verdict.DENIED: "bad", Verdict.UNKNOWN: "warn"}
EXPLAINED = {Verb.PAUSE, Verb.EXTEND, Verb.RETURN, Verb.WITHDRAW}
SUBJECT_LABELS = {"name": "姓名或名称", "number": "证件号码"}


@guarded(Permission.VERIFICATION_ASK)
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    return _page(request, request_id)


def _page(
    request: HttpRequest,
    request_id: UUID,
    *,
    form: AnswerForm | None = None,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    who = actor(request)
    opened = queries.open_request(who, request_id)
    names = department_names()
    may = {verb for verb in verbs_in(opened.head.state) if _open_to(verb, who, opened)}
    status = 409 if problem else 422 if errors or (form and form.errors) else 200
    context = {
        "opened": opened,
        "head": opened.head,
        "template": opened.template,
        "names": names,
        "state_tone": TONES[opened.head.state],
        "subject": [
            (label, opened.subject[key]) for key, label in SUBJECT_LABELS.items() if key in opened.subject
        ],
        "parameters": [(b.label, opened.parameters.get(b.name)) for b in opened.template.parameters],
        "answer": _answer(opened),
        "events": [
            (moment(s.at), s.step, _by(s.note, names.get(s.department_code, "系统")))
            for s in reversed(opened.steps)
        ],
        "taken_by": parties.account_labels([opened.head.taken_by]).get(opened.head.taken_by, "本部门同事")
        if opened.head.taken_by
        else "",
        "form": (form or AnswerForm(template=opened.template))
        if opened.answering and opened.head.state.open
        else None,
        "may": {verb.value for verb in may},
        "handles": bool(may - {Verb.ANSWER, Verb.ATTACH}),
        "explains": bool(may & EXPLAINED),
        "units": [(code, names.get(code, code)) for code in active_units(opened.head.department_code)],
        "problem": problem,
        "errors": dict(errors or {}),
        "megabytes": limit_of(Limit.EVIDENCE_MEGABYTES),
    }
    return render(request, "verification/request.html", context, status=status)


def _by(note: str, who: str) -> str:
    return f"{who}：{note}" if note else who


def _answer(opened: OpenRequest) -> dict[str, Any] | None:
    if not opened.answer:
        return None
    said = dict(opened.answer)
    verdict = Verdict(said["verdict"])
    return {
        "words": verdict.label,
        "tone": VERDICT_TONES[verdict],
        "as_of": said["as_of"],
        "note": said.get("note", ""),
        "values": [(b.label, _words(said[b.name])) for b in opened.template.fields if b.name in said],
    }


def _words(value: Any) -> Any:
    return (
        {"Y": "是", "N": "否", "true": "是", "false": "否"}.get(value, value)
        if isinstance(value, str)
        else value
    )


def _open_to(verb: Verb, who: Actor, opened: OpenRequest) -> bool:
    """Withdrawing is the asker's, extending the lead's, the rest the answering side's."""
    if verb is Verb.WITHDRAW:
        return opened.head.asker_code == who.department_code
    if verb is Verb.EXTEND:
        untouched = not opened.head.extended_days and opened.template.extension_days
        return bool(opened.answering and who.may(Permission.VERIFICATION_MANAGE) and untouched)
    return opened.answering


@guarded(Permission.VERIFICATION_ANSWER)
@require_POST
@accepts_files(FILES_LIMIT)
def answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Answer once, with evidence."""
    head = queries.get_template(_template_code(request, request_id))
    form = AnswerForm(request.POST, template=head)
    try:
        services.answer(
            actor=actor(request),
            request_id=request_id,
            revision=_number(request, "revision"),
            given=form.given(),
            evidence=[file.read() for file in request.FILES.getlist("evidence")],
        )
    except (RequestTaken, WrongState) as refused:
        return _page(request, request_id, problem=(refused.message, refused.next_step))
    except (InputInvalid, AnswerInvalid) as refused:
        extra = {}
        for name, text in _complaints(refused).items():
            if name in form.errors:
                continue
            if name in form.fields:
                form.add_error(name, text)
            else:
                extra[name] = text
        return _page(request, request_id, form=form, errors=extra)
    messages.success(request, "已答复，发起部门会立即看到", fail_silently=True)
    return redirect("verification:request", request_id=request_id)


def _template_code(request: HttpRequest, request_id: UUID) -> str:
    return queries.open_request(actor(request), request_id).head.template_code


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refusal(code=ErrorCode.INPUT_INVALID)
    return int(text)


def _complaints(refused: Refusal) -> dict[str, str]:
    fields = refused.detail.get("fields")
    return {str(name): str(text) for name, text in fields.items()} if isinstance(fields, Mapping) else {}


Doing = Callable[..., None]
ACTS: dict[str, tuple[Doing, str]] = {
    "take": (services.take, "已领取"),
    "release": (services.release, "已退还待办"),
    "resume": (services.resume, "已恢复计时，从下一工作日接着计算"),
}
REASONED: dict[str, tuple[Doing, str]] = {
    "pause": (services.pause, "已暂停计时"),
    "return": (services.return_request, "已退回发起部门"),
    "withdraw": (services.withdraw, "已撤回"),
}


@guarded(Permission.VERIFICATION_ASK)
@require_POST
def act(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take, give back, pause, resume, extend, hand over, return or withdraw; which one the pressed button says."""
    try:
        said = _act(request, request_id)
    except (RequestTaken, WrongState) as refused:
        return _page(request, request_id, problem=(refused.message, refused.next_step))
    except InputInvalid as refused:
        return _page(request, request_id, errors=_complaints(refused))
    messages.success(request, said, fail_silently=True)
    return redirect("verification:request", request_id=request_id)


def _act(request: HttpRequest, request_id: UUID) -> str:
    verb, reason = request.POST.get("verb", ""), request.POST.get("reason", "")
    common = {
        "actor": actor(request),
        "request_id": request_id,
        "revision": _number(request, "revision"),
    }
    if verb in ACTS:
        service, said = ACTS[verb]
        service(**common)
        return said
    if verb in REASONED:
        service, said = REASONED[verb]
        service(**common, reason=reason)
        return said
    if verb == "extend":
        services.extend(**common, days=_number(request, "days"), reason=reason)  # type: ignore[arg-type]
        return "已延长规定期限，承诺期限不变"
    if verb == "redirect":
        services.redirect(**common, unit_code=request.POST.get("unit", ""))  # type: ignore[arg-type]
        return "已转交"
    raise Refusal(code=ErrorCode.INPUT_INVALID)


@guarded(Permission.VERIFICATION_ASK)
def evidence(request: HttpRequest, request_id: UUID, evidence_id: UUID) -> HttpResponse:
    """A file attached to the answer, for both departments."""
    data, kind = queries.read_evidence(actor(request), request_id, evidence_id)
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = "inline"
    return response

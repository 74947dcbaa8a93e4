"""One case on one screen: facts instead of papers, and the acts a clerk may do next."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications import queries, services
from proofless.applications.errors import (
    ApplicationIncomplete,
    DecisionTaken,
    MaterialAlreadyHeld,
    NamedLate,
    OpinionsOpen,
    WrongState,
)
from proofless.applications.gate.queries import DemandView, demands_of
from proofless.applications.models import Document, State
from proofless.applications.papers.queries import list_papers
from proofless.applications.queries import CaseView
from proofless.applications.result import missing_face
from proofless.applications.services.promising import reference_of
from proofless.applications.themes.queries import find_sisters
from proofless.applications.uploads.keeping import current
from proofless.applications.uploads.rules import KINDS, checks_of
from proofless.applications.waterfall.outcome import Filled, MaterialOutcome, Mode
from proofless.commitments import queries as commitments
from proofless.commitments.errors import WrongStage
from proofless.commitments.queries import DeferralView
from proofless.commitments.rules.deferrals import DeferralState
from proofless.desk.pages.handling import handling_of
from proofless.desk.pages.queue import TONES, limit_look
from proofless.desk.rules import follow_look, material_look, material_sentence, rule_chip
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.standards import queries as standards
from proofless.verification import queries as verification
from proofless.web.filters import moment

TICK = "checked:"
LEVEL_TONES = {Document.Level.CHECKED: "ok", Document.Level.UNCHECKED: "info", Document.Level.DIFFERS: "bad"}
DIVISIONS = "GB/T 2260"
ANSWERS = {
    "confirmed": "属实",
    "denied": "不属实",
    "unknown": "主管部门无法核实，可退回补正",
    "returned": "主管部门退回，可退回补正",
    "unasked": "缺少核验所需信息，没有发出，可退回补正",
    "ended": "办件已结束，不再核验",
}
ORIGINS = {
    "certificate": "电子证照",
    "dataset": "共享数据",
    "verification": "部门核验答复",
    "account": "申请人账户",
    "manual": "申请人填写",
}


@guarded(Permission.HANDLE)
def case(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return _page(request, application_id)


def _page(
    request: HttpRequest,
    application_id: UUID,
    *,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    opened = queries.open_case(actor(request), application_id)
    item = items.get_item(opened.head.item_code)
    missing = _missing_face(request, opened, item)
    papers = current(opened.head.holder_id, opened.head.id)
    demands = {one.material_code: one for one in demands_of(opened.head.holder_id, opened.head.id)}
    before, after = queries.neighbours(actor(request), application_id)
    follows = commitments.missing_of(reference_of(application_id))
    context = {
        "case": opened,
        "item": item,
        "who": parties.holder_names([opened.head.holder_id])[opened.head.holder_id],
        "enterprise": _enterprise(opened),
        "materials": [
            _material(m, opened, item, follows, papers.get(m.code), demands.get(m.code))
            for m in opened.plan.materials
        ],
        "fields": [_field(f, opened, item) for f in opened.plan.asked_fields],
        "rules": [(rule, rule_chip(rule, checked=_checked(opened))) for rule in opened.plan.rules],
        "unknown": [rule for rule in opened.plan.unknown if rule.code in opened.head.unknown_rules],
        "missing": missing,
        "events": [(moment(e.at), e.step, e.note) for e in reversed(opened.events)],
        "problem": problem,
        "errors": errors or {},
        "may_decide": actor(request).may(Permission.DECIDE),
        "open": opened.head.state in {State.SUBMITTED, State.ACCEPTED},
        "waiting": [m.code for m in opened.materials.values() if m.awaiting],
        "sisters": find_sisters(actor(request), application_id),
        "previous_id": before,
        "next_id": after,
        "limit": limit_look(opened.head),
        "again": request.POST.get("again", "") if errors and "again" in errors else "",
        "named": set(request.POST.getlist("material")) | set(request.POST.getlist("field")),
        "papers": list_papers(opened),
        **handling_of(opened, item),
        "tone": TONES.get(opened.head.state, "quiet"),
    }
    return render(request, "desk/case.html", context, status=409 if problem else 422 if errors else 200)


def _checked(opened: CaseView) -> bool:
    """Whether the case was accepted, which it cannot be before its unknown conditions are looked into."""
    return opened.head.state in {State.ACCEPTED, State.APPROVED, State.DENIED}


def _missing_face(request: HttpRequest, opened: CaseView, item: ItemView) -> tuple[tuple[str, str, str], ...]:
    """The result's face items only the officer can give, asked on the decision form."""
    who = actor(request)
    if opened.head.state is not State.ACCEPTED or not item.result_cert_code or not who.may(Permission.ISSUE):
        return ()
    return missing_face(who, opened, item)


def _enterprise(opened: CaseView) -> str:
    found = opened.head.enterprise_id
    return parties.holder_names([found]).get(found, "") if found else ""


def _lacking(refused: ApplicationIncomplete) -> str:
    """Names of what is not there yet."""
    codes = refused.detail.get("materials")
    names = {m.code: m.name for one in items.list_items() for m in one.materials}
    return "、".join(names.get(str(code), str(code)) for code in codes) if isinstance(codes, list) else ""


def _material(
    outcome: MaterialOutcome,
    opened: CaseView,
    item: ItemView,
    follows: Mapping[str, DeferralView],
    document: Document | None,
    demand: DemandView | None,
) -> dict[str, Any]:
    held = opened.materials.get(outcome.code)
    evidence = outcome.evidence[0] if outcome.evidence else None
    checks = [check for e in outcome.evidence for check in e.checks]
    awaiting, has_file = bool(held and held.awaiting), bool(held and held.has_file)
    notes = []
    if held and held.committed_at:
        notes.append("申请人已签署告知承诺")
    if held and held.answer:
        notes.append(f"核验结果：{ANSWERS.get(held.answer, held.answer)}")
    deferral = follows.get(outcome.code)
    return {
        "outcome": outcome,
        "sentence": material_sentence(outcome, awaiting=awaiting),
        "look": follow_look(deferral.state, deferral.due_on)
        if deferral
        else material_look(outcome, awaiting=awaiting, has_file=has_file),
        "source": "、".join(
            dict.fromkeys(f"{e.title}（{item.providers.get(e.code, '')}）" for e in outcome.evidence)
        ),
        "as_of": evidence.as_of if evidence else None,
        "checks": list(dict.fromkeys(checks)),
        "attempts": [(a.mode.label, a.why, a.remedy) for a in outcome.attempts],
        "awaiting": awaiting,
        "has_file": has_file,
        "elsewhere": awaiting and verification.template_for(outcome.code) is not None,
        "extendable": deferral is not None and deferral.state is DeferralState.OPEN and not deferral.extended,
        "note": "；".join(notes),
        "may_ask": outcome.mode not in {Mode.UPLOAD, Mode.NOT_APPLICABLE},
        "may_override": outcome.mode not in {Mode.UPLOAD, Mode.NOT_APPLICABLE, Mode.CANCELLED}
        and not (demand and demand.standing),
        "demand": demand,
        "papers": _paper(document, open_case=opened.head.state in {State.SUBMITTED, State.ACCEPTED}),
    }


def _paper(document: Document | None, *, open_case: bool) -> dict[str, Any] | None:
    """What was checked at capture, and whether a clerk held the original beside it."""
    if document is None:
        return None
    level = Document.Level(document.level)
    words = f"{KINDS.get(document.kind, '')}，{document.pages}页"
    if document.check_note:
        words += f"；{document.check_note}"
    return {
        "checks": checks_of(document.checks),
        "level": level.label,
        "tone": LEVEL_TONES[level],
        "words": words,
        "to_check": open_case and level is Document.Level.UNCHECKED,
    }


def _field(one: Filled, opened: CaseView, item: ItemView) -> dict[str, Any]:
    title = item.titles.get(one.reference.split(".", 1)[0], "") if one.reference else ""
    withheld = one.reference in opened.withheld
    return {
        "label": one.label,
        "value": "同意已撤回，内容不可见" if withheld else _words(opened.values.get(one.name), one.code_list),
        "source": f"{ORIGINS.get(one.origin, '')}{' · ' + title if title and one.filled else ''}",
        "as_of": one.as_of or None,
        "other": _words(one.other, one.code_list),
        "changed": one.filled and not withheld and opened.values.get(one.name) != one.value,
    }


def _words(value: Any, code_list: str) -> Any:
    """A value with its code spelt out; division codes by the directory, as no code list holds them."""
    if value in (None, "") or not code_list:
        return value
    if code_list != DIVISIONS:
        return standards.code_name(code_list, value)
    names, code = {row.code: row.name for row in parties.list_divisions()}, str(value)
    return names.get(code) or names.get(code[:6]) or code


def show_case(
    request: HttpRequest,
    application_id: UUID,
    *,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The case page with what was refused, for acts of other modules of these pages."""
    return _page(request, application_id, problem=problem, errors=errors)


@guarded(Permission.HANDLE)
@require_POST
def act(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take, accept, return or refuse; which one the pressed button says."""
    try:
        said = _act(request, application_id)
    except (DecisionTaken, WrongState) as refused:
        return _page(request, application_id, problem=(refused.message, refused.next_step))
    except InputInvalid as refused:
        return _page(request, application_id, errors=_complaints(refused))
    except ApplicationIncomplete as refused:
        return _page(request, application_id, errors=_unchecked(refused))
    except NamedLate as refused:
        return _page(request, application_id, errors={"again": f"{refused.message}。{refused.next_step}"})
    except MaterialAlreadyHeld as refused:
        return _page(request, application_id, problem=(refused.message, refused.next_step))
    messages.success(request, said, fail_silently=True)
    return redirect("desk:case", application_id=application_id)


def _act(request: HttpRequest, application_id: UUID) -> str:
    who, verb = actor(request), request.POST.get("verb", "")
    revision, reason = _revision(request), request.POST.get("reason", "")
    if verb == "take":
        services.take(actor=who, application_id=application_id, revision=revision)
        return "已收件"
    if verb == "accept":
        services.accept(actor=who, application_id=application_id, revision=revision, checked=_ticked(request))
        return "已受理，承诺期限从今天起算"
    if verb == "return":
        services.return_for_correction(
            actor=who,
            application_id=application_id,
            revision=revision,
            reason=reason,
            materials=request.POST.getlist("material"),
            fields=request.POST.getlist("field"),
            again=request.POST.get("again", ""),
        )
        return "已退回申请人补正"
    if verb == "refuse":
        services.refuse(actor=who, application_id=application_id, revision=revision, reason=reason)
        return "已决定不予受理"
    raise Refusal(code=ErrorCode.INPUT_INVALID)


def _ticked(request: HttpRequest) -> frozenset[str]:
    """The codes of unknown conditions the clerk says she looked into."""
    return frozenset(
        name.removeprefix(TICK) for name, value in request.POST.items() if name.startswith(TICK) and value
    )


def _unchecked(refused: ApplicationIncomplete) -> dict[str, str]:
    left = refused.detail.get("rules")
    return {f"{TICK}{code}": "请核实后勾选" for code in left} if isinstance(left, list) else {}


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refusal(code=ErrorCode.INPUT_INVALID)
    return int(text)


def _complaints(refused: InputInvalid) -> dict[str, str]:
    fields = refused.detail.get("fields", {})
    return dict(fields) if isinstance(fields, Mapping) else {}


@guarded(Permission.HANDLE)
@require_POST
def ask(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """A clerk asks for a material anyway: refused by the system, and entered."""
    try:
        services.ask_for_material(actor=actor(request), application_id=application_id, material_code=code)
    except MaterialAlreadyHeld as refused:
        return _page(
            request, application_id, problem=(refused.message, f"{refused.next_step}。本次操作已留痕。")
        )
    messages.info(request, "该材料由申请人提交，可在“退回补正”中一次性告知", fail_silently=True)
    return redirect("desk:case", application_id=application_id)


@guarded(Permission.HANDLE)
@require_POST
def answer(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """Record what the verifying body answered."""
    confirmed = request.POST.get("answer") == "confirmed"
    services.answer_verification(
        actor=actor(request), application_id=application_id, material_code=code, confirmed=confirmed
    )
    messages.success(request, "核验答复已记录", fail_silently=True)
    return redirect("desk:case", application_id=application_id)


@guarded(Permission.HANDLE)
@require_POST
def extend(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """Give five more working days for a material that was to follow."""
    try:
        services.extend_material(actor=actor(request), application_id=application_id, material_code=code)
    except WrongStage:
        return _page(request, application_id, problem=("不能再延长", "容缺期限只能在期满前延长一次"))
    messages.success(request, "已延长5个工作日", fail_silently=True)
    return redirect("desk:case", application_id=application_id)


@guarded(Permission.HANDLE)
def file(request: HttpRequest, application_id: UUID, code: str) -> HttpResponse:
    """What the applicant uploaded for a material."""
    data, kind = queries.read_upload(actor(request), application_id, code)
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = "inline"
    return response


@guarded(Permission.DECIDE)
@require_POST
def decide(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Approve (and issue the result) or deny."""
    completed = {
        name.removeprefix("face:"): str(value)
        for name, value in request.POST.items()
        if name.startswith("face:")
    }
    try:
        made = services.decide(
            actor=actor(request),
            application_id=application_id,
            revision=_revision(request),
            approve=request.POST.get("verb") == "approve",
            reason=request.POST.get("reason", ""),
            completed=completed,
        )
    except InputInvalid as refused:
        return _page(request, application_id, errors=_complaints(refused))
    except ApplicationIncomplete as refused:
        return _page(request, application_id, problem=(refused.message, _lacking(refused)))
    except (DecisionTaken, WrongState, OpinionsOpen) as refused:
        return _page(request, application_id, problem=(refused.message, refused.next_step))
    messages.success(request, "已办结" + ("，结果证照已签发并进入证照库" if made else ""), fail_silently=True)
    return redirect("desk:case", application_id=application_id)

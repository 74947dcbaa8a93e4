"""What a department does with promises: look at the drawn ones, hear and decide the untrue ones, read the templates."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.edge import actor, guarded
from proofless.commitments import queries, services
from proofless.commitments.errors import SecondPersonRequired, WrongStage
from proofless.commitments.models import State
from proofless.commitments.queries import material_name
from proofless.commitments.queries.promises import OpenBreach
from proofless.commitments.rules.responses import Move, Stage, response_to
from proofless.items import queries as items
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.paging import page_number, page_of
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.web.pager import pager_of

STATE_TONES = {
    State.OPEN: "info",
    State.KEPT: "ok",
    State.BROKEN: "bad",
    State.POOLED: "quiet",
    State.SAMPLED: "warn",
    State.UNSAMPLED: "quiet",
    State.WITHDRAWN: "quiet",
    State.RELEASED: "quiet",
}
STAGE_TONES = {
    Stage.NOTICED: "warn",
    Stage.STATED: "info",
    Stage.HEARING_ASKED: "warn",
    Stage.HEARD: "info",
    Stage.UPHELD: "bad",
    Stage.DISMISSED: "ok",
    Stage.REPAIR_ASKED: "info",
    Stage.REPAIRED: "ok",
}


# What a label says to the person it is about is said otherwise to the official.
STAGE_WORDS = {stage: stage.label for stage in Stage} | {Stage.NOTICED: "已告知，等当事人陈述"}


def item_name(code: str) -> str:
    found = items.find_item(code)
    return found.name if found else code


def case_of(reference: str) -> UUID | None:
    """The case of this node a promise or deferral serves; None for another system's."""
    head, _, tail = reference.partition(":")
    try:
        return UUID(tail) if head == "application" else None
    except ValueError:
        return None


@guarded(Permission.HANDLE)
def home(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    breaches = queries.list_breaches(who)
    names = queries.promised_materials([one.commitment_id for one in breaches])
    context = {
        "drawn": [
            {"one": one, "name": material_name(one.material_code), "item": item_name(one.item_code)}
            for one in queries.list_to_inspect(who)
        ],
        "missing": [
            {"one": one, "name": material_name(one.material_code), "case": case_of(one.reference)}
            for one in queries.list_missing(who)
        ],
        "breaches": [
            {"one": one, "name": material_name(names[one.commitment_id]), "tone": STAGE_TONES[one.stage]}
            for one in breaches
        ],
        "words": STAGE_WORDS,
    }
    return render(request, "commitments/home.html", context)


@guarded(Permission.CATALOG_READ)
def templates(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:32]
    found = [one for one in queries.list_templates() if text in f"{one.item_name}{one.material_name}"]
    page = page_of(found, page_number(request.GET.get("page")))
    context = {"rows": page.rows, "text": text, "pager": pager_of(page, request)}
    return render(request, "commitments/templates.html", context)


@guarded(Permission.HANDLE)
def promise(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """One promise; a posted finding closes it or opens the response."""
    found = queries.open_promise(actor(request), commitment_id)
    problem = None
    if request.method == "POST":
        verb = request.POST.get("verb")
        if verb not in {"kept", "broken"}:
            raise Refusal(code=ErrorCode.INPUT_INVALID)
        try:
            services.record_inspection(
                actor=actor(request),
                commitment_id=commitment_id,
                revision=_revision(request),
                kept=verb == "kept",
            )
        except WrongStage as refused:
            problem = (refused.message, refused.next_step)
            found = queries.open_promise(actor(request), commitment_id)
        else:
            said = "已核实，承诺了结" if verb == "kept" else "已告知当事人，等待陈述申辩"
            messages.success(request, said, fail_silently=True)
            return redirect("commitments:home")
    context = {
        "one": found,
        "name": material_name(found.material_code),
        "case": case_of(found.reference),
        "item": item_name(found.item_code),
        "who": parties.holder_names([found.holder_id]).get(found.holder_id, ""),
        "tone": STATE_TONES[found.state],
        "problem": problem,
    }
    return render(request, "commitments/promise.html", context, status=409 if problem else 200)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refusal(code=ErrorCode.INPUT_INVALID)
    return int(text)


@guarded(Permission.HANDLE)
def breach(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """One untrue promise: what she said, what may be decided now."""
    if request.method == "POST":
        try:
            said = _act(request, breach_id)
        except (WrongStage, SecondPersonRequired) as refused:
            return _breach_page(request, breach_id, problem=(refused.message, refused.next_step))
        except InputInvalid as refused:
            fields = refused.detail.get("fields")
            return _breach_page(request, breach_id, errors=fields if isinstance(fields, Mapping) else {})
        messages.success(request, said, fail_silently=True)
        return redirect("commitments:breach", breach_id=breach_id)
    return _breach_page(request, breach_id)


def _act(request: HttpRequest, breach_id: UUID) -> str:
    who, verb = actor(request), request.POST.get("verb", "")
    if verb == "hear":
        services.hold_hearing(actor=who, breach_id=breach_id)
        return "已记录听证"
    if verb in {"uphold", "dismiss"}:
        services.decide_breach(
            actor=who,
            breach_id=breach_id,
            uphold=verb == "uphold",
            reason=request.POST.get("reason", ""),
            corrected=bool(request.POST.get("corrected")),
            deliberate=bool(request.POST.get("deliberate")),
        )
        return "已作出决定并告知当事人"
    if verb in {"repair", "refuse_repair"}:
        services.decide_repair(actor=who, breach_id=breach_id, repaired=verb == "repair")
        return "已决定"
    raise Refusal(code=ErrorCode.INPUT_INVALID)


def _breach_page(
    request: HttpRequest,
    breach_id: UUID,
    *,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    who = actor(request)
    found = queries.open_breach(who, breach_id)
    context = {
        "one": found,
        "name": material_name(found.promise.material_code),
        "case": case_of(found.promise.reference),
        "revoke": bool(found.head.degree and response_to(found.head.degree).revoke),
        "item": item_name(found.promise.item_code),
        "who": parties.holder_names([found.head.holder_id]).get(found.head.holder_id, ""),
        "tone": STAGE_TONES[found.head.stage],
        "may": {move.value for move in found.moves} if who.may(Permission.DECIDE) else set(),
        "words": STAGE_WORDS,
        "decides": _decides(found, who.account_id),
        "problem": problem,
        "errors": dict(errors or {}),
    }
    status = 409 if problem else 422 if errors else 200
    return render(request, "commitments/breach.html", context, status=status)


def _decides(found: OpenBreach, account_id: UUID) -> str:
    """Why the reader may not decide now; empty when she may or nothing is to be decided."""
    if found.noticed_by == account_id:
        return "您核查发现了这项不符，须由另一位有权限的人员决定"
    if found.head.stage is Stage.NOTICED and Move.UPHOLD not in found.moves:
        return "当事人陈述申辩的期限未满，期满前只能决定不构成"
    return "当事人要求听证，须先听证" if found.head.stage is Stage.HEARING_ASKED else ""

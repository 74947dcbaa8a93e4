"""A resident's own promises: what she signed, when it is checked, what came of it, and her say when it is doubted."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.edge import actor, guarded
from proofless.access.permits import own_holders
from proofless.commitments import queries, services
from proofless.commitments.errors import WrongStage
from proofless.commitments.models import State
from proofless.commitments.pages.desk import STAGE_TONES, STATE_TONES, item_name
from proofless.commitments.queries import material_name
from proofless.commitments.rules.responses import Stage, response_to
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.permissions import Permission

WORDS = {
    State.OPEN: "等待核查",
    State.KEPT: "已核实，了结",
    State.BROKEN: "核查与承诺不符",
    State.POOLED: "等待抽查",
    State.SAMPLED: "被抽中，工作人员会核对",
    State.UNSAMPLED: "未抽中，了结",
    State.WITHDRAWN: "已改为提交材料",
    State.RELEASED: "办件没有办成，承诺终止",
}


@guarded(Permission.OWN_READ)
def mine(request: HttpRequest) -> HttpResponse:
    """One's own, and those made for wards and the enterprise one acts for."""
    who = actor(request)
    holders = sorted(own_holders(who), key=lambda one: one != who.party_id)
    promises = [one for holder in holders for one in queries.list_promises(who, holder)]
    breaches = {one.commitment_id: one for holder in holders for one in queries.list_breaches(who, holder)}
    rows = [
        {
            "one": one,
            "name": material_name(one.material_code),
            "item": item_name(one.item_code),
            "words": WORDS[one.state],
            "tone": STATE_TONES[one.state],
            "breach": breaches.get(one.id),
        }
        for one in promises
    ]
    return render(request, "commitments/mine.html", {"rows": rows})


@guarded(Permission.OWN_READ)
def breach(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """The notice: what was found, until when to speak, and how to be trusted again."""
    if request.method == "POST":
        try:
            said = _act(request, breach_id)
        except WrongStage as refused:
            return _page(request, breach_id, problem=(refused.message, refused.next_step))
        except InputInvalid as refused:
            fields = refused.detail.get("fields")
            return _page(request, breach_id, errors=fields if isinstance(fields, Mapping) else {})
        messages.success(request, said, fail_silently=True)
        return redirect("commitments:own_breach", breach_id=breach_id)
    return _page(request, breach_id)


def _act(request: HttpRequest, breach_id: UUID) -> str:
    who, verb = actor(request), request.POST.get("verb", "")
    if verb == "state":
        services.state_case(actor=who, breach_id=breach_id, statement=request.POST.get("statement", ""))
        return "您的陈述已收到，决定前会看到"
    if verb == "ask_hearing":
        services.ask_hearing(actor=who, breach_id=breach_id)
        return "已收到您的听证要求，听证前不会作出不利决定"
    if verb == "ask_repair":
        services.ask_repair(actor=who, breach_id=breach_id)
        return "已收到您的修复申请"
    raise Refusal(code=ErrorCode.INPUT_INVALID)


def _page(
    request: HttpRequest,
    breach_id: UUID,
    *,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    found = queries.open_breach(actor(request), breach_id, own=True)
    context = {
        "one": found,
        "name": material_name(found.promise.material_code),
        "item": item_name(found.promise.item_code),
        "tone": STAGE_TONES[found.head.stage],
        "may": {move.value for move in found.moves},
        "response": response_to(found.head.degree) if found.head.degree else None,
        "upheld": found.head.stage in {Stage.UPHELD, Stage.REPAIR_ASKED},
        "problem": problem,
        "errors": dict(errors or {}),
    }
    return render(
        request, "commitments/own_breach.html", context, status=409 if problem else 422 if errors else 200
    )

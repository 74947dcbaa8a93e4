"""委托: whom I let act for me, in what and until when; and for whom I may act."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access import services as access
from proofless.access import standing
from proofless.access.edge import actor, guarded
from proofless.access.standing import AuthorityView
from proofless.applications import queries as applications
from proofless.applications.handling.services import authorities
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.errors import InputInvalid, NotFound, Refusal
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.portal.rules import state_short
from proofless.standards.limits import limit_of

STANDINGS = {
    "holds": ("有效", "ok"),
    "coming": ("还没开始", "quiet"),
    "ended": ("已到期", "quiet"),
    "revoked": ("已撤销", "quiet"),
}
LABELS = {
    "agent_name": "代理人姓名",
    "agent_number": "代理人公民身份号码",
    "items": "事项",
    "since": "开始日期",
    "until": "截止日期",
}


@guarded(Permission.APPLY)
def agents(request: HttpRequest) -> HttpResponse:
    """Given and held authorities; the form for a new one."""
    errors: dict[str, str] = {}
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            _appoint(request)
        except InputInvalid as refused:
            fields = refused.detail.get("fields")
            errors = dict(fields) if isinstance(fields, dict) else {}
        except NotFound:
            raise
        except Refusal as refused:
            problem = refused
        else:
            messages.success(
                request, "已委托。对方登录后就能为您办这件事，您随时可以撤销", fail_silently=True
            )
            return redirect("portal:agents")
    status = problem.status if problem else 422 if errors else 200
    return render(request, "portal/agents.html", _context(request, errors, problem), status=status)


def _context(request: HttpRequest, errors: dict[str, str], problem: Refusal | None) -> dict[str, Any]:
    who = actor(request)
    given, held = standing.list_given(who), standing.list_held(who)
    names = parties.holder_names({one.agent_id for one in given} | {one.principal_id for one in held})
    wanted = request.POST.get("item") or request.GET.get("item", "")
    return {
        "given": [(_line(one), names.get(one.agent_id, "")) for one in given],
        "held": [
            (
                _line(one),
                names.get(one.principal_id, ""),
                applications.list_own(standing.agent_for(who, one)).rows,
            )
            for one in held
        ],
        "items": [(one.code, one.name) for one in sorted(items.list_items(), key=lambda one: one.name)],
        "wanted": wanted[:32],
        "written": request.POST,
        "today": clock.today(),
        "authority_days": limit_of(Limit.AUTHORITY_DAYS),
        "errors": errors,
        "labels": LABELS,
        "problem": problem,
        "look": state_short,
    }


def _line(one: AuthorityView) -> dict[str, Any]:
    words, tone = STANDINGS[one.standing]
    return {
        "id": one.id,
        "items": [(code, items.get_item(code).name) for code in one.item_codes],
        "since": one.since,
        "until": one.until,
        "special": one.special,
        "paper": one.given == "paper",
        "words": words,
        "tone": tone,
        "revocable": one.standing in {"holds", "coming"},
    }


def appointment(request: HttpRequest) -> dict[str, Any]:
    """What the form of an authority says. Raises InputInvalid for days that are none."""
    posted = request.POST
    days: dict[str, date] = {}
    complaints = {}
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(posted.get(name, ""))
        except ValueError:
            complaints[name] = "请选择日期"
    if complaints:
        raise InputInvalid(fields=complaints)
    return {
        "name": posted.get("agent_name", "")[:200],
        "number": posted.get("agent_number", "")[:18],
        "special": posted.get("special") == "1",
        **days,
    }


def _appoint(request: HttpRequest) -> None:
    code = request.POST.get("item", "")[:32]
    if not code:
        raise InputInvalid(fields={"items": "请选择委托办理的事项"})
    authorities.appoint(actor=actor(request), item_codes=[code], **appointment(request))


@guarded(Permission.APPLY)
@require_POST
def revoke(request: HttpRequest, authority_id: UUID) -> HttpResponse:
    access.revoke_authority(actor=actor(request), authority_id=authority_id)
    messages.success(request, "已撤销，对方从现在起不能再为您办理", fail_silently=True)
    return redirect("portal:agents")


@guarded(Permission.APPLY)
@require_POST
def start(request: HttpRequest, authority_id: UUID) -> HttpResponse:
    """The agent begins a case in the principal's name."""
    made = authorities.open_for_principal(
        actor=actor(request), authority_id=authority_id, item_code=request.POST.get("item", "")[:32]
    )
    return redirect("portal:fill", application_id=made)

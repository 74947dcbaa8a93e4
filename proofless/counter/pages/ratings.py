"""差评回访 for a department's lead, 好差评 by department for supervisors."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.edge import actor, guarded
from proofless.counter import services
from proofless.counter.errors import WrongState
from proofless.counter.queries import ratings as queries
from proofless.counter.rules.grades import Grade, GradeCounts
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.permissions import Permission

SPANS = ((0, "全部"), (30, "近30天"), (90, "近90天"))


@guarded(Permission.COUNTER_MANAGE)
def follow_ups(request: HttpRequest) -> HttpResponse:
    closed = request.GET.get("show") == "closed"
    context = {
        "rows": queries.list_follow_ups(actor(request), closed=closed),
        "filters": [("待办", "?", not closed), ("已办结", "?show=closed", closed)],
        "closed": closed,
    }
    return render(request, "counter/follow_ups.html", context)


@guarded(Permission.COUNTER_MANAGE)
def follow_up(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """What she wrote, how to reach her, and what is to be done by when."""
    if request.method != "POST":
        return _page(request, follow_up_id)
    try:
        said = _act(request, follow_up_id)
    except WrongState as refused:
        return _page(request, follow_up_id, problem=(refused.message, refused.next_step))
    except InputInvalid as refused:
        fields = refused.detail.get("fields")
        return _page(request, follow_up_id, errors=fields if isinstance(fields, Mapping) else {})
    messages.success(request, said, fail_silently=True)
    return redirect("counter:follow_up", follow_up_id=follow_up_id)


def _act(request: HttpRequest, follow_up_id: UUID) -> str:
    who, given = actor(request), request.POST
    revision, verb = given.get("revision", ""), given.get("verb", "")
    if verb not in {"contact", "close"} or not (
        revision.isascii() and revision.isdigit() and len(revision) < 9
    ):
        raise Refusal(code=ErrorCode.INPUT_INVALID)
    if verb == "contact":
        services.note_contact(actor=who, follow_up_id=follow_up_id, revision=int(revision))
        return "已登记联系，请核实整改后写明结果"
    services.close_follow_up(
        actor=who,
        follow_up_id=follow_up_id,
        revision=int(revision),
        upheld=given.get("upheld") == "yes",
        outcome=given.get("outcome", ""),
    )
    return "已办结，结果会告诉评价人"


def _page(
    request: HttpRequest,
    follow_up_id: UUID,
    *,
    problem: tuple[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {
        "one": queries.open_follow_up(actor(request), follow_up_id),
        "given": request.POST if request.method == "POST" else {},
        "problem": problem,
        "errors": dict(errors or {}),
    }
    status = 409 if problem else 422 if errors else 200
    return render(request, "counter/follow_up.html", context, status=status)


@guarded(Permission.SUPERVISE)
def ratings(request: HttpRequest) -> HttpResponse:
    """Counts by department and grade; no case, no clerk, no resident."""
    asked = request.GET.get("days", "")
    days = next((span for span, _ in SPANS if str(span) == asked), 0)
    rows = queries.by_department(actor(request), days=days)
    whole = GradeCounts({g: sum(row.grades.counts.get(g, 0) for row in rows) for g in Grade})
    context = {
        "rows": rows,
        "whole": whole,
        "grades": sorted(Grade, reverse=True),
        "open": sum(row.open for row in rows),
        "overdue": sum(row.overdue for row in rows),
        "filters": [(label, f"?days={span}", span == days) for span, label in SPANS],
    }
    return render(request, "counter/ratings.html", context)

"""差评回访 for a department's lead, 好差评 by department for supervisors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from proofless.access.edge import actor, guarded
from proofless.counter import services
from proofless.counter.errors import WrongState
from proofless.counter.queries import ratings as queries
from proofless.counter.queries.ratings import Narrowed
from proofless.counter.rules.grades import Grade, GradeCounts
from proofless.kit.actor import Channel
from proofless.kit.errors import ErrorCode, InputInvalid, Refusal
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.web.workbooks import sheets

CHANNELS = (Channel.PHONE, Channel.WINDOW, Channel.KIOSK, Channel.ASSISTED)
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
    """Counts by department, item, channel and grade; no case, no clerk, no resident."""
    who, narrowed = actor(request), _narrowed(request)
    rows = queries.by_department(who, narrowed)
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    context = {
        "rows": rows,
        "items": queries.by_item(who, narrowed),
        "whole": _whole([row.grades for row in rows]),
        "grades": sorted(Grade, reverse=True),
        "open": sum(row.open for row in rows),
        "overdue": sum(row.overdue for row in rows),
        "filters": [
            (label, f"?{_query(replace(narrowed, days=span))}", span == narrowed.days)
            for span, label in SPANS
        ],
        "narrowed": narrowed,
        "departments": sorted(departments.items(), key=lambda one: one[1]),
        "channels": [(channel.value, channel.label) for channel in CHANNELS],
        "export_url": f"{reverse('counter:ratings_export')}?{_query(narrowed)}",
    }
    return render(request, "counter/ratings.html", context)


@guarded(Permission.SUPERVISE)
def export(request: HttpRequest) -> HttpResponse:
    """The same figures as a workbook, a sheet each for departments, items and channels."""
    who, narrowed = actor(request), _narrowed(request)
    grades = sorted(Grade, reverse=True)
    heads = [*(grade.label for grade in grades), "评价", "好评率"]
    departments = queries.by_department(who, narrowed)
    whole = _whole([row.grades for row in departments])
    offices: list[list[object]] = [
        [row.name, *_counted(row.grades, grades), row.follow_ups, row.open, row.overdue]
        for row in departments
    ]
    items = [
        [one.name, one.department, *_counted(one.grades, grades)] for one in queries.by_item(who, narrowed)
    ]
    channels = [[label, *_counted(counts, grades)] for label, counts in queries.by_channel(who, narrowed)]
    return sheets(
        [
            (
                "各部门",
                ["部门", *heads, "回访", "未办结", "超期"],
                [*offices, ["合计", *_counted(whole, grades)]],
            ),
            ("各事项", ["事项", "部门", *heads], items),
            ("各渠道", ["渠道", *heads], channels),
        ],
        "ratings",
    )


def _counted(counts: GradeCounts, grades: Sequence[Grade]) -> list[object]:
    rate = counts.good_rate
    return [
        *(counts.counts.get(grade, 0) for grade in grades),
        counts.total,
        "" if rate is None else round(rate, 4),
    ]


def _whole(every: Sequence[GradeCounts]) -> GradeCounts:
    return GradeCounts({grade: sum(one.counts.get(grade, 0) for one in every) for grade in Grade})


def _narrowed(request: HttpRequest) -> Narrowed:
    """What the address asks for; anything else counts as not asked."""
    asked = request.GET.get("days", "")
    department, channel = request.GET.get("department", ""), request.GET.get("channel", "")
    return Narrowed(
        days=next((span for span, _ in SPANS if str(span) == asked), 0),
        department_code=department if department in parties.list_departments() else "",
        channel=channel if channel in {one.value for one in CHANNELS} else "",
    )


def _query(narrowed: Narrowed) -> str:
    pairs = {
        "days": narrowed.days,
        "department": narrowed.department_code,
        "channel": narrowed.channel,
    }
    return urlencode({key: value for key, value in pairs.items() if value})

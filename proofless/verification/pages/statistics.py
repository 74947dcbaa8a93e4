"""How punctually each department answers: a plot, the same figures as a table, and a workbook."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from proofless.access.edge import actor, guarded
from proofless.kit import clock
from proofless.kit.permissions import Permission
from proofless.verification import queries
from proofless.verification.pages.queue import department_names
from proofless.verification.rules.answers import parse_day
from proofless.verification.rules.punctuality import Punctuality
from proofless.web.filters import percent
from proofless.web.workbooks import workbook

SPAN = timedelta(days=90)
HEADS = (
    "部门",
    "收到",
    "已答复",
    "接口即答",
    "按承诺期限",
    "按规定期限",
    "期限未知",
    "未答复",
    "其中已超期",
    "退回",
    "办结后才答复",
    "人工答复中位天数",
)


def _span(request: HttpRequest) -> tuple[date, date]:
    """From and to, both included; the last 90 days when nothing or nonsense is asked."""
    today = clock.today()
    since, until = parse_day(request.GET.get("since")), parse_day(request.GET.get("until"))
    since, until = since or today - SPAN, until or today
    return (since, until) if since <= until else (until, since)


@guarded(Permission.SUPERVISE)
def punctuality(request: HttpRequest) -> HttpResponse:
    since, until = _span(request)
    found = queries.list_punctuality(actor(request), since, until)
    names = department_names()
    answered = sum(one.answered for one in found)
    promised = sum(one.promise_judged for one in found)
    limited = sum(one.limit_judged for one in found)
    context = {
        "since": since,
        "until": until,
        "rows": [_cells(one, names) for one in found],
        "heads": [{"label": head, "num": at > 0} for at, head in enumerate(HEADS)],
        "labels": [names.get(one.department_code, one.department_code) for one in found],
        "promise": [one.promise_rate for one in found],
        "limit": [one.limit_rate for one in found],
        "asked": sum(one.asked for one in found),
        "answered": answered,
        "instant": sum(one.instant for one in found),
        "overdue": sum(one.overdue_open for one in found),
        "promise_rate": sum(one.in_promise for one in found) / promised if promised else None,
        "limit_rate": sum(one.in_limit for one in found) / limited if limited else None,
        "export_url": f"{reverse('verification:punctuality_export')}?since={since}&until={until}",
        "as_of": clock.now(),
    }
    return render(request, "verification/punctuality.html", context)


def _cells(one: Punctuality, names: dict[str, str]) -> list[Any]:
    return [
        names.get(one.department_code, one.department_code),
        one.asked,
        one.answered,
        one.instant,
        percent(one.promise_rate),
        percent(one.limit_rate),
        one.unknown,
        one.open,
        one.overdue_open,
        one.returned,
        one.after_case,
        "—" if one.median_days is None else f"{one.median_days:g}",
    ]


@guarded(Permission.SUPERVISE)
def export(request: HttpRequest) -> HttpResponse:
    since, until = _span(request)
    names = department_names()
    found = queries.list_punctuality(actor(request), since, until)
    return workbook("协查按时率", HEADS, (_cells(one, names) for one in found), "punctuality")

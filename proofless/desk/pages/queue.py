"""The clerk's queue: nearest limit first, with words and shapes beside the colours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from proofless.access.edge import actor, guarded
from proofless.applications import queries
from proofless.applications.models import State
from proofless.applications.queries import ApplicationView
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.web.pager import pager_of

OPEN = (
    ("", "全部待办"),
    (State.SUBMITTED, "待受理"),
    (State.ACCEPTED, "办理中"),
    (State.RETURNED, "等申请人补正"),
)
CLOSED = (
    (State.APPROVED, "准予办结"),
    (State.DENIED, "不予许可"),
    (State.REFUSED, "不予受理"),
    (State.WITHDRAWN, "申请人撤回"),
)
URGENCY = {
    "overdue": ("已超期", "bad"),
    "urgent": ("快到期", "warn"),
    "normal": ("在限内", "ok"),
    "none": ("", "quiet"),
}
TONES = {
    State.SUBMITTED: "info",
    State.ACCEPTED: "info",
    State.RETURNED: "warn",
    State.APPROVED: "ok",
    State.DENIED: "bad",
    State.REFUSED: "bad",
    State.WITHDRAWN: "quiet",
}


@guarded(Permission.HANDLE)
def queue(request: HttpRequest) -> HttpResponse:
    return _list(request, OPEN, "queue", "待办件")


@guarded(Permission.HANDLE)
def done(request: HttpRequest) -> HttpResponse:
    return _list(request, CLOSED, "done", "已办件")


def _list(request: HttpRequest, states: tuple[tuple[str, str], ...], active: str, title: str) -> HttpResponse:
    """A list filtered by state and receipt number; an unknown state shows the first one."""
    known = [code for code, _ in states]
    chosen = request.GET.get("state", known[0])
    chosen = chosen if chosen in known else known[0]
    receipt = request.GET.get("q", "").strip()[:32]
    found = queries.list_queue(
        actor(request),
        state=State(chosen) if chosen else None,
        receipt=receipt,
        page=page_number(request.GET.get("page")),
    )
    here = reverse(f"desk:{active}")
    return render(
        request,
        "desk/queue.html",
        {
            "active": active,
            "heading": title,
            "rows": [_row(view) for view in found.rows],
            "pager": pager_of(found, request),
            "receipt": receipt,
            "here": here,
            "filters": [(label, f"{here}?state={code}", code == chosen) for code, label in states],
        },
    )


def _row(view: ApplicationView) -> dict[str, object]:
    word, tone = URGENCY[view.urgency]
    return {"view": view, "word": word, "tone": tone, "state_tone": TONES.get(view.state, "quiet")}

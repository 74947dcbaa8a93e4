"""The clerk's queue: nearest limit first, with words and shapes beside the colours."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from openpyxl import Workbook

from proofless.access.edge import actor, guarded
from proofless.applications import queries, services
from proofless.applications.errors import NoCaseHere
from proofless.applications.models import State
from proofless.applications.queries import ApplicationView, QueueFilter
from proofless.desk.pages.workbook import answer, begin
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Channel
from proofless.kit.errors import InputInvalid
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification.rules.clocks import Deadline, Known, Urgency, pressure
from proofless.web.filters import day_short, mask_name, moment_short
from proofless.web.pager import pager_of

OPEN = {
    "": ("全部待办", QueueFilter()),
    "submitted": ("待受理", QueueFilter((State.SUBMITTED,))),
    "accepted": ("办理中", QueueFilter((State.ACCEPTED,))),
    "urgent": ("快到期", QueueFilter(urgency="urgent")),
    "overdue": ("已超期", QueueFilter(urgency="overdue")),
    "paused": ("中止计时", QueueFilter(urgency="paused")),
    "mine": ("我收的", QueueFilter(mine=True)),
    "returned": ("等申请人补正", QueueFilter((State.RETURNED,))),
}
CLOSED = {
    "": ("全部已办", QueueFilter((State.APPROVED, State.DENIED, State.REFUSED, State.WITHDRAWN))),
    "approved": ("准予办结", QueueFilter((State.APPROVED,))),
    "denied": ("不予许可", QueueFilter((State.DENIED,))),
    "refused": ("不予受理", QueueFilter((State.REFUSED,))),
    "withdrawn": ("申请人撤回", QueueFilter((State.WITHDRAWN,))),
}
LISTS = {"queue": ("待办件", OPEN), "done": ("已办件", CLOSED)}
# Each urgency has a word, a shape and a tone: colour never speaks alone.
SHAPES = {
    Urgency.OVERDUE: "circle-x",
    Urgency.TODAY: "clock",
    Urgency.SOON: "alert-triangle",
    Urgency.IN_TIME: "circle-check",
    Urgency.PAUSED: "player-pause",
    Urgency.UNKNOWN: "help-circle",
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
EXPORT_ROWS = 5000
HEADS = ("办件编号", "事项", "申请人", "办理方式", "状态", "提交时间", "最晚办结", "期限", "法定期限")


@guarded(Permission.HANDLE)
def queue(request: HttpRequest) -> HttpResponse:
    """A number of a card is posted, never part of an address; what it finds is shown by the holder's id."""
    if request.method != "POST":
        return _list(request, "queue")
    number = request.POST.get("number", "")
    try:
        holder = services.seek_applicant(actor=actor(request), number=number)
    except InputInvalid as refused:
        fields = refused.detail["fields"]
        assert isinstance(fields, dict)
        return _list(request, "queue", sought=(number, fields["number"]))
    except NoCaseHere as refused:
        return _list(request, "queue", sought=(number, f"{refused.message}，{refused.next_step}"))
    waiting = queries.list_queue(actor(request), QueueFilter(holder=holder), size=1).total
    return redirect(f"{reverse('desk:queue' if waiting else 'desk:done')}?who={holder}")


@guarded(Permission.HANDLE)
def done(request: HttpRequest) -> HttpResponse:
    return _list(request, "done")


@guarded(Permission.HANDLE)
def export(request: HttpRequest, which: str) -> HttpResponse:
    """The same list as a workbook, at most EXPORT_ROWS rows. Names are masked as on the page."""
    _, wanted, _ = _wanted(request, which)
    found = queries.list_queue(actor(request), wanted, size=EXPORT_ROWS)
    book = Workbook(write_only=True)
    sheet = begin(book, LISTS[which][0], HEADS)
    for row in _rows(found.rows):
        view = row["view"]
        cells = [view.receipt, view.item_name, row["who"], row["channel"], view.state.label]
        cells += [moment_short(view.submitted_at), _limit_words(view), row["word"]]
        sheet.append([*cells, day_short(view.legal_due_on) if view.legal_due_on else ""])
    return answer(book, which)


def _limit_words(view: ApplicationView) -> str:
    if view.due_on:
        return str(day_short(view.due_on))
    return "停止计时" if view.paused else "未知" if view.due_unknown else "受理后起算"


def limit_look(view: ApplicationView) -> tuple[str, str, str] | None:
    """(words, tone, shape) of how near the promised limit of an accepted case is; None where no clock runs."""
    if view.state is not State.ACCEPTED:
        return None
    known = Known.KNOWN if view.due_on else Known.PAUSED if view.paused else Known.UNPUBLISHED
    found = pressure(Deadline(view.due_on, known), clock.today())
    return found.words, found.urgency.tone, SHAPES[found.urgency]


def _wanted(request: HttpRequest, which: str) -> tuple[str, QueueFilter, str]:
    """(state key, filter, words): digits look for the number, anything else for the item's name."""
    known = LISTS[which][1]
    key = request.GET.get("state", "")
    key = key if key in known else ""
    words = request.GET.get("q", "").strip()[:32]
    base, who = known[key][1], _holder(request.GET.get("who", ""))
    receipt = words if words.isascii() and words.isdigit() else ""
    codes: tuple[str, ...] = ()
    if words and not receipt:
        codes = tuple(item.code for item in items.list_items() if words in item.name) or ("none",)
    return key, QueueFilter(base.states, codes, receipt, base.urgency, base.mine, who), words


def _holder(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _list(request: HttpRequest, which: str, sought: tuple[str, str] = ("", "")) -> HttpResponse:
    """``sought``: a number that found nobody, and why."""
    title, known = LISTS[which]
    key, wanted, words = _wanted(request, which)
    found = queries.list_queue(actor(request), wanted, page=page_number(request.GET.get("page")))
    whose = {"who": str(wanted.holder)} if wanted.holder else {}
    counted = {name: replace(one, holder=wanted.holder) for name, (_, one) in known.items()}
    counts = queries.count_queue(actor(request), counted)
    here = reverse(f"desk:{which}")
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "desk/queue.html",
        {
            "active": which,
            "heading": title,
            "rows": _rows(found.rows),
            "pager": pager_of(found, request),
            "total": found.total,
            "words": words,
            "kept": ({"state": key} if key else {}) | whose,
            "whose": mask_name(parties.holder_names([wanted.holder]).get(wanted.holder))
            if wanted.holder and found.total
            else "",
            "other": _other_list(request, which, wanted.holder),
            "number": sought[0],
            "seek_error": sought[1],
            "here": here,
            "export_url": f"{reverse('desk:queue_export', kwargs={'which': which})}?{query.urlencode()}",
            "filters": [
                (label, f"{here}?{urlencode({'state': name} | whose)}", name == key, counts[name])
                for name, (label, _) in known.items()
            ],
        },
        status=422 if sought[1] else 200,
    )


def _other_list(request: HttpRequest, which: str, holder: UUID | None) -> tuple[str, str] | None:
    """(words, address) of the same person's cases on the other list, if there are any."""
    if holder is None:
        return None
    other = "done" if which == "queue" else "queue"
    title, known = LISTS[other]
    total = queries.list_queue(actor(request), replace(known[""][1], holder=holder), size=1).total
    return (f"{title}{total}件", f"{reverse(f'desk:{other}')}?who={holder}") if total else None


def _rows(views: Sequence[ApplicationView]) -> list[dict[str, Any]]:
    """A list names nobody in full: the case does, and that is a read."""
    names = parties.holder_names({view.holder_id for view in views})
    return [
        {
            "view": view,
            "who": mask_name(names.get(view.holder_id)),
            "limit": limit_look(view),
            "word": (limit_look(view) or ("",))[0],
            "channel": Channel(view.channel).label if view.channel in set(Channel) else "",
            "state_tone": TONES.get(view.state, "quiet"),
        }
        for view in views
    ]

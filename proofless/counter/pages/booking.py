"""预约 for residents: what I have booked, a window, a day, a time."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.counter import services
from proofless.counter.errors import BookedAlready, SlotFull, WrongState
from proofless.counter.forms import moment_of
from proofless.counter.queries import appointments as queries
from proofless.counter.queries.appointments import Offer, WindowView
from proofless.items import queries as items
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties

TONES = {"booked": "info", "called": "warn", "served": "ok", "missed": "bad", "cancelled": "quiet"}


@guarded(Permission.APPLY)
def mine(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    coming, past = queries.list_own(who), queries.list_own(who, past=True)
    others = {one.holder_id for one in (*coming, *past)} - {who.party_id}
    context = {"coming": coming, "past": past, "names": parties.holder_names(others), "tones": TONES}
    return render(request, "counter/mine.html", context)


@guarded(Permission.APPLY)
def book(request: HttpRequest) -> HttpResponse:
    """Window, then day, then time: each step is a link, so that Back works and nothing is lost."""
    given = request.POST if request.method == "POST" else request.GET
    item = items.get_item(given.get("item", "")[:32])
    windows = queries.list_windows(item.code)
    if request.method != "POST":
        return _page(request, item, windows)
    try:
        services.book(
            actor=actor(request),
            window_id=_uuid(given.get("window", "")) or _absent(),
            item_code=item.code,
            starts_at=moment_of(given.get("starts_at", "")) or _nothing(),
            instead_of=_uuid(given.get("instead_of", "")),
        )
    except (SlotFull, BookedAlready, InputInvalid, WrongState) as refused:
        return _page(request, item, windows, problem=(_said(refused), refused.next_step))
    messages.success(request, "约好了，前一天会再提醒您", fail_silently=True)
    return redirect("counter:mine")


def _said(refused: Any) -> str:
    fields = refused.detail.get("fields")
    return "；".join(fields.values()) if isinstance(fields, Mapping) else refused.message


def _absent() -> UUID:
    raise NotFound()


def _nothing() -> Any:
    raise InputInvalid(fields={"starts_at": "请选择一个时段"})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    item: Any,
    windows: list[WindowView],
    *,
    problem: tuple[str, str] | None = None,
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    wanted = _uuid(given.get("window", ""))
    chosen = next((one for one in windows if one.id == wanted), windows[0] if len(windows) == 1 else None)
    offered = queries.offer(chosen) if chosen else Offer((), None)
    instead = _uuid(given.get("instead_of", ""))
    context = {
        "item": item,
        "windows": windows,
        "chosen": chosen,
        "offer": offered,
        "day": _day(given.get("day", ""), offered),
        "instead": queries.get_own(actor(request), instead) if instead else None,
        "problem": problem,
    }
    return render(request, "counter/book.html", context, status=409 if problem else 200)


def _day(text: str, offered: Offer) -> tuple[date, Any] | None:
    """The day asked for, or the first with a place left."""
    with_place = [one for one in offered.days if any(slot.free for slot in one[1])]
    asked = [one for one in offered.days if one[0].isoformat() == text]
    return next(iter((*asked, *with_place)), None)


@guarded(Permission.APPLY)
@require_POST
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    try:
        services.cancel(actor=actor(request), appointment_id=appointment_id)
    except WrongState as refused:
        messages.error(request, f"{refused.message}。{refused.next_step}", fail_silently=True)
    else:
        messages.success(request, "预约已取消", fail_silently=True)
    return redirect("counter:mine")

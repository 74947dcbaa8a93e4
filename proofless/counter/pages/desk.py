"""The day's list and the windows, for the department."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from proofless.access.edge import actor, guarded
from proofless.counter import services
from proofless.counter.errors import WrongState
from proofless.counter.forms import WindowForm
from proofless.counter.pages.booking import TONES
from proofless.counter.queries import appointments as queries
from proofless.counter.queries.appointments import WindowView
from proofless.counter.rules.slots import HoursUnreadable, parse_hours
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, InputInvalid, NotFound, Refusal
from proofless.kit.permissions import Permission
from proofless.web.forms import form_of

VERBS: dict[str, tuple[Callable[..., None], str]] = {
    "call": (services.call, "已叫号"),
    "serve": (services.serve, "已登记到场"),
    "miss": (services.miss, "已登记未到场"),
}


@guarded(Permission.HANDLE)
def day(request: HttpRequest) -> HttpResponse:
    """Who comes when, by number; names masked, for the screen is seen by those who wait."""
    on = _day_of(request)
    if request.method == "POST":
        return _change(request, on)
    rows = queries.list_day(actor(request), on)
    context = {
        "on": on,
        "today": clock.today(),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "rows": rows,
        "waiting": sum(row.appointment.open for row in rows),
        "tones": TONES,
        "now": clock.now(),
    }
    return render(request, "counter/day.html", context)


def _day_of(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()


def _change(request: HttpRequest, on: date) -> HttpResponse:
    act = VERBS.get(request.POST.get("verb", ""))
    try:
        which = UUID(request.POST.get("appointment", ""))
    except ValueError:
        raise Refusal(code=ErrorCode.INPUT_INVALID) from None
    if act is None:
        raise Refusal(code=ErrorCode.INPUT_INVALID)
    try:
        act[0](actor=actor(request), appointment_id=which)
    except WrongState as refused:
        messages.error(request, f"{refused.message}。{refused.next_step}", fail_silently=True)
    else:
        messages.success(request, act[1], fail_silently=True)
    return redirect(f"{reverse('counter:day')}?on={on.isoformat()}")


@guarded(Permission.COUNTER_MANAGE)
def windows(request: HttpRequest) -> HttpResponse:
    rows = queries.list_department_windows(actor(request))
    names = {item.code: item.name for item in items.list_items()}
    return render(request, "counter/windows.html", {"rows": rows, "names": names})


@guarded(Permission.COUNTER_MANAGE)
def window(request: HttpRequest, window_id: UUID | None = None) -> HttpResponse:
    """A new window or one that is changed; appointments already made stay as they are."""
    who = actor(request)
    found = _found(who, window_id)
    own = [(one.code, one.name) for one in items.list_items() if one.department_code == who.department_code]
    form = form_of(WindowForm, request, items=own, initial=_initial(found) | _suggested(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.set_window(actor=who, new=form.window(), window_id=window_id)  # type: ignore[attr-defined]
        except InputInvalid as refused:
            for name, text in dict(refused.detail.get("fields") or {}).items():  # type: ignore[call-overload]
                form.add_error(name, text)
        else:
            messages.success(request, "窗口已保存", fail_silently=True)
            return redirect("counter:windows")
    status = 422 if form.errors else 200
    places = [] if found else queries.list_places(who.department_code)
    context = {"form": form, "found": found, "places": places}
    return render(request, "counter/window.html", context, status=status)


def _suggested(request: HttpRequest) -> dict[str, str]:
    """A place of the published lists that was pressed; its hours are taken where they can be read."""
    given = {name: request.GET.get(name, "")[:100] for name in ("address", "phone", "hours")}
    with suppress(HoursUnreadable):
        return {name: text for name, text in given.items() if text} if parse_hours(given["hours"]) else {}
    return {name: text for name, text in given.items() if text and name != "hours"}


def _found(who: Actor, window_id: UUID | None) -> WindowView | None:
    if window_id is None:
        return None
    for one in queries.list_department_windows(who):
        if one.id == window_id:
            return one
    raise NotFound()


def _initial(found: WindowView | None) -> dict[str, Any]:
    if found is None:
        return {
            "hours": "09:00-11:30；14:00-16:30",
            "slot_minutes": 30,
            "capacity": 4,
            "days_ahead": 10,
            "open": True,
        }
    return {
        "name": found.name,
        "address": found.address,
        "phone": found.phone,
        "hours": found.hours,
        "slot_minutes": found.slot_minutes,
        "capacity": found.capacity,
        "days_ahead": found.days_ahead,
        "item_codes": list(found.item_codes),
        "closed_on": "\n".join(one.isoformat() for one in found.closed_on),
        "open": found.open,
    }

"""The inbox, for residents on the phone and for officials at the desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.notices import queries, services
from proofless.notices.queries import Show
from proofless.parties import queries as parties
from proofless.web.pager import pager_of


def _inbox(request: HttpRequest) -> dict[str, Any]:
    who, asked = actor(request), request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    found = queries.list_notices(who, show, page=page_number(request.GET.get("page")))
    counts = queries.count_notices(who)
    others = {row.holder_id for row in found.rows} - {who.party_id, who.account_id}
    return {
        "rows": found.rows,
        "names": parties.holder_names(others),
        "pager": pager_of(found, request),
        "unread": counts[Show.UNREAD],
        "show": show,
        "filters": [(f"{one.label} {counts[one]}", f"?show={one.value}", one is show) for one in Show],
        "here": request.get_full_path(),
    }


@guarded(Permission.OWN_READ)
def mine(request: HttpRequest) -> HttpResponse:
    """Hers, her wards' and her enterprise's, whole texts at once: nothing to open, nothing to miss."""
    return render(request, "notices/mine.html", _inbox(request))


@guarded(Permission.OWN_READ)
def settings(request: HttpRequest) -> HttpResponse:
    """What she wants on her telephone, and whether to be told of every scan."""
    who = actor(request)
    if request.method == "POST":
        services.choose(
            actor=who,
            holder_id=_own(who),
            messages=request.POST.get("messages") == "1",
            scans=request.POST.get("scans") == "1",
        )
        messages.success(request, "已保存", fail_silently=True)
        return redirect("notices:settings")
    context = {"chosen": queries.choice_of(_own(who)), "by_message": queries.messages_go_out()}
    return render(request, "notices/settings.html", context)


def _own(who: Actor) -> UUID:
    if who.party_id is None:
        raise NotFound()
    return who.party_id


@guarded(Permission.NOTICES_READ)
def desk(request: HttpRequest) -> HttpResponse:
    """An official's own inbox; somebody who is also a resident reads hers on her own page."""
    if actor(request).party_id is not None:
        return redirect("notices:mine")
    return render(request, "notices/desk.html", _inbox(request))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    home = reverse("notices:mine" if actor(request).party_id is not None else "notices:desk")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if safe else home


@guarded(Permission.NOTICES_READ)
@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Seen; then on to what it is about, or back to the inbox."""
    services.mark_read(actor=actor(request), notice_id=notice_id)
    return redirect(_back(request))


@guarded(Permission.NOTICES_READ)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    if not (done := services.mark_all_read(actor=actor(request))):
        messages.warning(request, "没有未读的通知", fail_silently=True)
    else:
        messages.success(request, f"{done}条通知已读", fail_silently=True)
    return redirect(_back(request))

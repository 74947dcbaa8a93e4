from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access import services
from proofless.access.edge import actor, guarded
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.portal import queries
from proofless.portal.pages.acting import acting, choices
from proofless.web.pager import pager_of


@guarded(Permission.OWN_READ)
def lines(request: HttpRequest) -> HttpResponse:
    """谁看过我的信息: reads first, everything on demand; and what was agreed to."""
    people = queries.list_people(actor(request))
    person = acting(request, people)
    show = request.GET.get("show", "")
    everything = show == "all"
    found = queries.list_lines(
        person.id, page=page_number(request.GET.get("page")), reads_only=not everything
    )
    here = f"{request.path}?for={person.id}"
    context = {
        "person": person,
        "people": choices(people, person.id, request.path, show=show if show in {"all", "consents"} else ""),
        "views": [
            ("谁看过", here, show not in {"all", "consents"}),
            ("全部记录", f"{here}&show=all", everything),
            ("我同意过的", f"{here}&show=consents", show == "consents"),
        ],
        "consents": queries.list_consents(person.id) if show == "consents" else None,
        "lines": found.rows,
        "pager": pager_of(found, request),
    }
    return render(request, "portal/ledger.html", context)


@guarded(Permission.OWN_READ)
@require_POST
def withdraw_consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    services.withdraw_consent(actor=actor(request), consent_id=consent_id)
    messages.success(request, "已撤回同意，今后不会再按这项同意读取您的信息", fail_silently=True)
    return redirect(f"{reverse('portal:ledger')}?show=consents")

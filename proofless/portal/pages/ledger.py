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

VIEWS = {"": "别人看过的", "mine": "我自己看的", "all": "全部记录", "consents": "我同意过的"}
BY = {"": "others", "mine": "self"}


@guarded(Permission.OWN_READ)
def lines(request: HttpRequest) -> HttpResponse:
    """谁看过我的信息: what others read first; her own reading, everything, and what was agreed to on demand."""
    people = queries.list_people(actor(request))
    person = acting(request, people)
    show = request.GET.get("show", "")
    show = show if show in VIEWS else ""
    found = queries.list_lines(
        person.id, page=page_number(request.GET.get("page")), reads_only=show != "all", by=BY.get(show, "")
    )
    here = f"{request.path}?for={person.id}"
    context = {
        "person": person,
        "people": choices(people, person.id, request.path, show=show),
        "views": [(label, f"{here}&show={key}", show == key) for key, label in VIEWS.items()],
        "show": show,
        "consents": queries.list_consents(person.id) if show == "consents" else None,
        "lines": queries.fold(found.rows),
        "pager": pager_of(found, request),
    }
    return render(request, "portal/ledger.html", context)


@guarded(Permission.OWN_READ)
@require_POST
def withdraw_consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    services.withdraw_consent(actor=actor(request), consent_id=consent_id)
    messages.success(request, "已撤回同意，今后不会再按这项同意读取您的信息", fail_silently=True)
    return redirect(f"{reverse('portal:ledger')}?show=consents")

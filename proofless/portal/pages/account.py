from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.access.rules import ROLE_LABELS
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.portal import queries
from proofless.portal.forms import uuid_of
from proofless.portal.pages.acting import SESSION_ACTING, remembered


@guarded(Permission.OWN_READ)
def me(request: HttpRequest) -> HttpResponse:
    people = queries.list_people(actor(request))
    account = parties.get_account(actor(request).account_id)
    context = {
        "people": people,
        "current": remembered(request, people),
        "options": [(person.id, person.called) for person in people],
        "username": account.username,
        "roles": "、".join(ROLE_LABELS.get(role, role) for role in account.roles),
    }
    return render(request, "portal/me.html", context)


@guarded(Permission.OWN_READ)
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Remember for this session whose things to show first. It gives no right."""
    people = queries.list_people(actor(request))
    person = queries.get_person(people, uuid_of(request.POST.get("for")))
    request.session[SESSION_ACTING] = str(person.id)
    messages.success(request, f"已切换为{person.called}", fail_silently=True)
    return redirect("portal:me")

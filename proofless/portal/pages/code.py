from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from markupsafe import Markup

from proofless.access.edge import actor, guarded
from proofless.codes import services
from proofless.codes.rules.tickets import LIFETIME
from proofless.kit.permissions import Permission
from proofless.portal import queries
from proofless.portal.pages.acting import acting, choices
from proofless.portal.queries import Person


@guarded(Permission.SHOW_CODE)
def show(request: HttpRequest) -> HttpResponse:
    people = tuple(person for person in queries.list_people(actor(request)) if not person.gone)
    person = acting(request, people)
    context = {
        "person": person,
        "people": choices(people, person.id, request.path),
        "symbol": _symbol(request, person),
        "seconds": int(LIFETIME.total_seconds()),
    }
    return render(request, "portal/code.html", context)


@guarded(Permission.SHOW_CODE)
def renew(request: HttpRequest) -> HttpResponse:
    """The next code alone, for the running page."""
    person = acting(request, queries.list_people(actor(request)))
    return HttpResponse(_symbol(request, person))


def _symbol(request: HttpRequest, person: Person) -> Markup:
    shown = services.show_code(actor=actor(request), subject=person.id)
    groups = [shown.text[i : i + 4] for i in range(0, len(shown.text), 4)]
    return Markup(render_to_string("portal/parts/symbol.html", {"shown": shown, "groups": groups}, request))

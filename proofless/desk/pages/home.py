"""Where an official lands: the first page of this room she may open; news waits under the bell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from proofless.access.edge import actor, public
from proofless.web import menu


@public
def home(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    if not who.permissions:
        return redirect("sign_in")
    entries = menu.entries_for(menu.DESK, who)
    if not entries:
        return redirect("portal:home")
    work = (entry for entry in entries if entry.url_name.startswith("desk:"))
    return redirect(next(work, entries[0]).url_name)

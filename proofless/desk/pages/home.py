"""Where an official lands: the first thing on her menu she may do."""

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
    return redirect(entries[0].url_name)

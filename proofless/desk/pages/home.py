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
    bells = {entry.url_name for entry in menu.entries_for(menu.BELL, who)}
    work = [entry for entry in entries if entry.url_name not in bells] or entries
    first = next((entry for entry in work if entry.url_name.startswith("desk:")), work[0])
    return redirect(first.url_name)

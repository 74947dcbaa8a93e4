from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access.edge import public


@public
def guide(request: HttpRequest) -> HttpResponse:
    """帮助: how things are done here, in the order a resident meets them."""
    return render(request, "portal/help.html", {})

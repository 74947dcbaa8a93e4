"""Certificates prepared and never issued: visible intents, to be issued or given up."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.certificates import queries, services
from proofless.certificates.errors import CertificateNotFound
from proofless.kit.permissions import Permission


@guarded(Permission.ISSUE)
def preparations(request: HttpRequest) -> HttpResponse:
    found = services.resume_preparations(actor=actor(request))
    types = queries.all_types()
    rows = [(one, types[one.type_code].name if one.type_code in types else one.type_code) for one in found]
    return render(request, "desk/preparations.html", {"rows": rows})


@guarded(Permission.ISSUE)
@require_POST
def settle(request: HttpRequest, preparation_id: UUID) -> HttpResponse:
    """Issue an intent left behind by a crash, or give it up."""
    who = actor(request)
    found = {one.id: one for one in services.resume_preparations(actor=who)}.get(preparation_id)
    if found is None:
        raise CertificateNotFound()
    if request.POST.get("verb") == "issue":
        services.issue(actor=who, prepared=found)
        messages.success(request, "已签发", fail_silently=True)
    else:
        services.abandon_preparation(actor=who, preparation_id=preparation_id)
        messages.success(request, "已作废", fail_silently=True)
    return redirect("desk:preparations")

"""文书: receipt and notices of a case, for the clerk to print and hand over, and those that wait for their seal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications import queries
from proofless.applications.papers.queries import hand_out, list_unsealed
from proofless.applications.papers.services import seal_own
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.web.pager import pager_of
from proofless.web.shell import is_demo


@guarded(Permission.HANDLE)
def paper(request: HttpRequest, application_id: UUID, kind: str, format_: str) -> HttpResponse:
    """One paper as PDF or OFD; opening the case for it is a read like any other."""
    opened = queries.open_case(actor(request), application_id)
    data, media, name = hand_out(opened, kind, format_, demo=is_demo())
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@guarded(Permission.ISSUE)
def unsealed(request: HttpRequest) -> HttpResponse:
    """What waits for the department's seal, and why."""
    found = list_unsealed(actor(request), page=page_number(request.GET.get("page")))
    context = {"rows": found.rows, "total": found.total, "pager": pager_of(found, request)}
    return render(request, "desk/unsealed.html", context)


@guarded(Permission.ISSUE)
@require_POST
def seal(request: HttpRequest) -> HttpResponse:
    done = seal_own(actor=actor(request))
    if done.sealed:
        messages.success(request, f"已盖章{done.sealed}份", fail_silently=True)
    if done.stopped:
        messages.error(request, f"{done.stopped.message}。{done.stopped.next_step}", fail_silently=True)
    return redirect("desk:unsealed")

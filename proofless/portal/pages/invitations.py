from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.edge import actor, guarded
from proofless.applications import queries, services
from proofless.items import queries as items
from proofless.items.rules.sources import SourceKind
from proofless.kit.permissions import Permission

PARTNER = "partner"
READ = {SourceKind.CERTIFICATE, SourceKind.DATA, SourceKind.VERIFICATION}


@guarded(Permission.APPLY)
def invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Somebody asks the reader to take part in an application: what it is, what will be read, yes or no."""
    if request.method == "POST":
        agree = request.POST.get("answer") == "agree"
        services.answer_invitation(actor=actor(request), invitation_id=invitation_id, agree=agree)
        messages.success(
            request, "已同意，对方可以提交了" if agree else "已回绝，没有读取您的任何信息", fail_silently=True
        )
        return redirect("portal:invitation", invitation_id=invitation_id)
    view = queries.get_invitation(actor(request), invitation_id)
    item = items.get_item(view.item_code)
    context = {
        "view": view,
        "item": item,
        "read": [
            material.name
            for material in item.materials
            if PARTNER in material.roles and material.sources[0] in READ and not material.situation
        ],
    }
    return render(request, "portal/invitation.html", context)

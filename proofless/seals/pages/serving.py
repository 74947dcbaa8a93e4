"""盖章: an officer brings a document and takes it away sealed."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access.edge import actor, guarded
from proofless.kit.errors import Refusal
from proofless.kit.permissions import Permission
from proofless.seals import services
from proofless.seals.forms import SealingForm
from proofless.web.forms import form_of
from proofless.web.middleware import accepts_files

FILE_LIMIT_BYTES = 20 * 1024 * 1024


@accepts_files(FILE_LIMIT_BYTES + 65536)
@guarded(Permission.SEAL_KEEP)
def seal_file(request: HttpRequest) -> HttpResponse:
    """The form; posted, the sealed file itself. A refusal comes back above the form with nothing lost but the file,
    which browsers do not send twice.
    """
    form = form_of(SealingForm, request)
    assert isinstance(form, SealingForm)
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        body = form.cleaned_data["body"]
        try:
            sealed = services.seal_file(actor=actor(request), data=body.read(), wish=form.wish())
        except Refusal as refusal:
            refused = refusal
        else:
            name = quote(f"已盖章-{body.name}")
            disposition = f"attachment; filename*=UTF-8''{name}"
            headers = {"Content-Disposition": disposition}
            return HttpResponse(sealed.data, content_type=sealed.content_type, headers=headers)
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "seals/seal_file.html", {"form": form, "refused": refused}, status=status)

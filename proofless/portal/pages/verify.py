from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.edge import actor, public
from proofless.certificates import queries
from proofless.certificates.errors import CertificateIdentifierInvalid
from proofless.portal.forms import VerifyForm
from proofless.portal.rules import verify_sentences, verify_verdict

NOTHING: dict[str, object] = {"identifier": "", "facts": None, "sentences": (), "verdict": ("", "", "")}


@public
def ask(request: HttpRequest) -> HttpResponse:
    """Asked with an identifier, on to its own address, which a QR code on paper may hold."""
    form = VerifyForm(request.GET) if "identifier" in request.GET else VerifyForm()
    if form.is_bound and form.is_valid():
        identifier = form.cleaned_data["identifier"].replace("/", "")
        return redirect("portal:verify_identifier", identifier=identifier)
    context = {"form": form, **NOTHING}
    return render(request, "portal/verify.html", context, status=400 if form.errors else 200)


@public
def answer(request: HttpRequest, identifier: str) -> HttpResponse:
    form = VerifyForm({"identifier": identifier})
    context = {"form": form, **NOTHING, "identifier": identifier}
    try:
        facts = queries.verify_identifier(actor=actor(request), identifier=identifier.strip())
    except CertificateIdentifierInvalid as refused:
        form.add_error("identifier", f"{refused.message}，{refused.next_step}")
        return render(request, "portal/verify.html", context, status=refused.status)
    context |= {"facts": facts, "as_of": datetime.fromisoformat(facts.as_of)}
    context |= {"sentences": verify_sentences(facts), "verdict": verify_verdict(facts)}
    return render(request, "portal/verify.html", context)

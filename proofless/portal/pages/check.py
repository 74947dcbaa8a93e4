"""验章: drop a file, see its pages and what is true of its seals. The file is not kept."""

import base64

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access.edge import actor, public
from proofless.kit import env
from proofless.portal import checking
from proofless.portal.forms import CheckForm
from proofless.seals import checks
from proofless.seals import services as seals
from proofless.seals.checks import SealCheck
from proofless.seals.reports import render_report
from proofless.web.filters import moment
from proofless.web.middleware import accepts_files
from proofless.web.viewing import show


@public
@accepts_files(checking.BODY_LIMIT_BYTES)
def check(request: HttpRequest) -> HttpResponse:
    """The form; and, posted with a file, the form above what was found."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    context: dict[str, object] = {"form": form, "checked": None}
    if not form.is_bound:
        return render(request, "portal/check.html", context)
    checking.admit(request)
    if not form.is_valid():
        return render(request, "portal/check.html", context, status=400)
    data = form.cleaned_data["file"].read()
    checked = seals.check_file(actor=actor(request), data=data)
    found = checked.found
    report = render_report(found, checked.title, env.home().city, demo=env.home().demo)
    context |= {
        "checked": checked,
        "verdict": checks.verdict_of(found),
        "seals": [_shown(one) for one in found.seals],
        "shown": show(data, title=checked.title, fields=[one.field for one in found.seals]),
        "listed": checking.listed(request, checked.identifier),
        "report": base64.b64encode(report).decode(),
    }
    return render(request, "portal/check.html", context)


def _shown(one: SealCheck) -> dict[str, object]:
    """As ``ui.seal_details`` takes it."""
    signed_at = moment(one.signed_at) if one.signed_at else "未知"
    return {
        "name": one.name,
        "signer": one.signer,
        "signed_at": signed_at,
        "algorithm": one.algorithm,
        "facts": one.facts,
    }

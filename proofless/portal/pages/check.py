"""验章: drop a file, see its pages and what is true of its seals. The file is not kept."""

import base64

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from markupsafe import Markup

from proofless.access.edge import actor, public
from proofless.certificates import queries as certificates
from proofless.certificates.errors import CertificateIdentifierInvalid
from proofless.certificates.rules import VerifyFacts
from proofless.kit import env
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.rate import RateLimit, client_of
from proofless.ofd.errors import OfdError
from proofless.ofd.facts import Verdict
from proofless.ofd.reader import Reader
from proofless.portal.forms import CheckForm
from proofless.seals import checks
from proofless.seals import services as seals
from proofless.seals.reports import render_report
from proofless.web.filters import moment
from proofless.web.middleware import accepts_files
from proofless.web.viewing import searchable

FILE_LIMIT_BYTES = 20 * 1024 * 1024
PAGES_SHOWN = 20
_rate = RateLimit(20)


@public
@accepts_files(FILE_LIMIT_BYTES + 65536)
def check(request: HttpRequest) -> HttpResponse:
    """The form; and, posted with a file, the form above what was found."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    context: dict[str, object] = {"form": form, "checked": None}
    if not form.is_bound:
        return render(request, "portal/check.html", context)
    _admit(request)
    if not form.is_valid():
        return render(request, "portal/check.html", context, status=400)
    data = form.cleaned_data["file"].read()
    checked = seals.check_file(actor=actor(request), data=data)
    report = render_report(checked.found, checked.title, env.home().city, demo=env.home().demo)
    context |= {
        "checked": checked,
        "verdict": checks.VERDICTS[checked.found.verdict],
        "problems": checks.general_problems(checked.found),
        "seals": [
            {
                "name": one.name,
                "signer": one.signer,
                "signed_at": moment(one.signed_at) if one.signed_at else "未知",
                "algorithm": "SM2",
                "facts": one.facts,
            }
            for one in checks.seal_checks(checked.found)
        ],
        "pages": _pages(data) if checked.found.verdict is not Verdict.UNREADABLE else [],
        "lines": searchable(data),
        "listed": _listed(request, checked.identifier),
        "report": base64.b64encode(report).decode(),
    }
    return render(request, "portal/check.html", context)


def _admit(request: HttpRequest) -> None:
    """Judging a file costs more than any other page: nobody may keep the others waiting."""
    peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
    if not _rate.admits(client_of(peer, forwarded, settings.PROOFLESS_PROXIES)):
        raise Refusal(code=ErrorCode.TOO_MANY_REQUESTS)


def _pages(data: bytes) -> list[Markup]:
    """The pages as they look, seals and all; what cannot be drawn is left to the facts."""
    try:
        return [Markup(page.svg()) for page in Reader(data).pages[:PAGES_SHOWN]]  # drawn by ofd.display
    except OfdError:
        return []


def _listed(request: HttpRequest, identifier: str) -> VerifyFacts | None:
    """What the library says of a file that calls itself a certificate: it may be genuine and revoked."""
    if not identifier:
        return None
    try:
        return certificates.verify_identifier(actor=actor(request), identifier=identifier)
    except CertificateIdentifierInvalid:
        return None

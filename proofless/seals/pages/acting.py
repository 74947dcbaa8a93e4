"""One posted act: done and told, or refused and told why, then back to the page it came from."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from proofless.kit.errors import Forbidden, InputInvalid, Refusal
from proofless.seals.errors import SealNotFound

APPROVER, KEEPER = "approver", "keeper"


def perform(request: HttpRequest, run: Callable[[], object], said: str, back: str) -> HttpResponse:
    """A refusal the person can do something about is told on the page; others are answered as such."""
    try:
        run()
    except (Forbidden, SealNotFound):
        raise
    except InputInvalid as refusal:
        fields = refusal.detail.get("fields") or {}
        told = ";".join(fields.values()) if isinstance(fields, dict) else ""
        messages.error(request, told or refusal.message, fail_silently=True)
    except Refusal as refusal:
        messages.error(request, f"{refusal.message}。{refusal.next_step}", fail_silently=True)
    else:
        messages.success(request, said, fail_silently=True)
    return redirect(back)


def complain(form_errors: Callable[[str, str], None], refusal: InputInvalid) -> None:
    """Put a service's complaints to the fields of a form (``form.add_error``)."""
    fields = refusal.detail.get("fields") or {}
    for name, text in fields.items() if isinstance(fields, dict) else ():
        form_errors(name, str(text))

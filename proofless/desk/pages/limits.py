"""本市设定: every number the city sets for itself, what it decides, and how it came to be."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.edge import actor, guarded
from proofless.desk.forms import LimitForm
from proofless.kit.errors import InputInvalid
from proofless.kit.permissions import Permission
from proofless.standards import limits
from proofless.standards.errors import LimitChanged
from proofless.standards.limits import LimitView
from proofless.standards.services import set_limit


@guarded(Permission.CATALOG_READ)
def overview(request: HttpRequest) -> HttpResponse:
    groups: dict[str, list[LimitView]] = defaultdict(list)
    for one in limits.list_limits():
        groups[one.limit.terms.group].append(one)
    return render(request, "desk/limits.html", {"groups": list(groups.items())})


@guarded(Permission.CATALOG_READ)
def limit(request: HttpRequest, code: str) -> HttpResponse:
    """One number with its history; whoever may sets it here."""
    view, who = limits.get_limit(code), actor(request)
    form = LimitForm(request.POST or None, initial={"value": view.value, "seen": view.value})
    if request.method == "POST":
        who.check(Permission.LIMITS_SET)
        if form.is_valid() and _set(request, view, form):
            return redirect("desk:limit", code=code)
    context = {"one": view, "form": form, "may": who.may(Permission.LIMITS_SET)}
    return render(request, "desk/limit.html", context, status=422 if form.is_bound else 200)


def _set(request: HttpRequest, view: LimitView, form: LimitForm) -> bool:
    """Whether the page has said what came of it; else the form says what to mend."""
    given, terms = form.cleaned_data, view.limit.terms
    try:
        set_limit(actor=actor(request), code=view.limit.value, **given)
    except InputInvalid as refused:
        fields = refused.detail["fields"]
        for name, text in fields.items() if isinstance(fields, dict) else ():
            form.add_error(name, text)
        return False
    except LimitChanged as refused:
        messages.error(request, f"{refused.message}。{refused.next_step}", fail_silently=True)
        return True
    said = f"“{terms.label}”已改为{given['value']}{terms.unit}，马上生效"
    messages.success(request, said, fail_silently=True)
    return True

"""在线数据接口: every register asked over the line, how it does, and what an operator can do about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.applications.services.sources import (
    NewSource,
    resume_live_source,
    set_live_source,
    suspend_live_source,
    try_live_source,
)
from proofless.applications.waterfall.live_calls import SHOWN, SourceView, get_source, list_sources
from proofless.data import queries as data
from proofless.desk.forms import LiveSourceForm
from proofless.desk.pages.outcome import told
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.permissions import Permission
from proofless.verification.queries.delegations import list_systems


@guarded(Permission.DATA_LOAD)
def overview(request: HttpRequest) -> HttpResponse:
    """All sources, those in trouble first; departments' systems that answer verifications beside them."""
    if code := request.GET.get("dataset", ""):
        return redirect("desk:live_source", code=code)
    found = list_sources(actor(request))
    registered = {one.code for one in found}
    context = {
        "sources": found,
        "systems": list_systems(actor(request)),
        "others": [(one.code, one.name) for one in data.list_datasets() if one.code not in registered],
    }
    return render(request, "desk/live.html", context)


@guarded(Permission.DATA_LOAD)
def source(request: HttpRequest, code: str) -> HttpResponse:
    """One source with its last askings; registering it, or registering it anew."""
    form = LiveSourceForm(request.POST or None, initial=_initial(_find(request, code)))
    if request.method == "POST" and form.is_valid():
        try:
            set_live_source(actor=actor(request), source=NewSource(code, **form.cleaned_data))
            return redirect("desk:live_source", code=code)
        except InputInvalid as refused:
            fields = refused.detail["fields"]
            for name, text in fields.items() if isinstance(fields, dict) else ():
                form.add_error(name, text)
    return _page(request, code, form)


def _page(request: HttpRequest, code: str, form: LiveSourceForm) -> HttpResponse:
    found = _find(request, code)
    context = {
        "code": code,
        "title": data.get_dataset(code).name,
        "one": found,
        "calls": found.calls[:SHOWN] if found else (),
        "form": form,
    }
    return render(request, "desk/live_source.html", context, status=422 if form.is_bound else 200)


def _find(request: HttpRequest, code: str) -> SourceView | None:
    try:
        return get_source(actor(request), code)
    except NotFound:
        return None


def _initial(found: SourceView | None) -> dict[str, object]:
    if found is None:
        return {"budget_ms": 800, "keep_minutes": 60}
    return {"address": found.address, "budget_ms": found.budget_ms, "keep_minutes": found.keep_minutes}


@guarded(Permission.DATA_LOAD)
@require_POST
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Try it now, leave it alone for a while, or ask it again."""
    who, given = actor(request), request.POST

    def done() -> str:
        if given.get("verb") == "suspend":
            suspend_live_source(actor=who, dataset_code=code, reason=given.get("reason", ""))
            return "已暂停：今后的办件不再询问它，改用下一种方式"
        if given.get("verb") == "resume":
            resume_live_source(actor=who, dataset_code=code)
            return "已恢复：从下一次办件起询问它"
        found = try_live_source(actor=who, dataset_code=code)
        return f"试问结果：{found.label}，用时{found.took_ms}毫秒"

    form = LiveSourceForm(initial=_initial(_find(request, code)))
    return told(request, done, reverse("desk:live_source", args=[code]), lambda: _page(request, code, form))

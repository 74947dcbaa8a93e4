"""Templates for all officials; delegations and interfaces for a department's lead."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.items import queries as items
from proofless.kit.errors import InputInvalid
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification import queries, services
from proofless.verification.forms import ConnectorForm, DelegationForm
from proofless.verification.pages.queue import department_names
from proofless.verification.queries.delegations import list_connectors, list_delegations
from proofless.verification.queries.templates import TemplateView
from proofless.verification.rules.templates import BY_REGISTER
from proofless.verification.services import NewDelegation
from proofless.web.forms import PageForm


@guarded(Permission.CATALOG_READ)
def templates(request: HttpRequest) -> HttpResponse:
    names = {m.code: f"{item.name}：{m.name}" for item in items.list_items() for m in item.materials}
    rows = [
        (
            one,
            department_names().get(one.department_code, ""),
            [names[code] for code in one.materials if code in names],
        )
        for one in queries.list_templates()
    ]
    return render(request, "verification/templates.html", {"rows": rows})


def _own_templates(request: HttpRequest) -> list[TemplateView]:
    return [t for t in queries.list_templates() if t.department_code == actor(request).department_code]


@guarded(Permission.VERIFICATION_MANAGE)
def delegations(request: HttpRequest) -> HttpResponse:
    form = _delegation_form(request, bound=request.method == "POST")
    if request.method == "POST":
        try:
            services.delegate(actor=actor(request), new=NewDelegation(**form.values()))
        except InputInvalid as refused:
            _complain(form, refused)
        else:
            messages.success(request, "委托已登记，新的协查将直接进入受托单位的待办", fail_silently=True)
            return redirect("verification:delegations")
    return _page(request, form, ConnectorForm(templates=_connectable(request)))


def _connectable(request: HttpRequest) -> list[TemplateView]:
    return [one for one in _own_templates(request) if one.connector != BY_REGISTER]


def _delegation_form(request: HttpRequest, *, bound: bool) -> DelegationForm:
    units = {
        code: name for code, name in department_names().items() if code != actor(request).department_code
    }
    counties = {row.code: row.short_name for row in parties.list_divisions("county")}
    return DelegationForm(
        request.POST if bound else None, units=units, templates=_own_templates(request), divisions=counties
    )


def _page(request: HttpRequest, form: DelegationForm, connector: ConnectorForm) -> HttpResponse:
    titles = {one.code: one.title for one in queries.list_templates()}
    context = {
        "rows": list_delegations(actor(request)),
        "connector_rows": [
            (titles.get(one.template_code, one.template_code), one.address, "启用" if one.enabled else "停用")
            for one in list_connectors(actor(request))
        ],
        "titles": titles,
        "names": department_names(),
        "divisions": {row.code: row.short_name for row in parties.list_divisions("county")},
        "form": form,
        "connector": connector,
        "may_connect": bool(_connectable(request)),
    }
    bad = (form.is_bound and form.errors) or (connector.is_bound and connector.errors)
    return render(request, "verification/delegations.html", context, status=422 if bad else 200)


def _complain(form: PageForm, refused: InputInvalid) -> None:
    fields = refused.detail.get("fields")
    for name, text in fields.items() if isinstance(fields, dict) else ():
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, str(text))


@guarded(Permission.VERIFICATION_MANAGE)
@require_POST
def end(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    back = services.end_delegation(actor=actor(request), delegation_id=delegation_id)
    messages.success(request, f"委托已终止，{back}项未答复的协查已转回本部门", fail_silently=True)
    return redirect("verification:delegations")


@guarded(Permission.VERIFICATION_MANAGE)
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Register the department's own system for a template."""
    connector = ConnectorForm(request.POST, templates=_connectable(request))
    try:
        said = connector.values()
        services.set_connector(
            actor=actor(request),
            template_code=said["connected"],
            address=said["address"],
            token=said["token"],
            enabled=said["enabled"],
        )
    except InputInvalid as refused:
        _complain(connector, refused)
        return _page(request, _delegation_form(request, bound=False), connector)
    messages.success(request, "接口已登记，下一轮起由系统即时答复", fail_silently=True)
    return redirect("verification:delegations")

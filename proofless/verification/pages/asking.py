"""The asking side: what this department asked others, and asking by a template."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from proofless.access import Ground, permit
from proofless.access.edge import actor, guarded
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification import queries, services
from proofless.verification.forms import AskForm
from proofless.verification.pages.queue import STATES, address, department_names, filter_of, row_of
from proofless.verification.services import Question
from proofless.web.pager import pager_of


@guarded(Permission.VERIFICATION_ASK)
def asked(request: HttpRequest) -> HttpResponse:
    wanted = filter_of(request)
    found = queries.list_asked(actor(request), wanted, page=page_number(request.GET.get("page")))
    here = "verification:asked"
    context = {
        "rows": [row_of(view) for view in found.rows],
        "pager": pager_of(found, request),
        "wanted": wanted,
        "here": reverse(here),
        "states": [
            (label, address(here, wanted, state=code), code == wanted.state) for code, label in STATES
        ],
        "departments": department_names(),
    }
    return render(request, "verification/asked.html", context)


@guarded(Permission.VERIFICATION_ASK)
def choose(request: HttpRequest) -> HttpResponse:
    """Which question: the templates, by the department that answers."""
    names = department_names()
    text = request.GET.get("q", "").strip()[:32]
    found = [
        (one, names.get(one.department_code, one.department_code))
        for one in queries.list_templates()
        if text in f"{one.title}{one.question}{names.get(one.department_code, '')}"
    ]
    return render(request, "verification/choose.html", {"templates": found, "text": text})


@guarded(Permission.VERIFICATION_ASK)
def ask(request: HttpRequest, code: str) -> HttpResponse:
    template = queries.get_template(code)
    posted = request.POST if request.method == "POST" else None
    form = AskForm(posted, template=template)
    if request.method == "POST":
        try:
            made = _ask(request, form)
        except InputInvalid as refused:
            fields = refused.detail.get("fields")
            for name, text in fields.items() if isinstance(fields, dict) else ():
                if name not in form.errors:
                    form.add_error(name if name in form.fields else None, str(text))
        else:
            messages.success(request, "已发起，对方答复后在这里显示", fail_silently=True)
            return redirect("verification:request", request_id=made)
    context = {
        "template": template,
        "form": form,
        "department": department_names().get(template.department_code, template.department_code),
    }
    return render(request, "verification/ask.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, form: AskForm) -> Any:
    said, who = form.values(), actor(request)
    holder_id = parties.find_holder_id(said["number"])
    if holder_id is None:
        raise InputInvalid(fields={"number": "没有登记这个人或企业，请核对号码"})
    basis = said["basis"]
    grant = permit(
        who, [holder_id], form.template.carries, said["purpose"], ground=Ground.STATUTORY, basis=basis
    )
    question = Question(
        form.template.code,
        holder_id,
        # A question from the desk belongs to nothing else: asked again, it is a new one.
        f"desk:{basis}/{new_id().hex[-12:]}",
        said["purpose"],
        form.parameters(),
        who.division_code,
    )
    return services.ask(actor=who, question=question, permit=grant)

"""The answering department's queue: nearest promised limit first, words beside the colours; many answered at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.limits import Limit
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.standards.limits import limit_of
from proofless.verification import queries, services
from proofless.verification.forms import AnswerForm
from proofless.verification.queries import Filter, RequestView
from proofless.verification.rules.states import State
from proofless.verification.services.answering import EVIDENCE_MOST_BYTES
from proofless.web.filters import moment_short
from proofless.web.middleware import accepts_files
from proofless.web.pager import pager_of
from proofless.web.workbooks import workbook

STATES = (
    ("open", "全部待办"),
    (State.ASKED, "待答复"),
    (State.TAKEN, "办理中"),
    (State.PAUSED, "暂停计时"),
    ("closed", "已结束"),
)
TONES = {
    State.ASKED: "info",
    State.TAKEN: "info",
    State.PAUSED: "warn",
    State.ANSWERED: "ok",
    State.RETURNED: "bad",
    State.WITHDRAWN: "quiet",
}
FILES_LIMIT = EVIDENCE_MOST_BYTES + (2 << 20)
EXPORT_ROWS = 5000


def filter_of(request: HttpRequest) -> Filter:
    """The filter in the query string; anything odd is as if not said."""
    given = request.GET
    state = given.get("state", "open")
    urgency = given.get("urgency", "")
    return Filter(
        state=state if state in {code for code, _ in STATES} else "open",
        urgency=urgency if urgency in {"overdue", "soon"} else "",
        template_code=given.get("template", "")[:32],
        text=given.get("q", "").strip()[:32],
        mine=given.get("mine") == "1",
    )


def address(name: str, wanted: Filter, **changes: str) -> str:
    """The list again with one thing changed."""
    pairs = {
        "state": wanted.state,
        "urgency": wanted.urgency,
        "template": wanted.template_code,
        "q": wanted.text,
        "mine": "1" if wanted.mine else "",
    } | changes
    query = urlencode(
        {key: value for key, value in pairs.items() if value and (key, value) != ("state", "open")}
    )
    return f"{reverse(name)}?{query}" if query else reverse(name)


@guarded(Permission.VERIFICATION_ANSWER)
def queue(request: HttpRequest) -> HttpResponse:
    return _page(request, filter_of(request))


def _page(request: HttpRequest, wanted: Filter, form: AnswerForm | None = None) -> HttpResponse:
    who = actor(request)
    found = queries.list_queue(who, wanted, page=page_number(request.GET.get("page")))
    counts = queries.count_urgent(who)
    here = "verification:queue"
    template = queries.find_template(wanted.template_code)
    mine = [one for one in queries.list_templates() if one.department_code == who.department_code]
    open_rows = [row for row in found.rows if row.state.open]
    context = {
        "rows": [row_of(view) for view in found.rows],
        "pager": pager_of(found, request),
        "wanted": wanted,
        "here": reverse(here),
        "states": [
            (label, address(here, wanted, state=code), code == wanted.state) for code, label in STATES
        ],
        "urgencies": [
            ("不限", address(here, wanted, urgency=""), not wanted.urgency, counts[""]),
            (
                "已超期",
                address(here, wanted, urgency="overdue"),
                wanted.urgency == "overdue",
                counts["overdue"],
            ),
            ("今明到期", address(here, wanted, urgency="soon"), wanted.urgency == "soon", counts["soon"]),
        ],
        "templates": [("全部模板", address(here, wanted, template=""), not wanted.template_code)]
        + [
            (one.title, address(here, wanted, template=one.code), one.code == wanted.template_code)
            for one in mine
        ],
        "export_url": address("verification:export", wanted),
        "template": template,
        "form": (form or AnswerForm(template=template)) if template and open_rows else None,
        "bulk_url": address("verification:bulk", wanted),
        "departments": department_names(),
        "megabytes": limit_of(Limit.EVIDENCE_MEGABYTES),
    }
    return render(request, "verification/queue.html", context, status=422 if form and form.errors else 200)


def row_of(view: RequestView) -> dict[str, Any]:
    return {"view": view, "state_tone": TONES[view.state], "pickable": view.state.open}


def department_names() -> dict[str, str]:
    return {code: view.short_name for code, view in parties.list_departments().items()}


@guarded(Permission.VERIFICATION_ANSWER)
@require_POST
@accepts_files(FILES_LIMIT)
def bulk(request: HttpRequest) -> HttpResponse:
    """One answer to the ticked requests of one template; what could not be answered is named."""
    wanted = filter_of(request)
    template = queries.get_template(wanted.template_code)
    form = AnswerForm(request.POST, template=template)
    picked = [found for text in request.POST.getlist("pick") if (found := _pick(text))]
    try:
        if not picked:
            raise InputInvalid(fields={"pick": "请先勾选要答复的协查"})
        files = [file.read() for file in request.FILES.getlist("evidence")]
        done = services.answer_many(actor=actor(request), requests=picked, given=form.given(), evidence=files)
    except InputInvalid as refused:
        fields = refused.detail.get("fields")
        for name, text in fields.items() if isinstance(fields, dict) else ():
            form.add_error(name if name in form.fields and name not in form.errors else None, str(text))
        return _page(request, wanted, form)
    if done.answered:
        messages.success(request, f"已答复{len(done.answered)}项", fail_silently=True)
    for why in sorted({why for _, why in done.refused}):
        count = sum(1 for _, one in done.refused if one == why)
        messages.error(request, f"{count}项没有答复：{why}", fail_silently=True)
    return redirect(address("verification:queue", wanted))


def _pick(text: str) -> tuple[UUID, int] | None:
    """``<request id>:<revision>`` as the page printed it."""
    request_id, _, revision = text.partition(":")
    try:
        return UUID(request_id), int(revision)
    except ValueError:
        return None


HEADS = (
    "协查编号",
    "模板",
    "发起部门",
    "受托单位",
    "用途",
    "状态",
    "发起时间",
    "承诺期限",
    "规定期限",
    "时限情况",
    "答复时间",
    "是否按时",
)


@guarded(Permission.VERIFICATION_ANSWER)
def export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, as a workbook; it names nobody."""
    wanted = filter_of(request)
    found = queries.list_queue(actor(request), wanted, size=EXPORT_ROWS)
    names = department_names()
    return workbook("协查清单", HEADS, (cells(view, names) for view in found.rows), "requests")


def cells(view: RequestView, names: dict[str, str]) -> list[Any]:
    kept = {True: "按时", False: "超期", None: "期限未知" if view.answered_at else ""}[view.in_limit]
    return [
        view.number,
        view.title,
        names.get(view.asker_code, view.asker_code),
        names.get(view.unit_code, view.unit_code),
        view.purpose,
        view.state.label,
        moment_short(view.asked_at),
        view.promised_due_on or ("未知" if view.due_unknown else ""),
        view.legal_due_on or ("未知" if view.due_unknown else ""),
        view.promised.words,
        moment_short(view.answered_at) if view.answered_at else "",
        kept,
    ]


def refusal_words(refused: Refusal) -> tuple[str, str]:
    return refused.message, refused.next_step

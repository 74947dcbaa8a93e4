"""Batches: begun, gone on with, fetched back, cleared away."""

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid, Refusal
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.seals import queries, services
from proofless.seals.errors import SealNotFound
from proofless.seals.forms import BatchForm
from proofless.seals.pages.acting import complain, perform
from proofless.seals.rules import ItemState
from proofless.seals.services.batching import MOST_BYTES
from proofless.web.filters import moment
from proofless.web.forms import form_of
from proofless.web.middleware import accepts_files
from proofless.web.pager import pager_of
from proofless.web.workbooks import workbook

TONES = {ItemState.WAITING: "quiet", ItemState.SEALED: "ok", ItemState.REFUSED: "bad"}
HEADS = ("序号", "文件名", "结果", "原因", "盖章时间", "盖章人", "原文件摘要（SM3）")
# A request seals as many as it can in this time; the page then offers to go on.
_SECONDS = 12.0


@guarded(Permission.SEAL_KEEP)
def batches(request: HttpRequest) -> HttpResponse:
    found = queries.list_batches(actor(request), page=page_number(request.GET.get("page")))
    return render(request, "seals/batches.html", {"rows": found.rows, "pager": pager_of(found, request)})


@accepts_files(MOST_BYTES + (1 << 20))
@guarded(Permission.SEAL_KEEP)
def open_batch(request: HttpRequest) -> HttpResponse:
    """Takes the files in and begins at once."""
    form = form_of(BatchForm, request)
    assert isinstance(form, BatchForm)
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        who = actor(request)
        try:
            made = services.open_batch(
                actor=who, title=form.cleaned_data["title"], brought=form.brought(), wish=form.wish()
            )
        except InputInvalid as refusal:
            complain(lambda name, text: form.add_error("bodies" if name == "files" else name, text), refusal)
        except Refusal as refusal:
            refused = refusal
        else:
            _run(request, who, made)
            return redirect("seals:batch", batch_id=made)
    context = {"form": form, "refused": refused}
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "seals/open_batch.html", context, status=status)


@guarded(Permission.SEAL_KEEP)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    who, state = actor(request), request.GET.get("state", "")
    state = state if state in {*ItemState} else ""
    view = queries.access_batch(who, batch_id)
    items = queries.list_items(who, batch_id, state=state, page=page_number(request.GET.get("page")))
    here = reverse("seals:batch", kwargs={"batch_id": batch_id})
    counts = {"": view.total, "waiting": view.waiting, "sealed": view.sealed, "refused": view.refused}
    states = [("", "全部"), *((one.value, one.label) for one in ItemState)]
    context = {
        "batch": view,
        "rows": [(one, TONES[one.state]) for one in items.rows],
        "pager": pager_of(items, request),
        "states": [
            (label, f"{here}?state={code}" if code else here, code == state, counts[code])
            for code, label in states
            if not code or counts[code]
        ],
    }
    return render(request, "seals/batch.html", context)


@guarded(Permission.SEAL_KEEP)
@require_POST
def run(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    _run(request, actor(request), batch_id)
    return redirect("seals:batch", batch_id=batch_id)


def _run(request: HttpRequest, who: Actor, batch_id: UUID) -> None:
    """Seals on, and says in words how far it came and what stands in the way."""
    try:
        done = services.run_batch(actor=who, batch_id=batch_id, seconds=_SECONDS)
    except (Forbidden, SealNotFound):
        raise
    except Refusal as refusal:
        messages.error(request, f"{refusal.message}。{refusal.next_step}", fail_silently=True)
        return
    if done.stopped is not None:
        told = f"盖到第 {done.sealed + done.refused} 份时中断：{done.stopped.message}。{done.stopped.next_step}，"
        messages.error(request, f"{told}已盖好的不受影响，处理后点“继续盖章”。", fail_silently=True)
    elif not done.waiting:
        messages.success(request, f"已盖章 {done.sealed} 份，不能盖章 {done.refused} 份", fail_silently=True)


@guarded(Permission.SEAL_KEEP)
def fetch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    data = services.fetch_batch(actor=actor(request), batch_id=batch_id)
    headers = {"Content-Disposition": f'attachment; filename="{batch_id}.zip"'}
    return HttpResponse(data, content_type="application/zip", headers=headers)


@guarded(Permission.SEAL_KEEP)
def fetch_item(request: HttpRequest, batch_id: UUID, number: int) -> HttpResponse:
    name, data = services.fetch_item(actor=actor(request), batch_id=batch_id, number=number)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'已盖章-{name}')}"}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


@guarded(Permission.SEAL_KEEP)
def export(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    items = queries.export_items(actor(request), batch_id)
    rows = [
        (
            one.number,
            one.name,
            one.state.label,
            one.reason,
            moment(one.sealed_at) if one.sealed_at else "",
            one.sealed_label,
            one.source,
        )
        for one in items
    ]
    return workbook("批量盖章", HEADS, rows, "seal-batch")


@guarded(Permission.SEAL_KEEP)
@require_POST
def forget(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    return perform(
        request,
        lambda: services.forget_batch(actor=actor(request), batch_id=batch_id),
        "文件已清除，办理记录保留",
        reverse("seals:batch", kwargs={"batch_id": batch_id}),
    )

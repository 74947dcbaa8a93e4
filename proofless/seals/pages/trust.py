"""Succession, trust in others, and which signer is at work."""

import io
import re
import tempfile
import zipfile
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.kit import clock
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.seals import kinds, queries, services
from proofless.seals.forms import CrlForm, DistrustForm, SuccessionForm, TrustForm
from proofless.seals.models import SuccessionRow
from proofless.seals.pages.acting import complain, perform
from proofless.seals.rules import SubjectKind
from proofless.web.forms import form_of
from proofless.web.pager import pager_of


@guarded(Permission.SEAL_READ)
def successions(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    form = form_of(SuccessionForm, request)
    assert isinstance(form, SuccessionForm)
    if request.method == "POST" and form.is_valid():
        try:
            document = form.cleaned_data["document"]
            coordinator = form.cleaned_data["coordinator_code"]
            services.record_succession(
                actor=who, new=form.wish(), document=document, coordinator_code=coordinator
            )
            messages.success(request, "已登记", fail_silently=True)
            return redirect("seals:successions")
        except InputInvalid as refusal:
            complain(form.add_error, refusal)
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    known, today = kinds.names(), clock.today()
    context = {
        "rows": [
            (
                row,
                departments.get(row.from_code, row.from_code),
                departments.get(row.to_code, row.to_code),
                kinds.words(tuple(row.type_codes), known),
                _standing(row.ended_at is not None, row.since > today),
                departments.get(row.coordinator_code or row.to_code, row.coordinator_code),
                "" if row.ended_at else _hindrance(row),
            )
            for row in queries.list_successions()
        ],
        "form": form,
        "may_set": who.may(Permission.SEAL_APPROVE),
    }
    return render(request, "seals/successions.html", context, status=422 if form.errors else 200)


def _hindrance(row: SuccessionRow) -> str:
    """Why the successor cannot seal what it took over; the department in charge sees to it."""
    found = (queries.hindrance_of(row.to_code, code) for code in row.type_codes or [""])
    return next((one for one in found if one), "")


def _standing(ended: bool, later: bool) -> tuple[str, str]:
    if ended:
        return "已终止", "quiet"
    return ("待生效", "info") if later else ("生效中", "ok")


@guarded(Permission.SEAL_APPROVE)
@require_POST
def end_succession(request: HttpRequest, succession_id: UUID) -> HttpResponse:
    return perform(
        request,
        lambda: services.end_succession(actor=actor(request), succession_id=succession_id),
        "已终止",
        reverse("seals:successions"),
    )


@guarded(Permission.SEAL_READ)
def trust(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    form = form_of(TrustForm, request)
    assert isinstance(form, TrustForm)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.import_certificate(actor=who, new=form.wish())
            messages.success(request, "已导入", fail_silently=True)
            return redirect("seals:trusted", trusted_id=made)
        except InputInvalid as refusal:
            complain(form.add_error, refusal)
        except Refusal as refusal:
            form.add_error("certificate", refusal.message)
    text, scope = request.GET.get("q", "").strip()[:64], request.GET.get("scope", "")
    scope = scope if scope in {*SubjectKind} else ""
    found = queries.search_trusted(who, text=text, scope=scope, page=page_number(request.GET.get("page")))
    here = reverse("seals:trust")
    scopes = [("", "所有主体"), *((kind.value, kind.label) for kind in SubjectKind)]
    context = {
        "rows": [(one, _trust_look(one)) for one in found.rows],
        "pager": pager_of(found, request),
        "text": text,
        "here": here,
        "hidden": {"scope": scope} if scope else {},
        "scopes": [
            (label, f"{here}?{urlencode({'q': text, 'scope': code})}", code == scope)
            for code, label in scopes
        ],
        "listed": bool(found.total or text or scope),
        "policies": queries.policies(),
        "form": form,
        "may_set": who.may(Permission.SEAL_APPROVE),
    }
    return render(request, "seals/trust.html", context, status=422 if form.errors else 200)


_PARTS = {
    "Common Name": "名称", "CN": "名称", "Organization": "单位", "O": "单位", "Organizational Unit": "部门",
    "OU": "部门", "Country": "国家", "C": "国家", "State/Province": "省", "ST": "省", "Locality": "市", "L": "市",
}  # fmt: skip
_PART = re.compile(rf"(?:^|, ?)({'|'.join(sorted(_PARTS, key=len, reverse=True))})(?:: |=)")


def in_words(name: str) -> str:
    """A certificate's name with its parts called in Chinese; parts seldom met keep their own."""
    return _PART.sub(lambda part: f"{'；' if part.start() else ''}{_PARTS[part[1]]}：", name)


def _trust_look(one: queries.TrustView) -> tuple[str, str]:
    if one.distrusted_from is not None and one.distrusted_from <= clock.now():
        return "已停止信任", "bad"
    if not one.trusted:
        return "不在信任期", "quiet"
    if one.crl_fresh is None:
        return "缺吊销列表", "warn"
    return ("信任中", "ok") if one.crl_fresh else ("吊销列表过期", "bad")


@guarded(Permission.SEAL_READ)
def trusted(request: HttpRequest, trusted_id: UUID) -> HttpResponse:
    who = actor(request)
    view = queries.access_trusted(who, trusted_id)
    context = {
        "one": view,
        "names": (in_words(view.subject), in_words(view.issuer)),
        "look": _trust_look(view),
        "distrust": DistrustForm(),
        "crl": CrlForm(),
        "may_set": who.may(Permission.SEAL_APPROVE),
    }
    return render(request, "seals/trusted.html", context)


@guarded(Permission.SEAL_APPROVE)
@require_POST
def distrust(request: HttpRequest, trusted_id: UUID) -> HttpResponse:
    form = DistrustForm(request.POST)

    def run() -> None:
        since, reason = form.moment(), form.values()["reason"]
        services.distrust(actor=actor(request), trusted_id=trusted_id, since=since, reason=reason)

    return perform(request, run, "已停止信任", reverse("seals:trusted", kwargs={"trusted_id": trusted_id}))


@guarded(Permission.SEAL_APPROVE)
@require_POST
def upload_crl(request: HttpRequest, trusted_id: UUID) -> HttpResponse:
    form = CrlForm(request.POST, request.FILES)

    def run() -> None:
        data = form.values()["crl"].read()
        services.upload_crl(actor=actor(request), trusted_id=trusted_id, data=data)

    return perform(
        request, run, "吊销列表已更新", reverse("seals:trusted", kwargs={"trusted_id": trusted_id})
    )


@guarded(Permission.SEAL_APPROVE)
@require_POST
def recognise(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("subject_kind", "")
    if kind not in {*SubjectKind}:
        raise InputInvalid(fields={"subject_kind": "没有这类主体"})

    def run() -> None:
        services.set_recognition(
            actor=actor(request),
            subject_kind=SubjectKind(kind),
            seals="seals" in request.POST,
            signatures="signatures" in request.POST,
        )

    return perform(request, run, f"{SubjectKind(kind).label}的互认策略已保存", reverse("seals:trust"))


@guarded(Permission.SEAL_READ)
def export_trust(request: HttpRequest) -> HttpResponse:
    """What is recognised now, as a folder for ``ofd verify --policy foreign --trust``, zipped."""
    content = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(content, "w") as archive:
        services.export_recognised(Path(folder))
        for path in sorted(Path(folder).rglob("*.c*")):
            archive.write(path, path.relative_to(folder))
    response = HttpResponse(content.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="trust-{clock.today():%Y%m%d}.zip"'
    return response


@guarded(Permission.SEAL_READ)
def signer(request: HttpRequest) -> HttpResponse:
    """Which signer is active, whether it is open, and how fresh our own revocation lists are."""
    who = actor(request)
    context = {
        "signer": queries.signer_state(),
        "authorities": queries.list_authorities(),
        "may_make": who.may(Permission.SEAL_APPROVE) and not queries.has_authority(),
    }
    return render(request, "seals/signer.html", context)


@guarded(Permission.SEAL_APPROVE)
@require_POST
def make_authority(request: HttpRequest) -> HttpResponse:
    return perform(
        request,
        lambda: services.make_home_authority(actor=actor(request)),
        "已建立印章制作机构",
        reverse("seals:signer"),
    )

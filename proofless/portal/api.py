"""``/api/v1/session``, ``/api/v1/ledger``, ``/api/v1/check``: signing in for integrators, one's own ledger, and the
seals of a file checked for anybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from proofless.access.edge import SESSION_ACCOUNT, Guard, actor
from proofless.kit import env
from proofless.kit.errors import InputInvalid
from proofless.kit.permissions import Permission
from proofless.ledger import queries as ledger
from proofless.parties import services as parties
from proofless.portal import checking
from proofless.seals import checks
from proofless.seals import services as seals
from proofless.seals.reports import render_report
from proofless.seals.services import FileChecked
from proofless.web.middleware import accepts_files

router = Router(tags=["portal 我的空间"])


class SignInIn(Schema):
    username: str = Field(max_length=64)
    password: str = Field(max_length=128)


@router.post("/session", auth=None)
def sign_in(request: HttpRequest, payload: SignInIn) -> dict[str, str]:
    """登录。返回的 token 以 ``Authorization: Bearer`` 发送;退出即失效."""
    account = parties.sign_in(actor=actor(request), username=payload.username, password=payload.password)
    request.session.cycle_key()
    request.session[SESSION_ACCOUNT] = str(account.id)
    request.session.save()
    return {"token": request.session.session_key or ""}


@router.get("/ledger", auth=Guard(Permission.OWN_READ))
def own_ledger(request: HttpRequest, page: int = 1, reads_only: bool = False) -> dict[str, Any]:
    """谁在何时为何读了我的哪些信息."""
    holder = actor(request).party_id
    if holder is None:
        return {"rows": [], "number": 1, "pages": 1, "total": 0}
    found = ledger.list_for_holder(holder, page=max(page, 1), reads_only=reads_only)
    rows = [
        {
            "position": line.position,
            "at": line.at.isoformat(),
            "kind": line.kind.value,
            "label": line.kind.label,
            "department": line.department_code,
            "by_holder": line.actor_is_holder,
            "purpose": line.purpose,
            "ground": line.ground,
            "reads": [{"source": source, "fields": list(fields)} for source, fields in line.reads],
        }
        for line in found.rows
    ]
    return {"rows": rows, "number": found.number, "pages": found.pages, "total": found.total}


@router.post("/check", auth=None)
@accepts_files(checking.BODY_LIMIT_BYTES)
def check(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """验章验签，任何人可用：核对 OFD 或 PDF 文件的电子印章和电子签名，逐项给出结论.

    ``holds`` 为 null 表示未知，未知不等于通过。文件以 multipart 的 ``file`` 上传，最大 20 MB，不保存。
    """
    checked = _checked(request, file)
    found = checked.found
    title, advice, _ = checks.verdict_of(found)
    listed = checking.listed(request, checked.identifier)
    return {
        "kind": found.kind,
        "verdict": found.verdict.value,
        "conclusion": title,
        "advice": advice,
        "digest_sm3": found.digest.hex(),
        "judged_at": found.judged_at.isoformat(),
        "title": checked.title,
        "problems": list(found.problems),
        "seals": [
            {
                "name": one.name,
                "signer": one.signer,
                "signed_at": one.signed_at.isoformat() if one.signed_at else None,
                "maker": one.maker,
                "algorithm": one.algorithm,
                "holds": one.good,
                "facts": [
                    {"code": code, "text": text, "holds": holds, "note": note}
                    for text, holds, note, code in one.facts
                ],
            }
            for one in found.seals
        ],
        "certificate": {"identifier": checked.identifier, "listed": listed.listed, "usable": listed.good}
        if listed
        else None,
    }


@router.post("/check/report", auth=None)
@accepts_files(checking.BODY_LIMIT_BYTES)
def check_report(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """验章报告：同样的核对，结果为一份可以留存和打印的 PDF."""
    checked = _checked(request, file)
    home = env.home()
    report = render_report(checked.found, checked.title, home.city, demo=home.demo)
    headers = {"Content-Disposition": 'attachment; filename="seal-check-report.pdf"'}
    return HttpResponse(report, content_type="application/pdf", headers=headers)


def _checked(request: HttpRequest, file: UploadedFile) -> FileChecked:
    checking.admit(request)
    if not file.size:
        raise InputInvalid(fields={"file": "文件是空的"})
    if file.size > checking.FILE_LIMIT_BYTES:
        raise InputInvalid(fields={"file": "文件超过 20 MB"})
    return seals.check_file(actor=actor(request), data=file.read())

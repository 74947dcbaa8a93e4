"""样例: what the style guide of a demo home shows that templates cannot invent themselves."""

import secrets
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from proofless.kit.clock import WorkingDayLimit
from proofless.kit.paging import Page, page_number
from proofless.web.forms import DayField, IdNumberField, MobileField, PageForm, form_of
from proofless.web.pager import pager_of
from proofless.web.qr import qr_svg


class SampleForm(PageForm):
    number = IdNumberField()
    phone = MobileField(help_text="用于接收办理进度，不会公开")
    moved_on = DayField(label="迁入日期", required=False)
    reason = forms.ChoiceField(label="迁入原因", choices=[("", "请选择"), ("1", "夫妻投靠"), ("2", "购房")])
    delivery = forms.ChoiceField(
        label="领取方式", choices=[("post", "邮寄"), ("window", "窗口领取")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="补充说明", required=False, widget=forms.Textarea, max_length=200)


def next_code() -> str:
    return f"PF1.{secrets.token_urlsafe(16)}"


def everything(request: HttpRequest) -> dict[str, Any]:
    form = form_of(SampleForm, request)
    if request.GET.get("errors"):
        form = SampleForm({"number": "371402199001011234", "phone": "123"})
    return {
        "form": form,
        "code": qr_svg(next_code(), "样例二维码"),
        "pager": pager_of(
            Page(rows=(), number=page_number(request.GET.get("page", "7")), total=1234), request
        ),
        "limits": LIMITS,
    }


LIMITS = [
    (WorkingDayLimit(date(2026, 12, 10), 12, date(2026, 12, 10)), 12),
    (WorkingDayLimit(date(2026, 11, 24), 5, date(2026, 11, 24)), 1),
    (WorkingDayLimit(date(2026, 11, 18), 5, date(2026, 11, 18)), -3),
    (WorkingDayLimit(None, 30, date(2026, 12, 31)), None),
]

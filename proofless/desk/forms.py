"""Shapes of input on desks."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from proofless.items.rules.elements import Elements, Window
from proofless.kit import clock
from proofless.web.forms import DayField, PageForm

MAX_DAYS, MAX_WINDOWS = 730, 50
_NUMBER = {"invalid": "请填写整数", "min_value": "不能小于0", "max_value": f"不能大于{MAX_DAYS}"}


class ListForm(PageForm):
    """The elements a list may have of its own: limits and places."""

    legal_days = forms.IntegerField(
        label="法定办结时限（工作日）", min_value=0, max_value=MAX_DAYS, error_messages=_NUMBER
    )
    promised_days = forms.IntegerField(
        label="承诺办结时限（工作日，0为即办）", min_value=0, max_value=MAX_DAYS, error_messages=_NUMBER
    )
    windows = forms.CharField(
        label="办理地点",
        required=False,
        max_length=5000,
        widget=forms.Textarea,
        help_text="每行一处：地址，办理时间，电话，用竖线 | 隔开",
    )
    effective_on = DayField(label="生效日期")
    note = forms.CharField(label="说明", required=False, max_length=200)

    @staticmethod
    def of(elements: Elements) -> dict[str, Any]:
        """Initial values."""
        lines = [" | ".join((w.address, w.hours, w.phone)).rstrip(" |") for w in elements.windows]
        return {
            "legal_days": elements.legal_days,
            "promised_days": elements.promised_days,
            "windows": "\n".join(lines),
            "effective_on": clock.today(),
        }

    def clean_windows(self) -> tuple[Window, ...]:
        lines = [line.strip() for line in self.cleaned_data["windows"].splitlines() if line.strip()]
        if len(lines) > MAX_WINDOWS:
            raise ValidationError(f"最多{MAX_WINDOWS}处")
        cells = [[part.strip() for part in line.split("|")] + ["", ""] for line in lines]
        if any(not parts[0] or len(parts) > 5 for parts in cells):
            raise ValidationError("每行依次写地址、时间、电话，用竖线 | 隔开")
        return tuple(Window(*parts[:3]) for parts in cells)

    def elements(self, base: Elements) -> Elements:
        """``base`` with what the form says."""
        given = self.cleaned_data
        return replace(
            base,
            legal_days=given["legal_days"],
            promised_days=given["promised_days"],
            windows=given["windows"],
        )


class LimitForm(PageForm):
    """A new number for a limit, and why. ``seen``: what stood there when the page was made."""

    value = forms.IntegerField(label="改为", error_messages={"invalid": "请填写整数"})
    reason = forms.CharField(
        label="改动的理由", max_length=300, widget=forms.Textarea, help_text="会留痕，同事和审计人员看得到"
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class LiveSourceForm(PageForm):
    """Where a dataset's provider answers about one person, and how long a plan waits for it."""

    address = forms.CharField(
        label="接口地址", max_length=300, help_text="以 https:// 开头，由数据提供部门给出"
    )
    token = forms.CharField(
        label="令牌",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="16至200个字符；保存后加密，不再显示，每次保存都要重新填写",
    )
    budget_ms = forms.IntegerField(
        label="最多等待（毫秒）",
        error_messages={"invalid": "请填写整数"},
        help_text="50至5000；超过就先走下一种方式，晚到的答复会补进来",
    )
    keep_minutes = forms.IntegerField(
        label="答复保鲜（分钟）",
        error_messages={"invalid": "请填写整数"},
        help_text="在这么久以内不再问同一个人",
    )

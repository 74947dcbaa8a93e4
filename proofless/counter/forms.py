"""Shape of what people write at the counter."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from proofless.counter.services import NewWindow
from proofless.kit import clock
from proofless.web.forms import PageForm


def moment_of(text: str) -> datetime | None:
    """``2026-12-01T09:30`` in Shanghai, as the slots are posted; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=clock.SHANGHAI) if found.tzinfo is None else found


class WindowForm(PageForm):
    """预约窗口. ``closed_on``: one day a line."""

    name = forms.CharField(label="窗口名称", max_length=40)
    address = forms.CharField(label="办理地点", max_length=100)
    phone = forms.CharField(label="电话", max_length=20, required=False)
    hours = forms.CharField(
        label="办理时间", max_length=60, help_text="工作日的时间段，例如 09:00-11:30；14:00-16:30"
    )
    slot_minutes = forms.IntegerField(label="每个时段多少分钟", min_value=5, max_value=240)
    capacity = forms.IntegerField(label="每个时段接待几人", min_value=1, max_value=100)
    days_ahead = forms.IntegerField(label="可提前几个工作日预约", min_value=1, max_value=30)
    item_codes = forms.MultipleChoiceField(
        label="办理哪些事项",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一项也不选，就是本部门所有事项",
    )
    closed_on = forms.CharField(
        label="停办日期", required=False, widget=forms.Textarea, help_text="一行一天，例如 2026-12-31"
    )
    open = forms.BooleanField(label="开放预约", required=False)

    def __init__(self, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item_codes"].choices = items  # type: ignore[attr-defined]

    def clean_closed_on(self) -> list[Any]:
        days = []
        for line in self.cleaned_data["closed_on"].split():
            try:
                days.append(datetime.strptime(line, "%Y-%m-%d").date())
            except ValueError as error:
                raise ValidationError(f"看不懂日期“{line[:12]}”") from error
        return days

    def window(self) -> NewWindow:
        return NewWindow(**self.cleaned_data)

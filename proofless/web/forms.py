"""表单: Django forms with Chinese complaints and the fields that recur; ``ui.form`` draws them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from proofless.kit.errors import InputInvalid
from proofless.kit.ids import is_resident_number, is_uscc

_REQUIRED = {"required": "请填写这一项"}


class PageForm(forms.Form):
    """A form of a page. ``complaints`` is {field name: text}, the shape ``ui.error_summary`` takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _REQUIRED["required"]

    @property
    def complaints(self) -> dict[str, str]:
        return {name: "；".join(map(str, texts)) for name, texts in self.errors.items()}

    @property
    def labels(self) -> dict[str, str]:
        return {name: str(field.label or "") for name, field in self.fields.items()}

    def values(self) -> dict[str, Any]:
        """The cleaned values. Raises InputInvalid with ``fields`` when there are complaints."""
        if not self.is_valid():
            raise InputInvalid(fields=self.complaints)
        return self.cleaned_data


def form_of(kind: type[PageForm], request: HttpRequest, **kwargs: Any) -> PageForm:
    """Bound to what was posted, or empty when the page is merely asked for."""
    return kind(request.POST, request.FILES, **kwargs) if request.method == "POST" else kind(**kwargs)


class IdNumberField(forms.CharField):
    """公民身份号码, 18 characters with check digit (GB 11643-1999); a small x is taken for X."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "公民身份号码")
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=18, **kwargs)

    def clean(self, value: Any) -> str:
        number = str(super().clean(value)).upper().replace(" ", "")
        if number and not is_resident_number(number):
            raise ValidationError("公民身份号码校验不通过，请核对18位号码")
        return number


class CreditCodeField(forms.CharField):
    """统一社会信用代码, 18 characters (GB 32100-2015)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "统一社会信用代码")
        super().__init__(max_length=18, **kwargs)

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).upper().replace(" ", "")
        if code and not is_uscc(code):
            raise ValidationError("统一社会信用代码校验不通过，请核对18位代码")
        return code


class MobileField(forms.RegexField):
    """手机号码, 11 digits from 1."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "手机号码")
        kwargs.setdefault("error_messages", {"invalid": "请输入11位手机号码"})
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "numeric"})
        super().__init__(r"^1[3-9]\d{9}$", max_length=11, widget=widget, **kwargs)


class DayField(forms.DateField):
    """日期 as YYYY-MM-DD, what ``<input type=date>`` sends."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("error_messages", {"invalid": "请按 年-月-日 填写日期"})
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

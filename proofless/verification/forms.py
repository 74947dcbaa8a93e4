"""Shape of what people write: a question, an answer, a delegation, an interface."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from proofless.kit import clock
from proofless.kit.ids import is_resident_number, is_uscc
from proofless.verification.queries import TemplateView
from proofless.verification.rules.answers import AnswerGiven, Blank, Verdict
from proofless.web.forms import DayField, PageForm

VERDICTS = [(one.value, one.label) for one in Verdict]
YES_NO = (("", "不填写"), ("Y", "是"), ("N", "否"))


def field_of(blank: Blank, *, required: bool) -> forms.Field:
    """The control for one field of a template."""
    if blank.data_type == "date":
        return DayField(label=blank.label, required=required)
    if blank.data_type == "bool":
        return forms.ChoiceField(label=blank.label, choices=YES_NO, required=required)
    return forms.CharField(label=blank.label, required=required, max_length=200)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


class AnswerForm(PageForm):
    """An answer by a template. Values belong to a confirmed verdict, so the service judges which are missing."""

    verdict = forms.ChoiceField(label="核验结论", choices=VERDICTS, widget=forms.RadioSelect)
    as_of = DayField(label="核验日期", help_text="所述情况截至哪一天属实")

    def __init__(self, *args: Any, template: TemplateView, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"as_of": clock.today()})
        super().__init__(*args, **kwargs)
        self.template = template
        for blank in template.fields:
            field = field_of(blank, required=False)
            field.help_text = "结论为“属实”时填写"
            self.fields[blank.name] = field
        if template.phrases:
            choices = [("", "不使用常用语"), *((one, one) for one in template.phrases)]
            self.fields["phrase"] = forms.ChoiceField(label="常用语", choices=choices, required=False)
        self.fields["note"] = forms.CharField(
            label="说明",
            required=False,
            max_length=1000,
            widget=forms.Textarea,
            help_text="无法核实的，请写明原因",
        )

    def given(self) -> AnswerGiven:
        """The answer as written. Raises InputInvalid."""
        said = self.values()
        values = {
            b.name: _plain(said[b.name]) for b in self.template.fields if said[b.name] not in (None, "")
        }
        note = "；".join(filter(None, (said.get("phrase", ""), said["note"].strip())))
        return AnswerGiven(Verdict(said["verdict"]), said["as_of"], values, note)


class NumberField(forms.CharField):
    """公民身份号码 or 统一社会信用代码, 18 characters with their check character."""

    def clean(self, value: Any) -> str:
        number = str(super().clean(value)).upper().replace(" ", "")
        if not is_resident_number(number) and not is_uscc(number):
            raise ValidationError("号码校验不通过，请核对18位号码")
        return number


class AskForm(PageForm):
    """A question by a template about one person or enterprise."""

    number = NumberField(label="被核验人的证件号码", help_text="身份证号码或统一社会信用代码", max_length=24)
    purpose = forms.CharField(label="用途", min_length=2, max_length=40, help_text="被核验人会在记录里看到")
    basis = forms.CharField(label="办件或事项编号", max_length=64, help_text="据以核验的办件编号或事项编码")

    def __init__(self, *args: Any, template: TemplateView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        for blank in template.parameters:
            self.fields[f"q_{blank.name}"] = field_of(blank, required=blank.required)

    def clean_basis(self) -> str:
        basis = str(self.cleaned_data["basis"]).strip()
        if not basis.isascii():
            raise ValidationError("编号应为字母、数字或符号")
        return basis

    def parameters(self) -> dict[str, Any]:
        said = self.values()
        named = {blank.name: _plain(said[f"q_{blank.name}"]) for blank in self.template.parameters}
        return {name: value for name, value in named.items() if value not in (None, "")}


class DelegationForm(PageForm):
    """委托登记."""

    unit_code = forms.ChoiceField(label="受托单位")
    template_code = forms.ChoiceField(label="委托的协查模板", required=False)
    division_code = forms.ChoiceField(label="限于哪个县（市、区）", required=False)
    basis = forms.CharField(label="委托依据", min_length=4, max_length=200, help_text="委托书文号或协议名称")
    since_on = DayField(label="开始日期")
    until_on = DayField(label="结束日期", required=False)

    def __init__(
        self,
        *args: Any,
        units: Mapping[str, str],
        templates: Sequence[TemplateView],
        divisions: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"since_on": clock.today()})
        super().__init__(*args, **kwargs)
        chosen = {
            "unit_code": list(units.items()),
            "template_code": [("", "全部模板"), *((one.code, one.title) for one in templates)],
            "division_code": [("", "全市"), *divisions.items()],
        }
        for name, choices in chosen.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class ConnectorForm(PageForm):
    """接口登记."""

    connected = forms.ChoiceField(label="协查模板")
    address = forms.CharField(label="接口地址", max_length=300, help_text="以 https:// 开头")
    token = forms.CharField(
        label="令牌",
        min_length=16,
        max_length=200,
        help_text="保存后加密，不再显示",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    enabled = forms.BooleanField(label="启用", required=False, initial=True)

    def __init__(self, *args: Any, templates: Sequence[TemplateView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["connected"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, one.title) for one in templates]

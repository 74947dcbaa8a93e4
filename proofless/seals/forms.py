"""表单: what seal keepers and approvers fill in."""

from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from proofless.kit import clock
from proofless.ofd.drawing import Box
from proofless.parties import queries as parties
from proofless.seals import kinds
from proofless.seals.rules import (
    Custody,
    PlanKind,
    SealForm,
    SubjectKind,
    Succession,
    TrustRole,
    start_of,
)
from proofless.seals.services import AcrossEdges, AtPoint, AtWords, NewApplication, NewTrust, SealWish
from proofless.web.forms import DayField, PageForm

SEAL_MM = 42
MOST_ROWS = 6
_WITH_POINT = "选“指定页和位置”时填写"
WEEKDAYS = [(str(day), f"周{word}") for day, word in enumerate("一二三四五六日", 1)]


class TypesField(forms.CharField):
    """Kinds of documents, one a line, by name or code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", "每行一个证照名称或代码，不填表示本部门所有文件")
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(max_length=4000, **kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        known = kinds.names()
        by_name = {name: code for code, name in known.items()}
        found, unknown = [], []
        for line in str(super().clean(value)).replace("、", "\n").splitlines():
            if word := line.strip():
                code = word if word in known else by_name.get(word)
                found.append(code) if code else unknown.append(word)
        if unknown:
            raise ValidationError(f"没有这些证照：{'、'.join(unknown)}")
        return tuple(dict.fromkeys(code for code in found if code))


class DepartmentField(forms.ChoiceField):
    """One of the departments, in the order of their codes."""


class DepartmentsForm(PageForm):
    """Reads the departments once, when it is made: drawing a form asks the database nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = sorted(parties.list_departments().values(), key=lambda one: one.code)
        self._departments = [("", "请选择"), *((one.code, one.name) for one in found)]
        for field in self.fields.values():
            if isinstance(field, DepartmentField):
                field.choices = self._departments


class ApplicationForm(PageForm):
    name = forms.CharField(label="印章名称", max_length=128, help_text="如：示范市民政局电子证照专用章")
    form = forms.ChoiceField(
        label="印章种类",
        choices=[(one.value, one.label) for one in SealForm],
        initial=SealForm.DEPARTMENT.value,
    )
    owner_name = forms.CharField(
        label="印章所有者", max_length=128, required=False, help_text="印面上的名称；部门圆章不填即为部门全称"
    )
    type_codes = TypesField(label="用于哪些文件")
    years = forms.IntegerField(label="使用年限", min_value=1, max_value=5, initial=5)
    reason = forms.CharField(label="申请理由", widget=forms.Textarea, max_length=500)

    def wish(self, renews: Any = None) -> NewApplication:
        values = self.values()
        return NewApplication(
            name=values["name"],
            form=SealForm(values["form"]),
            reason=values["reason"],
            owner_name=values["owner_name"],
            type_codes=values["type_codes"],
            years=values["years"],
            renews_id=renews,
        )


class CustodyForm(PageForm):
    account_id = forms.ChoiceField(label="保管人")
    type_codes = TypesField(
        label="可用于哪些文件", help_text="每行一个证照名称或代码，不填表示印章可用的所有文件"
    )
    weekdays = forms.MultipleChoiceField(
        label="用印日", choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    from_time = forms.TimeField(
        label="每日从", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial=time(8, 30)
    )
    to_time = forms.TimeField(
        label="每日到", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial=time(17, 30)
    )
    since = DayField(label="保管期自", initial=clock.today)
    until = DayField(label="保管期至", initial=lambda: clock.today() + timedelta(days=365))

    def __init__(self, *args: Any, officials: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account_id"].choices = [("", "请选择"), *officials]  # type: ignore[attr-defined]

    def custody(self) -> Custody:
        values = self.values()
        return Custody(
            account_id=UUID(values["account_id"]),
            type_codes=values["type_codes"],
            weekdays=tuple(int(day) for day in values["weekdays"]),
            from_time=values["from_time"],
            to_time=values["to_time"],
            since=values["since"],
            until=values["until"],
        )


class PlanForm(DepartmentsForm):
    """Parties are the numbered selects, in order; their seals stand side by side."""

    PARTIES = tuple(f"party{number}" for number in range(1, MOST_ROWS + 1))
    title = forms.CharField(label="文件名称", max_length=128)
    kind = forms.ChoiceField(
        label="签章方式",
        choices=[(one.value, one.label) for one in PlanKind],
        initial=PlanKind.JOINT.value,
    )
    types = TypesField(
        label="文件种类",
        required=True,
        widget=forms.TextInput,
        help_text="证照名称或代码；决定各方可用哪枚印章",
    )
    body = forms.FileField(label="OFD 或 PDF 文件", widget=forms.FileInput(attrs={"accept": ".ofd,.pdf"}))
    page = forms.IntegerField(label="盖在第几页", min_value=1, max_value=500, initial=1)
    bottom = forms.IntegerField(
        label="印章下缘距页面底部（毫米）",
        min_value=0,
        max_value=400,
        initial=20,
        help_text="各方印章自左向右均匀排列",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_ROWS + 1):
            self.fields[f"party{number}"] = DepartmentField(
                label=f"第{number}方", required=number <= 2, choices=self._departments
            )
        self.order_fields(["title", "kind", "types", "body", *self.PARTIES])

    def clean_types(self) -> str:
        found: tuple[str, ...] = self.cleaned_data["types"]
        if len(found) != 1:
            raise ValidationError("请填写一种文件")
        return found[0]

    def party_codes(self) -> list[str]:
        values = self.values()
        return [code for name in self.PARTIES if (code := values[name])]

    @property
    def names_many(self) -> bool:
        """Whether more than the two parties every plan has are chosen or complained of."""
        return any(self[name].value() or self[name].errors for name in self.PARTIES[2:])


class WishForm(PageForm):
    """Where a seal goes: the choice decides which of the fields count."""

    POINT, WORDS, EDGES = "point", "words", "edges"
    FIELDS: ClassVar = {WORDS: ("words",), POINT: ("page", "x", "y")}
    where = forms.ChoiceField(
        label="盖在哪里",
        choices=[(WORDS, "盖在文字上"), (POINT, "指定页和位置"), (EDGES, "骑缝：每页右边各一条")],
        initial=WORDS,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="盖在什么文字上",
        max_length=64,
        required=False,
        help_text="如“（盖章）”；出现多次时盖在最后一处",
    )
    page = forms.IntegerField(
        label="第几页", min_value=1, max_value=500, required=False, help_text=_WITH_POINT
    )
    x = forms.FloatField(
        label="印章中心距左边（毫米）", min_value=0, max_value=2000, required=False, help_text=_WITH_POINT
    )
    y = forms.FloatField(
        label="印章中心距上边（毫米）", min_value=0, max_value=2000, required=False, help_text=_WITH_POINT
    )
    close = forms.BooleanField(
        label="盖章后封闭文件",
        required=False,
        initial=True,
        help_text="封闭后任何人都不能再加盖印章或签名；合同等还要别人签的，请不要勾选",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in self.FIELDS.get(values.get("where", ""), ()):
            if values.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, "请填写")
        return values

    @property
    def ways(self) -> dict[str, str]:
        """Field → the choice it belongs to."""
        return {name: way for way, names in self.FIELDS.items() for name in names}

    def wish(self) -> SealWish:
        values = self.cleaned_data
        match values["where"]:
            case self.WORDS:
                where: AtPoint | AtWords | AcrossEdges = AtWords(values["words"])
            case self.POINT:
                where = AtPoint(values["page"], values["x"], values["y"])
            case _:
                where = AcrossEdges()
        return SealWish(where, close=values["close"])


class SealingForm(WishForm):
    """One document to seal."""

    body = forms.FileField(label="OFD 或 PDF 文件", widget=forms.FileInput(attrs={"accept": ".ofd,.pdf"}))
    field_order = ("body",)


class FilesField(forms.FileField):
    """Several files; cleans to a list of them."""

    class Widget(forms.FileInput):
        allow_multiple_selected = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=self.Widget(attrs={"accept": ".ofd,.pdf", "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one] or [super().clean(None)]


class BatchForm(WishForm):
    """Many documents to seal in one way."""

    title = forms.CharField(label="这批文件的名称", max_length=128, help_text="如：2026年11月批复文件")
    bodies = FilesField(
        label="OFD 或 PDF 文件",
        help_text="可一次选择多份，最多 200 份、合计 100 MB；文件加密保存，取回后可随时清除，最多留 7 天",
    )
    field_order = ("title", "bodies")

    def brought(self) -> list[tuple[str, bytes]]:
        return [(one.name, one.read()) for one in self.values()["bodies"]]


def places(width: float, height: float, count: int, bottom: float) -> list[Box]:
    """Boxes for so many seals side by side on a page of this size (mm); they shrink before they overlap."""
    side = min(SEAL_MM, width / count)
    gap = (width - side * count) / (count + 1)
    return [
        Box(
            round(gap + (side + gap) * at, 2),
            round(height - bottom - side, 2),
            round(side, 2),
            round(side, 2),
        )
        for at in range(count)
    ]


class SuccessionForm(DepartmentsForm):
    from_code = DepartmentField(label="原颁发部门")
    to_code = DepartmentField(label="承接部门")
    since = DayField(label="生效日期", help_text="从这天起新证照由承接部门颁发和盖章")
    type_codes = TypesField(label="移交的文件", help_text="每行一个证照名称或代码，不填表示全部")
    document = forms.CharField(label="批准文号", max_length=128)
    coordinator_code = DepartmentField(
        label="业务主管部门",
        required=False,
        help_text="负责协调加盖电子印章；不选即由承接部门自己负责",
    )

    def wish(self) -> Succession:
        values = self.values()
        return Succession(values["from_code"], values["to_code"], values["since"], values["type_codes"])


class TrustForm(PageForm):
    name = forms.CharField(label="名称", max_length=200, help_text="如：某某电子认证服务有限公司")
    role = forms.ChoiceField(
        label="作为",
        choices=[(one.value, one.label) for one in TrustRole],
        initial=TrustRole.ANCHOR.value,
    )
    certificate = forms.FileField(
        label="证书文件",
        widget=forms.FileInput(attrs={"accept": ".cer,.crt,.der,.pem"}),
        help_text="SM2、RSA 或 ECDSA 证书，DER 或 PEM 格式；SM2 之外的只用于核对 PDF 签名",
    )
    scope = forms.MultipleChoiceField(
        label="适用主体",
        choices=[(one.value, one.label) for one in SubjectKind],
        widget=forms.CheckboxSelectMultiple,
    )
    trusted_from = DayField(label="信任自")
    trusted_until = DayField(label="信任至")
    crl_url = forms.CharField(
        label="吊销列表地址", max_length=500, required=False, help_text="留空则人工上传"
    )

    def wish(self) -> NewTrust:
        values = self.values()
        return NewTrust(
            name=values["name"],
            certificate=values["certificate"].read(),
            role=TrustRole(values["role"]),
            scope=tuple(SubjectKind(one) for one in values["scope"]),
            trusted_from=start_of(values["trusted_from"]),
            trusted_until=start_of(values["trusted_until"] + timedelta(days=1)),
            crl_url=values["crl_url"],
        )


class DistrustForm(PageForm):
    since = DayField(label="自哪天起不再信任", initial=clock.today)
    reason = forms.CharField(label="原因", max_length=500)

    def moment(self) -> datetime:
        return start_of(self.values()["since"])


class CrlForm(PageForm):
    crl = forms.FileField(label="吊销列表文件", widget=forms.FileInput(attrs={"accept": ".crl"}))

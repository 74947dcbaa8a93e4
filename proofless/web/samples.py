"""样例: invented values that show every macro in the style guide of a demo home."""

import secrets
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from markupsafe import Markup

from proofless.kit.clock import WorkingDayLimit
from proofless.kit.paging import Page, page_number
from proofless.web.forms import DayField, IdNumberField, MobileField, PageForm, form_of
from proofless.web.pager import pager_of
from proofless.web.qr import qr_svg

FACE = Markup(
    '<svg viewBox="0 0 420 594" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="样例版面">'
    '<rect width="420" height="594" fill="#fffdf6"/><rect x="18" y="18" width="384" height="558" fill="none" '
    'stroke="#a33" stroke-width="2"/><text x="210" y="110" font-size="30" text-anchor="middle" fill="#222">'
    '结婚登记证明</text><text x="60" y="200" font-size="16" fill="#222">持证人  张三</text>'
    '<text x="60" y="235" font-size="16" fill="#222">登记日期  2019年5月20日</text>'
    '<circle cx="300" cy="450" r="58" fill="none" stroke="#c22" stroke-width="3"/><text x="300" y="456" '
    'font-size="18" text-anchor="middle" fill="#c22">演示·无效</text></svg>'
)


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
        "face": FACE,
        "code": qr_svg(next_code(), "样例二维码"),
        "pager": pager_of(
            Page(rows=(), number=page_number(request.GET.get("page", "7")), total=1234), request
        ),
        "cards": CARDS,
        "materials": MATERIALS,
        "fields": FIELDS,
        "statutory": STATUTORY,
        "consents": CONSENTS,
        "seals": SEALS,
        "limits": LIMITS,
    }


CARDS = [
    {"name": "居民身份证", "holder": "张*", "number": "371402********1234", "state": "valid", "state_text": "有效",
     "issuer": "德州市公安局", "valid_to": "2040-06-01", "department_code": "GAJ"},
    {"name": "结婚证", "holder": "张*、李*", "number": "J371402-2019-00****", "state": "valid", "state_text": "有效",
     "issuer": "德城区民政局", "valid_to": "9999-12-31", "department_code": "MZJ"},
    {"name": "就业创业证", "holder": "张*", "number": "3714020019****", "state": "suspended", "state_text": "暂停使用",
     "issuer": "德城区人力资源和社会保障局", "valid_to": "2028-12-31", "department_code": "RSJ"},
    {"name": "机动车驾驶证", "holder": "张*", "number": "371402********1234", "state": "expired", "state_text": "已过期",
     "issuer": "德州市公安局交通警察支队", "valid_to": "2025-03-01", "department_code": "GAJ"},
]  # fmt: skip
MATERIALS = [
    {"name": "居民身份证", "mode": "certificate", "mode_label": "证照调用", "source": "德州市公安局",
     "as_of": "2026-11-23", "why": "您的电子证照库里有有效的居民身份证，直接使用。",
     "checks": [("证照文件完整、未被改动", True), ("印章有效", True), ("尚在有效期内", True)]},
    {"name": "不动产登记信息", "mode": "data", "mode_label": "数据共享", "source": "德州市自然资源局",
     "as_of": "2026-11-20", "why": "已从不动产登记数据中查到您名下1处住房。",
     "attempts": [("证照调用", "证照库中没有您的不动产权证书", "可向登记机构申请换发电子证照")]},
    {"name": "子女在校就读证明", "mode": "verification", "mode_label": "部门核验", "source": "德城区教育和体育局",
     "awaiting": True, "why": "数据中没有查到，已请教育部门核实，2个工作日内答复。"},
    {"name": "无其他住房声明", "mode": "commitment", "mode_label": "告知承诺", "why": "您作出书面承诺即可，不需要开证明。",
     "doubt_source": "目录标注：各县区执行口径待核实"},
    {"name": "租房合同", "mode": "upload", "mode_label": "申请人提交",
     "why": "这份合同由您和出租人私下签订，部门没有掌握。"},
    {"name": "居民户口簿", "mode": "cancelled", "mode_label": "取消不再收取", "why": "2025年5月10日起不再收取。"},
]  # fmt: skip
FIELDS = [
    {"label": "姓名", "value": "张三", "source": "居民身份证（德州市公安局）", "as_of": "2026-11-23",
     "locked": "权威数据"},
    {"label": "现居住地址", "value": "德州市德城区新湖街道样例小区3号楼2单元101室", "source": "户籍人口信息",
     "as_of": "2026-11-20", "edit_url": "#address", "other": "德州市陵城区安德街道",
     "other_source": "社会保险参保信息"},
    {"label": "联系电话", "value": None, "required": True, "edit_url": "#phone"},
    {"label": "享受低保", "value": False, "source": "低保对象信息（民政局）", "as_of": "2026-11-01", "locked": "权威数据"},
]  # fmt: skip
STATUTORY = [
    {"whose": "张三", "provider": "德州市公安局", "recipient": "德城区人力资源和社会保障局", "purpose": "核对申请人身份",
     "basis": "《社会保险经办条例》第十条", "fields": ["姓名", "公民身份号码", "户籍地址"], "sensitive": False,
     "key": "a"},
]  # fmt: skip
CONSENTS = [
    {"whose": "张三", "provider": "德州市自然资源局", "recipient": "德城区人力资源和社会保障局", "purpose": "确认居住情况",
     "basis": "", "fields": ["坐落", "权利人", "建筑面积"], "sensitive": False, "key": "b"},
    {"whose": "张小宝（10岁，由您监护）", "provider": "德城区卫生健康局", "recipient": "德城区教育和体育局",
     "purpose": "办理入学", "basis": "", "fields": ["预防接种记录"], "sensitive": True, "key": "c"},
]  # fmt: skip
SEALS = [
    {"name": "德城区民政局婚姻登记专用章", "signer": "德城区民政局（演示）", "signed_at": "2026年11月23日 10:20",
     "algorithm": "SM2 签名、SM3 摘要（GB/T 38540-2020）",
     "facts": [("盖章后文件没有被改动", True), ("印章在签章时有效", True),
               ("证照未被撤销", None, "撤销清单已过期，暂时无法确认"), ("签章人证书可信", False, "不在信任列表中")]},
]  # fmt: skip
LIMITS = [
    (WorkingDayLimit(date(2026, 12, 10), 12, date(2026, 12, 10)), 12),
    (WorkingDayLimit(date(2026, 11, 24), 5, date(2026, 11, 24)), 1),
    (WorkingDayLimit(date(2026, 11, 18), 5, date(2026, 11, 18)), -3),
    (WorkingDayLimit(None, 30, date(2026, 12, 31)), None),
]

"""交换表: the columns of the national exchange tables for items (standards.md 10), with their checks. Pure.

Only what is held against something here is checked; other columns are kept as they came.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from proofless.items.rules import codes

Check = Callable[[str], str]
LINK = "local_task_code"
MAX_DAYS = 730


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    required: bool = False
    longest: int = 2000
    check: Check | None = None

    def complain(self, value: str) -> tuple[str, str]:
        """(row code, Chinese text), or two empty texts."""
        if not value:
            return ("ROW_REQUIRED", f"“{self.label}”必填") if self.required else ("", "")
        if any(ord(c) < 32 and c != "\n" for c in value):
            return "ROW_TEXT", f"“{self.label}”含有不可见字符"
        if len(value) > self.longest:
            return "ROW_TOO_LONG", f"“{self.label}”超过{self.longest}字"
        text = self.check(value) if self.check else ""
        return ("ROW_VALUE", f"“{self.label}”{text}") if text else ("", "")


def one_of(values: Mapping[str, str]) -> Check:
    listed = "、".join(f"{value} {label}" for value, label in values.items())
    return lambda value: "" if value in values else f"只能是：{listed}"


def _days(value: str) -> str:
    good = value.isascii() and value.isdigit() and int(value) <= MAX_DAYS
    return "" if good else f"应为0到{MAX_DAYS}的整数"


def _date(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "应为日期,如 2026-12-01"
    return "" if len(value) == 10 else "应为日期,如 2026-12-01"


def _version(value: str) -> str:
    return "" if value.isascii() and value.isdigit() and len(value) < 6 else "应为整数"


YES_NO = {"1": "是", "0": "否"}
IS_NEED = {"1": "必要", "2": "非必要", "3": "容缺后补"}
MATERIAL_TYPES = {"1": "原件", "2": "复印件", "3": "原件或复印件"}
SOURCE_TYPES = {"10": "申请人自备", "20": "政府部门核发", "99": "其他"}
STATES = {"1": "在用", "2": "暂停", "3": "取消"}
POWERS = {
    "1": "法定本级行使",
    "2": "上级下放",
    "3": "上级授权",
    "4": "同级授权",
    "5": "上级委托",
    "6": "同级委托",
}
PROJECTS = {"1": "即办件", "2": "承诺件"}
DAY_TYPES = {"1": "工作日"}
# Every row carries where it came from and the marks of its transfer; those marks are of one transfer and not kept.
TRANSFER_MARKS = frozenset({"cd_operation", "cd_time", "cd_batch"})
_SYNC = (
    Column("row_guid", "行标识", longest=64),
    Column("cd_operation", "同步操作", longest=16),
    Column("cd_time", "同步时间", longest=32),
    Column("cd_batch", "同步批次", longest=64),
    Column("data_source", "数据来源", longest=64),
)
OBJECTS = {"person": "自然人", "enterprise": "法人", "both": "自然人、法人"}

_BASIC = (
    Column(LINK, "本地实施编码", required=True, longest=64),
    Column("task_code", "实施编码", longest=36),
    Column("task_handle_item", "业务办理项编码", longest=36),
    Column("catalog_code", "基本编码", longest=12),
    Column("task_name", "事项名称", required=True, longest=100),
    Column("task_type", "事项类型", required=True, check=one_of(codes.TASK_TYPES)),
    Column("by_law", "设定依据", required=True),
    Column("dept_name", "实施主体", required=True, longest=100),
    Column("dept_code", "实施主体编码", longest=18),
    Column("dept_type", "实施主体性质", longest=32),
    Column("entrust_name", "委托部门", longest=100),
    Column("use_level", "行使层级", required=True, check=one_of(codes.LEVELS)),
    Column("power_source", "权力来源", check=one_of(POWERS)),
    Column("project_type", "办件类型", required=True, check=one_of(PROJECTS)),
    Column("server_type", "服务对象", required=True, check=one_of({v: v for v in OBJECTS.values()})),
    Column("accept_condition", "受理条件", required=True),
    Column("handle_flow", "办理流程", required=True),
    Column("anticipate_day", "法定办结时限", required=True, check=_days),
    Column("anticipate_type", "法定办结时限单位", check=one_of(DAY_TYPES)),
    Column("anticipate_explain", "法定办结时限说明"),
    Column("promise_day", "承诺办结时限", required=True, check=_days),
    Column("promise_type", "承诺办结时限单位", check=one_of(DAY_TYPES)),
    Column("promise_explain", "承诺办结时限说明"),
    Column("special_procedure", "特别程序"),
    Column("handle_type", "办理形式", longest=64),
    Column("limit_scene_num", "到办事现场次数", check=_days),
    Column("is_fee", "是否收费", required=True, check=one_of(YES_NO)),
    Column("fee_basis", "收费依据"),
    Column("transact_addr", "办理地点"),
    Column("transact_time", "办理时间"),
    Column("link_way", "咨询方式"),
    Column("supervise_way", "监督投诉方式"),
    Column("is_single_login", "是否单点登录", check=one_of(YES_NO)),
    Column("app_is_single_login", "移动端是否单点登录", check=one_of(YES_NO)),
    Column("task_state", "事项状态", required=True, check=one_of(STATES)),
    Column("task_version", "事项版本", check=_version),
    Column("plan_effective_date", "计划生效日期", required=True, check=_date),
    Column("plan_cancel_date", "计划取消日期", check=_date),
    *_SYNC,
)
_EXTEND = (
    Column(LINK, "本地实施编码", required=True, longest=64),
    Column("result_type", "审批结果类型", longest=32),
    Column("result_name", "审批结果名称", longest=100),
    Column("result_guid", "结果样本", longest=64),
    Column("is_online", "是否网办", check=one_of(YES_NO)),
    Column("online_handle_depth", "网办深度", longest=32),
    Column("is_schedule", "是否可预约", check=one_of(YES_NO)),
    Column("is_pay_online", "是否网上支付", check=one_of(YES_NO)),
    Column("is_express", "是否物流快递", check=one_of(YES_NO)),
    Column("is_service_terminals", "是否自助终端办理", check=one_of(YES_NO)),
    Column("is_entry_center", "进驻大厅", check=one_of(YES_NO)),
    Column("handle_area", "通办范围", longest=100),
    Column("limit_explain", "数量限制"),
    Column("service_type", "中介服务", longest=200),
    Column("user_topic_type", "自然人主题分类", longest=200),
    Column("corp_topic_type", "法人主题分类", longest=200),
    Column("other_dept", "联办机构", longest=200),
    *_SYNC,
)
_MATERIAL = (
    Column(LINK, "本地实施编码", required=True, longest=64),
    Column("order_num", "序号", check=_days),
    Column("material_name", "材料名称", required=True, longest=100),
    Column("is_need", "材料必要性", required=True, check=one_of(IS_NEED)),
    Column("material_type", "材料类型", check=one_of(MATERIAL_TYPES)),
    Column("material_format", "材料形式", longest=32),
    Column("page_num", "纸质份数", longest=16),
    Column("page_format", "纸质规格", longest=64),
    Column("form_guid", "空白表格", longest=64),
    Column("example_guid", "示例样表", longest=64),
    Column("fill_explain", "填报须知"),
    Column("accept_stand", "受理标准"),
    Column("source_type", "来源渠道", check=one_of(SOURCE_TYPES)),
    Column("source_explain", "来源渠道说明", longest=200),
    Column("by_law", "要求提供材料的依据"),
    *_SYNC,
)
_FEE = (
    Column(LINK, "本地实施编码", required=True, longest=64),
    Column("fee_name", "收费项目名称", required=True, longest=100),
    Column("fee_stand", "收费标准", required=True, longest=200),
    Column("by_law", "收费依据"),
    Column("is_desc", "是否允许减免", check=one_of(YES_NO)),
    Column("desc_explain", "减免说明"),
    *_SYNC,
)
_QUESTION = (
    Column(LINK, "本地实施编码", required=True, longest=64),
    Column("question", "问题", required=True, longest=200),
    Column("answer", "解答", required=True),
    *_SYNC,
)
# Table name → (sheet title, columns).
TABLES: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "basic": ("实施清单", _BASIC),
    "extend": ("扩展信息", _EXTEND),
    "material": ("申请材料", _MATERIAL),
    "fee": ("收费项目", _FEE),
    "question": ("常见问题", _QUESTION),
}

"""事项编码: the 12, 31 and 33 characters of national item codes (standards.md 10). Pure.

基本编码 12 = region 2 + type 2 + department 2 + main item 3 + sub item 3; 实施编码 31 = implementing body 18 +
level 1 + 基本编码 12; 业务办理项编码 33 = 实施编码 31 + sequence 2.
"""

from proofless.kit.ids import is_uscc

LEVELS = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "镇(乡、街道)级", "6": "村(社区)级"}
TASK_TYPES = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
NATIONAL = "00"
CATALOG, TASK, HANDLE = 12, 31, 33


def complain_of_catalog_code(code: str) -> str:
    """A Chinese complaint about a 基本编码, or ""."""
    if len(code) != CATALOG or not (code.isascii() and code.isdigit()):
        return f"基本编码应为{CATALOG}位数字"
    region, kind = code[:2], code[2:4]
    if region != NATIONAL and not 11 <= int(region) <= 82:
        return "基本编码前2位不是国家(00)或省级区划代码"
    return "" if kind in TASK_TYPES else f"基本编码第3、4位“{kind}”不是事项类型"


def complain_of_task_code(code: str, *, catalog_code: str = "", level: str = "", body: str = "") -> str:
    """A Chinese complaint about a 实施编码, or ""; what is known beside it must agree."""
    if len(code) != TASK:
        return f"实施编码应为{TASK}位"
    if not is_uscc(code[:18]):
        return "实施编码前18位不是有效的统一社会信用代码"
    if code[18] not in LEVELS:
        return f"实施编码第19位“{code[18]}”不是行使层级"
    complaint = complain_of_catalog_code(code[19:])
    if complaint:
        return f"实施编码后12位:{complaint}"
    if catalog_code and code[19:] != catalog_code:
        return "实施编码后12位与基本编码不一致"
    if level and code[18] != level:
        return "实施编码第19位与行使层级不一致"
    return "实施编码前18位与实施主体编码不一致" if body and code[:18] != body else ""


def complain_of_handle_code(code: str, *, task_code: str = "") -> str:
    """A Chinese complaint about a 业务办理项编码, or ""."""
    if len(code) != HANDLE or not (code[TASK:].isascii() and code[TASK:].isdigit()):
        return f"业务办理项编码应为{HANDLE}位,末2位为数字"
    if task_code and code[:TASK] != task_code:
        return "业务办理项编码前31位与实施编码不一致"
    return complain_of_task_code(code[:TASK])

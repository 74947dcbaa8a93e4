"""Published lists as tables, the same for the desk's, the public's and the API's readers."""

from proofless.items import sheets
from proofless.items.queries import uses
from proofless.items.queries.uses import Edition
from proofless.items.rules.sources import SourceKind
from proofless.kit import env
from proofless.parties import queries as parties

USE_HEADS = (
    "序号",
    "事项编码",
    "事项名称",
    "主管部门",
    "办理层级",
    "免提交的材料",
    "取得方式",
    "证照或数据",
    "版次",
    "发布日期",
)
DEMO_MARK = "演示·无效"


def use_list_workbook(edition: Edition) -> bytes:
    """An edition of 用证事项清单 as a workbook."""
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    levels = uses.levels_of()
    rows = [
        (
            number,
            one.item_code,
            one.item_name,
            departments.get(one.department_code, one.department_code),
            "、".join(levels.get(one.item_code, ())),
            one.material_name,
            SourceKind(one.way).label,
            one.source_name,
            edition.number,
            edition.published_on.isoformat(),
        )
        for number, one in enumerate(edition.entries, 1)
    ]
    return sheets.write_table("用证事项清单", USE_HEADS, rows, mark=DEMO_MARK if env.home().demo else "")
